"""What the tests of clients share: the audit lines a deed left, and the state that a refusal must not touch."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest

from roomnight.clients.models import (
    Account,
    AccountShare,
    CompetitorUse,
    Contact,
    ContactWithProtected,
    Gift,
    Ownership,
    PoolNotice,
    Protection,
    ProtectionExtension,
    ProtectionStatement,
    SavedView,
    SearchEntry,
    StageChange,
    Tag,
    Territory,
    TimelineEntry,
)
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification

KEPT = (
    Account, AccountShare, CompetitorUse, Contact, Gift, Ownership, SavedView, SearchEntry, StageChange, Tag,
    Territory, TimelineEntry, AuditEntry, Notification, PoolNotice, Protection, ProtectionExtension, ProtectionStatement,
    ContactWithProtected,
)  # fmt: skip


def everything() -> list[Any]:
    """Every row about clients, as it stands."""
    models: tuple[Any, ...] = (*KEPT, Account.tags.through)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def refused() -> Callable[[str], Any]:
    """`with refused("account.name"):` the deed inside is refused with this code, and nothing about clients changed."""

    @contextmanager
    def expecting(code: str) -> Generator[None, None, None]:
        before = everything()
        with pytest.raises(Refusal) as said:
            yield
        assert said.value.code == code
        assert str(said.value.message)
        assert everything() == before

    return expecting


@pytest.fixture
def lines(db: None) -> Callable[[], list[tuple[str, str, str, Any]]]:
    """`lines()` are the audit lines since the test began: command, who, about what, and the changes."""
    start = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def since() -> list[tuple[str, str, str, Any]]:
        found = AuditEntry.objects.filter(pk__gt=start).order_by("pk")
        return [(one.command, one.actor, one.subject, one.changes) for one in found]

    return since
