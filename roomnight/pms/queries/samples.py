"""The beginning of a file, read as a profile would read it: for looking at before anything is written (PMS-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from roomnight.kernel.tables import Table
from roomnight.pms.rules.lines import LineRow, is_total, reader_for
from roomnight.pms.rules.mapping import BookingRow, Problem
from roomnight.pms.rules.profile import Profile, doubled_columns, missing_columns

ROWS_READ: Final = 500
ROWS_SHOWN: Final = 6
PROBLEMS_SHOWN: Final = 20
ROWS_SEARCHED: Final = 50_000


@dataclass
class Sample:
    """What the first rows of a file come to, and the names of hotels found near its beginning."""

    absent: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows: list[tuple[int, BookingRow | LineRow]] = field(default_factory=list)
    rows_with_problems: int = 0
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    hotel_names: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not self.absent and not self.doubled


def sample(table: Table, profile: Profile) -> Sample:
    """Read the first rows; never refuses, for what does not fit is what is to be shown."""
    found = Sample(missing_columns(profile, table.header), doubled_columns(profile, table.header))
    if not found.fits:
        return found
    reader, names = reader_for(profile, table.header), set()
    for number, cells in islice(table.rows(), ROWS_SEARCHED):
        if found.rows_read < ROWS_READ:
            row = reader.read(cells)
            if isinstance(row, list) and is_total(cells):
                continue
            found.rows_read += 1
            _note(found, number, row)
        names.add(reader.hotel_of(cells))
    found.hotel_names = sorted(names - {""}) if profile.hotel_column else [""]
    return found


def _note(found: Sample, number: int, row: BookingRow | LineRow | list[Problem]) -> None:
    if isinstance(row, list):
        found.rows_with_problems += 1
        found.problems += [(number, problem) for problem in row[: PROBLEMS_SHOWN - len(found.problems)]]
    elif len(found.rows) < ROWS_SHOWN:
        found.rows.append((number, row))


def values_of(table: Table, column: str, limit: int = 30) -> Sequence[str]:
    """What stands in a column near the beginning of a file, each text once: for saying what its words mean."""
    place = table.header.index(column)
    seen: dict[str, None] = {}
    for _number, cells in islice(table.rows(), ROWS_SEARCHED):
        if place < len(cells) and len(seen) < limit:
            seen[cells[place]] = None
    return list(seen)
