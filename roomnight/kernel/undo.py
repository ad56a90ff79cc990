"""Taking back something large as a whole: a merge, an import, a hand-over (ACC-09).

A command photographs the rows it may touch before and after, and keeps what differs as a journal:

    with undoable("clients.merge", watching=lambda: [Account.objects.filter(pk__in=pair), ...], message=...) as deed:
        ...

`undo` puts every row back as it was. It refuses once a row was changed since, or once something else has come to point at
a row that the deed made: then the deed was built upon, and taking it back would lose somebody's work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor, command, current_act, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Deed, DeedRow

Key = tuple[str, str]
Row = dict[str, Any]
Photograph = dict[Key, Row]
Watch = Callable[[], Iterable["models.QuerySet[Any]"]]
Hook = Callable[[Deed, Actor], None]
Before = Callable[[Deed], None]

AT_ONCE = 500
NAMED = 5  # so many rows are named in a refusal
DERIVED: dict[str, frozenset[str]] = {}
DERIVED_TABLES: set[str] = set()
CONCERNED: dict[str, frozenset[str]] = {}
HOOKS: dict[str, Hook] = {}
BEFORE: dict[str, Before] = {}


def derived(model: str, *columns: str) -> None:
    """Say that these columns of `app.model` are computed from other tables: a change of theirs does not stand in the way."""
    DERIVED[model.lower()] = frozenset(columns)


def concerns_only(model: str, *columns: str) -> None:
    """Say that deeds change nothing but these columns of `app.model`: the rest of a row lives on, is not looked at, and not put back."""
    CONCERNED[model.lower()] = frozenset(columns)


def derived_table(model: str) -> None:
    """Say that all of `app.model` is computed from the rows it points at: it goes with them and does not count as a use."""
    DERIVED_TABLES.add(model.lower())


def on_undone(kind: str) -> Callable[[Hook], Hook]:
    """Register what is to be done in the same transaction once the rows of a deed of this kind are back."""

    def register(hook: Hook) -> Hook:
        HOOKS[kind] = hook
        return hook

    return register


def before_undoing(kind: str) -> Callable[[Before], Before]:
    """Register what is to be done before a deed of this kind is taken back: rows are locked in the order in which all lock them."""

    def register(hook: Before) -> Before:
        BEFORE[kind] = hook
        return hook

    return register


@contextmanager
def undoable(
    kind: str, *, watching: Watch, message: str, values: Mapping[str, Any] | None = None, subject: str = ""
) -> Iterator[Deed]:
    """Inside a command: keep a journal of what happens to the watched rows, so that `undo` can take it back.

    `watching` is asked before and after, and must find the rows at both times; a row that is made inside is found after.
    A row that existed and comes into sight only afterwards would count as made: watch widely. `message` is an English
    gettext source with %(name)s places for `values`.
    """
    act = current_act()
    before = _photograph(watching())
    deed = Deed.objects.create(
        hotel_code=act.actor.hotel_code, kind=kind, message=message, values=dict(values or {}), subject=subject,
        actor=act.actor.code,
    )  # fmt: skip
    yield deed
    after = _photograph(watching())
    out_of_sight: dict[str, list[str]] = {}
    for label, key in before.keys() - after.keys():
        out_of_sight.setdefault(label, []).append(key)
    for label, keys in out_of_sight.items():
        after |= _by_key(label, keys)
    DeedRow.objects.bulk_create(_journal(deed, before, after), batch_size=AT_ONCE)


def _journal(deed: Deed, before: Photograph, after: Photograph) -> Iterator[DeedRow]:
    position = 0
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        position += 1
        yield DeedRow(
            deed=deed,
            position=position,
            model=key[0],
            key=key[1],
            before=old,
            after=_digest(key[0], new) if new else "",
        )


@command
def undo(*, actor: Actor, deed: Deed) -> Deed:
    """Put back every row as it was before the deed; all or nothing.

    Refuses `undo.done` (taken back before), `undo.changed` (a row is not as the deed left it) and `undo.used` (something
    made since points at a row that the deed made).
    """
    rows = Deed.objects.filter(pk=deed.pk)
    deed = (rows.select_for_update() if connection.features.has_select_for_update else rows).get()
    if deed.undone_at is not None:
        raise Refusal("undo.done", _("This was taken back already."))
    if deed.kind in BEFORE:
        BEFORE[deed.kind](deed)
    steps = list(deed.rows.order_by("position"))
    _refuse_changed(steps)
    _refuse_used(steps)
    for label, some in _by_model(step for step in steps if step.before is None).items():
        for keys in _batches([step.key for step in some]):
            _delete_derived(_model(label), keys)
            found = _model(label)._base_manager.filter(pk__in=keys)
            found._raw_delete(found.db)  # nothing points here any more: no cascade is wanted
    for step in steps:
        if step.before is not None and step.after:
            _put_back(step)
    for step in steps:
        if step.before is not None and not step.after:
            _instance(step).save_base(raw=True, force_insert=True)
    deed.undone_at, deed.undone_by = timezone.now(), actor.code
    deed.save(update_fields=["undone_at", "undone_by"])
    record(deed, undone=deed.kind, rows=len(steps), values=deed.values)
    if deed.kind in HOOKS:
        HOOKS[deed.kind](deed, actor)
    return deed


def _refuse_changed(steps: list[DeedRow]) -> None:
    changed = []
    for label, some in _by_model(steps).items():
        for batch in _batches(some):
            now = _by_key(label, [step.key for step in batch], locked=connection.features.has_select_for_update)
            changed += [
                step
                for step in batch
                if (_digest(label, now[(label, step.key)]) if (label, step.key) in now else "") != step.after
            ]
    if changed:
        raise Refusal(
            "undo.changed",
            _("This cannot be taken back: since then %(what)s changed.") % {"what": _named(changed)},
        )


def _refuse_used(steps: list[DeedRow]) -> None:
    """Whether a row that is not of this deed points at one that the deed made."""
    ours = {(step.model, step.key) for step in steps}
    for label, some in _by_model(step for step in steps if step.before is None).items():
        for pointing in _pointing_at(_model(label)):
            other = pointing.model._meta.label_lower
            for batch in _batches([step.key for step in some]):
                if other in DERIVED_TABLES:
                    continue
                found = pointing.model._base_manager.filter(**{f"{pointing.name}__in": batch})
                using = [key for key in map(str, found.values_list("pk", flat=True)) if (other, key) not in ours]
                if using:
                    what = _named([DeedRow(model=other, key=key) for key in using])
                    raise Refusal(
                        "undo.used", _("This cannot be taken back: %(what)s came since then.") % {"what": what}
                    )


def _delete_derived(model: type[models.Model], keys: list[str]) -> None:
    """What was computed from these rows goes before them."""
    for pointing in _pointing_at(model):
        if pointing.model._meta.label_lower in DERIVED_TABLES:
            rows = pointing.model._base_manager.filter(**{f"{pointing.name}__in": keys})
            rows._raw_delete(rows.db)


def _pointing_at(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key of the product that points at this model, also those without a way back."""
    return [
        field
        for other in apps.get_models(include_auto_created=True)
        for field in other._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is model
    ]


def _photograph(watched: Iterable[models.QuerySet[Any]]) -> Photograph:
    found: Photograph = {}
    for rows in watched:
        label = rows.model._meta.label_lower
        pk = rows.model._meta.pk.attname
        wanted = CONCERNED.get(label)
        names = [
            one.attname for one in rows.model._meta.concrete_fields if wanted is None or one.attname in {*wanted, pk}
        ]
        for one in rows.order_by().values(*names).iterator(chunk_size=AT_ONCE):
            found[(label, str(one[pk]))] = {name: _plain(value) for name, value in one.items()}
    return found


def _by_key(label: str, keys: Iterable[str], *, locked: bool = False) -> Photograph:
    """These rows as they are now; `locked` keeps them so until the end of the transaction."""
    rows = _model(label)._base_manager.all()
    rows = rows.select_for_update() if locked else rows
    return _photograph(rows.filter(pk__in=batch) for batch in _batches(list(keys)))


def _plain(value: Any) -> Any:
    """As JSON keeps it, to the microsecond: Django's own encoder cuts times to the millisecond."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.get_default_timezone()).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float, list, dict)) else str(value)


def _digest(label: str, row: Row) -> str:
    kept = {name: value for name, value in row.items() if name not in DERIVED.get(label, ())}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def _put_back(step: DeedRow) -> None:
    """A row that is still there, as it was before: all of it, or the columns that deeds change."""
    if step.model not in CONCERNED:
        _instance(step).save_base(raw=True, force_update=True)
        return
    before = step.before or {}
    _model(step.model)._base_manager.filter(pk=step.key).update(
        **{name: before[name] for name in CONCERNED[step.model]}
    )


def _instance(step: DeedRow) -> models.Model:
    model = _model(step.model)
    before = step.before or {}
    return model(**{field.attname: field.to_python(before[field.attname]) for field in model._meta.concrete_fields})


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _by_model(steps: Iterable[DeedRow]) -> dict[str, list[DeedRow]]:
    found: dict[str, list[DeedRow]] = {}
    for step in steps:
        found.setdefault(step.model, []).append(step)
    return found


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _named(steps: list[DeedRow]) -> str:
    """A few of the records as a person calls them, and how many more."""
    names = []
    for step in steps[:NAMED]:
        model = _model(step.model)
        one = model._base_manager.filter(pk=step.key).first()
        shown = str(one) if one is not None and type(one).__str__ is not models.Model.__str__ else step.key
        names.append(f"{model._meta.verbose_name} {shown}")
    more = len(steps) - len(names)
    return ", ".join(names) + (_(" and %(count)d more") % {"count": more} if more > 0 else "")
