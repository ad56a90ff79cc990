"""The halls a hotel sells, and one booking of a hall: made, looked at, changed, confirmed, let go (ORD-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.orders import access
from roomnight.orders.commands import diary as commands
from roomnight.orders.commands.diary import HallTaken
from roomnight.orders.commands.spaces import add_space, change_space
from roomnight.orders.forms.diary import (
    BookForm,
    ChangeForm,
    HoursForm,
    ReleaseForm,
    SpaceForm,
    TakeForm,
    last_day,
)
from roomnight.orders.models import BookingState, FunctionSpace, ItemKind, Order, OrderItem, SetUp, SpaceBooking
from roomnight.orders.queries.diary import Offers, offers, parts_of, waiting_for
from roomnight.orders.queries.diary_page import detail_of
from roomnight.orders.rules.diary import Use
from roomnight.orders.rules.options import proposed_until
from roomnight.orders.rules.values import OPTION_DAYS
from roomnight.orders.views.diary import TONES
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.lists import picked_day
from roomnight.ui.page import done, form_status, page, refusals, refused
from roomnight.ui.small_forms import small_form

STATE_TONES = {**TONES, BookingState.RELEASED: ""}


# ---- halls


@needs("orders.space")
def spaces(request: DeskRequest) -> HttpResponse:
    """The halls: where each is, whom it seats, what it consists of."""
    seat = request.seat
    halls = list(access.spaces(seat))
    names = {one.pk: one.label for one in halls}
    parts = parts_of(seat.hotel)
    rows = [
        {
            "one": one, "parts": [names[key] for key in parts.get(one.pk, [])], "detail": detail_of(one),
            "seats": [(SetUp(key).label, number) for key, number in one.seats.items() if key in SetUp.values],
        }
        for one in halls
    ]  # fmt: skip
    return page(request, "orders/spaces.html", {"rows": rows, "may_create": seat.may("orders.space", "create")})


@needs("orders.space", "create")
def space_new(request: DeskRequest) -> HttpResponse:
    """Enter a hall."""
    seat = request.seat
    form = SpaceForm(request.POST or None, halls=list(access.spaces(seat)))
    return small_form(
        request, form, lambda _data: add_space(actor=seat, hotel=seat.hotel, **form.values()), back=seat.url("orders:spaces"),
        title=_("New hall"), action=_("Save"), said=_("Saved."),
    )  # fmt: skip


@needs("orders.space", "edit")
def space(request: DeskRequest, pk: int) -> HttpResponse:
    """Change what is known of a hall, or sell it no more."""
    seat = request.seat
    one = access.space(seat, pk)
    form = SpaceForm(request.POST or None, halls=list(access.spaces(seat)), space=one)
    return small_form(
        request, form, lambda _data: change_space(actor=seat, space=one, revision=one.revision, **form.values()),
        back=seat.url("orders:spaces"), title=one.label, action=_("Save"), said=_("Saved."), detail=detail_of(one),
    )  # fmt: skip


# ---- of an order


@needs("orders.order")
def order_halls(request: DeskRequest, pk: int) -> HttpResponse:
    """A piece of the order's page: which halls are held for it, and for which of its functions none is yet."""
    seat = request.seat
    one = access.order(seat, pk)
    held = access.halls_of(one)
    with_hall = {row.item_id for row in held}
    functions = [item for item in access.items(one) if item.kind == ItemKind.FUNCTION]
    context = {
        "one": one, "rows": [
            {
                "one": row, "start": seat.local(row.starts_at), "end": seat.local(row.ends_at),
                "option_until": last_day(row.option_until, seat), "tone": STATE_TONES.get(BookingState(row.state), ""),
            }
            for row in held
        ],
        "without": [(item, seat.local(item.starts_at) if item.starts_at else None) for item in functions if item.pk not in with_hall],
        "may_book": one.is_alive and seat.may("orders.diary", "create") and access.may(seat, one, "edit"),
        "may_open": seat.may("orders.diary"),
    }  # fmt: skip
    return page(request, "orders/halls.html", context)


# ---- one booking


@needs("orders.diary")
def booking(request: DeskRequest, pk: int) -> HttpResponse:
    """Who has a hall when, on option or definite, and who waits for it."""
    seat = request.seat
    one = access.booking(seat, pk)
    people: list[int | None] = [one.booked_by_id]
    if one.order is not None:
        people += [
            one.order.follower_id,
            one.order.taken_by_id,
            one.order.account.owner_id,
            one.order.account.co_owner_id,
        ]
    may_edit = one.state != BookingState.RELEASED and access.reaches(seat, "orders.diary", "edit", people)
    line = waiting_for(one) if one.holds else []
    seen = set(access.named_bookings(seat).filter(pk__in=[row.pk for row in line]).values_list("pk", flat=True))
    context = {
        "one": one, "tone": STATE_TONES.get(BookingState(one.state), ""), "start": seat.local(one.starts_at),
        "end": seat.local(one.ends_at), "held_from": seat.local(one.taken_from), "held_until": seat.local(one.taken_until),
        "option_until": last_day(one.option_until, seat), "may_edit": may_edit, "detail": detail_of(one.space),
        "parts": [row.part.label for row in one.space.parts.select_related("part")],
        "line": [(row, row.pk in seen) for row in line],
        "order_url": one.order.get_absolute_url() if one.order is not None and seat.may("orders.order") else "",
        "diary_url": f"{seat.url('orders:diary')}?view=day&date={seat.local(one.starts_at):%Y-%m-%d}",
    }  # fmt: skip
    return page(request, "orders/booking.html", context)


@needs("orders.diary", "create")
def booking_new(request: DeskRequest) -> HttpResponse:
    """Book a hall: for an item of an order, for an order, or for the house itself."""
    seat = request.seat
    item = access.asked_item(seat, request.GET.get("item", ""))
    order = item.order if item is not None else access.asked_order(seat, request.GET.get("order", ""))
    form = BookForm(_sent(request), seat=seat, halls=_on_sale(seat), initial=_likely(request, item, order))

    def book(data: dict[str, Any]) -> SpaceBooking:
        chosen = data.pop("space")
        return commands.book_space(actor=seat, by=seat.staff, space=chosen, order=order, item=item, **data)

    back = order.get_absolute_url() if order is not None else seat.url("orders:diary")
    return _hours_page(request, form, book, title=_("Book a hall"), back=back, detail=order.title if order else "")


@needs("orders.diary", "edit")
def booking_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Another hall, other hours, a longer option: what dragging in the diary does, by form."""
    seat = request.seat
    one = access.booking(seat, pk, "edit")
    halls = [*_on_sale(seat), one.space]
    form = ChangeForm(_sent(request), seat=seat, halls=halls, booking=one)

    def change(data: dict[str, Any]) -> SpaceBooking:
        return commands.change_booking(actor=seat, booking=one, revision=one.revision, **data)

    return _hours_page(request, form, change, title=_("Move or change"), back=one.get_absolute_url(), detail=one.title, but=one)  # fmt: skip


def _sent(request: DeskRequest) -> QueryDict | None:
    """What was typed; with the hall, the hour or the wait list of the offer that was taken."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    for name in ("space", "state"):
        if taken := request.POST.get(f"take_{name}"):
            data[name] = taken
    try:
        start = datetime.fromisoformat(request.POST.get("take_start", ""))
        end = datetime.fromisoformat(request.POST.get("take_end", ""))
    except ValueError:
        return data
    data["on"], data["at"], data["until"] = f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}"
    data["until_on"] = f"{end:%Y-%m-%d}" if end.date() != start.date() else ""
    return data


def _on_sale(seat: Seat) -> list[FunctionSpace]:
    return [one for one in access.spaces(seat) if one.is_active]


def _likely(request: DeskRequest, item: OrderItem | None, order: Order | None) -> dict[str, Any]:
    """What is known already: by the item, by the order, by where one clicked."""
    seat = request.seat
    given: dict[str, Any] = {"state": "option", "at": time(9), "until": time(17)}
    asked = request.GET.get("space", "")
    if asked.isdigit():
        given["space"] = int(asked)
    day: date | None = picked_day(request.GET.get("on", "")[:10])
    if order is not None:
        given |= {"on": day or order.arrives_on, "title": order.title[:120], "attendance": order.people}
    if item is not None and item.starts_at and item.ends_at:
        start, end = seat.local(item.starts_at), seat.local(item.ends_at)
        given |= {
            "on": start.date(), "at": start.time(), "until": end.time(), "title": (item.what or given["title"])[:120],
            "attendance": item.people or given["attendance"], "set_up": item.set_up,
            "until_on": end.date() if (end.date() - start.date()).days > 1 else None,
        }  # fmt: skip
    given.setdefault("on", day or seat.today)
    given["option_until"] = _option_day(seat, given["on"])
    return given


def _option_day(seat: Seat, on: date) -> date:
    return proposed_until(seat.today, OPTION_DAYS.at(seat.hotel_code, seat.today), on)


def _hours_page(
    request: DeskRequest, form: HoursForm, do: Callable[[dict[str, Any]], SpaceBooking], *, but: SpaceBooking | None = None,
    **words: Any,
) -> HttpResponse:  # fmt: skip
    """The form of a hall's hours; where the hall is taken, who has it and what may be had instead."""
    seat, conflict = request.seat, dict[str, Any]()
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = do(dict(data))
            url = made.get_absolute_url() if isinstance(made, SpaceBooking) else words["back"]
            return done(request, url, _("Saved."))
        except HallTaken as taken:
            form.add_error("space", taken.message)
            conflict = _conflict(seat, taken, data, but)
        except Refusal as refusal:
            with refusals(form):
                raise refusal
    return page(request, "orders/booking_form.html", {"form": form, **words, **conflict}, form_status(form))


def _conflict(seat: Seat, taken: HallTaken, data: dict[str, Any], but: SpaceBooking | None) -> dict[str, Any]:
    """Who is in the way, by name for those who may see it, and the offers."""
    space: FunctionSpace = data["space"]
    before, after = commands.minutes_of(space, data["starts_at"])
    use = Use(
        data["starts_at"], data["ends_at"], data.get("set_up_minutes", before), data.get("tear_down_minutes", after)
    )
    keys = [one.pk for one in taken.holders]
    seen = set(access.named_bookings(seat).filter(pk__in=keys).values_list("pk", flat=True))
    found: Offers = offers(seat.hotel, space, use, data.get("attendance") or 0, data.get("set_up") or "", but)
    return {
        "holders": [_holder(seat, one, one.pk in seen) for one in taken.holders], "halls": found.halls, "hall": space,
        "free": (seat.local(found.start), seat.local(found.start + (use.end - use.start))) if found.start else None,
        "may_wait": but is None,
    }  # fmt: skip


def _holder(seat: Seat, one: SpaceBooking, is_named: bool) -> dict[str, Any]:
    return {
        "one": one, "is_named": is_named, "from": seat.local(one.taken_from), "until": seat.local(one.taken_until),
        "option_until": last_day(one.option_until, seat), "tone": STATE_TONES.get(BookingState(one.state), ""),
    }  # fmt: skip


@needs("orders.diary", "edit")
@require_POST
def booking_confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """The client has decided: the hall is definite."""
    seat = request.seat
    one = access.booking(seat, pk, "edit")
    try:
        commands.confirm_booking(actor=seat, booking=one)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), pgettext("hall", "Confirmed."))


@needs("orders.diary", "edit")
def booking_take(request: DeskRequest, pk: int) -> HttpResponse:
    """From the wait list into the hall."""
    seat = request.seat
    one = access.booking(seat, pk, "edit")
    initial = {"option_until": _option_day(seat, seat.local(one.starts_at).date())}
    form = TakeForm(request.POST or None, seat=seat, initial=initial)
    return small_form(
        request, form, lambda data: commands.promote_booking(actor=seat, booking=one, **data), back=one.get_absolute_url(),
        title=_("Take the hall"), action=pgettext("hall", "Take it"), said=_("The hall is held."), detail=str(one),
    )  # fmt: skip


@needs("orders.diary", "edit")
def booking_release(request: DeskRequest, pk: int) -> HttpResponse:
    """The hall is not needed."""
    seat = request.seat
    one = access.booking(seat, pk, "edit")
    form = ReleaseForm(request.POST or None)
    is_waiting = one.state == BookingState.WAITING
    return small_form(
        request, form, lambda data: commands.release_booking(actor=seat, booking=one, **data), back=one.get_absolute_url(),
        title=_("Leave the wait list") if is_waiting else _("Let the hall go"),
        action=_("Leave it") if is_waiting else _("Let it go"), said=_("Released."), detail=str(one),
    )  # fmt: skip
