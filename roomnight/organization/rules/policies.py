"""What is decided about policy documents: which version holds on a day, who may approve, and what differs between two."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

ACKNOWLEDGE_DAYS: Policy[int] = Policy(
    "organization.acknowledge_days",
    3,
    label=_("Working days to read and sign a policy before the one reminder"),
    source="POL-04",
    kind="days",
    check=lambda days: 1 <= days <= 60,
)
SIGNS_A_PAGE = 900  # of an A4 page in Chinese, head and margins taken off
CONTEXT_LINES = 2


class Dated(Protocol):
    """What a version must say about its time."""

    @property
    def in_force_from(self) -> date | None: ...

    @property
    def withdrawn_on(self) -> date | None: ...


class Stated(Dated, Protocol):
    """A version with its kept state."""

    @property
    def state(self) -> str: ...


V = TypeVar("V", bound=Dated)


def version_on(versions: Iterable[V], day: date) -> V | None:
    """The version of one document in force on a day: the last that had begun, unless it was withdrawn by then (POL-02)."""
    begun = [(one.in_force_from, one) for one in versions if one.in_force_from and one.in_force_from <= day]
    last = max(begun, key=lambda pair: pair[0], default=None)
    if last is None:
        return None
    version = last[1]
    return None if version.withdrawn_on is not None and version.withdrawn_on <= day else version


def may_approve(approver: int, involved: Iterable[int | None]) -> bool:
    """Nobody approves what they issued, wrote or submitted (POL-02). People are given by their ids."""
    return approver not in set(involved)


def pages_of(*texts: str) -> int:
    """About how many A4 pages a text fills; two letters count as one Chinese character."""
    signs = sum(1.0 if ord(sign) > 0x2E7F else 0.5 for text in texts for sign in text)
    return max(1, -int(-signs // SIGNS_A_PAGE))


@dataclass(frozen=True)
class Piece:
    """A run of signs of a line: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of a comparison: `same`, `gone`, `new`, or `skip` for lines left out; with its pieces."""

    kind: str
    pieces: tuple[Piece, ...]


def differences(old: str, new: str) -> list[Line]:
    """What was taken out of a text and what came in, line by line and within a changed line sign by sign.

    Of what stayed the same only a little around the changes is kept; equal texts give nothing.
    """
    before, after = old.splitlines(), new.splitlines()
    found: list[Line] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT_LINES)):
        if number:
            found.append(Line("skip", ()))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [Line("same", (Piece("same", text),)) for text in before[i1:i2]]
            elif tag == "replace" and i2 - i1 == j2 - j1:
                for one, other in zip(before[i1:i2], after[j1:j2], strict=True):
                    found += changed_line(one, other)
            else:
                found += [Line("gone", (Piece("gone", text),)) for text in before[i1:i2]]
                found += [Line("new", (Piece("new", text),)) for text in after[j1:j2]]
    return found


def changed_line(old: str, new: str) -> list[Line]:
    """A line that was changed, as it was and as it is, with the signs that differ apart from those that stay."""
    gone: list[Piece] = []
    come: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = tag == "equal"
        if i2 > i1:
            gone.append(Piece("same" if same else "gone", old[i1:i2]))
        if j2 > j1:
            come.append(Piece("same" if same else "new", new[j1:j2]))
    return [Line("gone", tuple(gone)), Line("new", tuple(come))]


def families_of(source: str) -> str:
    """The family of a rule: VIS of VIS-13. A shipped document governs the values of whole families (POL-05)."""
    return source.partition("-")[0]


def next_serial(prefix: str, taken: Sequence[str]) -> str:
    """The next free number of a series such as SG-SM-PP-: three digits, after the highest."""
    numbers = [int(rest) for one in taken if one.startswith(prefix) and (rest := one[len(prefix) :]).isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def shown_state(version: Stated, versions: Iterable[Dated], day: date) -> str:
    """How a version stands on a day, whether or not the worker has been round: its kept state, or by its dates."""
    if version.state not in ("approved", "effective", "superseded") or version.in_force_from is None:
        return version.state
    if version.in_force_from > day:
        return "approved"
    return "effective" if version_on(versions, day) is version else "superseded"
