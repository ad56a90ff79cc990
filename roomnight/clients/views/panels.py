"""The pieces of a client's 360° page that are about the client itself, each loaded when it is seen (ACC-06)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from roomnight.clients import access
from roomnight.clients.models import Account, Contact
from roomnight.clients.queries.own_fields import seen_own_fields
from roomnight.clients.queries.past import KINDS, field_label, history_lines, kinds_on, timeline_lines
from roomnight.clients.views.contacts import reach_of
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

PEOPLE_SHOWN = 8
REFERRALS = 20
WEB = ("http://", "https://")


def after_of(request: DeskRequest) -> int:
    """The id to go on after, 0 for the beginning."""
    text = request.GET.get("after", "")
    return int(text) if text.isdigit() and len(text) < 18 else 0  # noqa: PLR2004 (a bigint)


@needs("clients.contact")
@require_GET
def contacts(request: DeskRequest, pk: int) -> HttpResponse:
    """The people at a client, who decides first."""
    seat = request.seat
    account = access.account_or_pool(seat, pk)
    people = list(access.contacts_of(seat, account).select_related("messaging_keeper"))
    order = {role: place for place, role in enumerate(Contact.DecisionRole.values)}
    people.sort(key=lambda one: (order.get(one.decision_role, len(order)), one.pk))
    shown = people if request.GET.get("all") else people[:PEOPLE_SHOWN]
    context = {
        "account": account,
        "count": len(people),
        "rows": [person(request, one) for one in shown],
        "more_url": f"{request.path}?all=1" if len(shown) < len(people) else "",
        "may_add": seat.may("clients.contact", "create") and may_reach(request, account, "create"),
    }
    return page(request, "clients/panel_contacts.html", context)


def may_reach(request: DeskRequest, account: Account, action: str) -> bool:
    """Whether the right over people reaches this account."""
    return access.accounts_for_contacts(request.seat, action).filter(pk=account.pk).exists()


def person(request: DeskRequest, contact: Contact) -> dict[str, Any]:
    """One person of the panel, ready to be written."""
    best = " · ".join(
        filter(
            None,
            [
                contact.get_preferred_channel_display(),
                f"{contact.quiet_from:%H:%M}–{contact.quiet_until:%H:%M} ✕"
                if contact.quiet_from and contact.quiet_until
                else "",
                contact.messaging_keeper.label if contact.messaging_keeper else "",
            ],
        )
    )
    ways = {name: getattr(contact, name) for name in ("mobile", "phone", "email", "wechat", "qq", "other_way")}
    return {
        "name": contact.label,
        "url": request.seat.url("clients:contact", pk=contact.pk),
        "job": contact.job_title,
        "role": contact.get_decision_role_display(),
        "reach": reach_of(ways),
        "tel": contact.mobile or contact.phone,
        "best": best,
        "do_not_contact": contact.do_not_contact,
    }


@needs("clients.account")
@require_GET
def timeline(request: DeskRequest, pk: int) -> HttpResponse:
    """What happened with a client, latest first, of one kind or all."""
    account = access.account_or_pool(request.seat, pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    lines, on = timeline_lines(request.seat, account, kind=kind, after=after_of(request))
    more = urlencode({"after": on, **({"kind": kind} if kind else {})})
    context = {
        "account": account,
        "lines": lines,
        "kind": kind,
        "kinds": kinds_on(request.seat, account),
        "url": request.path,
        "more_url": f"{request.path}?{more}" if on else "",
    }
    return page(request, "clients/panel_timeline.html", context)


@needs("clients.account")
@require_GET
def history(request: DeskRequest, pk: int) -> HttpResponse:
    """Who changed what of a client's particulars."""
    account = access.account_or_pool(request.seat, pk)
    lines, on = history_lines(request.seat, account, after=after_of(request))
    context = {"account": account, "lines": lines, "more_url": f"{request.path}?after={on}" if on else ""}
    return page(request, "clients/panel_history.html", context)


GROUPS: list[tuple[Any, list[str]]] = [
    (_("Where and how to reach"), ["phone", "website", "province", "city", "district", "address", "postcode"]),
    (_("Trade and belonging"), ["kind", "industry", "segment", "source", "parent", "referred_by", "territory"]),
    (
        _("Registration and invoice"),
        ["credit_code", "legal_representative", "invoice_title", "tax_number", "bank_name", "bank_account"],
    ),
    (
        _("Standing"),
        ["credit_grade", "satisfaction", "financial_standing", "financial_source", "financial_as_of", "media_note"],
    ),
]
POTENTIAL = ["staff_size", "potential_room_nights", "potential_meetings", "potential_covers"]


@needs("clients.account")
@require_GET
def details(request: DeskRequest, pk: int) -> HttpResponse:
    """A client's particulars, the hotel's own fields, its potential and the other hotels it uses."""
    seat = request.seat
    account = access.account_or_pool(seat, pk, "territory", "parent", "referred_by")
    others = {one.pk for one in (account.parent, account.referred_by) if one is not None}
    seen = set(access.accounts_or_pool(seat).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    groups = [
        (
            title,
            [
                (field_label(Account, name), text_of(account, name), href_of(seat, account, name, seen))
                for name in names
            ],
        )
        for title, names in GROUPS
    ]
    brought = list(access.referrals(account)[:REFERRALS])
    known = access.in_sight(seat, [one.pk for one in brought]) if brought else set()
    context = {
        "account": account,
        "referrals": [(one.label, seat.url("web:account", pk=one.pk)) for one in brought if one.pk in known],
        "unseen_referrals": sum(one.pk not in known for one in brought),
        "groups": [(title, [fact for fact in facts if fact[1]]) for title, facts in groups],
        "own": seen_own_fields(seat).shown(account.custom) if account.custom else [],
        "tags": list(account.tags.order_by("name")),
        "potential": [
            (field_label(Account, name), getattr(account, name)) for name in POTENTIAL if getattr(account, name)
        ],
        "competitors": list(account.competitors.order_by("-share_percent", "pk")),
        "shares": list(access.shares(seat, account)),
        "may_edit": access.accounts(seat, "edit").filter(pk=pk).exists(),
    }
    return page(request, "clients/panel_details.html", context)


def text_of(account: Account, name: str) -> str:
    """A particular in words; nothing for what is not known."""
    shown = getattr(account, f"get_{name}_display", None)
    value = shown() if shown else getattr(account, name)
    return "" if value in (None, "") else str(value)


def href_of(seat: Seat, account: Account, name: str, seen: Collection[int]) -> str:
    """Where a particular leads: another client that is `seen`, a telephone, a web page; nothing else is made a link."""
    value = getattr(account, name)
    if not value:
        return ""
    if name in ("parent", "referred_by"):
        return seat.url("web:account", pk=value.pk) if value.pk in seen else ""
    if name == "phone":
        return f"tel:{value.replace(' ', '')}"
    if name == "website":
        return value if value.startswith(WEB) else f"https://{value}"
    return ""
