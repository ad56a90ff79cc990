"""Forms read again: what a version asks for, and what was filled in, in words (PRC-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.procedures.models import FormVersion
from roomnight.procedures.rules.form_fields import (
    CHOICE,
    CHOICES,
    LONG,
    MOMENT,
    MONEY,
    NUMBER,
    NUMBERS,
    ROWS,
    TICK,
    WHOLE,
)
from roomnight.procedures.rules.forms import Field, FormSpec, masked_data, parse_schema, read_form

Kept = Mapping[str, Any]


@lru_cache(maxsize=256)
def _spec(version_id: int, sha256: str) -> FormSpec:
    return read_form(FormVersion.objects.get(pk=version_id).schema)


def spec_of(version: FormVersion) -> FormSpec:
    """What a version asks for, read once; its source never changes without its hash."""
    return _spec(version.pk, version.sha256)


@lru_cache(maxsize=256)
def read_source(source: str) -> FormSpec:
    """What a schema asks for, read once, where its text is at hand."""
    return read_form(parse_schema(source))


@dataclass(frozen=True)
class Answer:
    """What was filled in in one field, in words; of a table the heads and rows."""

    name: str
    label: str
    text: str
    is_long: bool = False
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    right: Sequence[int] = ()


def answers(spec: FormSpec, kept: Kept, *, sees_personal: bool = True) -> list[Answer]:
    """What was filled in, in the order and the words of the form; what was left empty is left out."""
    language = get_language()
    shown = kept if sees_personal else masked_data(spec, kept)
    found = []
    for one in spec.fields:
        value = shown.get(one.name)
        if value in (None, "", []):
            continue
        label = one.words.in_(language)
        if one.kind == ROWS and isinstance(value, list):
            heads = [column.words.in_(language) for column in one.columns]
            rows = [[value_text(column, row.get(column.name)) for column in one.columns] for row in value]
            right = [place for place, column in enumerate(one.columns) if column.kind in NUMBERS]
            found.append(Answer(one.name, label, "", False, heads, rows, right))
        else:
            found.append(Answer(one.name, label, value_text(one, value), one.kind == LONG))
    return found


def value_text(one: Field, value: Any) -> str:
    """A kept value, or its stars, as a person reads it; a dash for nothing."""
    language = get_language()
    if value in (None, "", []):
        return "–"
    if isinstance(value, str) and "*" in value:
        return value
    if one.kind == TICK:
        return _("yes") if value else _("no")
    if one.kind == CHOICE:
        return one.words_of(str(value), language)
    if one.kind == CHOICES and isinstance(value, list):
        return pgettext("between items of a list", ", ").join(one.words_of(str(item), language) for item in value)
    if one.kind == MOMENT:
        return str(value).replace("T", " ")
    if one.kind in (MONEY, NUMBER, WHOLE):
        text = f"{Decimal(str(value)):,f}"
        unit = one.unit.in_(language)
        return f"{text} {unit}" if unit else text
    if one.kind == ROWS and isinstance(value, list):
        return str(len(value))
    return str(value)
