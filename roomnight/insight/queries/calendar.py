"""What is due of the year-end screening on a day (SCR-06)."""

from __future__ import annotations

from datetime import date

from roomnight.insight.models import RunState, ScreeningRun
from roomnight.insight.rules.values import OPENS_ON, SCREENING_DUE, day_of_year
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side


def judging_year(hotel: Hotel, today: date) -> int | None:
    """The year whose clients are taken stock of on a day: from its opening day to its due day; None between."""
    for year in (today.year, today.year - 1):
        last = date(year, 12, 31)
        opens = day_of_year(OPENS_ON.at(hotel.code, last), year)
        due = day_of_year(SCREENING_DUE.at(hotel.code, last), year + 1)
        if opens <= today <= due:
            return year
    return None


def due_runs(hotel: Hotel, year: int, today: date) -> list[str]:
    """The peer groups that are to be worked out today: once before the year ends, and once on the whole year when it is due."""
    last = date(year, 12, 31)
    runs = ScreeningRun.objects.filter(hotel=hotel, year=year)
    if today <= last:
        done = runs
    elif today == day_of_year(SCREENING_DUE.at(hotel.code, last), year + 1):
        done = runs.filter(as_of__gt=last) | runs.filter(state=RunState.SIGNED)
    else:
        return []
    made = set(done.values_list("side", flat=True))
    return [side for side in Side.values if side not in made]
