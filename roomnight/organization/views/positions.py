"""Position cards, who holds them, and the tree of who reports to whom (ORG-06)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.organization import access
from roomnight.organization.commands import add_position, edit_position, hold_position
from roomnight.organization.forms import HoldForm, PositionForm
from roomnight.organization.http import DeskRequest, everyone_here, needs
from roomnight.organization.models import Membership
from roomnight.organization.views.staff import to_staff, upwards
from roomnight.ui.page import done, form_status, page, refusals


@needs("organization.staff")
def chart(request: DeskRequest) -> HttpResponse:
    """Who reports to whom, as a tree; whoever has no leader stands at the top."""
    people = list(access.colleagues(request.seat).select_related("position"))
    return page(request, "organization/chart.html", {"branches": branches(people), **upwards(request)})


def branches(people: list[Membership]) -> list[dict[str, Any]]:
    """The tree of leaders: each branch a place with the branches below it."""
    here = {one.staff_id for one in people}
    led: dict[int | None, list[Membership]] = {}
    for one in people:
        led.setdefault(one.leader_id if one.leader_id in here else None, []).append(one)

    def grown(leader: int | None) -> list[dict[str, Any]]:
        return [{"place": one, "below": grown(one.staff_id)} for one in led.get(leader, [])]

    return grown(None)


@needs("organization.position")
def position_list(request: DeskRequest) -> HttpResponse:
    """The position cards of the hotel, and who holds them."""
    seat = request.seat
    cards = list(access.positions(seat).order_by("is_retired", "department", "title"))
    held: dict[int | None, list[str]] = {}
    for place in access.fellow_places(seat).exclude(position=None):
        held.setdefault(place.position_id, []).append(place.staff.label)
    context = {
        "rows": [{"card": card, "holders": held.get(card.pk, [])} for card in cards],
        "may_add": seat.may("organization.position", "create"),
        **upwards(request),
    }
    return page(request, "organization/positions.html", context)


@everyone_here
def position_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One position card, to read and to print: for who may read them, and for whoever holds it."""
    seat = request.seat
    card = access.position(seat, pk)
    home = seat.url("web:my_day")
    context = {
        "card": card,
        "duties": [(one, f"{home}{one.link}" if one.link else "") for one in card.duties.order_by("order")],
        "holders": list(access.fellow_places(seat).filter(position=card)),
        "below": list(card.subordinates.filter(is_retired=False).order_by("title")),
        "may_edit": seat.may("organization.position", "edit"),
        "crumbs": [(_("Position cards"), seat.url("organization:positions"))]
        if seat.may("organization.position")
        else [],
    }
    return page(request, "organization/position.html", context)


@needs("organization.position", "create")
def position_new(request: DeskRequest) -> HttpResponse:
    """Write a new position card."""
    seat = request.seat
    form = PositionForm(request.POST or None, seat)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            card = add_position(actor=seat, hotel=seat.hotel, **particulars(form))
            return done(request, seat.url("organization:position", pk=card.pk), _("Added."))
    return form_page(request, form, _("New position card"), seat.url("organization:positions"))


@needs("organization.position", "edit")
def position_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a position card, or retire it."""
    seat = request.seat
    card = access.position(seat, pk, "edit")
    form = PositionForm(request.POST or None, seat, card)
    here = seat.url("organization:position", pk=pk)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            edit_position(actor=seat, card=card, **particulars(form))
            return done(request, here, _("Saved."))
    return form_page(request, form, card.label, here)


def particulars(form: PositionForm) -> dict[str, Any]:
    """What was typed, with the duties taken apart."""
    return {**form.cleaned_data, "duties": form.read_duties()}


def form_page(request: DeskRequest, form: Any, title: str, back: str) -> HttpResponse:
    """The page of the card's form."""
    steps = upwards(request, (_("Position cards"), request.seat.url("organization:positions")))
    context = {"form": form, "title": title, "action": _("Save"), "cancel_url": back, **steps}
    return page(request, "organization/decision.html", context, form_status(form))


@needs("organization.position", "edit")
def person_position(request: DeskRequest, pk: int) -> HttpResponse:
    """Say which position somebody holds."""
    seat = request.seat
    place = access.place(seat, pk)
    form = HoldForm(request.POST or None, seat, place)
    back = seat.url("organization:person", pk=pk)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            hold_position(actor=seat, place=place, card=form.cleaned_data["position"])
            return done(request, back, _("Saved."))
    context = {
        "form": form,
        "title": _("Position card"),
        "detail": place.staff.label,
        "action": _("Save"),
        "cancel_url": back,
        **to_staff(request, place),
    }
    return page(request, "organization/decision.html", context, form_status(form))
