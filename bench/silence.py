"""How long the model of falling silent takes to fit 100,000 accounts, printed. Started by `python -m bench.silence`, and
by `make bench`. Where the public data set lies beside the repository, what each rule would have said of its companies."""

from __future__ import annotations

import calendar
import csv
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from roomnight.insight.rules.churn import Trail

PUBLIC = Path(__file__).resolve().parents[2] / "shared" / "data" / "hotel_bookings_H1.csv"
UNTIL = date(2017, 8, 31)
COUNT, AIM = 100_000, 10.0
TRUE = (0.8, 20.0, 0.7, 2.5)


def main() -> int:
    """Draw accounts by a fixed seed, fit, judge; 1 where it takes longer than it may."""
    django.setup()
    from roomnight.insight.rules.rhythm import History, fitted

    dice = random.Random(1)
    drawn = [History(*life(dice)) for _one in range(COUNT)]
    started = time.perf_counter()
    found = fitted(drawn)
    seconds = time.perf_counter() - started
    assert found is not None
    values = ", ".join(f"{value:.3f}" for value in (found.r, found.alpha, found.a, found.b))
    print(f"  fit of {COUNT:,} accounts: {seconds:.1f} s (aim {AIM:.0f} s); r, alpha, a, b {values}, drawn with {TRUE}")
    started = time.perf_counter()
    expected = sum(found.expected(one, 180) for one in drawn)
    print(f"  each one judged: {time.perf_counter() - started:.1f} s; {expected:,.0f} arrivals expected in 180 days")
    if PUBLIC.exists():
        print_proof()
    return int(seconds > AIM)


def life(dice: random.Random) -> tuple[int, float, float]:
    """One account: how often it came again, the day of the last, the days it has been known."""
    known, rate, stops = dice.randint(100, 1000), dice.gammavariate(TRUE[0], 1 / TRUE[1]), dice.betavariate(*TRUE[2:])
    day, x, last = 0.0, 0, 0.0
    while (day := day + dice.expovariate(rate)) <= known:
        x, last = x + 1, day
        if dice.random() < stops:
            break
    return x, round(last), known


def companies() -> list[Trail]:
    """The companies of the public data set."""
    from roomnight.insight.rules.churn import NEVER, Trail

    months = {name: number for number, name in enumerate(calendar.month_name)}
    found: dict[str, Trail] = {}
    for row in csv.DictReader(PUBLIC.open(encoding="utf-8")):
        if row["company"] == "NULL":
            continue
        one = found.setdefault(row["company"], Trail(int(row["company"])))
        month = months[row["arrival_date_month"]]
        arrival = date(int(row["arrival_date_year"]), month, int(row["arrival_date_day_of_month"]))
        day, gone = arrival.toordinal(), NEVER
        if row["reservation_status"] == "Check-Out":
            one.days.append(day)
        elif row["reservation_status"] == "Canceled":
            gone = date.fromisoformat(row["reservation_status_date"]).toordinal()
        one.booked.append(((arrival - timedelta(days=int(row["lead_time"]))).toordinal(), day, gone))
    for one in found.values():
        one.days = sorted(set(one.days))
    return list(found.values())


def print_proof() -> None:
    """Twelve month-ends of the public data set: each score's area under the curve, each rule's alerts beside the model's."""
    from fractions import Fraction

    from roomnight.insight.rules.churn import Limits
    from roomnight.insight.rules.proof import proved

    limits = Limits(14, 3, 90, Fraction(2), 2, Fraction(60), "season")
    found = proved(companies(), UNTIL.toordinal(), limits)
    print(f"  public data, {found['first']} to {found['last']}: {found['cases']} cases, {found['gone']} stayed away")
    for name, (area, low, high) in found["areas"].items():
        print(f"  area under the curve, {name}: {area:.3f} ({low:.3f} to {high:.3f})")
    for name, one in found["rules"].items():
        print(f"  {name}: {one['alerts']} alerts, {one['right']} right; the model's first {one['model_right']} right")


if __name__ == "__main__":
    sys.exit(main())
