"""Tables of text: commas, semicolons, tabs. Never read whole."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from roomnight.kernel.tables.bytes import unreadable

DELIMITERS: Final = (",", ";", "\t", "|")
LINES_LOOKED_AT: Final = 40
LONGEST_LINE: Final = 1 << 20

Row = tuple[int, list[str]]


def delimiter_of(path: Path, encoding: str) -> str:
    """The sign that parts the first lines most evenly; title lines above a table have none."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [
            line for line in islice(iter(lambda: file.readline(LONGEST_LINE), ""), LINES_LOOKED_AT) if line.strip()
        ]

    def evenness(sign: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(sign)))
        usual, often = max(counts.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return often, usual

    return max(DELIMITERS, key=evenness)


def text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Every line with its number and its cells stripped. Raises Refusal `import.unreadable` where it breaks off."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise unreadable(number, error) from error
            yield number, list(map(str.strip, cells))
