"""Tables of policies, typed cell by cell: a row for each name, or as many rows as somebody likes.

The value keeps one spelling for forms, its text as JSON; here that text is taken apart into cells and put together again.
What cannot stand in a cell stays in it as it was typed, and is said at the cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.policy import Column, Policy, plain

MOST_ROWS = 200
BLANK_ROWS = 3
LONGEST = 60_000
SPLIT = re.compile(r"[,，、;；\n]+")

Rows = list[tuple[str, dict[str, Any]]]
"""Each row by its key (its place, in a list), with its cells by column."""


def rows_of(policy: Policy[Any], value: Any) -> Rows:
    """A table as rows, whatever it is kept as; nothing for what is no table."""
    if isinstance(policy.default, dict):
        table = value if isinstance(value, dict) else {}
        keys = [*policy.default, *(key for key in table if key not in policy.default)]
        return [(key, _cells(policy, table.get(key))) for key in keys]
    if not isinstance(value, list):
        return []
    return [(str(place), _cells(policy, row)) for place, row in enumerate(value)]


def _cells(policy: Policy[Any], row: Any) -> dict[str, Any]:
    if policy.columns[0].key == "":
        return {"": row}
    return dict(row) if isinstance(row, dict) else {}


def table_of(policy: Policy[Any], rows: Rows) -> Any:
    """Rows as the policy keeps them, cells in the order of the columns."""
    order = [one.key for one in policy.columns]
    kept = {
        key: cells.get("") if order == [""] else {name: cells[name] for name in (*order, *cells) if name in cells}
        for key, cells in rows
    }
    return kept if isinstance(policy.default, dict) else list(kept.values())


def table_in_order(policy: Policy[Any], value: Any) -> Any:
    """A table in the order of its policy, whatever order the database gives back."""
    if not isinstance(value, (dict, list)):
        return value
    kept = [(key, cells) for key, cells in rows_of(policy, value) if any(_has(cell) for cell in cells.values())]
    return table_of(
        policy, [(key, {name: _in_order(policy, name, cell) for name, cell in cells.items()}) for key, cells in kept]
    )


def _in_order(policy: Policy[Any], name: str, cell: Any) -> Any:
    """The members of a cell as its column lists them."""
    options = next((list(one.options) for one in policy.columns if one.key == name and one.kind == "some"), [])
    if not options or not isinstance(cell, list):
        return cell
    return sorted(cell, key=lambda one: (one not in options, options.index(one) if one in options else 0))


def _has(cell: Any) -> bool:
    return cell not in (None, "")


def table_in_words(policy: Policy[Any], value: Any) -> str:
    """A table as people say it, row by row: Ordinary: Lunch 300, Dinner 300; Senior: …"""
    said = []
    for key, cells in rows_of(policy, value):
        named = isinstance(policy.default, dict)
        first = (
            policy.words.get(key, key) if named else cell_in_words(policy.columns[0], cells.get(policy.columns[0].key))
        )
        rest = [
            cell_in_words(one, cells[one.key], labelled=bool(one.key))
            for one in (policy.columns if named else policy.columns[1:])
            if one.key in cells and cells[one.key] not in ("", [], None)
        ]
        said.append(pgettext("row of a table", "%(row)s: %(cells)s") % {"row": first, "cells": listed(rest)})
    return pgettext("between rows of a table", "; ").join(said) or "–"


def listed(words: list[str]) -> str:
    return pgettext("between items of a list", ", ").join(words) or "–"


def cell_in_words(column: Column, cell: Any, *, labelled: bool = False) -> str:
    """One cell: a choice by its name, figures with their heading."""
    if column.kind == "some" or column.kind == "texts":
        words = pgettext("between members of a cell", "/").join(str(column.options.get(one, one)) for one in cell or [])
    else:
        words = str(column.options.get(cell, plain(cell)))
    return f"{column.label} {words}" if labelled and column.kind in ("whole", "money") else words


def faults_in(policy: Policy[Any], value: Any) -> dict[tuple[str, str], str]:
    """What is wrong, by row and column."""
    found = {}
    for key, cells in rows_of(policy, value):
        for column in policy.columns:
            fault = fault_of(column, cells.get(column.key))
            if fault:
                found[(key, column.key)] = fault
    return found


def fault_of(column: Column, cell: Any) -> str:
    """Why this cannot stand in a cell; nothing where it can."""
    if column.kind in ("some", "texts"):
        return _("Choose at least one.") if column.is_needed and not cell else ""
    if cell in (None, ""):
        return _("Fill this in.") if column.kind != "one" else _("Choose one.")
    if column.kind == "whole" and (isinstance(cell, bool) or not re.fullmatch(r"\d{1,9}", str(cell))):
        return _("Enter a whole number, such as 24.")
    if column.kind == "money" and not _is_amount(cell):
        return _("Enter an amount, such as 300.")
    return ""


def _is_amount(cell: Any) -> bool:
    try:
        amount = Decimal(str(cell))
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 <= amount < 10**9


class TableInput(forms.Widget):
    """The cells of a table, row by row; a table that may grow has blank rows at its end."""

    template_name = "ui/widgets/table.html"
    is_group = True

    def __init__(self, policy: Policy[Any]) -> None:
        super().__init__()
        self.policy = policy
        self.grows = isinstance(policy.default, list)
        self.faults: dict[tuple[str, str], str] = {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        rows = rows_of(self.policy, _read(value))
        if self.grows:
            rows += [(str(len(rows) + n), {}) for n in range(BLANK_ROWS)]
        base = context["widget"]["attrs"].get("id", name)
        context["grows"] = self.grows
        context["rows"] = [
            {
                "label": self._label(key, number),
                "cells": [self._cell(name, base, key, column, cells.get(column.key)) for column in self.policy.columns],
                "is_blank": not cells,
            }
            for number, (key, cells) in enumerate(rows, start=1)
        ]
        return context

    def _label(self, key: str, number: int) -> Any:
        return number if self.grows else self.policy.words.get(key, key)

    def _cell(self, name: str, base: str, key: str, column: Column, cell: Any) -> dict[str, Any]:
        chosen = [str(one) for one in cell] if isinstance(cell, list) else [str(cell)] if _has(cell) else []
        known = {str(option): label for option, label in column.options.items()}
        if column.options:
            known |= {one: one for one in chosen if one not in known}
        return {
            "name": f"{name}.{key}.{column.key}",
            "id": f"{base}_{key}_{column.key or 'row'}",
            "label": column.label if column.key else "",
            "kind": column.kind,
            "value": "\n".join(chosen) if column.kind == "texts" else "".join(chosen[:1]),
            "options": [(option, label, option in chosen) for option, label in known.items()],
            "fault": self.faults.get((key, column.key), ""),
        }

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        if name in data:
            return str(data[name])
        rows: Rows = []
        for key in self._keys(data, name):
            cells = {one.key: typed(one, data, f"{name}.{key}.{one.key}") for one in self.policy.columns}
            if any(cell not in ("", []) for cell in cells.values()):
                rows.append((key, cells))
        return json.dumps(table_of(self.policy, rows), ensure_ascii=False) if rows else ""

    def _keys(self, data: Mapping[str, Any], name: str) -> list[str]:
        sent = [key.removeprefix(f"{name}.").partition(".")[0] for key in data if key.startswith(f"{name}.")]
        keys = list(dict.fromkeys(sent))
        if self.grows:
            return [str(key) for key in sorted(int(key) for key in keys if key.isdigit())[:MOST_ROWS]]
        return [key for key, _cells in rows_of(self.policy, self.policy.default) if key in keys]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(key.startswith(f"{name}.") for key in data)

    def id_for_label(self, id_: str) -> str:
        return id_


def typed(column: Column, data: Mapping[str, Any], name: str) -> Any:
    """What stands in a cell, as the policy keeps it; as it was typed where it cannot be."""
    if column.kind == "some":
        return data.getlist(name) if isinstance(data, MultiValueDict) else list(data.get(name, []))
    text = str(data.get(name, "")).strip()
    if column.kind == "texts":
        return [part.strip() for part in SPLIT.split(text) if part.strip()]
    if column.kind == "whole" and re.fullmatch(r"\d{1,9}", text):
        return int(text)
    return text


def _read(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


class TableField(forms.CharField):
    """A table of a policy in a form: what is wrong is said at its cell."""

    widget: TableInput

    def __init__(self, policy: Policy[Any], **more: Any) -> None:
        super().__init__(widget=TableInput(policy), max_length=LONGEST, strip=False, **more)
        self.policy = policy

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        self.widget.faults = faults_in(self.policy, _read(text)) if text else {}
        if self.widget.faults:
            raise forms.ValidationError(list(self._said()))
        return text

    def _said(self) -> Iterator[str]:
        """Every fault with the place where it stands, for the summary above the form."""
        labels = {one.key: one.label for one in self.policy.columns}
        for (key, column), fault in self.widget.faults.items():
            row = int(key) + 1 if self.widget.grows else self.policy.words.get(key, key)
            place = f"{row} · {labels[column]}" if column else str(row)
            yield pgettext("row of a table", "%(row)s: %(cells)s") % {"row": place, "cells": fault}

    def shown(self, values: list[str]) -> str:
        """The table in words, for whoever compares two."""
        return table_in_words(self.policy, _read(values[0])) if values else "–"
