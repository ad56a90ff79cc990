"""Patterns that a form may ask a text to match: a part of regular expressions that cannot run away (PRC-07).

Letters and signs, classes such as `[A-Z]` and `\\d`, groups, `|`, and `?`, `*`, `+`, `{2,4}`. No back-references, no looking
ahead, and only so many ways to try: a text is matched whole, and in the worst case in a few milliseconds.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 120  # characters of a pattern
LONGEST_TEXT = 200  # characters of a text that is matched; a longer one does not match
MOST_WAYS = 50_000
MOST_REPEATS = 100
CLASSES = "dws"
QUANTIFIER = re.compile(r"\{(\d{1,3})(,(\d{0,3}))?\}")
SIGNS = frozenset(r"\.^$*+?()[]{}|-/ ")


class BadPattern(ValueError):
    """A pattern outside this language; says why, in English."""


@lru_cache(maxsize=1024)
def compiled(text: str) -> re.Pattern[str]:
    """A pattern made ready, `\\d`, `\\w` and `\\s` meaning the plain Latin ones. Raises BadPattern."""
    if len(text) > LONGEST:
        raise BadPattern(f"longer than {LONGEST} characters")
    reader = _Reader(text.removeprefix("^").removesuffix("$") if not text.endswith("\\$") else text.removeprefix("^"))
    ways = reader.alternatives(0)
    if not reader.is_at_end():
        raise BadPattern(f"{reader.text[reader.at]!r} at {reader.at + 1} has no beginning")
    if ways > MOST_WAYS:
        raise BadPattern("too many ways to match it: use fewer *, + and ?")
    try:
        return re.compile(reader.text, re.ASCII)
    except (re.error, OverflowError) as error:
        raise BadPattern(str(error)) from error


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says."""
    return len(text) <= LONGEST_TEXT and compiled(pattern).fullmatch(text) is not None


class _Reader:
    """Walks over a pattern and counts in how many ways a text could be tried against it."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def is_at_end(self) -> bool:
        return self.at >= len(self.text)

    def alternatives(self, depth: int) -> int:
        if depth > 5:
            raise BadPattern("too many groups in one another")
        ways = self.sequence(depth)
        while not self.is_at_end() and self.text[self.at] == "|":
            self.at += 1
            ways += self.sequence(depth)
        return min(ways, MOST_WAYS + 1)

    def sequence(self, depth: int) -> int:
        ways = 1
        while not self.is_at_end() and self.text[self.at] not in "|)":
            ways = min(ways * self.repeated(self.atom(depth)), MOST_WAYS + 1)
        return ways

    def atom(self, depth: int) -> int:
        sign = self.text[self.at]
        self.at += 1
        if sign == "(":
            return self.group(depth)
        if sign == "[":
            self.bracket()
        elif sign == "\\":
            self.escaped()
        elif sign in "^$*+?{}]":
            raise BadPattern(f"{sign!r} at {self.at} is not read there; write \\{sign} for the sign itself")
        return 1

    def group(self, depth: int) -> int:
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.text.startswith("?", self.at):
            raise BadPattern("(? is not part of the language, only (?: is")
        ways = self.alternatives(depth + 1)
        if self.is_at_end():
            raise BadPattern("a bracket is not closed")
        self.at += 1
        return ways

    def bracket(self) -> None:
        start = self.at
        if self.text.startswith("^", self.at):
            self.at += 1
        while not self.is_at_end() and (self.text[self.at] != "]" or self.at == start):
            if self.text[self.at] == "[":
                raise BadPattern("[ in a class is written \\[")
            self.at += 1
            if self.text[self.at - 1] == "\\":
                self.escaped()
        if self.is_at_end():
            raise BadPattern("a class is not closed")
        self.at += 1

    def escaped(self) -> None:
        if self.is_at_end() or self.text[self.at] not in CLASSES and self.text[self.at] not in SIGNS:
            raise BadPattern(f"\\{self.text[self.at : self.at + 1]} is not part of the language")
        self.at += 1

    def repeated(self, ways: int) -> int:
        """The ways of what was just read, as often as the sign behind it says."""
        if self.is_at_end():
            return ways
        least, most = 1, 1
        if self.text[self.at] in "?*+":
            least, most = {"?": (0, 1), "*": (0, LONGEST_TEXT), "+": (1, LONGEST_TEXT)}[self.text[self.at]]
            self.at += 1
        elif self.text[self.at] == "{":
            found = QUANTIFIER.match(self.text, self.at)
            if found is None:
                raise BadPattern("{ begins a number of times such as {2} or {2,4}")
            least = int(found[1])
            most = least if found[2] is None else int(found[3] or LONGEST_TEXT)
            if most < least or max(least, most if found[3] else 0) > MOST_REPEATS:
                raise BadPattern(f"{found[0]} is no number of times up to {MOST_REPEATS}")
            self.at = found.end()
        else:
            return ways
        if not self.is_at_end() and self.text[self.at] in "?*+{":
            raise BadPattern("two numbers of times stand behind one another")
        return _power_sum(ways, least, most)


def _power_sum(ways: int, least: int, most: int) -> int:
    """ways**least + … + ways**most, no further than it matters."""
    total = 0
    for times in range(least, most + 1):
        total += min(ways**times, MOST_WAYS + 1)
        if total > MOST_WAYS:
            return MOST_WAYS + 1
    return total
