"""What a case can be about: records of the apps above, each registered by the app that owns it (PRC-03).

    @subject("clients.account")
    def account_of(seat: Seat, pk: int) -> About | None: ...

It answers only for a record that the person may see. What a case about such a record knows from its start, so that nobody
types it again:

    @facts("clients.account")
    def facts_of(pk: int) -> dict[str, Any]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from roomnight.organization.access import Seat


@dataclass(frozen=True)
class About:
    """A record that a case is about: `app.model:pk`, what it is called, and its page."""

    subject: str
    label: str
    url: str


Finder = Callable[[Seat, int], About | None]
FINDERS: dict[str, Finder] = {}
Facts = Callable[[int], dict[str, Any]]
FACTS: dict[str, Facts] = {}


def subject(name: str) -> Callable[[Finder], Finder]:
    """Register how a record of a kind (`app.model`) is found for a person."""

    def register(finder: Finder) -> Finder:
        FINDERS[name] = finder
        return finder

    return register


def facts(name: str) -> Callable[[Facts], Facts]:
    """Register what cases know of a record of a kind (`app.model`)."""

    def register(teller: Facts) -> Facts:
        FACTS[name] = teller
        return teller

    return register


def facts_about(text: str) -> dict[str, Any]:
    """What a case about `app.model:pk` knows from its start; nothing of what nobody registered."""
    kind, _colon, pk = text.partition(":")
    teller = FACTS.get(kind)
    return teller(int(pk)) if teller is not None and pk.isdigit() else {}


def named(seat: Seat, text: str) -> About | None:
    """The record that a page named as `app.model:pk`; none for nothing, nonsense, and what this person may not see."""
    kind, _colon, pk = text.partition(":")
    finder = FINDERS.get(kind)
    return finder(seat, int(pk)) if finder is not None and pk.isdigit() else None
