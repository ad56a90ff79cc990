"""Making two records one: everything in the product that points at the one comes to point at the other (ACC-04).

Nobody keeps a list of tables: every foreign key is found by itself. One that no unique constraint covers is moved as it is, and
the two columns of a plain many-to-many table are put together as a set. Any other needs a rule, registered by the app that
owns the table:

    @merge_rule(ProductionMonth, "account")
    def add_up(winner: int, loser: int) -> int: ...

A test walks every foreign key and fails where neither holds. A column that names a record of any kind as `app.model:pk` is no
foreign key: the app says so with `names_by_text`, and the text is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.functions import Cast, Concat

from roomnight.kernel.undo import concerns_only

Rule = Callable[[int, int], int]
"""Takes the ids of the record that stays and of the one that goes; returns how many rows went along."""
Watch = Callable[[list[int]], "models.QuerySet[Any]"]

RULES: dict[tuple[str, str], Rule] = {}
STAYING: set[tuple[str, str]] = set()
DERIVED: set[tuple[str, str]] = set()
TEXTS: list[tuple[type[models.Model], str]] = []
WATCHED: dict[str, list[Watch]] = defaultdict(list)


def merge_rule(model: type[models.Model], field: str) -> Callable[[Rule], Rule]:
    """Say how the rows of a model come along whose foreign key `field` points at a record that is merged away."""

    def register(rule: Rule) -> Rule:
        if (_name(model), field) in RULES:
            raise ImproperlyConfigured(f"two merge rules for {_name(model)}.{field}")
        RULES[_name(model), field] = rule
        return rule

    return register


def stays(model: type[models.Model], field: str) -> None:
    """Say that such rows stay with the record that was merged away: they tell what it was."""
    STAYING.add((_name(model), field))


def worked_out(model: type[models.Model], field: str) -> None:
    """Say that such rows are worked out from others, and are made anew after a merge and after its undoing."""
    DERIVED.add((_name(model), field))


def names_by_text(model: type[models.Model], field: str) -> None:
    """Say that this column names a record of any kind as `app.model:pk`; a deed changes nothing else of such a row."""
    TEXTS.append((model, field))
    concerns_only(_name(model), field)


def watch_also(target: type[models.Model]) -> Callable[[Watch], Watch]:
    """Register rows that a merge of two `target` records may touch although they do not point at them."""

    def register(watch: Watch) -> Watch:
        WATCHED[_name(target)].append(watch)
        return watch

    return register


def references(target: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key of the product that points at this model, those of many-to-many tables among them."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is target
    ]


def is_plain(field: models.ForeignKey[Any, Any]) -> bool:
    """Whether no unique constraint covers the key, so that its rows can simply point elsewhere."""
    options = field.model._meta
    together = any(field.name in names for names in options.unique_together)
    constrained = any(
        isinstance(one, models.UniqueConstraint) and (field.name in one.fields or one.expressions)
        for one in options.constraints
    )
    return not (field.unique or together or constrained)


def is_set(field: models.ForeignKey[Any, Any]) -> bool:
    """Whether this is a side of a plain many-to-many table."""
    return bool(field.model._meta.auto_created)


def key_of(field: models.ForeignKey[Any, Any]) -> tuple[str, str]:
    return _name(field.model), field.name


def moving(target: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """The keys whose rows come along in a merge."""
    return [field for field in references(target) if key_of(field) not in STAYING | DERIVED]


def move_all(target: type[models.Model], winner: int, loser: int) -> dict[str, int]:
    """Let everything that points at the loser point at the winner; returns how many rows of each table, by model and field."""
    moved = {}
    for field in moving(target):
        if rule := RULES.get(key_of(field)):
            count = rule(winner, loser)
        elif is_set(field):
            count = _unite(field, winner, loser)
        else:
            count = field.model._base_manager.filter(**{field.name: loser}).update(**{field.name: winner})
        if count:
            moved[".".join(key_of(field))] = count
    for model, column in TEXTS:
        rows = model._base_manager.filter(**{column: _text(target, loser)})
        if count := rows.update(**{column: _text(target, winner)}):
            moved[f"{_name(model)}.{column}"] = count
    return moved


def named_by_text(records: models.QuerySet[Any]) -> set[int]:
    """Those of the records that some column names as text."""
    text = Concat(models.Value(f"{_name(records.model)}:"), Cast("pk", models.CharField()))
    texts = records.order_by().annotate(text_=text).values("text_")
    found: set[int] = set()
    for model, column in TEXTS:
        rows = model._base_manager.filter(**{f"{column}__in": texts}).order_by().values_list(column, flat=True)
        found.update(int(one.rpartition(":")[2]) for one in rows.distinct())
    return found


def counted(target: type[models.Model], pks: list[int]) -> dict[str, int]:
    """How many rows of each table point at these records, by model and field; tables with none are left out. One question."""
    first, *others = [
        field.model._base_manager.filter(**{f"{field.name}__in": pks})
        .order_by()
        .annotate(which=models.Value(".".join(key_of(field)), models.CharField()))
        .values("which")
        .annotate(rows=models.Count("pk"))
        .values_list("which", "rows")
        for field in moving(target)
    ]
    return dict(first.union(*others, all=True))


def watched(target: type[models.Model], pks: list[int]) -> Iterator[models.QuerySet[Any]]:
    """Every row that a merge of these records may touch: they themselves, what points at them, and what apps add."""
    yield target._base_manager.filter(pk__in=pks)
    for field in moving(target):
        yield field.model._base_manager.filter(**{f"{field.name}__in": pks})
    for model, column in TEXTS:
        yield model._base_manager.filter(**{f"{column}__in": [_text(target, pk) for pk in pks]})
    for watch in WATCHED[_name(target)]:
        yield watch(pks)


def _unite(field: models.ForeignKey[Any, Any], winner: int, loser: int) -> int:
    """Put two sets together: what both have is kept once."""
    rows = field.model._base_manager.filter(**{field.name: loser})
    other = next(
        one.name
        for one in field.model._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and one.name != field.name
    )
    doubles = field.model._base_manager.filter(**{field.name: winner}).values_list(other, flat=True)
    rows.filter(**{f"{other}__in": list(doubles)}).delete()
    return rows.update(**{field.name: winner})


def _text(model: type[models.Model], pk: int) -> str:
    return f"{_name(model)}:{pk}"


def _name(model: type[models.Model]) -> str:
    return model._meta.label_lower
