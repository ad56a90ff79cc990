"""What levels, preparations and parts of a programme are called where a hotel types its tables (the same words as on the records)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEVEL_NAMES: dict[str, Any] = {
    "ordinary": pgettext_lazy("level of reception", "Ordinary"),
    "senior": pgettext_lazy("level of reception", "Senior"),
    "special": pgettext_lazy("level of reception", "Special"),
}

THINGS: dict[str, Any] = {
    "meeting_room": _("Meeting room"),
    "name_cards": _("Name cards and seating plan"),
    "brochures": _("Brochures, one at each guest's seat"),
    "tea": _("Tea and water, paper towels"),
    "samples": _("Samples"),
    "car": _("Car"),
    "signs": _("Signs for the pick-up"),
    "rooms": pgettext_lazy("to have ready", "Rooms"),
    "meals": _("Meals ordered, with what each guest does not eat"),
    "slides": _("Slides"),
    "speech": _("Speech"),
    "equipment": _("Equipment, tried out"),
    "fruit": _("Fruit"),
    "gifts": _("Gifts"),
    "film": _("Film"),
    "flags": _("Flags"),
    "flowers": _("Flowers"),
}

PARTS: dict[str, Any] = {
    "pick_up": _("Pick-up"),
    "lodging": _("Lodging"),
    "tour": _("Tour of the house"),
    "talks": _("Talks"),
    "lunch": _("Lunch"),
    "dinner": _("Dinner"),
    "gift": _("Gift"),
    "sights": _("Sights"),
    "see_off": _("See-off"),
    "other": pgettext_lazy("part of a programme", "Something else"),
}
