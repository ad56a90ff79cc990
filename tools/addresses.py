"""Every address of the product, read from Django's resolver: for the generated list and for the tests that visit them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

DESK = "h/<slug:hotel>/"
"""Where the pages of one hotel begin."""


@dataclass(frozen=True)
class Address:
    """One address: its pattern as written, its full name such as `clients:contact`, its view, and the names of its arguments."""

    pattern: str
    name: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]

    @property
    def is_at_a_hotel(self) -> bool:
        return "hotel" in self.arguments

    @property
    def needs(self) -> tuple[str, str] | None:
        """(resource, action) asked of the seat; None where everybody with a seat may come in."""
        found: tuple[str, str] | None = getattr(self.view, "needs", None)
        return found

    @property
    def says_what_it_needs(self) -> bool:
        return hasattr(self.view, "needs")


def addresses() -> list[Address]:
    """All of them, in the order in which the resolver tries them."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, path: str, names: tuple[str, ...]) -> Iterator[Address]:
    for one in resolver.url_patterns:
        pattern = path + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from _walk(one, pattern, (*names, one.namespace) if one.namespace else names)
        elif isinstance(one, URLPattern):
            arguments = tuple(_arguments(pattern))
            yield Address(pattern, ":".join((*names, one.name or "")), one.callback, arguments)


def _arguments(pattern: str) -> Iterator[str]:
    """The names between angle brackets, the converter left off."""
    for part in pattern.split("<")[1:]:
        yield part.split(">", 1)[0].rpartition(":")[2]
