"""What stands on the protection list of the small world: chen's client, and what sun and ye had there once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from roomnight.clients.commands.statements import digest_of_rows, row_of
from roomnight.clients.models import Protection, ProtectionExtension, ProtectionStatement

if TYPE_CHECKING:
    from tests.world import World

ASKED_AT = datetime(2026, 11, 16, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HELD = [("chen", "jinyuan", "active"), ("sun", "donghai", "won"), ("ye", "xizi", "won")]


def build_protections(world: World) -> None:
    """One protection, one request and one filed month for each, as if they had been there for long."""
    for who, client, state in HELD:
        staff, account = getattr(world, who), getattr(world, client)
        ended = None if state == "active" else date(2026, 11, 2)
        one = Protection.objects.create(
            hotel=account.hotel, account=account, staff=staff, state=state, started_on=date(2026, 10, 20),
            until=date(2026, 12, 15), ended_on=ended,
        )  # fmt: skip
        ProtectionExtension.objects.create(
            protection=one, reason="合同在法务", asked_by=staff, asked_at=ASKED_AT,
            state="asked" if ended is None else "dropped",
        )  # fmt: skip
        rows = [row_of(one, date(2026, 10, 31))]
        plain = [
            {name: str(value) if isinstance(value, date) else value for name, value in row.items()} for row in rows
        ]
        ProtectionStatement.objects.create(
            hotel=account.hotel, staff=staff, staff_name=staff.name, month=date(2026, 10, 1), rows=plain,
            number=f"BH-202610-{one.pk:04d}", digest=digest_of_rows(plain),
        )  # fmt: skip


def of(model: Any, who: str, path: str) -> Callable[[], Any]:
    return lambda: model.objects.get(**{f"{path}__username": who})


PROTECTION_RECORDS: dict[str, Callable[[], Any]] = {
    f"{prefix}{name}": of(model, who, path)
    for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
    for name, model, path in (
        ("protection", Protection, "staff"),
        ("extension", ProtectionExtension, "asked_by"),
        ("statement", ProtectionStatement, "staff"),
    )
}
