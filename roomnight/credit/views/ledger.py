"""One line of the ledger, payments and corrections (CRD-04, CRD-06)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.credit import access, commands
from roomnight.credit.forms.accounts import AdjustForm, PaymentForm, WhyForm
from roomnight.credit.models import LedgerLine, LineKind
from roomnight.credit.queries.dossier import called
from roomnight.credit.views.accounts import facts, small_form
from roomnight.kernel.errors import Refusal
from roomnight.kernel.money import format_money
from roomnight.organization.access import Seat
from roomnight.organization.authority import authority
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import ApprovalKind
from roomnight.ui.page import done, page, refused

OFFERED = 60


@needs("credit.account")
def line(request: DeskRequest, pk: int) -> HttpResponse:
    """One line: what it is, what settled it or what it settled, and what became of it."""
    seat = request.seat
    one = access.line(seat, pk)
    is_final = one.kind == LineKind.REVERSAL or hasattr(one, "reversed_by")
    context = {
        "one": one, "credit": one.credit, "matches": access.matches(one),
        "entered_by": called({one.entered_by}).get(one.entered_by, one.entered_by),
        "may_reverse": not is_final and seat.may("credit.payment", "create"),
        "may_write_off": one.open_cents > 0 and not is_final and seat.may("credit.payment", "approve"),
        "may_settle": one.open_cents < 0 and seat.may("credit.payment", "create"),
        "may_dispute": one.amount_cents > 0 and not is_final and seat.may("credit.dispute", "create"),
        "may_unsettle": seat.may("credit.payment", "create"),
    }  # fmt: skip
    return page(request, "credit/line.html", context)


@needs("credit.payment", "create")
def payment(request: DeskRequest, pk: int) -> HttpResponse:
    """Enter money that came in (CRD-06)."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    form = PaymentForm(request.POST or None, lines=_open_charges(seat, pk), initial={"on": seat.today, "how": "oldest"})

    def do(data: dict[str, Any]) -> None:
        chosen = form.chosen()
        given = {name: data[name] for name in ("amount", "on", "method", "reference")}
        commands.take_payment(actor=seat, credit=one, settles=chosen, **given)

    return small_form(
        request, one, form, do, title=_("Payment received"), action=_("Enter the payment"), said=_("Payment entered."),
        facts=facts(one),
    )  # fmt: skip


def _open_charges(seat: Seat, pk: int) -> list[tuple[LedgerLine, str]]:
    found = access.lines(access.credit_account(seat, pk)).filter(open_cents__gt=0).order_by("due_on", "pk")
    return [
        (one, f"{one.on:%Y-%m-%d} {one.reference or one.description} {format_money(one.open, seat.hotel.currency)}")
        for one in found[:OFFERED]
    ]


@needs("credit.payment", "create")
def reverse(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a line back by its opposite (CRD-04)."""
    seat = request.seat
    one = access.line(seat, pk)
    return small_form(
        request, one.credit, WhyForm(request.POST or None),
        lambda data: commands.reverse(actor=seat, line=one, **data),
        title=_("Reverse the line"), action=_("Reverse"), said=_("Reversed."), facts=told(seat, one),
    )  # fmt: skip


@needs("credit.payment", "approve")
def write_off(request: DeskRequest, pk: int) -> HttpResponse:
    """Give up what is open of a charge."""
    seat = request.seat
    one = access.line(seat, pk)
    limit = authority(seat, ApprovalKind.CREDIT, seat.today).limit
    return small_form(
        request, one.credit, WhyForm(request.POST or None),
        lambda data: commands.write_off(actor=seat, line=one, authority=limit, **data),
        title=_("Write off"), action=_("Write off"), said=_("Written off."), facts=told(seat, one),
    )  # fmt: skip


def told(seat: Seat, one: LedgerLine) -> list[tuple[Any, Any]]:
    currency = seat.hotel.currency
    return [
        (one.get_kind_display(), one.reference or one.description or "–"), (_("Date"), f"{one.on:%Y-%m-%d}"),
        (_("Amount"), format_money(one.amount, currency)), (pgettext("credit", "Open"), format_money(one.open, currency)),
    ]  # fmt: skip


@needs("credit.payment", "approve")
def adjust(request: DeskRequest, pk: int) -> HttpResponse:
    """Correct what a client owes (CRD-04)."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    return small_form(
        request, one, AdjustForm(request.POST or None),
        lambda data: commands.adjust(actor=seat, credit=one, **data),
        title=_("Adjust the balance"), action=_("Adjust"), said=_("Adjusted."), facts=facts(one),
    )  # fmt: skip


@needs("credit.payment", "create")
@require_POST
def settle(request: DeskRequest, pk: int) -> HttpResponse:
    """Let what is left of a payment settle what is due first (CRD-06)."""
    one = access.line(request.seat, pk)
    back = request.seat.url("credit:line", pk=one.pk)
    try:
        commands.settle(actor=request.seat, payment=one)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Settled."))


@needs("credit.payment", "create")
@require_POST
def unsettle(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back that a payment settled a charge."""
    one = access.match(request.seat, pk)
    back = request.seat.url("credit:line", pk=one.debit_id)
    try:
        commands.unsettle(actor=request.seat, match=one)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Taken back."))
