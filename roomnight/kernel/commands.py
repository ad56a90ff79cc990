"""The one door through which records change: atomic, attributed, audited."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from roomnight.kernel.errors import UnauditedCommand
from roomnight.kernel.models import AuditEntry

P = ParamSpec("P")
R = TypeVar("R")


class Actor(Protocol):
    """Whoever acts: a person at a desk, the operator at the command line, or the system itself."""

    @property
    def code(self) -> str: ...

    @property
    def hotel_code(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """An actor that is not a person at a desk."""

    code: str
    hotel_code: str = ""


SYSTEM: Final = Machine("system")
OPERATOR: Final = Machine("operator")


class _Unchanged:
    def __repr__(self) -> str:
        return "UNCHANGED"


UNCHANGED: Final = _Unchanged()
"""What a command returns when it found nothing left to do; then no audit line is asked for."""

AT_ONCE: Final = 500

COMMANDS: dict[str, Callable[..., Any]] = {}


@dataclass
class Act:
    """One command in flight: its name, who runs it, and how many audit lines it has left."""

    command: str
    actor: Actor
    lines: int = 0


_act: ContextVar[Act | None] = ContextVar("act", default=None)
_origin: ContextVar[str] = ContextVar("origin", default="")


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a command: it takes `actor=`, runs in one transaction, and must leave an audit line."""
    name = f"{function.__module__.split('.')[1]}.{function.__name__}"

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        act = Act(name, cast(Actor, kwargs["actor"]))
        token = _act.set(act)
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                if not act.lines and result is not UNCHANGED:
                    raise UnauditedCommand(name)
                return result
        finally:
            _act.reset(token)

    COMMANDS[name] = run
    return run


def current_act() -> Act:
    act = _act.get()
    if act is None:
        raise UnauditedCommand("outside a command")
    return act


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """Say where the acts inside come from: an address, the command line, a job."""
    token = _origin.set(origin[:80])
    try:
        yield
    finally:
        _origin.reset(token)


def subject_of(record: models.Model) -> str:
    """How the audit, attachments and the timeline name a record: `clients.account:17`."""
    return f"{record._meta.label_lower}:{record.pk}"


def digest_of(salt: str, changes: object) -> str:
    """The salted digest that stands in the chain for the values, so that they can be erased without breaking it."""
    text = json.dumps(changes, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def record(subject: models.Model, /, **changes: Any) -> None:
    """Write one audit line about `subject`. A change is a new value, or a pair (old, new)."""
    act = current_act()
    _line(act, subject, changes).save(force_insert=True)
    act.lines += 1


def record_many(lines: Iterable[tuple[models.Model, Mapping[str, Any]]]) -> None:
    """Write one audit line about each of many records, at once."""
    act = current_act()
    entries = [_line(act, subject, changes) for subject, changes in lines]
    AuditEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
    act.lines += len(entries)


def _line(act: Act, subject: models.Model, changes: Mapping[str, Any]) -> AuditEntry:
    salt = secrets.token_hex(16)
    plain = json.loads(json.dumps(changes, cls=DjangoJSONEncoder, ensure_ascii=False))
    return AuditEntry(
        hotel_code=act.actor.hotel_code or getattr(subject, "hotel_code", ""),
        command=act.command,
        actor=act.actor.code,
        origin=_origin.get(),
        subject=subject_of(subject),
        changes=plain,
        salt=salt,
        digest=digest_of(salt, plain),
    )


def changed(record_: models.Model, **new: Any) -> dict[str, tuple[Any, Any]]:
    """Set the given fields on the record and return those that differ, as (old, new); nothing is saved."""
    differing: dict[str, tuple[Any, Any]] = {}
    for name, value in new.items():
        old = getattr(record_, name)
        if old != value:
            differing[name] = (_plain(old), _plain(value))
            setattr(record_, name, value)
    return differing


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value
