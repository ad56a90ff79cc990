"""At the till: may this client charge this, and charging it (CRD-05, CRD-11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.agreements.views.templates import sent_file
from roomnight.clients.models import Account
from roomnight.credit import access, commands
from roomnight.credit.forms.accounts import LetThroughForm, TillForm
from roomnight.credit.queries.standing import may_charge
from roomnight.credit.queries.till import found_for_picker, on_the_list
from roomnight.credit.queries.words import for_till, told
from roomnight.credit.rules.authorising import LIFTABLE, Asked
from roomnight.kernel.errors import Refusal
from roomnight.kernel.money import format_money
from roomnight.organization.access import Seat
from roomnight.organization.authority import authority
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import ApprovalKind
from roomnight.organization.working_days import day_at
from roomnight.ui.page import done, form_status, page

LONGEST = 18
"""A number with fewer digits fits a key."""


@needs("credit.charge")
def till(request: DeskRequest) -> HttpResponse:
    """The clients who may sign today with who signs for them, and a bill to charge; a refusal says why and who can help."""
    seat = request.seat
    accounts = access.chargeable(seat)
    may_lift = seat.may("credit.override", "approve") and "reason" in request.POST
    chosen = _chosen(seat, request.GET.get("account", ""))
    kind = LetThroughForm if may_lift else TillForm
    initial = {"on": seat.today, "account": chosen, "revenue_kind": "food", "department": _department(seat)}
    form = kind(request.POST or None, accounts=accounts, url=seat.url("credit:lookup"), initial=initial)
    refused: Refusal | None = None
    may = False
    if request.method == "POST" and seat.may("credit.charge", "create") and form.is_valid():
        data = dict(form.cleaned_data)
        account, reason = data.pop("account"), data.pop("reason", "")
        try:
            if "ask" in request.POST:
                may = _ask(seat, account, commands.Bill(**data))
            else:
                return _charge(request, account, commands.Bill(**data), reason if may_lift else None)
        except Refusal as caught:
            refused = caught
            form.add_error(caught.field if caught.field in form.fields else None, caught.message)
    query = request.GET.get("q", "").strip()[:60]
    context = {
        "form": form, "refused": refused, "q": query, "rows": on_the_list(seat, accounts, query),
        "may_charge": seat.may("credit.charge", "create"), "is_letting_through": may_lift,
        "may_lift": refused is not None and refused.code in LIFTABLE and seat.may("credit.override", "approve"),
        "may": may,
    }  # fmt: skip
    return page(request, "credit/till.html", context, form_status(form))


@needs("credit.charge")
def lookup(request: DeskRequest) -> HttpResponse:
    """The clients that may be charged whose name, number or initials hold what is typed, for a picker."""
    return picked(request, access.chargeable(request.seat))


@needs("credit.charge")
def signers(request: DeskRequest) -> HttpResponse:
    """Who may sign today for the client that was chosen, with specimens to compare: a piece of the till (forms.md 11.5)."""
    account = _chosen(request.seat, request.GET.get("account", ""))
    people = access.signers_at_till(request.seat, account) if account is not None else []
    typed = request.GET.get("signed_by", "").strip()
    context = {
        "account": account, "typed": typed, "is_listed": any(one.name == typed for one, _files in people),
        "people": [
            {"one": one, "is_it": one.name == typed, "images": [kept for kept in files if kept.media_type.startswith("image/")],
             "others": [kept for kept in files if not kept.media_type.startswith("image/")]}
            for one, files in sorted(people, key=lambda pair: pair[0].name != typed)
        ],
    }  # fmt: skip
    return page(request, "credit/signers.html", context)


@needs("credit.charge")
def specimen(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """A specimen of a signature, for whoever compares one at a till."""
    seat = request.seat
    return sent_file(access.specimen_at_till(seat, access.chargeable_one(seat, pk), file))


def picked(request: DeskRequest, accounts: QuerySet[Account]) -> HttpResponse:
    """The radio buttons of a picker: what was chosen before first, then what of these clients is found."""
    asked = request.GET
    name = asked.get("name", "account")[:40]
    q, before = asked.get(f"{name}-q", "").strip()[:60], asked.get(name, "")
    chosen = accounts.filter(pk=int(before)).first() if before.isdigit() and len(before) < LONGEST else None
    context = {
        "name": name, "q": q, "value": chosen.pk if chosen else "", "label": chosen.name if chosen else "",
        "hits": [one for one in found_for_picker(accounts, q) if chosen is None or one["pk"] != chosen.pk],
        "optional": False,
    }  # fmt: skip
    return page(request, "clients/widgets/options.html", context)


def _charge(request: DeskRequest, account: Account, bill: commands.Bill, reason: str | None) -> HttpResponse:
    seat = request.seat
    if reason is None:
        with _as_told_at_a_till(seat):
            line = commands.charge(actor=seat, account=account, bill=bill)
    else:
        limit = authority(seat, ApprovalKind.CREDIT, day_at(seat.hotel, timezone.now())).limit
        line = commands.charge_all_the_same(actor=seat, account=account, bill=bill, reason=reason, authority=limit)
    said = _("Charged to %(client)s: %(amount)s.") % {
        "client": account.name, "amount": format_money(line.amount, seat.hotel.currency),
    }  # fmt: skip
    return done(request, seat.url("credit:till"), said)


def _ask(seat: Seat, account: Account, bill: commands.Bill) -> bool:
    """Whether the bill may be charged as things are now; nothing is entered. Refused with why not."""
    asked = Asked(bill.cents, bill.on, bill.revenue_kind, bill.signed_by.strip())
    with _as_told_at_a_till(seat):
        given = may_charge(account, asked, seat.today, bill.source)
        if not given.is_allowed:
            raise Refusal(given.code, told(seat.hotel, given), field=commands.FIELDS.get(given.code))
    return True


@contextmanager
def _as_told_at_a_till(seat: Seat) -> Iterator[None]:
    """A refusal inside says no amounts to somebody who may not see credit accounts."""
    try:
        yield
    except Refusal as refusal:
        if seat.may("credit.account"):
            raise
        raise Refusal(
            refusal.code, for_till(seat.hotel, refusal.code, refusal.message), field=refusal.field
        ) from refusal


def _chosen(seat: Seat, text: str) -> Any:
    return access.chargeable(seat).filter(pk=int(text)).first() if text.isdigit() and len(text) < LONGEST else None


def _department(seat: Seat) -> str:
    place = seat.membership.department if seat.membership else None
    return place.label if place else ""
