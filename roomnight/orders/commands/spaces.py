"""The halls a hotel sells, and what they are thrown together from (ORD-07)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.locking import lock_spaces
from roomnight.orders.models import FunctionSpace, SpacePart
from roomnight.orders.queries.diary import held_ahead
from roomnight.organization.models import Hotel

TWO = 2


@command
def add_space(*, actor: Actor, hotel: Hotel, name: str, parts: Sequence[FunctionSpace] = (), **values: Any) -> FunctionSpace:  # fmt: skip
    """Add a hall; with `parts` one that is thrown together from these. Refused: a name there is, a part that has parts."""
    made = FunctionSpace(hotel=hotel, name=name.strip(), **values)
    _save(made, insert=True)
    _set_parts(made, parts)
    record(made, name=made.name, parts=[one.name for one in parts], **values)
    return made


@command
def change_space(
    *, actor: Actor, space: FunctionSpace, revision: int, parts: Sequence[FunctionSpace] | None = None, **values: Any
) -> FunctionSpace:
    """Change what is known of a hall, or close it. Its parts change only while nothing is booked in it from now on: what is
    held would no longer be what is sold. Refused likewise: closing a hall that is booked."""
    before = [row.part_id for row in SpacePart.objects.filter(whole=space).order_by("part")]
    changes: dict[str, Any] = dict(changed(space, **values))
    others = parts is not None and sorted(one.pk for one in parts) != before
    if others or changes.get("is_active") == (True, False):
        lock_spaces([space.pk, *before, *(one.pk for one in parts or ())])
        if held_ahead(space, timezone.now()):
            raise Refusal(
                "space.booked", _("This hall is booked from now on: move or release its bookings first."),
                field="parts" if others else "is_active",
            )  # fmt: skip
    if not others and not changes:
        return UNCHANGED  # type: ignore[return-value]
    take_revision(space, revision)
    _save(space, insert=False)
    if others and parts is not None:
        SpacePart.objects.filter(whole=space).delete()
        _set_parts(space, parts)
        changes["parts"] = [one.name for one in parts]
    record(space, **changes)
    return space


def _save(space: FunctionSpace, *, insert: bool) -> None:
    try:
        with transaction.atomic():
            space.save(force_insert=insert)
    except IntegrityError as error:
        raise Refusal("space.name", _("There is a hall of this name already."), field="name") from error


def _set_parts(space: FunctionSpace, parts: Sequence[FunctionSpace]) -> None:
    if not parts:
        return
    keys = {one.pk for one in parts}
    if len(keys) < TWO:
        raise Refusal("space.parts", _("A combined hall consists of two halls at least."), field="parts")
    if (
        space.pk in keys
        or any(one.hotel_id != space.hotel_id for one in parts)
        or SpacePart.objects.filter(whole__in=keys).exists()
        or SpacePart.objects.filter(part=space).exists()
    ):
        raise Refusal(
            "space.parts", _("A combined hall consists of halls that are not combined themselves."), field="parts"
        )
    SpacePart.objects.bulk_create(SpacePart(whole=space, part_id=key) for key in sorted(keys))
