"""Forms by schema on a page: the controls, what was filled in, and how it reads afterwards (PRC-02)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.procedures.queries.forms import Answer, answers, spec_of, value_text
from roomnight.procedures.rules.expressions import tree
from roomnight.procedures.rules.form_fields import (
    CHOICES,
    CLOCK,
    DAY,
    EMAIL,
    MOMENT,
    NUMBERS,
    PHONE,
    ROWS,
    TICK,
    WHOLE,
)
from roomnight.procedures.rules.forms import Fault, Field, FormSpec, check
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.widgets import ClockInput, DayInput, MomentInput, PhoneInput, PickMany, PickOne

Kept = Mapping[str, Any]
MOST_PICKS = 6
BLANK_ROW = "__row__"


# ---- controls


class ValueControl(forms.Field):
    """A control whose value is judged by the schema and not by itself."""

    def clean(self, value: Any) -> Any:
        return value


class RowsInput(forms.Widget):
    """A table: row by row, controls called `name-0-column`. Its value is the rows as JSON, those left empty not among them."""

    def __init__(self, columns: Sequence[Field], most: int) -> None:
        super().__init__()
        self.columns, self.most = columns, most

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        shape = re.compile(rf"{re.escape(name)}-(\d{{1,6}})-\w+")
        places = sorted({int(found[1]) for key in data if (found := shape.fullmatch(key))})
        rows = []
        for place in places[: self.most + 1]:
            values = {one.name: widget_of(one).value_from_datadict(data, files, f"{name}-{place}-{one.name}") for one in self.columns}  # fmt: skip
            rows.append(as_row(values))
        return json.dumps([row for row in rows if row], ensure_ascii=False)


def as_row(values: Mapping[str, Any]) -> dict[str, str]:
    """A row as its controls hold it: texts, and nothing for what is empty."""
    texts = {
        name: "on" if value is True else str(value) for name, value in values.items() if value not in (None, False)
    }
    return {name: text for name, text in texts.items() if text.strip()}


class RowsControl(ValueControl):
    """A small table."""

    def __init__(self, one: Field, **options: Any) -> None:
        super().__init__(widget=RowsInput(one.columns, one.longest), **options)
        self.one = one

    def clean(self, value: Any) -> Any:
        return json.loads(value or "[]")

    def shown(self, values: Sequence[str]) -> str:
        """The rows as a person reads them where two versions are laid side by side."""
        rows = json.loads(values[0]) if values else []
        return "; ".join(" ".join(row.values()) for row in rows) or "–"


class ChosenControl(ValueControl):
    """One or several of some choices."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(**options)
        self.choices = list(choices)

    def shown(self, values: Sequence[str]) -> str:
        words = dict(self.choices)
        return pgettext("between items of a list", ", ").join(words.get(value, value) for value in values) or "–"


def control_of(one: Field, *, in_row: bool = False) -> ValueControl:
    """The control for a field, with its words in the language in force."""
    language = get_language()
    options: dict[str, Any] = {
        "label": one.words.in_(language), "help_text": one.hint.in_(language), "required": one.is_required
    }  # fmt: skip
    if one.kind == ROWS:
        return RowsControl(one, **options)
    widget = widget_of(one, in_row=in_row)
    if isinstance(widget, (forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        choices = [(str(value), str(label)) for value, label in widget.choices if value != ""]
        return ChosenControl(widget=widget, choices=choices, **options)
    return ValueControl(widget=widget, **options)


def widget_of(one: Field, *, in_row: bool = False) -> forms.Widget:
    """What the field is filled in with."""
    language = get_language()
    choices = [(option.value, option.words.in_(language)) for option in one.options]
    match one.kind:
        case "choice" if one.is_required and len(choices) <= MOST_PICKS and not in_row:
            return PickOne(choices=choices)
        case "choice":
            return forms.Select(choices=[("", "–"), *choices])
        case "choices":
            return PickMany(choices=choices)
        case "tick" if one.is_required:
            answers = [("true", _("yes")), ("false", _("no"))]
            return PickOne(choices=answers) if not in_row else forms.Select(choices=[("", "–"), *answers])
        case "tick":
            return forms.CheckboxInput()
        case "long":
            return forms.Textarea({"rows": 3})
        case "whole" | "number" | "money":
            return forms.TextInput({"inputmode": "numeric" if one.kind == WHOLE else "decimal", "class": "num"})
        case "document":
            return forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    plain = {DAY: DayInput, MOMENT: MomentInput, CLOCK: ClockInput, EMAIL: forms.EmailInput, PHONE: PhoneInput}
    return plain.get(one.kind, forms.TextInput)()


def as_control(one: Field, value: Any) -> Any:
    """A kept value as its control holds it."""
    if one.kind == ROWS:
        rows = value if isinstance(value, list) else []
        return json.dumps([as_row({c.name: as_control(c, row.get(c.name)) for c in one.columns}) for row in rows], ensure_ascii=False)  # fmt: skip
    if one.kind == TICK and one.is_required and isinstance(value, bool):
        return "true" if value else "false"
    return value


# ---- the form


@dataclass(frozen=True)
class Cell:
    """One field where it stands: its control, or only what is known, or the rows of a table."""

    bound: forms.BoundField | None
    width: str
    unit: str = ""
    condition: str = ""
    label: str = ""
    known: str = ""
    rows: Sequence[forms.Form] = ()
    blank: forms.Form | None = None
    most: int = 0


@dataclass(frozen=True)
class Section:
    """Fields that belong together, with their heading."""

    title: str
    cells: Sequence[Cell]


class SchemaForm(SharedForm):
    """A form as its schema draws it. `initial` is what is kept already, `known` what the case knows.

    Who does not see personal data neither reads nor changes it: it stays as it is.
    """

    spec: ClassVar[FormSpec]
    use_required_attribute = False

    def __init__(
        self,
        data: Any = None,
        *,
        initial: Kept | None = None,
        known: Kept | None = None,
        sees_personal: bool = True,
        prefix: str | None = None,
    ) -> None:
        self.kept_before, self.known = dict(initial or {}), dict(known or {})
        shown = {one.name: as_control(one, self.kept_before.get(one.name, one.default if initial is None else None)) for one in self.spec.fields}  # fmt: skip
        super().__init__(data, initial=shown, prefix=prefix)
        self.values: dict[str, Any] = {}
        self.row_errors: dict[str, list[Fault]] = {}
        self.behind_stars = set() if sees_personal else {one.name for one in self.spec.fields if is_personal(one)}
        for one in self.spec.fields:
            if not one.is_read_only and one.name not in self.behind_stars:
                self.fields[one.name] = control_of(one)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        sent = {one.name: cleaned.get(one.name) for one in self.spec.fields if one.name in self.fields}
        sent |= {name: self.kept_before.get(name) for name in self.behind_stars}
        self.values, errors = check(self.spec, sent, self.known)
        for name, faults in errors.items():
            if "." in name:
                self.row_errors[name] = faults
            else:
                self.add_error(
                    name if name in self.fields else None, [forms.ValidationError(one.message) for one in faults]
                )
        for name in sent:
            if name in cleaned:
                cleaned[name] = self.values.get(name)
        return cleaned

    def _put(self, data: Any, name: str, values: list[str]) -> None:
        """Write a field's value into what was sent; a table row by row."""
        control = self.fields.get(name)
        if not isinstance(control, RowsControl):
            super()._put(data, name, values)
            return
        start = f"{self.add_prefix(name)}-"
        for key in [key for key in data if key.startswith(start)]:
            del data[key]
        for place, row in enumerate(json.loads(values[0]) if values else []):
            for column, text in row.items():
                data.setlist(f"{start}{place}-{column}", [text])

    @property
    def sections(self) -> list[Section]:
        """The form as it is drawn: groups in the order in which they first come."""
        language = get_language()
        found: dict[str, list[Cell]] = {}
        for one in self.spec.fields:
            found.setdefault(one.group.in_(language), []).append(self._cell(one, language))
        return [Section(title, cells) for title, cells in found.items()]

    def _cell(self, one: Field, language: str | None) -> Cell:
        condition = self._condition(one.show_if) if one.show_if else ""
        unit, label = one.unit.in_(language), one.words.in_(language)
        if one.name not in self.fields:
            value = self.kept_before.get(one.name) if one.name in self.behind_stars else self.known.get(one.name)
            text = "****" if one.name in self.behind_stars and value else value_text(one, value)
            return Cell(None, one.width, unit, condition, label, text)
        bound = self[one.name]
        if one.kind != ROWS:
            return Cell(bound, one.width, unit, condition, label)
        rows = json.loads(bound.value() or "[]")
        empty = max(1 - len(rows), one.shortest - len(rows), 0)
        drawn = [self._row(one, place, row) for place, row in enumerate([*rows, *({} for _one in range(empty))])]
        return Cell(bound, one.width, "", condition, label, "", drawn, self._row(one, BLANK_ROW, {}), one.longest)

    def _row(self, one: Field, place: int | str, row: Mapping[str, str]) -> forms.Form:
        """One row of a table as a small form of its own, with what is wrong in it."""
        prefix = f"{self.add_prefix(one.name)}-{place}"
        drawn = forms.Form({f"{prefix}-{name}": text for name, text in row.items()}, prefix=prefix)
        drawn.use_required_attribute = False
        drawn.fields = {column.name: control_of(column, in_row=True) for column in one.columns}
        faults = {name.rpartition(".")[2]: found for name, found in self.row_errors.items() if name.startswith(f"{one.name}.{place}.")}  # fmt: skip
        cast(Any, drawn)._errors = ErrorDict({name: drawn.error_class([str(fault.message) for fault in found]) for name, found in faults.items()})  # fmt: skip
        return drawn

    def _condition(self, text: str) -> str:
        """A condition for the browser: names as its controls are called, what is only shown as it is."""

        def named(node: Any) -> Any:
            if not isinstance(node, list):
                return node
            if node and node[0] == "name":
                one = self.spec.field(node[1])
                if one is None or one.name not in self.fields:
                    value = self.known.get(node[1])
                    return ["value", float(value) if isinstance(value, Decimal) else value]
                sort = {CHOICES: "many", TICK: "tick"}.get(one.kind, "number" if one.kind in NUMBERS else "text")
                return ["name", self.add_prefix(one.name), sort]
            return [named(part) for part in node]

        return json.dumps(named(tree(text)), ensure_ascii=False)


def is_personal(one: Field) -> bool:
    """Whether a field, or a column of it, holds personal data."""
    return one.is_masked or any(column.is_masked for column in one.columns)


def schema_form(spec: FormSpec) -> type[SchemaForm]:
    """The form that a schema draws, to be made with what was sent, what is kept and what the case knows."""
    return type("SchemaForm", (SchemaForm,), {"spec": spec})


def values_of(form: SchemaForm) -> dict[str, Any]:
    """What a valid form holds, as plain JSON."""
    return dict(form.values)


__all__ = ["Answer", "SchemaForm", "answers", "schema_form", "spec_of", "value_text", "values_of"]
