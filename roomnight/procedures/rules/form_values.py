"""Whether what was filled in can be right: each field by its kind and limits, in words for the person at the form (PRC-02).

What is kept is plain JSON: texts, whole numbers, true and false, lists, rows; days as 2026-11-22, moments as
2026-11-22T14:30 in the hotel's time, times as 14:30. Amounts and other numbers are kept as texts such as "1280.00", so that
they stay exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.money import parse_money
from roomnight.kernel.text import clean, clean_lines, mask_phone, phone_digits
from roomnight.procedures.rules import documents
from roomnight.procedures.rules.expressions import BadExpression, evaluate
from roomnight.procedures.rules.form_fields import (
    CHOICE,
    CHOICES,
    CLOCK,
    DAY,
    DOCUMENT,
    EMAIL,
    LONG,
    MOMENT,
    MONEY,
    NUMBER,
    NUMBERS,
    PHONE,
    ROWS,
    TEXT,
    TICK,
    WHOLE,
    Field,
    FormSpec,
)
from roomnight.procedures.rules.patterns import matches

Data = Mapping[str, Any]
Errors = dict[str, list["Fault"]]
LARGEST: Final = Decimal(10) ** 15
PLACES: Final = 6
STARS: Final = "****"
NUMBER_TEXT: Final = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,20})?(?:\.\d{0,20})?")
EMAIL_TEXT: Final = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,6}[A-Za-z]{2,24}")
PHONE_TEXT: Final = re.compile(r"[0-9+\-() 转#*xX.,extEXT]{3,40}")
FEWEST_DIGITS: Final = 3

REASONS: Final = {
    "required": _("Fill this in."),
    "answer": _("Answer yes or no."),
    "choose": _("Choose one."),
    "kind": _("This cannot be read here."),
    "longest": _("At most %(most)d characters; these are %(count)d."),
    "shortest": _("At least %(least)d characters."),
    "pattern": _("This does not have the form that is asked for."),
    "pattern_hint": "%(hint)s",
    "no_choice": _("There is no such choice."),
    "whole": _("Type a whole number."),
    "number": _("Type a number."),
    "places": _("At most %(places)d digits after the point."),
    "money": _("Type an amount such as 1280 or 1280.50."),
    "least": _("Not less than %(least)s."),
    "most": _("Not more than %(most)s."),
    "day": _("Type a day such as 2026-11-22."),
    "moment": _("Type a day and a time such as 2026-11-22 14:30."),
    "not_before": _("This lies before the beginning."),
    "clock": _("Type a time such as 14:30."),
    "email": _("Type an e-mail address such as name@example.com."),
    "phone": _("Type a telephone number."),
    "few": _("Choose at least %(least)d."),
    "many": _("Choose at most %(most)d."),
    "few_rows": _("At least %(least)d rows."),
    "many_rows": _("At most %(most)d rows."),
    "rows": _("Look at the rows: something in them is to be put right."),
    "id_shape": _("The number of an identity card has 18 characters: 17 digits and a digit or X."),
    "id_place": _("The first two digits of this identity card number stand for no province."),
    "id_birthday": _("The day of birth in this identity card number does not exist."),
    "id_sum": _("The last character does not fit this identity card number: one of them is mistyped."),
    "id_passport": _("A passport number has 6 to 9 letters and digits, at least 4 of them digits."),
    "id_hk-macao-permit": _("This travel permit begins with H or M and goes on with 8 or 10 digits."),
    "id_taiwan-permit": _("This travel permit has 8 digits."),
    "id_other": _("This is no number of an identity document."),
}


@dataclass(frozen=True)
class Fault:
    """Why a value is not taken: the reason, with what its words name."""

    reason: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The reason in the language in force."""
        return str(REASONS[self.reason]) % self.values


class _Bad(Exception):
    def __init__(self, reason: str, **values: Any) -> None:
        self.fault = Fault(reason, values)


def check(spec: FormSpec, data: Data, known: Data | None = None) -> tuple[dict[str, Any], Errors]:
    """What a form keeps of what was filled in, and what is wrong, by field; of tables by `rows.0.column`.

    `known` is what the case knows already, for the fields that only show it. What a condition hides is neither asked for
    nor kept. What comes out goes through again unchanged.
    """
    kept: dict[str, Any] = {}
    errors: Errors = {}
    seen: dict[str, Any] = {}
    for one in spec.fields:
        seen[one.name] = None
        if not shows(one, seen):
            continue
        if one.is_read_only:
            seen[one.name] = usable(one, (known or {}).get(one.name))
            continue
        if one.kind == ROWS:
            value, wrong = _rows(one, data.get(one.name))
            errors |= wrong
        else:
            try:
                value = _taken(one, data.get(one.name))
                _fits_document(one, value, seen)
                _fits_order(one, value, seen)
            except _Bad as bad:
                errors[one.name] = [bad.fault]
                continue
        if value is not None:
            kept[one.name] = value
        seen[one.name] = usable(one, value)
    return kept, errors


def shows(one: Field, seen: Data) -> bool:
    """Whether a field is asked for, given the fields above it. A condition that cannot be worked out hides it."""
    if not one.show_if:
        return True
    try:
        return bool(evaluate(one.show_if, seen))
    except BadExpression:
        return False


def usable(one: Field, value: Any) -> Any:
    """A kept value as conditions reckon with it: numbers as exact numbers."""
    if value is None or one.kind not in NUMBERS:
        return value
    try:
        return value if isinstance(value, int) else Decimal(str(value))
    except InvalidOperation:
        return None


def figures(spec: FormSpec, kept: Data, known: Data) -> dict[str, Any]:
    """Everything a form asks for as the conditions of a flow chart reckon with it; what was left empty is none.

    What was not asked for does not touch what the case knows.
    """
    found: dict[str, Any] = {}
    seen: dict[str, Any] = {}
    for one in spec.fields:
        value = usable(one, known.get(one.name) if one.is_read_only else kept.get(one.name))
        is_asked = shows(one, {**seen, one.name: None})
        seen[one.name] = value if is_asked else None
        if not one.is_read_only and (is_asked or one.name not in known):
            found[one.name] = seen[one.name]
    return found


def fault_of(one: Field, value: Any) -> Fault | None:
    """What is wrong with one value, none where nothing is."""
    try:
        if one.kind == ROWS:
            _value, wrong = _rows(one, value)
            return next((faults[0] for faults in wrong.values()), None)
        _taken(one, value)
    except _Bad as bad:
        return bad.fault
    return None


def masked(one: Field, value: Any) -> Any:
    """A value as those see it who need not know it; empty stays empty."""
    if value in (None, "", [], False) or not one.is_masked:
        return value
    if one.kind == PHONE:
        return mask_phone(str(value))
    if one.kind == DOCUMENT:
        return "*" * max(len(str(value)) - 4, 4) + str(value)[-4:]
    if one.kind == TEXT:
        return f"{str(value)[:1]}**"
    return STARS


def masked_data(spec: FormSpec, kept: Data) -> dict[str, Any]:
    """What was filled in, personal data behind stars; also in tables."""
    shown: dict[str, Any] = {}
    for one in spec.fields:
        if one.name not in kept:
            continue
        value = kept[one.name]
        if one.kind == ROWS and not one.is_masked and isinstance(value, list):
            value = [
                {column.name: masked(column, row[column.name]) for column in one.columns if column.name in row}
                for row in value
            ]
        shown[one.name] = masked(one, value)
    return shown


# ---- one value


def _fits_document(one: Field, value: Any, seen: Data) -> None:
    """The number of a document against the kind that the schema names, or that was chosen in the field it names."""
    if one.kind == DOCUMENT and value:
        kind = (
            one.document if one.document in documents.KINDS or not one.document else str(seen.get(one.document) or "")
        )
        reason = documents.document_fault(value, kind)
        if reason:
            raise _Bad(f"id_{reason}")


def _fits_order(one: Field, value: Any, seen: Data) -> None:
    """A day or moment against the earlier one that the schema names; of a day and a moment the days count."""
    first = seen.get(one.not_before) if one.not_before else None
    if not value or not first:
        return
    length = min(len(str(first)), len(str(value)))
    if str(value)[:length] < str(first)[:length]:
        raise _Bad("not_before")


def _taken(one: Field, value: Any) -> Any:
    """A value as it is kept; None where nothing was filled in. Raises _Bad."""
    found = READERS[one.kind](one, value) if not _is_empty(value) else None
    if one.kind == TICK and found is None and not one.is_required:
        return False
    if found is None or found == []:
        if one.is_required or one.kind == CHOICES and one.shortest:
            reason = {TICK: "answer", CHOICE: "choose", CHOICES: "choose"}.get(one.kind, "required")
            raise _Bad(reason)
        return None
    return found


def _is_empty(value: Any) -> bool:
    return value is None or isinstance(value, str) and not clean(value) or value in ([], ())


def _text_of(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or isinstance(value, int) and abs(value) >= LARGEST:
        raise _Bad("kind")
    return str(value)


def _text(one: Field, value: Any) -> str:
    raw = _text_of(value)
    found = clean_lines(raw) if one.kind == LONG else clean(raw)
    if len(found) > one.longest:
        raise _Bad("longest", most=one.longest, count=len(found))
    if len(found) < one.shortest:
        raise _Bad("shortest", least=one.shortest)
    if one.pattern and not matches(one.pattern, found):
        hint = one.pattern_hint.in_(get_language())
        raise _Bad("pattern_hint", hint=hint) if hint else _Bad("pattern")
    return found


def _email(one: Field, value: Any) -> str:
    found = _text(one, value)
    if not EMAIL_TEXT.fullmatch(found):
        raise _Bad("email")
    return found


def _phone(one: Field, value: Any) -> str:
    found = _text(one, value)
    if not PHONE_TEXT.fullmatch(found) or len(phone_digits(found)) < FEWEST_DIGITS:
        raise _Bad("phone")
    return found


def _document(one: Field, value: Any) -> str:
    return documents.tidy_number(_text(one, value))


def _choice(one: Field, value: Any) -> str:
    if not isinstance(value, str) or value not in one.values:
        raise _Bad("no_choice")
    return value


def _choices(one: Field, value: Any) -> list[str]:
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, (list, tuple)):
        raise _Bad("kind")
    wanted = [_choice(one, item) for item in chosen]
    found = [item for item in one.values if item in wanted]
    if len(found) < one.shortest:
        raise _Bad("few", least=one.shortest)
    if len(found) > one.longest:
        raise _Bad("many", most=one.longest)
    return found


def _tick(_one: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = {"on": True, "true": True, "yes": True, "false": False, "no": False}.get(str(value).strip().lower())
    if found is None:
        raise _Bad("answer")
    return found


def _is_figure(value: Any) -> bool:
    """Whether this can be a number at all; a whole number is not so long that writing it out would take time."""
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < LARGEST
    return isinstance(value, (str, float, Decimal))


def _plain_number(value: Any, reason: str) -> Decimal:
    """A number as it was typed, with or without thousands' commas. A float counts as it is written."""
    if not _is_figure(value):
        raise _Bad(reason)
    text = clean(str(value)).replace("−", "-").replace(" ", "")
    is_typed = isinstance(value, str)
    if is_typed and (not NUMBER_TEXT.fullmatch(text) or not any(map(str.isdigit, text))):
        raise _Bad(reason)
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _Bad(reason) from None
    if not found.is_finite() or abs(found) >= LARGEST:
        raise _Bad(reason)
    return found


def _within(one: Field, found: Decimal) -> Decimal:
    if one.least is not None and found < one.least:
        raise _Bad("least", least=f"{one.least:f}")
    if one.most is not None and found > one.most:
        raise _Bad("most", most=f"{one.most:f}")
    return found


def _whole(one: Field, value: Any) -> int:
    found = _plain_number(value, "whole")
    if found != found.to_integral_value():
        raise _Bad("whole")
    return int(_within(one, found))


def _number(one: Field, value: Any) -> str:
    found = _plain_number(value, "number")
    if found != round(found, PLACES):
        raise _Bad("places", places=PLACES)
    found = _within(one, found).normalize()
    return f"{found if found else Decimal(0):f}"


def _money(one: Field, value: Any) -> str:
    if not _is_figure(value):
        raise _Bad("money")
    try:
        found = parse_money(str(value))
    except ValueError:
        raise _Bad("money") from None
    if abs(found) >= LARGEST:
        raise _Bad("money")
    return str(_within(one, found))


def _day(_one: Field, value: Any) -> str:
    try:
        return date.fromisoformat(_text_of(value).strip()).isoformat()
    except ValueError:
        raise _Bad("day") from None


def _moment(_one: Field, value: Any) -> str:
    try:
        found = datetime.fromisoformat(_text_of(value).strip())
    except ValueError:
        raise _Bad("moment") from None
    if found.tzinfo is not None or "T" not in _text_of(value).upper() and " " not in _text_of(value).strip():
        raise _Bad("moment")
    return found.isoformat(timespec="minutes")


def _clock(_one: Field, value: Any) -> str:
    try:
        found = time.fromisoformat(_text_of(value).strip())
    except ValueError:
        raise _Bad("clock") from None
    if found.tzinfo is not None:
        raise _Bad("clock")
    return found.isoformat(timespec="minutes")


READERS: Final[dict[str, Callable[[Field, Any], Any]]] = {
    TEXT: _text, LONG: _text, EMAIL: _email, PHONE: _phone, DOCUMENT: _document, CHOICE: _choice, CHOICES: _choices,
    TICK: _tick, WHOLE: _whole, NUMBER: _number, MONEY: _money, DAY: _day, MOMENT: _moment, CLOCK: _clock,
}  # fmt: skip


# ---- tables


def _rows(one: Field, value: Any) -> tuple[list[dict[str, Any]] | None, Errors]:
    """The rows of a table; those in which nothing was filled in are left out."""
    if value is None or value == "":
        value = []
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, Mapping) for row in value):
        return None, {one.name: [Fault("kind")]}
    found: list[dict[str, Any]] = []
    errors: Errors = {}
    for place, row in enumerate(value[: one.longest + 1]):
        if all(_is_empty(row.get(column.name)) or row.get(column.name) is False for column in one.columns):
            continue
        kept, wrong = check(FormSpec(one.words, one.hint, one.columns), row)
        found.append(kept)
        errors |= {f"{one.name}.{place}.{name}": faults for name, faults in wrong.items()}
    if errors:
        errors[one.name] = [Fault("rows")]
    elif len(found) > one.longest or len(value) > one.longest + 1:
        errors[one.name] = [Fault("many_rows", {"most": one.longest})]
    elif len(found) < max(one.shortest, 1 if one.is_required else 0):
        errors[one.name] = [Fault("few_rows", {"least": max(one.shortest, 1)})]
    return (found if found and not errors else None), errors
