"""What lists have in common: tabs, days from the address, chips, the addresses of the next and previous page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from roomnight.ui.keyset import Leaf

PAGING = ("after", "before")


def tab(label: Any, url: str, current: bool, count: int | str | None = None) -> dict[str, Any]:
    """One tab above a list."""
    return {"label": label, "url": url, "current": current, "count": count}


def count_words(n: int, cap: int) -> str:
    """A count up to a cap; nothing for none."""
    return "" if not n else f"{cap}+" if n > cap else str(n)


def picked_day(text: str) -> date | None:
    """A day from an address; None for none and for nonsense."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def address(request: HttpRequest, **changes: str) -> str:
    """This list's address with some of its words changed; an empty one is left out, and the list starts from its top."""
    query = request.GET.copy()
    for name in (*PAGING, *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def pages(request: HttpRequest, leaf: Leaf[Any]) -> dict[str, str]:
    """Where the next and the previous page are; empty at the ends."""
    return {
        "next": address(request, after=leaf.after) if leaf.after else "",
        "previous": address(request, before=leaf.before) if leaf.before else "",
    }


def chips(
    request: HttpRequest, names: Mapping[str, Any], labels: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The filters in force, each with the address of the list without it."""
    return [
        {"label": label, "value": labels.get(name, {}).get(value, value), "url": address(request, **{name: ""})}
        for name, label in names.items()
        if (value := request.GET.get(name, ""))
    ]


def named(row: Mapping[str, Any], prefix: str) -> str:
    """The name of a related record in the language in force, from a row of plain columns."""
    english = row.get(f"{prefix}__name_en") if get_language() == "en" else ""
    return str(english or row.get(f"{prefix}__name") or "")
