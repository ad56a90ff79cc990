"""The guests of an order (ORD-01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.orders import access, commands
from roomnight.orders.forms.guests import GuestForm, GuestsForm
from roomnight.orders.views.orders import small_form
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, page, refused


@needs("orders.order")
def guests(request: DeskRequest, pk: int) -> HttpResponse:
    """Who comes: VIPs first, with what they need and like."""
    seat = request.seat
    one = access.order(seat, pk)
    rows = access.seen_guests(seat, one)
    context = {"one": one, "guests": rows, "may_edit": one.is_alive and access.may(seat, one, "edit")}
    return page(request, "orders/guests.html", context)


@needs("orders.order", "edit")
def guest_new(request: DeskRequest, pk: int) -> HttpResponse:
    """One more guest."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, GuestForm(request.POST or None),
        lambda data: commands.add_guests(actor=seat, order=one, guests=[data]),
        title=_("Guest"), action=_("Put on the list"), said=_("On the list."),
    )  # fmt: skip


@needs("orders.order", "edit")
def guests_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Several guests at once."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    form = GuestsForm(request.POST or None)
    return small_form(
        request, one, form, lambda _data: commands.add_guests(actor=seat, order=one, guests=form.guests()),
        title=_("Several guests"), action=_("Put on the list"), said=_("On the list."),
    )  # fmt: skip


@needs("orders.order", "edit")
def guest_edit(request: DeskRequest, pk: int, guest: int) -> HttpResponse:
    """What is known of a guest."""
    seat = request.seat
    one = access.guest(seat, pk, guest)
    return small_form(
        request, one.order, GuestForm(request.POST or None, guest=one),
        lambda data: commands.change_guest(actor=seat, guest=one, revision=one.revision, **data),
        title=one.name, action=_("Save"), said=_("Saved."),
    )  # fmt: skip


@needs("orders.order", "edit")
@require_POST
def guest_remove(request: DeskRequest, pk: int, guest: int) -> HttpResponse:
    """Off the list."""
    one = access.guest(request.seat, pk, guest)
    try:
        commands.remove_guest(actor=request.seat, guest=one)
    except Refusal as refusal:
        return refused(request, one.order.get_absolute_url(), refusal)
    return done(request, one.order.get_absolute_url(), _("Taken off the list."))
