"""The relationship card 客户关系卡: one page before each call, on the screen and on paper (CARD-01, CARD-02)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients import access, commands
from roomnight.clients.models import Account, CompetitorUse, Contact, Importance
from roomnight.clients.queries.cards import days_of, overdue
from roomnight.clients.queries.past import history_lines
from roomnight.clients.rules import VISIT_CYCLE_DAYS, change_percent, next_visit_due
from roomnight.clients.rules.cards import WARMTH, share_of_wallet, verify_due, warmth
from roomnight.clients.views.contacts import birthday, likes_of, reach_of
from roomnight.clients.views.statements import sent
from roomnight.kernel.errors import Refusal
from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, page, refused

ROWS, PEOPLE, CHANGES = 100, 40, 12
NONE = "–"
WARM = {
    "green": (gettext_lazy("Warm"), "good"),
    "yellow": (gettext_lazy("Cooling"), "soon"),
    "red": (gettext_lazy("Cold"), "late"),
}
Part = Facts | Table | Words


def day_words(value: date | None) -> str:
    return value.isoformat() if value else NONE


def facts(title: str, rows: list[tuple[str, Any]]) -> Facts:
    """A part of the card with those facts that are known."""
    return Facts(title, [(str(label), str(value)) for label, value in rows if value not in (None, "", NONE)])


# ---- what is to be verified


@needs("clients.card")
@require_GET
def card_list(request: DeskRequest) -> HttpResponse:
    """The cards that nobody has looked over for too long, important ones and ordinary ones apart."""
    seat = request.seat
    which = Importance.ORDINARY if request.GET.get("class") == "ordinary" else Importance.IMPORTANT
    base = seat.url("clients:cards")
    context = {
        "rows": rows_to_verify(seat, which),
        "views": [
            {"label": one.label, "url": f"{base}?class={one.value}", "current": one == which, "count": None}
            for one in (Importance.IMPORTANT, Importance.ORDINARY)
        ],
        "days": days_of(seat.hotel_code, which, seat.today),
        "most": ROWS,
    }
    return page(request, "clients/cards.html", context)


def rows_to_verify(seat: Seat, importance: str) -> list[dict[str, Any]]:
    """Clients and people of a class whose card is overdue, within reach, those due longest first."""
    days = days_of(seat.hotel_code, importance, seat.today)
    editable = seat.may("clients.card", "edit")
    clients = access.card_accounts(seat).filter(overdue(seat.hotel, seat.today, importance)).select_related("owner")
    people = access.card_contacts(seat).filter(overdue(seat.hotel, seat.today, importance, "account__"), is_active=True)
    known = people.select_related("account__owner").order_by("verified_on", "pk")[:ROWS]
    found = [
        *(
            _line(seat, one, one, "building", "clients:card", "clients:card_verify", days, editable)
            for one in clients.order_by("verified_on", "pk")[:ROWS]
        ),
        *(
            _line(
                seat, one, one.account, "user", "clients:contact_card", "clients:contact_card_verify", days, editable
            )
            for one in known
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row["due"], row["name"]))


def _line(
    seat: Seat, one: Account | Contact, account: Account, icon: str, card: str, verify: str, days: int, editable: bool
) -> dict[str, Any]:
    return {
        "icon": icon,
        "name": one.label,
        "detail": account.code if one is account else account.label,
        "owner": account.owner.label if account.owner else "",
        "verified_on": one.verified_on,
        "due": verify_due(one.verified_on, seat.local(one.created_at).date(), days),
        "url": seat.url(card, pk=one.pk),
        "verify_url": seat.url(verify, pk=one.pk) if editable else "",
    }


# ---- a client's card


def warmth_of(seat: Seat, account: Account) -> tuple[str, str]:
    """How warm the relation is, in a word and its tone."""
    cycle = VISIT_CYCLE_DAYS.at(seat.hotel_code, seat.today)[account.grade or "D"]
    since = (seat.today - account.last_visit_on).days if account.last_visit_on else None
    change = change_percent(account.room_nights_12m, account.room_nights_prior_12m)
    word, tone = WARM[warmth(since, cycle, change, WARMTH.at(seat.hotel_code, seat.today))]
    return str(word), tone


def people_on_card(account: Account) -> list[Contact]:
    """The people at a client, who decides first."""
    people = list(access.people_of(account).select_related("reports_to", "keeper")[:PEOPLE])
    return sorted(people, key=lambda one: (not one.decision_role, one.decision_role != "decider", one.pk))


def account_parts(seat: Seat, account: Account, people: list[Contact], rivals: list[CompetitorUse]) -> list[Part]:
    """What stands on a client's card, for the screen and for paper alike."""
    share = share_of_wallet(account.room_nights_12m, account.city_room_nights)
    return [
        _about(seat, account),
        org_map(people),
        Table(
            _("How to reach them"),
            [_("Name"), _("To reach"), _("Birthday"), _("Likes"), _("Consent to greetings")],
            [_person_row(one) for one in people],
            (3, 4, 3, 5, 4),
            empty=_("Nobody entered yet"),
        ),
        facts(
            _("What it brings"),
            [
                (_("Room nights, 12 m"), f"{account.room_nights_12m:,}"),
                (_("The 12 months before"), f"{account.room_nights_prior_12m:,}"),
                (_("Revenue"), f"{account.revenue_12m:,.0f}"),
                (_("Last arrival"), day_words(account.last_arrival_on)),
                (_("Potential nights"), account.potential_room_nights),
                (_("Our share of wallet"), f"{share}%" if share is not None else NONE),
            ],
        ),
        Table(
            _("Competitors"),
            [_("Hotel"), _("Share %"), _("Price"), _("Its advantages")],
            [[one.hotel_name, _text(one.share_percent), _text(one.price), one.advantages or NONE] for one in rivals],
            (4, 2, 2, 6),
            (1, 2),
            _("Nothing known yet."),
        ),
        _owners(seat, account),
        *([Words(_("Remarks"), account.remarks)] if account.remarks else []),
    ]


def _about(seat: Seat, account: Account) -> Part:
    """Who the client is, who looks after it, and when it is to be seen again."""
    cycle = VISIT_CYCLE_DAYS.at(seat.hotel_code, seat.today)
    due = next_visit_due(account.last_visit_on, seat.local(account.created_at).date(), account.grade, cycle)
    return facts(
        _("The client"),
        [
            (_("Number"), account.code),
            (_("Short name"), account.short_name),
            (_("Parent account"), account.parent.label if account.parent else ""),
            (_("Owner"), account.owner.label if account.owner else ""),
            (_("Co-owner"), account.co_owner.label if account.co_owner else ""),
            (_("Client since"), day_words(account.client_since)),
            (_("Company day"), day_words(account.company_day)),
            (_("Agreement until"), day_words(account.agreement_until)),
            (_("Referred by"), account.referred_by.label if account.referred_by else ""),
            (_("Address"), account.address),
            (_("Phone"), account.phone),
            (_("Last visit"), day_words(account.last_visit_on)),
            (_("Next visit due"), due.isoformat()),
            (_("Last verified"), day_words(account.verified_on)),
        ],
    )


def _owners(seat: Seat, account: Account) -> Part:
    """Who looked after the client from when to when, latest first."""
    return Table(
        _("Who looked after it"),
        [_("Person"), _("From"), _("Until"), _("Reason")],
        [
            [
                one.staff.label if one.staff else _("Open pool"),
                f"{seat.local(one.started_at):%Y-%m-%d}",
                f"{seat.local(one.ended_at):%Y-%m-%d}" if one.ended_at else NONE,
                one.reason or NONE,
            ]
            for one in access.ownerships(account)[:20]
        ],
        (3, 2, 2, 5),
    )


def _text(value: Any) -> str:
    return NONE if value is None else str(value)


def org_map(people: list[Contact]) -> Table:
    """Who decides, who reports to whom, how they stand to us, and who of us keeps the contact."""
    return Table(
        _("Who is who"),
        [_("Name"), _("Job title"), _("Role"), _("Reports to"), _("Attitude"), _("Closeness"), _("Our person")],
        [
            [
                one.label,
                one.job_title or NONE,
                one.get_decision_role_display() or NONE,
                one.reports_to.label if one.reports_to else NONE,
                one.get_attitude_display() or NONE,
                _text(one.closeness),
                one.keeper.label if one.keeper else NONE,
            ]
            for one in people
        ],
        (3, 4, 3, 3, 2, 2, 3),
        (5,),
        _("Nobody entered yet"),
    )


def _person_row(one: Contact) -> list[str]:
    ways = {name: getattr(one, name) for name in ("mobile", "phone", "email", "wechat", "qq", "other_way")}
    given = one.consent_given_on.isoformat() if one.consent_given_on else ""
    consent = f"{one.consent_purpose} {given}".strip()
    likes = "; ".join(value for _label, value in likes_of(one))
    reach = _("Do not contact") if one.do_not_contact else reach_of(ways)
    return [one.label, reach or NONE, birthday(one) or NONE, likes or NONE, consent or NONE]


def rivals_of(account: Account) -> list[CompetitorUse]:
    """The other hotels a client uses, the largest share first."""
    return list(account.competitors.order_by("-share_percent", "pk"))


def gaps(account: Account, people: list[Contact], rivals: list[CompetitorUse]) -> list[str]:
    """What a card should say and does not (forms.md §7)."""
    missing = []
    if not any(one.decision_role == Contact.DecisionRole.DECIDER for one in people):
        missing.append(_("no decision maker is known"))
    if not rivals:
        missing.append(_("no competitor is known"))
    if account.client_since is None:
        missing.append(_("not known since when"))
    return missing


def marks_of(seat: Seat, account: Account) -> list[tuple[str, str]]:
    """The badges of a card: class, grade, stage, warmth."""
    grade = _("Grade %(grade)s") % {"grade": account.grade} if account.grade else ""
    shown = [(account.get_importance_display(), ""), (grade, ""), (account.get_stage_display(), "")]
    return [(str(word), tone) for word, tone in [*shown, warmth_of(seat, account)] if word]


@needs("clients.card")
@require_GET
def account_card(request: DeskRequest, pk: int) -> HttpResponse:
    """A client's card on the screen, with what it said before."""
    seat = request.seat
    account = access.card_account(seat, pk)
    people, rivals = people_on_card(account), rivals_of(account)
    parts = account_parts(seat, account, people, rivals)
    return _card(request, account, account, parts, "card", gaps(account, people, rivals))


def _card(
    request: DeskRequest, one: Account | Contact, account: Account, parts: list[Part], name: str, missing: list[str]
) -> HttpResponse:
    seat = request.seat
    days = days_of(seat.hotel_code, account.importance, seat.today)
    due = verify_due(one.verified_on, seat.local(one.created_at).date(), days)
    is_account = isinstance(one, Account)
    lines = [] if is_account else history_lines(seat, one, limit=CHANGES)[0]
    context = {
        "one": one,
        "account": account,
        "parts": [part for part in parts if not isinstance(part, Facts) or part.rows],
        "marks": marks_of(seat, account),
        "missing": missing,
        "due": due,
        "is_overdue": due < seat.today,
        "lines": lines,
        "history_url": seat.url("clients:panel_history", pk=one.pk) if is_account else "",
        "may_edit": seat.may("clients.card", "edit"),
        "verify_url": seat.url(f"clients:{name}_verify", pk=one.pk),
        "pdf_url": seat.url(f"clients:{name}_pdf", pk=one.pk),
        "edit_url": seat.url("clients:edit" if is_account else "clients:contact_edit", pk=one.pk),
        "home_url": seat.url("web:account" if is_account else "clients:contact", pk=one.pk),
    }
    return page(request, "clients/card.html", context)


@needs("clients.card", "edit")
@require_POST
def account_card_verify(request: DeskRequest, pk: int) -> HttpResponse:
    """One tap: the card is right as of today."""
    account = access.card_account(request.seat, pk, "edit")
    commands.verify_account_card(actor=request.seat, account=account)
    return done(request, request.seat.url("clients:card", pk=pk), _("Verified."))


@needs("clients.card")
@require_GET
def account_card_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """A client's card on paper."""
    seat = request.seat
    account = access.card_account(seat, pk)
    parts = account_parts(seat, account, people_on_card(account), rivals_of(account))
    return _printed(request, account, account, parts, seat.url("clients:card", pk=pk))


def _printed(
    request: DeskRequest, one: Account | Contact, account: Account, parts: list[Part], back: str
) -> HttpResponse:
    seat, now = request.seat, request.seat.local(timezone.now())
    sheet = Sheet(
        title=one.label,
        detail=_("Relationship card · %(client)s · last verified %(day)s")
        % {"client": account.code, "day": day_words(one.verified_on)},
        house=seat.hotel.label,
        foot=_("Printed by %(name)s on %(at)s") % {"name": seat.staff.label, "at": f"{now:%Y-%m-%d %H:%M}"},
        parts=[part for part in parts if not isinstance(part, Facts) or part.rows],
        marks=[word for word, _tone in marks_of(seat, account)],
    )
    try:
        content = sheet_pdf(sheet)
    except Refusal as refusal:
        return refused(request, back, refusal)
    name = slugify(f"{account.code}-{one.label}", allow_unicode=True)
    return sent(content, "application/pdf", f"{name}.pdf")


# ---- a person's card


def contact_parts(seat: Seat, contact: Contact) -> list[Part]:
    """What stands on a person's card."""
    since = seat.today - timedelta(days=365)
    return [
        facts(
            _("The person"),
            [
                (_("Client"), contact.account.label),
                (_("Job title"), " · ".join(filter(None, [contact.department, contact.job_title]))),
                (_("Role in the decision"), contact.get_decision_role_display()),
                (_("Reports to"), contact.reports_to.label if contact.reports_to else ""),
                (_("Attitude"), contact.get_attitude_display()),
                (_("Closeness"), contact.closeness),
                (_("Our person"), contact.keeper.label if contact.keeper else ""),
                (_("Mobile"), contact.mobile),
                (_("Phone"), contact.phone),
                (_("Email"), contact.email),
                (_("WeChat"), contact.wechat),
                (_("Prefers"), contact.get_preferred_channel_display()),
                (_("Birthday"), birthday(contact)),
                (_("Do not contact"), _("yes") if contact.do_not_contact else ""),
                (_("Last verified"), day_words(contact.verified_on)),
            ],
        ),
        facts(_("What they like"), [(label, value) for label, value in likes_of(contact)]),
        facts(
            _("Consent"),
            [
                (_("Consent for"), contact.consent_purpose),
                (_("Consent given on"), day_words(contact.consent_given_on)),
                (_("Consent obtained how"), contact.consent_how),
            ],
        ),
        Table(
            _("Gifts of the last 12 months"),
            [_("Given on"), pgettext("gift", "What"), _("Value")],
            [
                [one.given_on.isoformat(), one.what, _text(one.value)]
                for one in access.gifts(seat, contact).filter(given_on__gte=since)
            ],
            (2, 6, 2),
            (2,),
            _("None noted."),
        ),
        *([Words(_("Remarks"), contact.remarks)] if contact.remarks else []),
    ]


@needs("clients.card")
@require_GET
def contact_card(request: DeskRequest, pk: int) -> HttpResponse:
    """A person's card on the screen, with what it said before."""
    contact = access.card_contact(request.seat, pk)
    return _card(request, contact, contact.account, contact_parts(request.seat, contact), "contact_card", [])


@needs("clients.card", "edit")
@require_POST
def contact_card_verify(request: DeskRequest, pk: int) -> HttpResponse:
    """One tap: the person's card is right as of today."""
    contact = access.card_contact(request.seat, pk, "edit")
    commands.verify_contact_card(actor=request.seat, contact=contact)
    return done(request, request.seat.url("clients:contact_card", pk=pk), _("Verified."))


@needs("clients.card")
@require_GET
def contact_card_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """A person's card on paper."""
    seat = request.seat
    contact = access.card_contact(seat, pk)
    parts = contact_parts(seat, contact)
    return _printed(request, contact, contact.account, parts, seat.url("clients:contact_card", pk=pk))
