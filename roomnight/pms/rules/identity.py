"""By what a booking is known again when its file comes a second time (PMS-02)."""

from __future__ import annotations

from collections.abc import Hashable


class Ordinals:
    """Counts equal rows within one file, hotel by hotel: the first is 1, the next equal one 2.

    Equal rows are legitimate (two rooms booked alike), so they must stay apart, yet be found again in a file whose
    rows come in another order. Holds one small entry for each different row.
    """

    def __init__(self) -> None:
        self._seen: dict[Hashable, dict[str, int]] = {}

    def next(self, hotel: Hashable, digest: str) -> int:
        """The place of this row among its equals so far in this hotel."""
        here = self._seen.get(hotel)
        if here is None:
            here = self._seen[hotel] = {}
        number = here[digest] = here.get(digest, 0) + 1
        return number


def key_from_row(digest: str, ordinal: int) -> str:
    """The key of a booking whose file has no booking number; with the hotel it is unique. Never a line number."""
    return f"#{digest}:{ordinal}"


def key_from_number(profile: str, number: str) -> str:
    """The key of a booking that its own system numbers; two systems may use the same number."""
    return f"{profile}:{number}"
