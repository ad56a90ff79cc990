"""Two hotels into which nothing has been brought yet, beside those of the small world."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_hotel
from roomnight.organization.models import Hotel
from roomnight.pms.tests.bringing import REAL_FILE

collect_ignore = [] if REAL_FILE.exists() else ["test_real_data.py"]


@pytest.fixture
def houses(world) -> tuple[Hotel, Hotel]:
    """H1 is the resort, H2 the house in the city."""
    return tuple(
        create_hotel(actor=OPERATOR, code=code, name=name) for code, name in (("H1", "度假村"), ("H2", "市区"))
    )  # type: ignore[return-value]


@pytest.fixture
def time_machine_at():
    """`with time_machine_at(date(2016, 3, 10)):` the clock stands at ten in the morning of that day in Shanghai."""

    def at(day: date) -> time_machine.travel:
        return time_machine.travel(
            datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False
        )

    return at
