"""The public data set whole, against figures that others computed from it. conftest.py leaves this out where it is not."""

import csv
import random
from datetime import date
from io import StringIO
from typing import Any

import pytest

from roomnight.pms.tests.bringing import (
    REAL_FILE,
    assert_production_is_whole,
    bring_in,
    figures,
    picture,
    rows_of,
    write_rows,
)
from roomnight.pms.tests.test_sample import printed

pytestmark = pytest.mark.django_db
RESORT = {"Resort Hotel": "H1"}
REPORTS: list[tuple[str, str, dict[str, Any]]] = [
    ("hb_account_month_H1.csv", "production", {"by": "month"}),
    ("hb_account_staymonth_H1.csv", "production", {"by": "stay-month"}),
    ("hb_account_year_H1.csv", "production", {"by": "year"}),
    ("hb_lost_overdue_H1.csv", "lost", {"as_of": date(2017, 8, 31)}),
]


def test_the_public_file_comes_to_the_published_figures(houses, tmp_path):
    """40,060 rows: every line of the four files, nothing new when sent again, the same state from shuffled rows."""
    whole = {"rows_read": 40_060, "created": 40_060, "updated": 0, "unchanged": 0, "rejected": 0}
    assert figures(bring_in(REAL_FILE, RESORT)) == whole
    assert differences() == []
    assert_production_is_whole("H1")
    assert figures(bring_in(REAL_FILE, RESORT)) == {**whole, "created": 0, "unchanged": 40_060}
    header, *rows = rows_of(REAL_FILE)
    random.Random(5).shuffle(rows)
    bring_in(write_rows(tmp_path / "shuffled.csv", [header, *rows]), {"Resort Hotel": "H2"})
    assert without_the_hotel(picture(["H1"])) == without_the_hotel(picture(["H2"]))


def without_the_hotel(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {part: [row[1:] if row[0] in {"H1", "H2"} else row for row in rows] for part, rows in found.items()}


def differences() -> list[object]:
    """Every line in which a report and its expected file differ."""
    found: list[object] = []
    for name, command, options in REPORTS:
        company, agent = (printed(command, type=side, **options) for side in ("company", "agent"))
        ours = list(csv.reader(StringIO(company + agent.partition("\n")[2])))
        theirs = rows_of(REAL_FILE.parent / "expected" / name)
        found += [(name, len(ours), len(theirs))] if len(ours) != len(theirs) else []
        found += [(name, mine, other) for mine, other in zip(ours, theirs, strict=False) if mine != other]
    return found
