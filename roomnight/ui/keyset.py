"""Paging through long lists by the last row seen, not by counting rows, so that page 900 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Key:
    """One column of an order.

    `nulls` says where rows without a value stand: "first", "last", or "" where there are none.

    `is_computed`: it is an annotation of the query and no column of the table.
    """

    name: str
    descending: bool = False
    nulls: str = ""
    is_computed: bool = False

    def turned(self) -> Key:
        """The same column read backwards."""
        return replace(
            self, descending=not self.descending, nulls={"first": "last", "last": "first"}.get(self.nulls, "")
        )

    def ordering(self) -> OrderBy:
        return OrderBy(
            F(self.name),
            descending=self.descending,
            nulls_first=self.nulls == "first" or None,
            nulls_last=self.nulls == "last" or None,
        )

    def beyond(self, value: Any) -> Q | None:
        """Rows that stand after `value` in this column; None when there can be none."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.nulls == "first" else None
        farther = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return farther | Q(**{self.name: None}) if self.nulls == "last" else farther

    def level(self, value: Any) -> Q:
        return Q(**{self.name: value})


@dataclass(frozen=True)
class Leaf(Generic[M]):
    """One page of a list: its rows, and the marks that lead on and back (empty at the ends)."""

    rows: list[Any]
    after: str
    before: str


def downwards(*keys: Key) -> tuple[Key, ...]:
    """The same columns from high to low; rows without a value stay at the end."""
    return tuple(replace(key, descending=not key.descending, nulls="last" if key.nulls else "") for key in keys)


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """Rows after the one with these values. The first column is bounded on its own too, so that an index can jump there."""
    found = Q(pk__in=[])
    level = Q()
    for key, value in zip(keys, values, strict=True):
        farther = key.beyond(value)
        if farther is not None:
            found |= level & farther
        level &= key.level(value)
    first, value = keys[0], values[0]
    if value is not None and first.nulls != "last":
        found &= Q(**{f"{first.name}__{'lte' if first.descending else 'gte'}": value})
    return found


def mark(row: dict[str, Any], keys: Sequence[Key]) -> str:
    """The place of a row in the order, as it stands in an address."""
    text = json.dumps([row[key.name] for key in keys], cls=DjangoJSONEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unmark(text: str, keys: Sequence[Key], model: type[Model]) -> list[Any] | None:
    """The values behind a mark; None for one that is not ours, so that a broken address opens the first page."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return [_typed(model, key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist):
        return None


def _typed(model: type[Model], key: Key, value: Any) -> Any:
    if value is None:
        if not key.nulls:
            raise ValueError(key.name)
        return None
    if not isinstance(value, str | int):
        raise ValueError(key.name)
    if key.is_computed:
        return value
    return model._meta.get_field(key.name).to_python(value)  # type: ignore[union-attr]


def leaf(
    found: QuerySet[M], fields: Sequence[str], keys: Sequence[Key], size: int, *, after: str = "", before: str = ""
) -> Leaf[M]:
    """One page of `found` in the order of `keys`, whose last must tell rows apart. Rows come as dictionaries of `fields`."""
    names = list(dict.fromkeys([*fields, *(key.name for key in keys)]))
    backwards = bool(before) and not after
    reading = [key.turned() for key in keys] if backwards else list(keys)
    place = unmark(before if backwards else after, keys, found.model) if (after or before) else None
    if place is not None:
        found = found.filter(beyond(reading, place))
    rows = list(found.order_by(*(key.ordering() for key in reading)).values(*names)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    came_from_somewhere = place is not None
    has_next = came_from_somewhere if backwards else more
    has_previous = more if backwards else came_from_somewhere
    return Leaf(
        rows,
        mark(rows[-1], keys) if rows and has_next else "",
        mark(rows[0], keys) if rows and has_previous else "",
    )
