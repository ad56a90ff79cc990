"""When an account is lost or overdue, on the very days on which that changes."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from roomnight.clients.rules import LOST_DAYS
from roomnight.pms.rules.quiet import OVERDUE_FACTOR, OVERDUE_MIN_GAPS, habit, rounded, silence

FIRST = date(2016, 1, 1)


def days(*numbers: int) -> list[date]:
    return [FIRST + timedelta(number) for number in numbers]


@pytest.mark.parametrize(
    ("case", "arrivals", "gaps", "mean", "median"),
    [
        ("once", days(0), 0, None, None),
        ("twice", days(0, 7), 1, 7, 7),
        ("an odd number of gaps", days(0, 10, 30, 31), 3, Fraction(31, 3), 10),
        ("an even number of gaps", days(0, 10, 31), 2, Fraction(31, 2), Fraction(31, 2)),
    ],
)
def test_habit(case, arrivals, gaps, mean, median):
    found = habit(arrivals)
    assert (found.gaps, found.mean_gap, found.median_gap) == (gaps, mean, median)
    assert (found.first_arrival, found.last_arrival, found.arrival_days) == (arrivals[0], arrivals[-1], len(arrivals))


def judged(arrivals: list[date], quiet_days: int, *, nights: int = 1, factor: str = "2", min_gaps: int = 2):
    seen = habit(arrivals)
    leaves, as_of = seen.last_arrival + timedelta(nights), seen.last_arrival + timedelta(quiet_days)
    return silence(seen, leaves, as_of, lost_days=90, factor=Decimal(factor), min_gaps=min_gaps)


@pytest.mark.parametrize(
    ("case", "quiet_days", "nights", "lost", "lost_by_departure"),
    [
        ("ninety days", 90, 1, False, False),
        ("the day after", 91, 1, True, True),
        ("stayed long: the departure counts from later", 91, 2, True, False),
        ("and is passed later", 92, 2, True, True),
    ],
)
def test_lost_after_more_than_ninety_days(case, quiet_days, nights, lost, lost_by_departure):
    found = judged(days(0), quiet_days, nights=nights)
    assert (found.days, found.is_lost, found.is_lost_by_departure) == (quiet_days, lost, lost_by_departure)


@pytest.mark.parametrize(
    ("case", "arrivals", "quiet_days", "by_mean", "by_median"),
    [
        ("one booking is no habit", days(0), 400, None, None),
        ("one gap is no habit", days(0, 7), 400, None, None),
        ("twice the usual gap", days(0, 10, 30), 30, False, False),
        ("a day more", days(0, 10, 30), 31, True, True),
        ("late by the mean only", days(0, 20, 40, 42), 29, True, False),
        ("late by the median only", days(0, 2, 4, 30), 5, False, True),
    ],
)
def test_overdue_by_its_own_habit(case, arrivals, quiet_days, by_mean, by_median):
    found = judged(arrivals, quiet_days)
    assert (found.overdue_by_mean, found.overdue_by_median) == (by_mean, by_median)


def test_the_hotel_decides_how_late_is_late():
    assert judged(days(0, 10, 30), 31, factor="2.5").overdue_by_mean is False
    assert judged(days(0, 10, 30), 38, factor="2.5").overdue_by_mean is True
    assert judged(days(0, 10), 21, min_gaps=1).overdue_by_mean is True


def test_what_the_procedure_says():
    assert (LOST_DAYS.default, OVERDUE_FACTOR.default, OVERDUE_MIN_GAPS.default) == (90, 2, 2)


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(425, 3), "141.6667"), (Fraction(72), "72.0000"), (Fraction(1, 8), "0.1250")]
)
def test_rounded(value, text):
    assert str(rounded(value)) == text
