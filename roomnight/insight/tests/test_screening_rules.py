"""The score of a client, point by point, on figures small enough to check by hand."""

from datetime import date
from decimal import Decimal

import pytest

from roomnight.insight.rules.covered import covered_months
from roomnight.insight.rules.parameters import Parameters, cuts_fall, read_parameters, weights_are_whole
from roomnight.insight.rules.receivables import Bill, summed
from roomnight.insight.rules.screening import (
    Facts,
    HotelYear,
    NothingToCompare,
    Peers,
    Receivables,
    half_up,
    read_facts,
    scored,
    screen,
)

PEERS = Peers(rate=8_000, margin=5_000, used=0.85, late=0.05, key_account_cents=5_000_000, on_time=0.7, collected=0.97)
FREE = Parameters(room_night_cost_cents=0)
SCALE = 10_000 * 100
LARGE = Facts(
    1, "1", bookings=340, stays=300, late=9, nights=780, revenue_cents=6_200_000, commission=24_000 * SCALE,
    now_cents=3_200_000, before_cents=2_800_000, window_stays=300, standing=4.0,
    receivables=Receivables(24, 6_000_000, 5_400_000, 5_950_000, 95, False, 0.9),
)  # fmt: skip
ONCE = Facts(
    2, "2", bookings=1, stays=1, nights=3, revenue_cents=24_000, commission=78 * SCALE, now_cents=24_000, window_stays=1
)  # fmt: skip
DROPPED = Facts(3, "3", bookings=4, late=2)
ASLEEP = Facts(4, "4", before_cents=500_000, window_stays=40, standing=2.0, receivables=Receivables())


@pytest.mark.rule("SCR-01")
@pytest.mark.rule("SCR-02")
@pytest.mark.parametrize(
    ("case", "facts", "points", "coverage", "score", "status"),
    [
        (
            "a large client of which all is known",
            LARGE,
            ("40.00", "12.52", "18.53", "6.20", "9.04"),
            100,
            "86.29",
            "ok",
        ),
        ("one booking, no receivables", ONCE, ("8.61", "13.46", None, "5.83", "8.96"), 80, "46.08", "small_sample"),
        ("only cancellations", DROPPED, ("0.00", "0.00", None, "5.00", "5.42"), 80, "13.02", "no_production"),
        ("nothing this year", ASLEEP, ("0.00", "0.00", "0.00", "1.33", "0.00"), 100, "1.33", "dormant"),
    ],
)
def test_a_score(case, facts, points, coverage, score, status):
    """A missing dimension is left out of the total, which says on how many points it rests."""
    found = scored(facts, PEERS, FREE)
    assert tuple(None if one is None else str(one) for one in found.points.values()) == points
    assert (found.coverage, str(found.score), found.status) == (coverage, score, status)


def test_doubling_the_revenue_earns_about_the_same_again():
    points = [
        scored(Facts(1, revenue_cents=cents), PEERS, FREE).shares["volume"] for cents in (100_000, 200_000, 400_000)
    ]
    assert points[2] - points[1] == pytest.approx(points[1] - points[0], rel=0.06)
    assert scored(Facts(1, revenue_cents=-500), PEERS, FREE).shares["volume"] == 0
    assert scored(Facts(1, revenue_cents=9_900_000), PEERS, FREE).shares["volume"] == 1


@pytest.mark.parametrize(
    ("case", "due", "share"),
    [
        ("none connected", None, None),
        ("pays cash", Receivables(), 1.0),
        ("half on time, all in the end", Receivables(5, 1000, 500, 1000, 40), (0.5 * 0.6 + 0.5 * 0.985)),
        ("the same, much too late once", Receivables(5, 1000, 500, 1000, 181), (0.5 * 0.6 + 0.5 * 0.985) / 2),
        ("the same, with a write-off", Receivables(5, 1000, 500, 1000, 40, True), (0.5 * 0.6 + 0.5 * 0.985) / 2),
    ],
)
def test_safety(case, due, share):
    found = scored(Facts(1, bookings=9, receivables=due), PEERS, FREE).shares["safety"]
    assert found == (share if share is None else pytest.approx(share))


def test_profit_by_amount_is_on_the_scale_of_the_hotels_margin():
    by_amount = Parameters(room_night_cost_cents=0, profit_basis="amount")
    peers = Peers(8_000, 5_000, 0.85, 0.05, 5_000_000, key_margin_cents=3_000_000)
    share = scored(LARGE, peers, by_amount).shares["profitability"]
    assert share == 1.0
    assert 0 < scored(ONCE, peers, by_amount).shares["profitability"] < 0.5


@pytest.mark.rule("SCR-03")
@pytest.mark.parametrize(
    ("case", "facts", "grade", "action"),
    [
        ("the best", LARGE, "A", "invest"),
        (
            "a small sample is not the best by itself",
            Facts(**{**LARGE.__dict__, "bookings": 2, "stays": 2}),
            "B",
            "keep",
        ),
        (
            "who owes for too long",
            Facts(
                **{
                    **LARGE.__dict__,
                    "receivables": Receivables(24, 6_000_000, 5_400_000, 5_950_000, 95, False, 0.9, 91),
                }
            ),
            "C",
            "improve",
        ),
        ("between letting go and C", ONCE, "D", "improve"),
        ("too little", DROPPED, "D", "let_go"),
    ],
)
def test_grade_and_what_is_proposed(case, facts, grade, action):
    found = scored(facts, PEERS, FREE)
    assert (found.grade, found.action) == (grade, action)


def test_the_same_score_shares_a_rank_and_the_larger_stands_first():
    facts = [
        Facts(number, str(number), bookings=9, stays=9, nights=9, revenue_cents=cents)
        for number, cents in ((2, 90_000), (10, 90_000), (3, 10_000), (4, 99_000))
    ]
    flat = Parameters(weights={"volume": 0, "profitability": 0, "safety": 0, "future": 50, "cooperation": 50})
    _peers, found = screen(facts, HotelYear(1_000_000), flat)
    assert [(one.facts.number, one.rank) for one in found] == [("4", 1), ("2", 1), ("10", 1), ("3", 1)]
    last = Facts(5, "5", bookings=9, nights=1, revenue_cents=1, late=9)
    _peers, found = screen([*facts, last], HotelYear(1_000_000), flat)
    assert [one.rank for one in found] == [1, 1, 1, 1, 5]


def test_without_any_production_there_is_no_score():
    with pytest.raises(NothingToCompare):
        screen([DROPPED, ASLEEP], HotelYear(0), FREE)


def test_what_is_kept_reads_back_the_same():
    kept = Parameters(commissions={"OTA": Decimal(15)}, cuts={"A": Decimal(90), "B": Decimal(70), "C": Decimal(50)})
    assert read_parameters(kept.kept()) == kept
    assert [read_facts(one.kept()) for one in (LARGE, ONCE)] == [LARGE, ONCE]


@pytest.mark.parametrize(("value", "shown"), [(0.125, "0.13"), (2.675, "2.68"), (1.005, "1.01"), (0.0, "0.00")])
def test_halves_go_upwards(value, shown):
    assert str(half_up(value)) == shown


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2015, 7, 1), date(2017, 8, 31), (7, 8, 9, 10, 11, 12)),
        (date(2015, 7, 2), date(2016, 9, 29), (8,)),
        (date(2014, 1, 1), date(2016, 12, 31), tuple(range(1, 13))),
        (date(2016, 3, 1), date(2016, 12, 31), ()),
    ],
)
def test_only_months_whole_in_both_years_are_compared(first, last, months):
    assert covered_months(first, last, 2016) == months


def test_how_bills_were_paid():
    year = date(2026, 1, 1), date(2026, 12, 31)
    bills = [
        Bill(1, date(2026, 3, 1), 1000, 1000, 1000, 0, date(2026, 2, 20)),
        Bill(1, date(2026, 4, 1), 500, 0, 500, 0, date(2026, 5, 1)),
        Bill(1, date(2025, 9, 1), 300, 0, 0, 0, date(2026, 1, 29)),
        Bill(1, date(2026, 12, 1), 200, 0, 0, 200),
        Bill(2, date(2025, 12, 1), 100, 0, 0, 0, date(2027, 2, 1), True),
    ]
    found = summed(bills, *year, date(2027, 1, 10))
    assert found[1] == Receivables(3, 1700, 1000, 1500, 150, False, 1 / 3, 40)
    assert found[2] == Receivables(worst_days=395, is_written_off=True)


@pytest.mark.parametrize(
    ("weights", "fine"),
    [
        ({"volume": 40, "profitability": 20, "safety": 20, "future": 10, "cooperation": 10}, True),
        ({"volume": 41, "profitability": 20, "safety": 20, "future": 10, "cooperation": 10}, False),
        ({"volume": 60, "profitability": 20, "safety": 20}, False),
        ({"volume": 120, "profitability": -20, "safety": 0, "future": 0, "cooperation": 0}, False),
    ],
)
@pytest.mark.rule("SCR-01")
def test_weights_are_a_hundred_together(weights, fine):
    assert weights_are_whole(weights) is fine


@pytest.mark.parametrize(
    ("cuts", "fine"),
    [
        ({"A": 85, "B": 70, "C": 55}, True),
        ({"A": 70, "B": 70, "C": 55}, False),
        ({"A": 85, "B": 70}, False),
        ([], False),
    ],
)
def test_each_grade_asks_for_less(cuts, fine):
    assert cuts_fall(cuts) is fine
