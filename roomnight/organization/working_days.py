"""When the office of a hotel works (ORG-05): the hotel's own policies and days laid over the country's calendar."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.calendar import HotelCalendar, WorkingHours, local_day, statutory_days
from roomnight.kernel.models import Day
from roomnight.kernel.policy import Policy
from roomnight.organization.models import Hotel

NOON = time(12)


def has_holidays(country: str) -> bool:
    """Whether the public holidays of a country (ISO 3166; "" for none) are known."""
    try:
        statutory_days(country, 2026)
    except ValueError:
        return False
    return True


WORKDAY_START: Policy[time] = Policy(
    "organization.workday_start",
    time(9),
    label=_("Beginning of the working day"),
    source="ORG-05",
    kind="time",
    check=lambda clock: clock < NOON,
)
WORKDAY_END: Policy[time] = Policy(
    "organization.workday_end",
    time(18),
    label=_("End of the working day"),
    source="ORG-05",
    kind="time",
    check=lambda clock: clock > NOON,
)
REST_WEEKDAYS: Policy[list[int]] = Policy(
    "organization.rest_weekdays",
    [5, 6],
    label=_("Weekly rest days"),
    source="ORG-05",
    kind="table",
    check=lambda days: len(set(days)) == len(days) < 7 and set(days) <= set(range(7)),
    words=dict(
        enumerate((_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")))
    ),
)
HOLIDAY_COUNTRY: Policy[str] = Policy(
    "organization.holiday_country",
    "CN",
    label=_("Whose public holidays the office keeps"),
    source="ORG-05",
    kind="text",
    check=has_holidays,
    words={
        "CN": _("Mainland China"),
        "HK": _("Hong Kong SAR"),
        "MO": _("Macao SAR"),
        "TW": _("Taiwan"),
        "SG": _("Singapore"),
        "MY": _("Malaysia"),
        "TH": _("Thailand"),
        "VN": _("Vietnam"),
        "JP": _("Japan"),
        "KR": _("South Korea"),
    },
)


def calendar_of(hotel: Hotel, on: date) -> HotelCalendar:
    """The working days of a hotel by the policies in force on a day, with every day it has decided itself."""
    own = Day.objects.filter(hotel_code=hotel.code).values_list("date", "is_working")
    return HotelCalendar(
        rest_weekdays=frozenset(REST_WEEKDAYS.at(hotel.code, on)),
        overrides=dict(own),
        country=HOLIDAY_COUNTRY.at(hotel.code, on),
    )


def hours_of(hotel: Hotel, on: date) -> WorkingHours:
    """The office hours of a hotel by the policies in force on a day."""
    return WorkingHours(
        start=WORKDAY_START.at(hotel.code, on), end=WORKDAY_END.at(hotel.code, on), tz=ZoneInfo(hotel.timezone)
    )


def day_at(hotel: Hotel, moment: datetime) -> date:
    """The hotel's local date at a moment."""
    return local_day(moment, ZoneInfo(hotel.timezone))
