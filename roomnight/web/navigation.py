"""What there is to go to: one readable list. What a role is not granted is not shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.access import Seat
from roomnight.ui.addresses import address


@dataclass(frozen=True)
class Place:
    """One entry: words, icon, page, the grant it asks for, the key after `g`, and what lies below it.

    `about` says in one line what is done there, `part` under which heading the page of settings shows it, `figure` which of
    the reader's figures stands beside it. One without a page of its own leads to the first that lies below.
    """

    label: Any
    icon: str
    url_name: str
    needs: tuple[str, str] | None = None
    key: str = ""
    below: tuple[Place, ...] = ()
    about: Any = ""
    part: Any = ""
    figure: str = ""


@dataclass(frozen=True)
class Link:
    """A place as a page shows it."""

    label: Any
    icon: str
    url: str
    key: str
    current: bool
    figure: str = ""
    children: list[Link] = field(default_factory=list)
    about: Any = ""
    part: Any = ""


ACCOUNTS, VISITS, TASKS = ("clients.account", "read"), ("activities.visit", "read"), ("activities.followup", "read")
REGISTERS = ("procedures.register", "read")
PEOPLE, POLICY, DATA = _("People and rights"), _("Policies and working days"), _("Data")
PROCEDURES = ("procedures.procedure", "read")
CASES = ("procedures.task", "read")
AGREEMENTS = ("agreements.agreement", "read")
PLACES = (
    Place(_("My day"), "sun", "web:my_day", key="d"),
    Place(
        _("Clients"), "building", "clients:list", ACCOUNTS, "c",
        (
            Place(_("Database"), "building", "clients:list", ACCOUNTS),
            Place(_("Contacts"), "address-book", "clients:contacts", ("clients.contact", "read")),
            Place(_("Open pool"), "pool", "clients:pool", ("clients.pool", "read")),
            Place(_("Cards to verify"), "id-badge", "clients:cards", ("clients.card", "read")),
            Place(_("Protection list"), "shield", "clients:protections", ("clients.protection", "read")),
            Place(_("Likely duplicates"), "arrow-merge", "clients:duplicates", ("clients.account", "approve")),
            Place(_("Client files"), "file-upload", "clients:imports", ("clients.import", "read")),
            Place(_("Gone quiet"), "zzz", "pms:lost", ("pms.production", "read")),
            Place(_("In house"), "bed", "pms:in_house", ("pms.in_house", "read")),
            Place(_("Who brought what"), "chart-bar", "pms:owners", ("pms.production", "read")),
        ),
    ),
    Place(
        _("Visits & follow-up"), "map-pin", "activities:visits", TASKS, "v",
        (
            Place(_("Proposals"), "bulb", "activities:proposals", VISITS, "p"),
            Place(_("Visits"), "map-pin", "activities:visits", VISITS),
            Place(_("Follow-ups"), "checkbox", "activities:followups", TASKS, "t"),
            Place(_("Calendar"), "calendar", "activities:calendar", VISITS, "k"),
            Place(_("Who is out"), "walk", "activities:outing", ("activities.outing", "read"), "o"),
            Place(_("Fact book"), "notebook", "organization:facts", ("organization.fact", "read")),
            Place(_("Close the day"), "moon", "activities:day_close", VISITS),
            Place(_("Coverage"), "target-arrow", "activities:coverage", VISITS),
            Place(_("After visits"), "chart-bar", "activities:visit_results", VISITS),
        ),
    ),
    Place(
        _("Agreements & credit"), "file-certificate", "", None, "a",
        (
            Place(_("All agreements"), "file-certificate", "agreements:list", AGREEMENTS),
            Place(_("Agreed rates"), "bed", "agreements:rates", ("agreements.rate", "read")),
            Place(_("Booked elsewhere"), "search", "agreements:leaks", AGREEMENTS),
            Place(_("Copies of agreements"), "notebook", "agreements:copies", ("agreements.copy", "read")),
            Place(_("Applications for credit"), "clipboard-check", "credit:applications", ("credit.application", "read")),
            Place(_("Credit accounts"), "credit-card", "credit:list", ("credit.account", "read")),
            Place(_("My credit clients"), "user-check", "credit:mine", ("credit.account", "read")),
            Place(_("Ageing"), "hourglass", "credit:ageing", ("credit.account", "read")),
            Place(_("Collecting"), "phone-call", "credit:dunning", ("credit.account", "read")),
            Place(_("Statements"), "file-text", "credit:statements", ("credit.statement", "read")),
            Place(_("Disputes of bills"), "message-circle", "credit:disputes", ("credit.dispute", "read")),
            Place(_("Charge a client's account"), "cash", "credit:till", ("credit.charge", "read")),
            Place(_("Charges from a file"), "file-import", "credit:charges", ("credit.payment", "create")),
            Place(_("City ledger by day"), "file-export", "credit:city_ledger", ("credit.payment", "read")),
            Place(
                _("Charges to decide"), "scale", "credit:to_decide", ("credit.override", "approve"), figure="charges",
            ),
            Place(_("Register of originals"), "file-certificate", "agreements:originals", AGREEMENTS),
            Place(_("Word templates"), "file-text", "agreements:templates", ("agreements.template", "read")),
        ),
    ),
    Place(
        pgettext_lazy("navigation", "Orders"), "clipboard-list", "", None, "f",
        (
            Place(_("All orders"), "clipboard-list", "orders:list", ("orders.order", "read")),
            Place(_("Readiness"), "checks", "orders:readiness", ("orders.order", "read")),
            Place(_("Exceptions"), "alert-triangle", "orders:exceptions", ("orders.exception", "read")),
            Place(_("Orders to confirm"), "clipboard-check", "orders:notices", ("orders.notice", "read")),
            Place(_("Comments of guests"), "message-circle", "orders:comments", ("orders.notice", "read")),
            Place(_("Function diary"), "calendar", "orders:diary", ("orders.diary", "read"), "h"),
        ),
    ),
    Place(
        _("Front desk"), "door-enter", "", None, "",
        (
            Place(_("Today at the desk"), "door-enter", "reception:front_desk", ("pms.guest", "read"), "b"),
            Place(_("Room changes"), "key", "reception:room_changes", ("reception.room_change", "read")),
            Place(_("Guests' wishes"), "heart", "reception:wishes", ("reception.wish", "read")),
            Place(_("Enquiries"), "user-search", "reception:enquiries", ("reception.enquiry", "read"), "e"),
            Place(_("Visitors"), "users", "reception:visitors", ("reception.enquiry", "read")),
            Place(_("Confidential guests"), "shield-lock", "reception:confidential", ("pms.confidential", "read")),
            Place(_("Requests by authorities"), "scale", "reception:authorities", ("reception.authority", "read")),
        ),
    ),
    Place(
        _("Procedures"), "route", "procedures:tasks", CASES, "r",
        (
            Place(pgettext_lazy("of procedures", "Tasks"), "checkbox", "procedures:tasks", CASES, figure="tasks"),
            Place(_("Cases"), "route", "procedures:cases", CASES),
            Place(_("Procedure library"), "route", "procedures:catalogue", PROCEDURES),
            Place(_("Registers"), "notebook", "registers:list", REGISTERS),
            Place(_("Forms"), "forms", "forms:list", PROCEDURES),
        ),
    ),
    Place(
        _("Reception"), "heart-handshake", "reception:receptions", ("reception.reception", "read"), "g",
        (
            Place(_("Guests of the house"), "heart-handshake", "reception:receptions", ("reception.reception", "read")),
            Place(_("Tours of the house"), "route", "reception:show_rounds", ("reception.show_round", "read")),
            Place(_("Costs of receptions"), "receipt", "reception:costs", ("reception.reception", "read")),
        ),
        figure="tasks",
    ),
    Place(
        _("Client care"), "headset", "", None, "",
        (
            Place(_("Requests"), "checkbox", "service:requests", ("service.request", "read")),
            Place(_("Complaints"), "message-circle", "service:complaints", ("service.complaint", "read")),
            Place(_("Satisfaction"), "mood-happy", "service:surveys", ("service.survey", "read")),
            Place(_("Looking back at deals"), "thumb-up", "service:deal_reviews", ("service.deal_review", "read")),
            Place(_("Letters and suggestions"), "mail", "service:letters", ("service.letter", "read")),
            Place(_("What clients say"), "layout-board", "service:board", ("service.board", "read")),
        ),
    ),
    Place(
        pgettext_lazy("navigation", "Insight"), "chart-dots", "", None, "",
        (
            Place(_("Year-end screening"), "award", "insight:screenings", ("insight.screening", "read")),
            Place(_("Falling silent"), "trending-down", "insight:churn", ("insight.churn", "read")),
            Place(_("Judgements"), "scale", "insight:judgements", ("insight.judgement", "read")),
            Place(_("Relationship evaluation"), "heart-handshake", "insight:evaluations", ("insight.evaluation", "read")),
            Place(_("Copies of evaluations"), "message", "insight:evaluation_copies", ("insight.evaluation_copy", "read")),
            Place(_("Composition"), "chart-bar", "insight:composition", ("insight.composition", "read")),
            Place(_("Findings"), "bulb", "insight:findings", ("insight.finding", "read")),
        ),
    ),
    Place(
        _("Settings"), "settings", "web:settings", None, "s",
        (
            Place(
                _("Organisation"), "users", "organization:staff", ("organization.staff", "read"),
                about=_("Who works here, as what, and under whom"), part=PEOPLE,
            ),
            Place(
                _("Departments"), "hierarchy", "organization:departments", ("organization.staff", "read"),
                about=_("The departments of this hotel and what they do"), part=PEOPLE,
            ),
            Place(
                _("Position cards"), "id-badge", "organization:positions", ("organization.position", "read"),
                about=_("What each position answers for"), part=PEOPLE,
            ),
            Place(
                _("Qualifications"), "certificate", "organization:qualifications", ("organization.qualification", "read"),
                about=_("Who was trained and examined to receive clients or sell"), part=PEOPLE,
            ),
            Place(
                _("Roles and rights"), "key", "organization:roles", ("organization.role", "read"),
                about=_("What each role may see, change and approve"), part=PEOPLE,
            ),
            Place(
                _("Authority limits"), "scale", "organization:limits", ("organization.limit", "read"),
                about=_("How much each role may grant by itself"), part=PEOPLE,
            ),
            Place(
                _("Deputies"), "user-share", "organization:deputies", ("organization.delegation", "read"),
                about=_("Who decides while somebody is away"), part=PEOPLE,
            ),
            Place(
                _("Policy documents"), "file-certificate", "organization:policies", ("organization.document", "read"),
                about=_("Written policies: read, sign, approve, new versions"), part=POLICY,
            ),
            Place(
                _("Policy values"), "adjustments", "web:policies", ("organization.policy", "read"),
                about=_("Days, amounts and limits that the system works by"), part=POLICY,
            ),
            Place(
                _("Working days"), "calendar", "organization:working_days", ("organization.policy", "read"),
                about=_("Office hours, days off and public holidays"), part=POLICY,
            ),
            Place(
                _("Imports"), "upload", "pms:imports", ("pms.import", "read"),
                about=_("Reservations, in-house lists, charges and payments from the PMS"), part=DATA,
            ),
            Place(
                _("Client fields"), "tags", "clients:settings", ("organization.hotel", "edit"),
                about=_("Territories, tags and fields of your own"), part=DATA,
            ),
            Place(
                _("Audit trail"), "shield-check", "web:audit", ("kernel.audit", "read"),
                about=_("Who changed what, when and from where"), part=DATA,
            ),
            Place(
                _("Who looked at guests"), "eye", "reception:lookups", ("kernel.audit", "read"),
                about=_("Every look-up of a guest: who, why and what was shown"), part=DATA,
            ),
        ),
    ),
)  # fmt: skip
QUICK = (
    Place(_("Log a visit"), "map-pin", "activities:log_visit", ("activities.visit", "create"), "v"),
    Place(_("Plan a visit"), "calendar-plus", "activities:plan", ("activities.visit", "create"), "p"),
    Place(_("Follow-up"), "checkbox", "activities:followup_new", ("activities.followup", "create"), "t"),
    Place(_("Client"), "building", "clients:new", ("clients.account", "create"), "c"),
    Place(pgettext_lazy("navigation", "Order"), "clipboard-list", "orders:new", ("orders.order", "create"), "f"),
    Place(_("Begin a case"), "player-play", "procedures:case_new", ("procedures.task", "create"), "r"),
)


BAR = (
    Place(_("My day"), "sun", "web:my_day"),
    Place(_("Clients"), "building", "clients:list", ACCOUNTS),
    Place(_("Tasks"), "checkbox", "activities:followups", TASKS),
    Place(_("Me"), "user", "web:me"),
)


def links(seat: Seat, path: str) -> list[Link]:
    """The navigation as this person sees it on this page."""
    return _links(seat, _place_of(path), PLACES)


def quick(seat: Seat, path: str) -> list[Link]:
    """What can be added from everywhere."""
    return _links(seat, _place_of(path), QUICK)


def bottom(seat: Seat, path: str) -> list[Link]:
    """The phone's bar: my day, clients, (plus), tasks, me."""
    return _links(seat, _place_of(path), BAR)


def key_of(seat: Seat, path: str) -> tuple[Any, ...]:
    """What navigation, bar and additions depend on: whoever has the same key sees the same."""
    grants = frozenset(seat.grants)
    return seat.hotel.code, grants, _here(seat.hotel.code, grants, path)


def _here(hotel_code: str, grants: frozenset[tuple[str, str]], path: str) -> tuple[str, ...]:
    """The addresses of the navigation that the page's begins with: they decide what is marked."""
    return tuple(url for url in _addresses(hotel_code, grants) if _place_of(path).startswith(url))


@lru_cache(maxsize=512)
def _addresses(hotel_code: str, grants: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    everything = [*PLACES, *QUICK, *BAR, *(child for place in PLACES for child in place.below)]
    granted = [place for place in everything if place.url_name and (place.needs is None or place.needs in grants)]
    return tuple(sorted({address(place.url_name, hotel_code) for place in granted}))


def _place_of(path: str) -> str:
    """Where a page stands: what an import brought about one client belongs to the client, the halls to their diary."""
    return path.replace("/imports/clients/", "/clients/", 1).replace("/orders/halls/", "/orders/diary/", 1)


def _links(seat: Seat, path: str, places: tuple[Place, ...]) -> list[Link]:
    found = []
    for place in places:
        children = _links(seat, path, place.below)
        if place.needs and not seat.may(*place.needs):
            continue
        if place.below and not children:
            continue
        url = seat.url(place.url_name) if place.url_name else children[0].url
        inside = path.startswith(url) and (len(url) > len(seat.url("web:my_day")) or path == url)
        here = any(child.current for child in children) or inside
        found.append(
            Link(place.label, place.icon, url, place.key, here, place.figure, children, place.about, place.part)
        )
    return _only_longest(found)


def _only_longest(found: list[Link]) -> list[Link]:
    """Of several places whose addresses begin the page's, only the one with the longest is the current one."""
    current = [link for link in found if link.current]
    if len(current) < 2:
        return found
    here = max(current, key=lambda link: max((len(c.url) for c in link.children if c.current), default=len(link.url)))
    return [link if link is here else _left(link) for link in found]


def _left(link: Link) -> Link:
    """The same place when one is elsewhere."""
    return replace(link, current=False, children=[replace(child, current=False) for child in link.children])
