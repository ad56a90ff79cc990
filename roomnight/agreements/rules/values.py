"""The tables and numbers of agreements that a hotel may change (AGR-01, AGR-02, AGR-05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.agreements.rules.paper import readable_particulars, readable_terms
from roomnight.agreements.rules.renewal import read_notice_days
from roomnight.agreements.rules.seasons import read_floors, read_room_types, read_seasons
from roomnight.kernel.policy import Policy


def readable(read: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Whether a table can be read at all."""

    def check(table: Any) -> bool:
        try:
            read(table)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            return False
        return True

    return check


def _room(zh: str, en: str, rack: str) -> dict[str, str]:
    return {"zh": zh, "en": en, "rack": rack}


ROOM_TYPES = Policy[Any](
    "agreements.room_types",
    {
        "superior": _room("高级房", "Superior room", "1080"),
        "deluxe": _room("豪华房", "Deluxe room", "1280"),
        "executive": _room("行政房", "Executive room", "1680"),
        "suite": _room("套房", "Suite", "2680"),
    },
    label=_("Room types on price lists, with their public rate"),
    source="AGR-01",
    kind="table",
    check=readable(read_room_types),
)
SEASONS = Policy[Any](
    "agreements.seasons",
    [
        {"code": "ordinary", "zh": "平季", "en": "Ordinary season"},
        {"code": "low", "zh": "淡季", "en": "Low season", "spans": ["01-04/02-29", "12-01/12-23"]},
        {"code": "high", "zh": "旺季", "en": "High season", "spans": ["04-01/05-31", "09-10/11-10"]},
    ],
    label=_("Seasons of price lists, and their days"),
    source="AGR-01",
    kind="table",
    check=readable(read_seasons),
)
RATE_FLOORS = Policy[Any](
    "agreements.rate_floors",
    {
        "superior": {"low": "420", "ordinary": "480", "high": "560"},
        "deluxe": {"low": "500", "ordinary": "580", "high": "680"},
        "executive": {"low": "760", "ordinary": "860", "high": "980"},
        "suite": {"low": "1200", "ordinary": "1380", "high": "1580"},
    },
    label=_("Lowest agreed rate a night without the director, by room type and season"),
    source="AGR-02",
    kind="table",
    check=readable(read_floors),
)
NOTICE_DAYS = Policy[Any](
    "agreements.renewal_notice_days",
    [60, 30, 7],
    label=_("Days before the end of an agreement on which the representative is reminded"),
    source="AGR-05",
    kind="table",
    check=readable(read_notice_days),
)
LEAK_DAYS: Policy[int] = Policy(
    "agreements.leak_days",
    92,
    label=_("Days back that are searched each night for stays booked elsewhere"),
    source="AGR-07",
    kind="days",
    check=lambda days: 1 <= days <= 730,
)
UNSIGNED_DAYS: Policy[int] = Policy(
    "agreements.unsigned_days",
    30,
    label=_("Days after which an approved agreement that was not signed lapses"),
    source="AGR-02",
    kind="days",
    check=lambda days: 1 <= days <= 366,
)
UNSIGNED_NOTICE: Policy[int] = Policy(
    "agreements.unsigned_notice_days",
    7,
    label=_("Days before an unsigned agreement lapses on which its representative is reminded"),
    source="AGR-02",
    kind="days",
    check=lambda days: 0 <= days <= 366,
)
FINANCE = "finance"
COPIES_TO = Policy[Any](
    "agreements.copy_departments",
    {
        "cash": [FINANCE, "front_office"],
        "credit_signing": [FINANCE, "front_office", "food_beverage"],
        "credit_account": [FINANCE, "front_office", "food_beverage", "banquet"],
        "conference": [FINANCE, "banquet", "food_beverage"],
        "travel_agency": [FINANCE, "front_office"],
        "key_account": [FINANCE, "front_office"],
    },
    label=_("Departments that get a copy of a signed agreement, by kind; finance always"),
    source="AGR-04",
    kind="table",
    check=lambda table: (
        isinstance(table, dict)
        and all(
            isinstance(kinds, list) and FINANCE in kinds and all(isinstance(one, str) for one in kinds)
            for kinds in table.values()
        )
    ),
)
HOTEL_ON_PAPER = Policy[Any](
    "agreements.hotel_on_paper",
    {"hotel_address": "", "hotel_phone": "", "hotel_tax_number": "", "hotel_bank": "", "hotel_bank_account": ""},
    label=_("The hotel's particulars on agreements; without a name, the hotel's own"),
    source="AGR-03",
    kind="table",
    check=readable_particulars,
)
PAPER_TERMS = Policy[Any](
    "agreements.usual_terms",
    {
        "check_in": "14:00",
        "check_out": "12:00",
        "half_day_until": "18:00",
        "objection_days": "5",
        "late_charge": "0.05",
        "notice_days": "30",
        "group_rooms": "8",
        "rooming_list_days": "7",
        "group_cancel_days": "3",
        "event_deposit": "50",
        "event_deposit_days": "5",
        "final_hours": "72",
    },
    label=_("Usual terms that stand on agreements"),
    source="AGR-03",
    kind="table",
    check=readable_terms,
)
