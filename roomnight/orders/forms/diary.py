"""What is typed about halls and who has them (ORD-07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.calendar import at_local, day_bounds
from roomnight.orders.models import BookingState, FunctionSpace, SetUp, SpaceBooking, SpacePart
from roomnight.organization.access import Seat
from roomnight.ui.small_forms import LaidOutForm, Rows
from roomnight.ui.widgets import ClockInput, DayInput, PickMany, PickOne, WholeNumber

HOW = [(one.value, one.label) for one in (BookingState.OPTION, BookingState.DEFINITE, BookingState.WAITING)]


def minutes_field(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=1440, widget=WholeNumber(), **more)


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def end_of(day: date | None, seat: Seat) -> datetime | None:
    """The moment at which a day is over."""
    return day_bounds(day, seat.zone)[1] if day else None


def last_day(until: datetime | None, seat: Seat) -> date | None:
    """The day that is over at a moment."""
    return seat.local(until - timedelta(seconds=1)).date() if until else None


class HallField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the halls that are sold."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class HoursForm(LaidOutForm):
    """Which hall, from when to when, and how long before and after."""

    layout: ClassVar[Rows] = (
        ("space",), ("on", "until_on"), ("at", "until"), ("set_up_minutes", "tear_down_minutes"), ("title",),
        ("set_up",), ("attendance",), ("note",),
    )  # fmt: skip
    space = HallField(queryset=FunctionSpace.objects.none(), label=_("Hall"), empty_label=None)
    on = day_field(_("Day"))
    until_on = day_field(
        pgettext_lazy("hall", "Last day"), required=False, help_text=_("Only where it goes on for longer.")
    )
    at = forms.TimeField(label=pgettext_lazy("hour", "From"), widget=ClockInput())
    until = forms.TimeField(
        label=pgettext_lazy("hour", "Until"), widget=ClockInput(), help_text=_("Past midnight is the next day.")
    )
    set_up_minutes = minutes_field(_("Minutes to set up"), help_text=_("Empty: as the hall has it."))
    tear_down_minutes = minutes_field(_("Minutes to clear"))
    title = forms.CharField(label=_("Function"), max_length=120, required=False)
    set_up = forms.ChoiceField(label=_("Set-up"), choices=SetUp, widget=PickOne(), required=False)
    attendance = forms.IntegerField(
        label=_("Number of people"), required=False, min_value=1, max_value=99_999, widget=WholeNumber()
    )
    note = forms.CharField(label=pgettext_lazy("hall", "Note"), max_length=200, required=False)

    def __init__(self, *args: Any, seat: Seat, halls: Iterable[FunctionSpace], **more: Any) -> None:
        super().__init__(*args, **more)
        self.seat = seat
        field = self.fields["space"]
        assert isinstance(field, HallField)
        field.queryset = FunctionSpace.objects.filter(pk__in=[one.pk for one in halls]).select_related("hotel")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, at, until = data.pop("on", None), data.pop("at", None), data.pop("until", None)
        last = data.pop("until_on", None)
        if on is None or at is None or until is None:
            return data
        if last is None or last < on:
            last = on + timedelta(days=1) if until <= at else on
        data["starts_at"], data["ends_at"] = at_local(on, at, self.seat.zone), at_local(last, until, self.seat.zone)
        if data["ends_at"] <= data["starts_at"]:
            self.add_error("until", _now("It ends before it begins."))
        for name in ("set_up_minutes", "tear_down_minutes"):
            if data.get(name) is None:
                data.pop(name, None)
        return data

    def audited_as(self, name: str) -> str:
        return {"on": "starts_at", "at": "starts_at", "until": "ends_at", "until_on": "ends_at"}.get(name, name)


class BookForm(HoursForm):
    """A hall is booked, or waited for."""

    layout: ClassVar[Rows] = (*HoursForm.layout[:4], ("state",), ("option_until",), *HoursForm.layout[4:])
    state = forms.ChoiceField(label=_("How it is held"), choices=HOW, widget=PickOne(even=True))
    option_until = day_field(
        _("Option until"), required=False, help_text=_("At the end of that day the hall is free again by itself.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["option_until"] = end_of(data.get("option_until"), self.seat)
        return data


class ChangeForm(HoursForm):
    """Another hall or other hours, and what else is known; an option may be kept for longer."""

    option_until = day_field(_("Option until"), required=False)
    layout: ClassVar[Rows] = (*HoursForm.layout[:4], ("option_until",), *HoursForm.layout[4:])

    def __init__(self, *args: Any, booking: SpaceBooking, seat: Seat, **more: Any) -> None:
        start, end = seat.local(booking.starts_at), seat.local(booking.ends_at)
        more["initial"] = {
            "space": booking.space_id, "on": start.date(), "at": start.time(), "until": end.time(),
            "until_on": end.date() if end.date() != start.date() else None,
            "option_until": last_day(booking.option_until, seat),
            **{name: getattr(booking, name) for name in (
                "set_up_minutes", "tear_down_minutes", "title", "set_up", "attendance", "note",
            )},
        }  # fmt: skip
        super().__init__(*args, seat=seat, **more)
        if booking.state != BookingState.OPTION:
            del self.fields["option_until"]
        self.stands_on(booking)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "option_until" in self.fields:
            data["option_until"] = end_of(data.get("option_until"), self.seat)
        return data


class TakeForm(LaidOutForm):
    """From the wait list into the hall."""

    layout: ClassVar[Rows] = (("state",), ("option_until",))
    state = forms.ChoiceField(label=_("How it is held"), choices=HOW[:2], widget=PickOne(even=True), initial="option")
    option_until = day_field(_("Option until"), required=False)

    def __init__(self, *args: Any, seat: Seat, **more: Any) -> None:
        super().__init__(*args, **more)
        self.seat = seat

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["option_until"] = end_of(data.get("option_until"), self.seat)
        return data


class ReleaseForm(LaidOutForm):
    """Why a hall is let go."""

    layout: ClassVar[Rows] = (("reason",),)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PartsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The halls of which a combined one consists."""

    widget = PickMany

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class SpaceForm(LaidOutForm):
    """A hall: where it is, how large, whom it seats, how long it takes to set up, of which halls it is thrown together."""

    layout: ClassVar[Rows] = (
        ("name", "name_en"), ("place", "area"), ("parts",), *(tuple(f"seats_{one}" for one in pair) for pair in (
            (SetUp.THEATRE.value, SetUp.CLASSROOM.value), (SetUp.BANQUET.value, SetUp.COCKTAIL.value),
            (SetUp.U_SHAPE.value, SetUp.BOARDROOM.value), (SetUp.HOLLOW_SQUARE.value, SetUp.HERRINGBONE.value),
        )), ("set_up_minutes", "tear_down_minutes"), ("position",), ("is_active",),
    )  # fmt: skip
    name = forms.CharField(label=pgettext_lazy("hall", "Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    place = forms.CharField(label=_("Floor or wing"), max_length=40, required=False)
    area = forms.DecimalField(label=_("Area in m²"), max_digits=7, decimal_places=1, min_value=1, required=False)
    parts = PartsField(
        queryset=FunctionSpace.objects.none(), label=_("Thrown together from"), required=False,
        help_text=_("None: a hall of its own. A combined hall and its parts are never sold for the same time."),
    )  # fmt: skip
    set_up_minutes = minutes_field(_("Minutes to set up"), help_text=_("Empty: as the hotel's policy says."))
    tear_down_minutes = minutes_field(_("Minutes to clear"))
    position = forms.IntegerField(
        label=_("Place in the diary"), min_value=0, max_value=999, initial=0, widget=WholeNumber()
    )
    is_active = forms.BooleanField(label=_("Is sold"), required=False, initial=True)

    def __init__(self, *args: Any, halls: Iterable[FunctionSpace], space: FunctionSpace | None = None, **more: Any) -> None:  # fmt: skip
        if space is not None:
            names = ("name", "name_en", "place", "area", "set_up_minutes", "tear_down_minutes", "position", "is_active")
            more["initial"] = {
                **{name: getattr(space, name) for name in names},
                **{f"seats_{key}": number for key, number in space.seats.items()},
                "parts": list(SpacePart.objects.filter(whole=space).values_list("part", flat=True)),
            }
        super().__init__(*args, **more)
        for one in SetUp:
            if one != SetUp.OTHER:
                self.fields[f"seats_{one.value}"] = forms.IntegerField(
                    label=_("Seats: %(set_up)s") % {"set_up": one.label}, required=False, min_value=1, max_value=9999,
                    widget=WholeNumber(),
                )  # fmt: skip
        keys = [one.pk for one in halls if space is None or one.pk != space.pk]
        found = FunctionSpace.objects.filter(pk__in=keys, parts=None)
        field = self.fields["parts"]
        assert isinstance(field, PartsField)
        field.queryset = found
        if not keys:
            del self.fields["parts"]
        self.stands_on(space)

    def values(self) -> dict[str, Any]:
        """The columns that the fields stand for, and the parts."""
        data = dict(self.cleaned_data)
        seats = {name.removeprefix("seats_"): data.pop(name) for name in list(data) if name.startswith("seats_")}
        data["seats"] = {key: number for key, number in seats.items() if number}
        data["parts"] = list(data.get("parts") or ())
        return data

    def audited_as(self, name: str) -> str:
        return "seats" if name.startswith("seats_") else name
