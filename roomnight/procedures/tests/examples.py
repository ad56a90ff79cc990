"""Something that each kind of field takes."""

from __future__ import annotations

from typing import Any

from roomnight.procedures.rules.form_fields import Field


def example(field: Field) -> Any:
    """Something that a field takes."""
    match field.kind:
        case "choice":
            return field.options[0].value
        case "choices":
            return [one.value for one in field.options]
        case "rows":
            return [{one.name: example(one) for one in field.columns}]
        case "whole":
            return int(field.least or 1)
        case "document":
            return "11010519491231002X"
    return {
        "number": "1", "money": "12.50", "day": "2026-11-20", "moment": "2026-11-20T15:00", "clock": "15:00", "phone": "13812348866",
        "email": "a@example.com", "tick": True,
    }.get(field.kind, "甲")  # fmt: skip
