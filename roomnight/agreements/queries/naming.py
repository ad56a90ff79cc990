"""How weekdays, room types and seasons are said, in the language in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from roomnight.agreements.rules.seasons import NIGHTS, RoomType, Season

WEEKDAYS = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
NIGHT_CHOICES = [
    (NIGHTS, _("every night")),
    ("12347", _("Sunday to Thursday nights")),
    ("56", _("Friday and Saturday nights")),
    ("12345", _("Monday to Friday nights")),
    ("67", _("Saturday and Sunday nights")),
    *((str(number), word) for number, word in enumerate(WEEKDAYS, start=1)),
]


def called(one: RoomType | Season) -> str:
    """A room type or season in the language in force."""
    return one.en if get_language() == "en" else one.zh


def joined(items: Sequence[Any]) -> str:
    return pgettext("between items of a list", ", ").join(str(one) for one in items) or "–"


def nights_words(nights: str) -> str:
    """Weekdays in words: “every night”, “Fri, Sat”."""
    known = dict(NIGHT_CHOICES)
    return str(known[nights]) if nights in known else joined([WEEKDAYS[int(one) - 1] for one in nights])
