"""Recognising a client in the way the PMS names it: by its number first, then by its name (PMS-01)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

MARKS: Final = re.compile(r"[(\[【](?:协议?|协议(?:单位|公司|客户)|挂帐|挂账|签单|合约|散客)[)\]】]")
"""What reservation clerks write beside a name: “华星科技(协)”."""


def name_key(name: str) -> str:
    """A name without what differs from one typing to the next: width, case, spaces, points, and the clerk's marks.

    The legal form stays, for two companies may differ in nothing else.
    """
    half = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s.,·、'’]+", "", MARKS.sub("", half))[:160]


def recognised(
    side: str,
    code: str,
    name: str,
    *,
    by_number: Mapping[tuple[str, str], int],
    by_name: Mapping[str, Collection[int]],
) -> int | None:
    """The one client that is meant, or None where a person has to say.

    `by_number` has (side, number) → client; a number of the other side is taken where there is none of this one.
    A name decides only where exactly one client has it, and never against a number that is known.
    """
    if code:
        for one in (side, "agent" if side == "company" else "company"):
            if (one, code) in by_number:
                return by_number[one, code]
    named = by_name.get(name_key(name), ()) if name else ()
    return next(iter(named)) if len(named) == 1 else None
