"""An order goes its way: option, confirmation, arrival, completion, archive, and where it ends before (ORD-02, ORD-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.credit.queries import words as credit_words
from roomnight.credit.rules.authorising import Answer
from roomnight.kernel.errors import Refusal
from roomnight.orders import access, commands, words
from roomnight.orders.forms.moving import ConfirmForm, DeclineForm, EndForm, HandOverForm, OptionForm, ReasonForm
from roomnight.orders.models import Order, PaymentWay
from roomnight.orders.queries.gate import standing_of
from roomnight.orders.rules.gate import is_passed
from roomnight.orders.rules.options import proposed_until
from roomnight.orders.rules.values import OPTION_DAYS
from roomnight.orders.views.orders import at_the_gate, small_form
from roomnight.organization.access import Seat
from roomnight.organization.authority import authority
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import ApprovalKind
from roomnight.ui.page import done, page, refused


def credit_of(seat: Seat, one: Order) -> dict[str, Any]:
    """How the client's credit stands towards an order, in words: `stops` the sentence of what is in the way, or nothing."""
    given, cents = standing_of(one, seat.today)
    passed = is_passed(given, cents, one.passed_cents)
    return {
        "given": given, "cents": cents, "is_passed": passed, "is_on_account": one.payment == PaymentWay.CREDIT,
        "stops": _in_the_way(seat, one, given), "may_be_lifted": given.may_be_lifted,
    }  # fmt: skip


def _in_the_way(seat: Seat, one: Order, given: Answer) -> str:
    if given.is_allowed:
        return ""
    said = credit_words.told(one.hotel, given)
    return said if seat.may("credit.account") else credit_words.for_till(one.hotel, given.code, said)


@needs("orders.order")
def standing(request: DeskRequest, pk: int) -> HttpResponse:
    """How the client's credit stands towards this order, and who let it through (CRD-11)."""
    seat = request.seat
    one = access.order(seat, pk)
    found = credit_of(seat, one)
    may_pass = one.is_alive and found["stops"] and found["may_be_lifted"] and not found["is_passed"]
    context = {"one": one, **found, "may_let_through": may_pass and seat.may("credit.override", "approve")}
    return page(request, "orders/standing.html", context)


# ---- steps, each a button or a short form of its own


@needs("orders.order", "edit")
def hold(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep it for the client until a day, or until another day."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    proposed = proposed_until(seat.today, OPTION_DAYS.at(seat.hotel_code, seat.today), one.arrives_on)
    facts = [(_("Kept until"), one.option_until)] if one.option_until else []
    return small_form(
        request, one, OptionForm(request.POST or None, initial={"until": proposed}),
        lambda data: commands.hold_option(actor=seat, order=one, **data),
        title=_("Hold with an option"), action=_("Hold"), said=_("Held."), facts=facts,
    )  # fmt: skip


@needs("orders.order", "edit")
def confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """House and client count on each other; the client's credit is asked first."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    items = access.items(one)
    facts = [
        (_("Client"), one.account.label), (_("Total"), words.amount(seat, words.total_of(items))),
        (_("Payment"), one.get_payment_display()),
    ]  # fmt: skip
    return small_form(
        request, one, ConfirmForm(request.POST or None),
        lambda data: at_the_gate(seat, lambda: commands.confirm_order(actor=seat, order=one, **data)),
        title=_("Confirm the order"), action=pgettext("an order", "Confirm"), said=_("Confirmed."), facts=facts,
    )  # fmt: skip


def _at_once(request: DeskRequest, pk: int, do: Callable[..., object], said: str) -> HttpResponse:
    one = access.order(request.seat, pk, "edit")
    try:
        at_the_gate(request.seat, lambda: do(actor=request.seat, order=one))
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), said)


@needs("orders.order", "edit")
@require_POST
def begin(request: DeskRequest, pk: int) -> HttpResponse:
    """The guests are here."""
    return _at_once(request, pk, commands.begin_order, _("Noted: the guests are here."))


@needs("orders.order", "edit")
@require_POST
def complete(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything took place."""
    return _at_once(request, pk, commands.complete_order, _("Completed."))


@needs("orders.order", "edit")
@require_POST
def archive(request: DeskRequest, pk: int) -> HttpResponse:
    """Nothing is left to do."""
    return _at_once(request, pk, commands.archive_order, _("Archived."))


@needs("orders.order", "edit")
def decline(request: DeskRequest, pk: int) -> HttpResponse:
    """Nothing comes of it."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, DeclineForm(request.POST or None),
        lambda data: commands.decline_order(actor=seat, order=one, **data),
        title=_("Nothing comes of it"), action=pgettext("an order", "Decline"), said=_("Declined."),
    )  # fmt: skip


@needs("orders.order", "edit")
def cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """The client calls it off."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    form = EndForm(request.POST or None)
    return small_form(
        request, one, form, lambda _data: commands.cancel_order(actor=seat, order=one, **form.values()),
        title=_("Cancel the order"), action=_("Cancel the order"), said=_("Cancelled."),
    )  # fmt: skip


@needs("orders.order", "edit")
def miss(request: DeskRequest, pk: int) -> HttpResponse:
    """Nobody came."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    form = EndForm(request.POST or None)
    return small_form(
        request, one, form, lambda _data: commands.miss_order(actor=seat, order=one, **form.values()),
        title=_("Nobody came"), action=_("Note it"), said=_("Noted."),
    )  # fmt: skip


@needs("orders.order", "edit")
def reopen(request: DeskRequest, pk: int) -> HttpResponse:
    """Take up again what had ended."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    facts = [(one.get_state_display(), one.end_reason)] if one.end_reason else []
    return small_form(
        request, one, ReasonForm(request.POST or None),
        lambda data: at_the_gate(seat, lambda: commands.reopen_order(actor=seat, order=one, **data)),
        title=_("Take the order up again"), action=pgettext("an order", "Take up again"), said=_("Taken up again."),
        facts=facts,
    )  # fmt: skip


@needs("orders.order", "edit")
def hand_over(request: DeskRequest, pk: int) -> HttpResponse:
    """Somebody else follows it from now on (ORD-03)."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    form = HandOverForm(request.POST or None, people=access.followers(seat), order=one)
    return small_form(
        request, one, form, lambda data: commands.hand_over_order(actor=seat, order=one, **data),
        title=_("Hand the order over"), action=_("Hand over"), said=_("Handed over."),
        facts=[(_("Followed by"), one.follower.label)], back=_back(seat, one),
    )  # fmt: skip


def _back(seat: Seat, one: Order) -> str:
    """Where to go after a hand-over: the order, unless it is out of reach then."""
    return one.get_absolute_url() if seat.staff.pk != one.follower_id else seat.url("orders:list")


@needs("credit.override", "approve")
def let_through(request: DeskRequest, pk: int) -> HttpResponse:
    """Let an order through in spite of the client's credit, with a reason (CRD-05)."""
    seat = request.seat
    one = access.order(seat, pk)
    found = credit_of(seat, one)
    limit = authority(seat, ApprovalKind.CREDIT, seat.today).limit
    return small_form(
        request, one, ReasonForm(request.POST or None),
        lambda data: commands.let_through(actor=seat, order=one, staff=seat.staff, authority=limit, **data),
        title=_("Let the order through"), action=_("Let it through"), said=_("Let through."),
        facts=[(_("In its way"), found["stops"] or _("nothing in the way"))],
    )  # fmt: skip
