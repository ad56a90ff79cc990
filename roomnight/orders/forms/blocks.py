"""What is typed about rooms kept for a group (ORD-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.commands.blocks import field_of
from roomnight.orders.forms.orders import area, day_field, whole_field
from roomnight.orders.models import BlockNight, BlockRoom, RoomBlock
from roomnight.orders.rules.blocks import MOST_ROOMS
from roomnight.ui.small_forms import LaidOutForm, Rows

CUT_OFF_HELP = _("On this day rooms without a name are released or proposed for release.")


def names_of(text: str) -> list[str]:
    """The names of a text, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class KeepForm(LaidOutForm):
    """Until when the rooms of an item are kept."""

    cut_off_on = day_field(_("Cut-off date"), required=False, help_text=CUT_OFF_HELP)
    layout: ClassVar[Rows] = (("cut_off_on",),)


class BlockForm(LaidOutForm):
    """How many rooms are kept each night, and until when."""

    cut_off_on = day_field(_("Cut-off date"), required=False, help_text=CUT_OFF_HELP)

    def __init__(self, *args: Any, block: RoomBlock, nights: Sequence[BlockNight], **more: Any) -> None:
        super().__init__(*args, **more)
        self.nights = nights
        self.fields["cut_off_on"].initial = block.cut_off_on
        for row in nights:
            self.fields[field_of(row.night)] = whole_field(
                date_format(row.night, "MONTH_DAY_FORMAT") + f" {date_format(row.night, 'D')}", required=True, min_value=0,
                max_value=MOST_ROOMS, initial=row.rooms,
                help_text=_now("%(n)d picked up") % {"n": row.picked} if row.picked else "",
            )  # fmt: skip
        self.stands_on(block)

    def rows(self) -> list[list[forms.BoundField]]:
        nights = [self[field_of(row.night)] for row in self.nights]
        return [*(nights[at : at + 2] for at in range(0, len(nights), 2)), [self["cut_off_on"]]]

    def rooms(self) -> dict[date, int]:
        """Rooms by night, as commands take them."""
        return {row.night: self.cleaned_data[field_of(row.night)] for row in self.nights}

    def audited_as(self, name: str) -> str:
        return "rooms" if name != "cut_off_on" else name


class ReleaseForm(LaidOutForm):
    """Which rooms are given back, and why."""

    first = day_field(_("First night"))
    last = day_field(_("Last night"))
    rooms = whole_field(_("Rooms a night"), help_text=_("Empty: all that have no name."))
    why = forms.CharField(label=_("Why"), max_length=200, widget=area())
    layout: ClassVar[Rows] = (("first", "last"), ("rooms",), ("why",))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _now("The last night lies before the first."))
        return data


class StayForm(LaidOutForm):
    """Rooms that are taken, from when to when, and who sleeps in them."""

    arrives_on = day_field(pgettext_lazy("rooms", "Arrival"))
    departs_on = day_field(pgettext_lazy("rooms", "Departure"))
    names = forms.CharField(
        label=_("Names"), required=False, widget=area(3),
        help_text=_("One a line; those who share the room stand below one another. Without a name the rooms are only counted."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("arrives_on"), data.get("departs_on")
        if first and last and last <= first:
            self.add_error("departs_on", _now("At least one night."))
        data["names"] = names_of(data.get("names", ""))
        return data


class PickUpForm(StayForm):
    """Rooms of one type, that many at once."""

    rooms = whole_field(_("Rooms"), required=True, initial=1, max_value=MOST_ROOMS)
    layout: ClassVar[Rows] = (("arrives_on", "departs_on"), ("rooms",), ("names",), ("note",))


class ListRoomForm(StayForm):
    """One room of the rooming list."""

    block = forms.ChoiceField(label=_("Room type"))
    layout: ClassVar[Rows] = (("block",), ("arrives_on", "departs_on"), ("names",), ("note",))

    def __init__(
        self, *args: Any, room: BlockRoom, blocks: Mapping[int, str], names: Sequence[str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        field = self.fields["block"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(key), name) for key, name in blocks.items()]
        self.fields["block"].initial = str(room.block_id)
        for name in ("arrives_on", "departs_on", "note"):
            self.fields[name].initial = getattr(room, name)
        self.fields["names"].initial = "\n".join(names)
        self.stands_on(room)


class ListFileForm(forms.Form):
    """The file with the guests, and whether they go into the rooms that are kept."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Excel or CSV, a guest a row: name, room type, arrival, departure, who shares, VIP, special needs. Nobody is put on the list before you have seen what comes of it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
        error_messages={"empty": _("The file is empty.")},
    )
    with_rooms = forms.BooleanField(
        label=_("Put them into the rooms that are kept"), required=False, initial=True,
        help_text=_("Without it they are only put on the guest list."),
    )  # fmt: skip

    def __init__(self, *args: Any, has_blocks: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not has_blocks:
            del self.fields["with_rooms"]
