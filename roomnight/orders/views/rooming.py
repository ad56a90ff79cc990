"""The rooming list of an order: its rooms, who sleeps in each, from a file and as an Excel file (ORD-01, ORD-08)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients.commands import log_export
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_csv, to_xlsx
from roomnight.kernel.tables import Table, open_table
from roomnight.kernel.tables.keeping import kept_path, take_in
from roomnight.orders import access, words
from roomnight.orders.commands import blocks as commands
from roomnight.orders.commands.rooming import Taken, take_table
from roomnight.orders.forms.blocks import ListFileForm, ListRoomForm
from roomnight.orders.models import Order, OrderGuest
from roomnight.orders.queries.blocks import name_of, rooms_shown
from roomnight.orders.rules.rooming import knows
from roomnight.orders.views.orders import small_form
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import CSV, XLSX, download
from roomnight.ui.page import done, form_status, page, refusals, refused

SHOWN = 100
SALT = "orders.rooming"
MOST_SECONDS = 24 * 3600


def _list(seat: Seat, one: Order) -> tuple[list[dict[str, Any]], list[Any]]:
    """The rooms with their guests, and the guests without a room; those who do not exist for this person left out."""
    guests = access.seen_guests(seat, one)
    rooms = rooms_shown(access.list_rooms(one), guests, words.room_names(seat))
    return rooms, [guest for guest in guests if guest.room_id is None]


@needs("orders.order")
def rooming(request: DeskRequest, pk: int) -> HttpResponse:
    """Who sleeps in which room, from when to when; and who is on the guest list without a room."""
    seat = request.seat
    one = access.order(seat, pk)
    rooms, others = _list(seat, one)
    context = {
        "one": one, "rooms": rooms, "others": others, "may_edit": one.is_alive and access.may(seat, one, "edit"),
        "may_export": access.may(seat, one, "export"), "unnamed": sum(not row["guests"] for row in rooms),
    }  # fmt: skip
    return page(request, "orders/rooming.html", context)


@needs("orders.order", "export")
@require_GET
def rooming_excel(request: DeskRequest, pk: int) -> HttpResponse:
    """The rooming list as an Excel file; a row for each guest. Who took it is kept."""
    seat = request.seat
    one = access.order(seat, pk, "export")
    rooms, others = _list(seat, one)
    rows: list[list[Any]] = []
    for number, row in enumerate(rooms, 1):
        room = row["one"]
        for guest in row["guests"] or [OrderGuest()]:
            days = [guest.arrives_on or room.arrives_on, guest.departs_on or room.departs_on]
            rows.append([number, row["name"], *days, *_cells(guest), room.note])
    rows += [["", "", guest.arrives_on, guest.departs_on, *_cells(guest), ""] for guest in others]
    log_export(
        actor=seat,
        hotel=seat.hotel,
        what="orders.order",
        query=f"rooming {one.number}",
        rows=len(rows),
        file_format="xlsx",
    )
    heads = [
        pgettext("rooming list", "Room"), _("Room type"), _("Arrival"), _("Departure"), _("Name"), _("Name in Latin letters"), _("Job title"), _("VIP level"),
        _("Special needs"), pgettext("rooming list", "Key"), _("Note"),
    ]  # fmt: skip
    return download(
        to_xlsx(_("Rooming list"), heads, rows), XLSX, f"{one.number} {_('Rooming list')} {seat.today}.xlsx"
    )


def _cells(guest: OrderGuest) -> list[str]:
    return [guest.name, guest.latin_name, guest.job_title, guest.vip, guest.needs, guest.list_key]


@needs("orders.order", "edit")
def list_room(request: DeskRequest, pk: int, room: int) -> HttpResponse:
    """Other days or another type for a room of the list, and who sleeps in it."""
    seat = request.seat
    one = access.list_room(seat, pk, room)
    order, types = one.block.item.order, words.room_names(seat)
    found = {block.pk: block for block in access.kept_rooms(order)}
    names = [guest.name for guest in access.seen_guests(seat, order) if guest.room_id == one.pk]
    form = ListRoomForm(
        request.POST or None,
        room=one,
        blocks={key: name_of(block.item, types) for key, block in found.items()},
        names=names,
    )

    def do(data: dict[str, Any]) -> None:
        data["block"] = found[int(data["block"])]
        everybody = (guest.name for guest in access.guests(order) if guest.room_id == one.pk)
        data["names"] += [name for name in everybody if name not in names]  # who does not exist for this person stays
        commands.change_room(actor=seat, room=one, revision=one.revision, **data)

    return small_form(
        request, order, form, do, title=_("Room of the list"), action=_("Save"), said=_("Saved."),
        back=seat.url("orders:rooming", pk=pk),
    )  # fmt: skip


@needs("orders.order", "edit")
@require_POST
def list_room_back(request: DeskRequest, pk: int, room: int) -> HttpResponse:
    """A room of the list is given back."""
    seat = request.seat
    one, back = access.list_room(seat, pk, room), seat.url("orders:rooming", pk=pk)
    try:
        commands.give_back(actor=seat, room=one)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Given back."))


# ---- from a file


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "rooming"


@needs("orders.order", "edit")
def rooming_file(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a rooming list or a guest list; it is looked at, and nobody is on the list yet."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    has_blocks = access.kept_rooms(one).exists()
    form = ListFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()), has_blocks=has_blocks)
    if request.method == "POST" and form.is_valid():
        given, with_rooms = form.cleaned_data["file"], bool(form.cleaned_data.get("with_rooms"))
        with refusals(form):
            table = take_in(_folder(), given.name, given.chunks(), max_bytes=settings.MAX_IMPORT_BYTES, knows=knows)
            taken = take_table(actor=seat, order=one, table=table, with_rooms=with_rooms, is_trial=True)
            token = signing.dumps([one.pk, table.sha256, given.name, with_rooms], salt=SALT)
            return page(
                request,
                "orders/rooming_looked.html",
                _looked(seat, one, table, taken, token, given.name, is_done=False),
            )
    return page(request, "orders/rooming_file.html", {"one": one, "form": form}, form_status(form))


def _looked(
    seat: Seat, one: Order, table: Table, taken: Taken, token: str, name: str, *, is_done: bool
) -> dict[str, Any]:
    seen = {guest.pk for guest in access.seen_guests(seat, one)}
    absent = [guest for guest in taken.absent if guest.pk in seen]
    rows = [
        {"number": number, "cells": " · ".join(filter(None, cells)), "why": taken.refused[number]}
        for number, cells in table.rows()
        if number in taken.refused
    ]
    return {
        "one": one, "taken": taken, "token": token, "name": name, "is_done": is_done, "rows": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN), "refused": len(rows), "absent": absent,
    }  # fmt: skip


def _kept(request: DeskRequest, one: Order) -> tuple[Table, str, str, bool]:
    """The file that was looked at, by what the page of it carries; 404 for anything else."""
    token = request.POST.get("file", "")
    try:
        order, sha256, name, with_rooms = signing.loads(token, salt=SALT, max_age=MOST_SECONDS)
    except signing.BadSignature as error:
        raise Http404(token) from error
    if order != one.pk:
        raise Http404(token)
    return open_table(kept_path(_folder(), sha256), name, knows=knows), name, token, with_rooms


@needs("orders.order", "edit")
@require_POST
def rooming_take(request: DeskRequest, pk: int) -> HttpResponse:
    """Take what was looked at: every row that can be taken, all together."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    try:
        table, name, token, with_rooms = _kept(request, one)
        taken = take_table(actor=seat, order=one, table=table, with_rooms=with_rooms, is_trial=False)
    except Refusal as refusal:
        return refused(request, seat.url("orders:rooming_file", pk=pk), refusal)
    return page(request, "orders/rooming_looked.html", _looked(seat, one, table, taken, token, name, is_done=True))


@needs("orders.order", "edit")
@require_POST
def rooming_errors(request: DeskRequest, pk: int) -> HttpResponse:
    """The refused rows as they stood, with why behind each: to be put right and given again."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    try:
        table, name, _token, with_rooms = _kept(request, one)
        taken = take_table(actor=seat, order=one, table=table, with_rooms=with_rooms, is_trial=True)
    except Refusal as refusal:
        return refused(request, seat.url("orders:rooming_file", pk=pk), refusal)
    rows = [[*cells, taken.refused[number]] for number, cells in table.rows() if number in taken.refused]
    return download(to_csv([*table.header, _("Error")], rows), CSV, f"{Path(name).stem}-{_('errors')}.csv")
