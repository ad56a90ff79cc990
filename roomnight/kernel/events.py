"""Events go up: something happened on this floor, and higher floors react inside the same transaction."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from roomnight.kernel.commands import current_act


@dataclass(frozen=True)
class Event:
    """Something that happened. Carries ids and plain values only; its class name is in the past tense."""


E = TypeVar("E", bound=Event)
HANDLERS: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler for one kind of event. Handlers live in `handlers.py` of a floor at or above the event's."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        HANDLERS[kind].append(handler)
        return handler

    return register


def emit(event: Event) -> None:
    """Run the handlers now: all of it happens, or none of it."""
    current_act()
    for handler in HANDLERS[type(event)]:
        handler(event)
