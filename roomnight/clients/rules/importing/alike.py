"""Rows of one file that may be one client (ACC-04): each is compared with the earlier ones that share a key with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from roomnight.clients.rules.duplicates import BRANCH, Particulars, Reason, keys, likeness, person_keys

MOST_PER_KEY: Final = 25
MOST_COMPARED: Final = 80
MOST_KEPT: Final = 8
_ROW: Final = "row "

Key = tuple[str, str]


@dataclass(frozen=True)
class AlikeRow:
    """An earlier row of the same file that a row may be: its number, whom it names, how alike from 0 to 100, and why."""

    number: int
    name: str
    points: int
    reasons: tuple[Reason, ...] = ()


class RowsAlike:
    """The rows of a file read so far, by what each is looked up by. A branch is never taken for its house."""

    def __init__(self) -> None:
        self._rows: dict[int, Particulars] = {}
        self._having: dict[Key, tuple[int, ...]] = {}

    def add(self, number: int, one: Particulars) -> list[AlikeRow]:
        """Take note of a row. Returns the earlier ones that it may be, the likeliest first."""
        own = keys(one)
        earlier = dict.fromkeys(other for key in own for other in self._having.get(key, ()))
        found = []
        for other in islice(earlier, MOST_COMPARED):
            like = likeness(one, self._rows[other])
            if like.counts and like.verdict != BRANCH:
                found.append(AlikeRow(other, self._rows[other].name, like.points, like.reasons))
        self._rows[number] = one
        self._note(number, own)
        return sorted(found, key=lambda row: (-row.points, row.number))[:MOST_KEPT]

    def add_phones(self, number: int, phones: Sequence[str]) -> None:
        """A later row about the same client told more telephone numbers."""
        one = self._rows.get(number)
        fresh = tuple(phone for phone in phones if one and phone not in one.phones)
        if one and fresh:
            self._rows[number] = replace(one, phones=(*one.phones, *fresh))
            self._note(number, person_keys(fresh, "", ""))

    def _note(self, number: int, own: Sequence[Key]) -> None:
        for key in own:
            having = self._having.get(key, ())
            if len(having) < MOST_PER_KEY and number not in having:
                self._having[key] = (*having, number)


def decision_of(candidate: Mapping[str, Any]) -> str:
    """What is chosen by somebody who says that a row is this one: the client's key, or “row 7” of the same file."""
    return f"{_ROW}{candidate['row']}" if "row" in candidate else str(candidate["account"])


def row_decided(decision: str) -> int | None:
    """The row of the file that was chosen; None where something else was."""
    return int(decision.removeprefix(_ROW)) if decision.startswith(_ROW) else None


def as_candidate(one: AlikeRow) -> dict[str, Any]:
    """A row as it is kept beside the one that it may be."""
    reasons = [{"code": why.code, "values": dict(why.values)} for why in one.reasons]
    return {"row": one.number, "name": one.name, "points": one.points, "reasons": reasons}


def from_candidate(kept: Mapping[str, Any]) -> AlikeRow:
    """The reverse."""
    reasons = tuple(Reason(why["code"], why["values"]) for why in kept["reasons"])
    return AlikeRow(kept["row"], kept["name"], kept["points"], reasons)
