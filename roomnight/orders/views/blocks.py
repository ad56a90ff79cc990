"""Rooms kept for a group: the panel of an order, and keeping, changing, picking up and releasing them (ORD-08)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.orders import access, words
from roomnight.orders.commands import blocks as commands
from roomnight.orders.forms.blocks import BlockForm, KeepForm, PickUpForm, ReleaseForm
from roomnight.orders.models import ItemKind, RoomBlock
from roomnight.orders.queries.blocks import Shown, grid, shown
from roomnight.orders.rules.blocks import CUT_OFF_DAYS
from roomnight.orders.views.orders import at_the_gate, small_form
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page
from roomnight.ui.templatetags.ui import who


@needs("orders.order")
def blocks(request: DeskRequest, pk: int) -> HttpResponse:
    """Nights by types: kept, picked up, left; and what was released, as a piece of the order's page."""
    seat = request.seat
    one = access.order(seat, pk)
    types = words.room_names(seat)
    rows = shown(seat, access.blocks(one), types)
    held = {row.one.item_id for row in rows}
    without = [item for item in access.items(one) if item.kind == ItemKind.ROOMS and item.pk not in held]
    log = [(row.name, release) for row in rows for release in row.releases]
    names = access.called({release.who for _name, release in log})
    context = {
        "one": one, "rows": rows, "grid": grid(rows), "may_edit": one.is_alive and access.may(seat, one, "edit"),
        "without": [(item, words.item_row(seat, item, types)) for item in without],
        "log": [(name, release, names.get(release.who, who(release.who))) for name, release in log],
    }  # fmt: skip
    return page(request, "orders/_blocks.html", context)


def _facts(seat: Seat, block: RoomBlock) -> tuple[Shown, list[tuple[Any, Any]]]:
    """One block with what to know before one does something with it."""
    row = shown(seat, [block], words.room_names(seat))[0]
    facts = [
        (_("Room type"), row.name), (_("Room nights kept"), row.rooms), (_("Picked up"), row.picked), (pgettext("room block", "Left"), row.left),
    ]  # fmt: skip
    return row, facts


@needs("orders.order", "edit")
def block_new(request: DeskRequest, pk: int, item: int) -> HttpResponse:
    """Keep the rooms of an item as a block, until a cut-off date."""
    seat = request.seat
    one = access.rooms_item(seat, pk, item)
    if (known := access.block_of(one)) is not None:
        return redirect(seat.url("orders:block", pk=pk, block=known.pk))
    assert one.arrives_on is not None
    ahead = one.arrives_on - timedelta(days=CUT_OFF_DAYS.at(seat.hotel_code, seat.today))
    proposed = {"cut_off_on": max(min(seat.today + timedelta(days=1), one.arrives_on), ahead)}
    row = words.item_row(seat, one, words.room_names(seat))
    return small_form(
        request, one.order, KeepForm(request.POST or None, initial=proposed),
        lambda data: commands.keep_block(actor=seat, item=one, **data),
        title=_("Keep as a block"), action=_("Keep the rooms"), said=_("The rooms are kept night by night."),
        facts=[(_("Room type"), row["name"]), (_("Details"), row["facts"])],
    )  # fmt: skip


@needs("orders.order", "edit")
def block(request: DeskRequest, pk: int, block: int) -> HttpResponse:
    """Another number of rooms for some nights, another cut-off date."""
    seat = request.seat
    one = access.block(seat, pk, block)
    row, facts = _facts(seat, one)
    form = BlockForm(request.POST or None, block=one, nights=list(row.nights.values()))
    return small_form(
        request, one.item.order, form,
        lambda data: at_the_gate(seat, lambda: commands.change_block(
            actor=seat, block=one, revision=one.revision, rooms=form.rooms(), cut_off_on=data["cut_off_on"])),
        title=_("Rooms by night"), action=_("Save"), said=_("Saved."), facts=facts,
    )  # fmt: skip


@needs("orders.order", "edit")
def block_release(request: DeskRequest, pk: int, block: int) -> HttpResponse:
    """Give rooms without a name back to be sold to others."""
    seat = request.seat
    one = access.block(seat, pk, block)
    row, facts = _facts(seat, one)
    nights = list(row.nights)
    form = ReleaseForm(request.POST or None, initial={"first": nights[0], "last": nights[-1]})
    form.stands_on(one)
    return small_form(
        request, one.item.order, form,
        lambda data: commands.release_rooms(actor=seat, block=one, revision=one.revision, **data),
        title=_("Release rooms"), action=_("Release"), said=_("Released."), facts=facts,
    )  # fmt: skip


@needs("orders.order", "edit")
def block_pick_up(request: DeskRequest, pk: int, block: int) -> HttpResponse:
    """Rooms of a block are taken: so many, or one with its names."""
    seat = request.seat
    one = access.block(seat, pk, block)
    row, facts = _facts(seat, one)
    initial = {"arrives_on": one.item.arrives_on, "departs_on": one.item.departs_on, "rooms": 1}
    return small_form(
        request, one.item.order, PickUpForm(request.POST or None, initial=initial),
        lambda data: commands.pick_up(actor=seat, block=one, **data),
        title=_("Pick up rooms"), action=_("Pick up"), said=_("Picked up."), facts=facts,
    )  # fmt: skip
