"""Days and moments in words, in the language of the moment. Values in, text out; what today is, the caller says."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

NEAR_DAYS = 180


def weekday(value: date) -> str:
    """Mon … Sun; 周一 … 周日."""
    names = (
        pgettext("weekday", "Mon"), pgettext("weekday", "Tue"), pgettext("weekday", "Wed"), pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"), pgettext("weekday", "Sat"), pgettext("weekday", "Sun"),
    )  # fmt: skip
    return names[value.weekday()]


def day_text(value: date, today: date, style: str = "near") -> str:
    """A day in words, as `_day_text` says; the same few days stand on every page, so each is written once."""
    return _day_text(value, today, style, get_language())


@lru_cache(maxsize=8192)
def _day_text(value: date, today: date, style: str, language: str | None) -> str:
    """A day as it is written near (half a year either way) and far.

    Styles: `near` 11月21日 周六, `short` 11月21日, `words` 今天 or as near, `words-short` 今天 or as short,
    `full` 2026年11月21日 周六. Far away all but full are 2026-11-21.
    """
    if style == "full":
        whole = date_format(value, pgettext("format of a whole day", "j F Y"))
        return pgettext("a day with its weekday", "%(weekday)s %(day)s") % {"weekday": weekday(value), "day": whole}
    distance = (value - today).days
    if style.startswith("words") and abs(distance) <= 1:
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[distance]
    if abs(distance) > NEAR_DAYS:
        return value.isoformat()
    short = date_format(value, pgettext("format of a near day", "j M"))
    if style in ("short", "words-short"):
        return short
    return pgettext("a day with its weekday", "%(weekday)s %(day)s") % {"weekday": weekday(value), "day": short}


def ago_text(value: datetime, now: datetime) -> str:
    """How long before `now`; from the second day on, and for what lies ahead, the day itself."""
    minutes = int((now - value).total_seconds() // 60)
    if minutes < 0 or (now.date() - value.date()).days > 1:
        return f"{day_text(value.date(), now.date(), 'words-short')} {value:%H:%M}"
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if value.date() == now.date():
        hours = minutes // 60
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return f"{_('yesterday')} {value:%H:%M}"
