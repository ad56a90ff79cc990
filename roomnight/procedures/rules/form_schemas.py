"""A form's schema, read strictly: JSON Schema with our words for labels and layout, and nothing we do not understand (PRC-02).

    {"type": "object", "title": "钥匙领用登记", "x-title-en": "Key register", "required": ["key"],
     "properties": {"key": {"type": "string", "title": "钥匙", "x-title-en": "Key", "maxLength": 40}}}

Types: string, integer, number, boolean, array of choices, array of objects (a small table). Formats of strings: date,
date-time, time, email, tel, textarea, money, id-document. Our own words begin with x-: `x-title-en`, `x-description-en`,
`x-labels` {value: [zh, en]}, `x-unit`, `x-width` half|third|full, `x-group`, `x-show-if`, `x-read-only`, `x-masked`,
`x-document`, `x-not-before` (the day or moment above that this one may not precede), `x-pattern-hint`, and of the whole form `x-columns`, the fields that stand in a register's list, and
`x-signatures`, as whom an entry is signed.
"""

from __future__ import annotations

import json
import keyword
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from roomnight.procedures.rules.chart import WORD
from roomnight.procedures.rules.documents import KINDS as DOCUMENT_KINDS
from roomnight.procedures.rules.expressions import CONSTANTS, BadExpression, names_in
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
    TEXTS,
    TICK,
    WHOLE,
    Field,
    FormSpec,
    Option,
    Words,
)
from roomnight.procedures.rules.form_values import fault_of
from roomnight.procedures.rules.patterns import BadPattern, compiled

LARGEST: Final = 200_000  # bytes of a schema
DEEPEST: Final = 8  # objects and lists in one another
MOST_FIELDS: Final = 120
MOST_COLUMNS: Final = 12
MOST_ROWS: Final = 60
MOST_OPTIONS: Final = 200
MOST_SIGNATURES: Final = 4
LONGEST_WORDS: Final = 300
LONGEST_TEXT: Final = 4_000
USUAL_TEXT: Final = 200
RESERVED: Final = frozenset({"seen", "revision", "reason", "csrfmiddlewaretoken", "data_objects"})

FORMATS: Final = {
    "date": DAY, "date-time": MOMENT, "time": CLOCK, "email": EMAIL, "tel": PHONE, "textarea": LONG, "money": MONEY,
    "id-document": DOCUMENT,
}  # fmt: skip
WIDTHS: Final = ("full", "half", "third")
OF_FORM: Final = frozenset({
    "$schema", "$id", "type", "title", "x-title-en", "description", "x-description-en", "properties", "required",
    "additionalProperties", "x-columns", "x-signatures",
})  # fmt: skip
OF_FIELD: Final = frozenset({
    "type", "title", "x-title-en", "description", "x-description-en", "default", "x-width", "x-group", "x-show-if",
    "x-read-only", "x-masked",
})  # fmt: skip
OF_KIND: Final = {
    TEXT: {"minLength", "maxLength", "pattern", "x-pattern-hint", "x-unit"},
    LONG: {"format", "minLength", "maxLength"},
    PHONE: {"format", "maxLength"}, EMAIL: {"format", "maxLength"}, DOCUMENT: {"format", "x-document", "maxLength"},
    DAY: {"format", "x-not-before"}, MOMENT: {"format", "x-not-before"}, CLOCK: {"format"}, TICK: set(),
    WHOLE: {"minimum", "maximum", "x-unit"}, NUMBER: {"minimum", "maximum", "x-unit"},
    MONEY: {"format", "minimum", "maximum", "x-unit"},
    CHOICE: {"enum", "x-labels"}, CHOICES: {"items", "minItems", "maxItems", "uniqueItems"},
    ROWS: {"items", "minItems", "maxItems"},
}  # fmt: skip
NOT_IN_ROWS: Final = frozenset({"x-show-if", "x-group", "x-read-only"})

REASONS: Final = {
    "too_large": _("The schema is larger than %(most)d bytes."),
    "too_deep": _("Objects stand more than %(deepest)d deep in one another."),
    "not_json": _("Line %(line)d, column %(column)d: this is no JSON: %(why)s."),
    "twice": _("The word %(word)s is there twice in the same object."),
    "not_object": _("Here an object is expected: { … }."),
    "not_list": _("Here a list is expected: [ … ]."),
    "keyword": _("%(word)s is not understood here."),
    "type": _("The type must be %(types)s."),
    "format": _("The format must be one of %(formats)s."),
    "text": _("Here a text of at most %(most)d characters is expected."),
    "title": _("A title is missing."),
    "number": _("Here a number from %(least)s to %(most)s is expected."),
    "flag": _("Here true or false is expected."),
    "one_of": _("Here one of %(words)s is expected."),
    "name": _("%(name)s is no name for a field: Latin letters, digits and underscores, beginning with a letter."),
    "reserved": _("The name %(name)s is taken by the program itself."),
    "no_fields": _("There is no field."),
    "too_many": _("There are more than %(most)d here."),
    "unknown_field": _("There is no field called %(name)s."),
    "enum": _("Choices are different texts of 1 to 60 characters."),
    "labels": _("The words of a choice are a text, or a list of the Chinese and the English text."),
    "unknown_value": _("%(value)s is none of the choices."),
    "order": _("The smallest is larger than the largest."),
    "pattern": _("This pattern is not used: %(why)s."),
    "show_if": _("This condition cannot be used: %(why)s."),
    "show_if_name": _("The condition asks for %(name)s, which does not stand above this field."),
    "default": _("The default would not be accepted: %(why)s"),
    "additional": _("Only false may stand here."),
    "schema": _("This is no valid JSON Schema: %(why)s."),
}  # fmt: skip


@dataclass(frozen=True)
class FormProblem:
    """Why a schema is refused: where (as a JSON pointer), the reason with its values."""

    path: str
    reason: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The reason in the language in force."""
        return str(REASONS[self.reason]) % self.values


class BadForm(ValueError):
    """A schema that is not read, with everything that is wrong with it."""

    def __init__(self, problems: list[FormProblem]) -> None:
        super().__init__("; ".join(f"{one.path or '/'} {one.reason}" for one in problems))
        self.problems = problems


def parse_schema(source: str) -> dict[str, Any]:
    """The schema that somebody typed, numbers kept as they are written. Raises BadForm."""
    if len(source.encode(errors="replace")) > LARGEST:
        raise BadForm([FormProblem("", "too_large", {"most": LARGEST})])
    twice: list[str] = []

    def paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _value in pairs]
            twice.extend({name for name in names if names.count(name) > 1})
        return found

    try:
        schema = json.loads(source, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=paired)
    except json.JSONDecodeError as error:
        values = {"line": error.lineno, "column": error.colno, "why": error.msg}
        raise BadForm([FormProblem("", "not_json", values)]) from error
    except RecursionError as error:
        raise BadForm([FormProblem("", "too_deep", {"deepest": DEEPEST})]) from error
    except ValueError as error:
        raise BadForm([FormProblem("", "not_json", {"line": 1, "column": 1, "why": str(error)})]) from error
    if twice:
        raise BadForm([FormProblem("", "twice", {"word": word}) for word in sorted(twice)])
    if not isinstance(schema, dict):
        raise BadForm([FormProblem("", "not_object")])
    return schema


def _refused(text: str) -> None:
    raise ValueError(text)


def read_form(schema: Any) -> FormSpec:
    """What a schema asks for. Raises BadForm with every problem, each with its path and reason."""
    if _is_deeper(schema, DEEPEST):
        raise BadForm([FormProblem("", "too_deep", {"deepest": DEEPEST})])
    reading = _Reading()
    spec = reading.form(schema)
    if not reading.problems:
        reading.as_standard(schema)
    if reading.problems or spec is None:
        raise BadForm(reading.problems)
    return spec


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inside)


class _Reading:
    """One walk over a schema, which gathers what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[FormProblem] = []

    def wrong(self, path: str, reason: str, **values: Any) -> None:
        self.problems.append(FormProblem(path, reason, values))

    def as_standard(self, schema: dict[str, Any]) -> None:
        """The library's word on whether this is JSON Schema at all."""
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            self.wrong("".join(f"/{step}" for step in error.absolute_path), "schema", why=error.message[:200])

    # ---- pieces

    def mapping(self, value: Any, path: str, known: frozenset[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong(path, "not_object")
            return {}
        for word in value:
            if known is not None and word not in known:
                self.wrong(f"{path}/{_escaped(word)}", "keyword", word=word[:60])
        return value

    def text(self, schema: dict[str, Any], word: str, path: str, most: int = LONGEST_WORDS) -> str:
        value = schema.get(word, "")
        if not isinstance(value, str) or len(value) > most:
            self.wrong(f"{path}/{word}", "text", most=most)
            return ""
        return value.strip()

    def words(self, schema: dict[str, Any], path: str, zh: str, en: str) -> Words:
        return Words(self.text(schema, zh, path), self.text(schema, en, path))

    def pair(self, value: Any, path: str) -> Words:
        """Words written as one text, or as [Chinese, English]."""
        parts = [value] if isinstance(value, str) else value
        good = isinstance(parts, list) and len(parts) in (1, 2) and all(isinstance(one, str) for one in parts)
        if not good or any(len(one) > LONGEST_WORDS for one in parts) or not parts[0].strip():
            self.wrong(path, "labels")
            return Words()
        return Words(*(one.strip() for one in parts))

    def flag(self, schema: dict[str, Any], word: str, path: str) -> bool:
        value = schema.get(word, False)
        if not isinstance(value, bool):
            self.wrong(f"{path}/{word}", "flag")
        return value is True

    def count(self, schema: dict[str, Any], word: str, path: str, most: int, usual: int) -> int:
        value = schema.get(word, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.wrong(f"{path}/{word}", "number", least=0, most=most)
            return usual
        return value

    def amount(self, schema: dict[str, Any], word: str, path: str) -> Decimal | None:
        value = schema.get(word)
        if value is None and word not in schema:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
                raise InvalidOperation
            found = Decimal(str(value))
            if not found.is_finite() or abs(found) >= Decimal(10) ** 15:
                raise InvalidOperation
        except InvalidOperation:
            self.wrong(f"{path}/{word}", "number", least="-10^15", most="10^15")
            return None
        return found

    def names(self, schema: dict[str, Any], word: str, path: str, known: frozenset[str]) -> tuple[str, ...]:
        value = schema.get(word, [])
        if not isinstance(value, list):
            self.wrong(f"{path}/{word}", "not_list")
            return ()
        for place, name in enumerate(value):
            if name not in known if isinstance(name, str) else True:
                self.wrong(f"{path}/{word}/{place}", "unknown_field", name=str(name)[:60])
        return tuple(name for name in value if isinstance(name, str))

    # ---- the whole

    def form(self, schema: Any) -> FormSpec | None:
        top = self.mapping(schema, "", OF_FORM)
        if not isinstance(schema, dict):
            return None
        if top.get("type") != "object":
            self.wrong("/type", "type", types="object")
        words = self.words(top, "", "title", "x-title-en")
        if not words and not self.problems:
            self.wrong("/title", "title")
        fields = self.fields(top, "", MOST_FIELDS, in_rows=False)
        listed = self.names(top, "x-columns", "", frozenset(one.name for one in fields))
        return FormSpec(
            words, self.words(top, "", "description", "x-description-en"), fields, listed, self.signatures(top)
        )

    def signatures(self, top: dict[str, Any]) -> tuple[Words, ...]:
        value = top.get("x-signatures", [])
        if not isinstance(value, list):
            self.wrong("/x-signatures", "not_list")
            return ()
        if len(value) > MOST_SIGNATURES:
            self.wrong("/x-signatures", "too_many", most=MOST_SIGNATURES)
            return ()
        return tuple(self.pair(one, f"/x-signatures/{place}") for place, one in enumerate(value))

    def fields(self, schema: dict[str, Any], path: str, most: int, *, in_rows: bool) -> tuple[Field, ...]:
        """The properties of the form, or of one row of a table."""
        if schema.get("additionalProperties", False) is not False:
            self.wrong(f"{path}/additionalProperties", "additional")
        properties = self.mapping(schema.get("properties", {}), f"{path}/properties")
        if not properties:
            self.wrong(f"{path}/properties", "no_fields")
        if len(properties) > most:
            self.wrong(f"{path}/properties", "too_many", most=most)
            return ()
        required = set(self.names(schema, "required", path, frozenset(properties)))
        found: list[Field] = []
        for name, one in properties.items():
            place = f"{path}/properties/{_escaped(name)}"
            if not WORD.fullmatch(name) or not name[0].isalpha() or keyword.iskeyword(name) or name in CONSTANTS:
                self.wrong(place, "name", name=name[:60])
            elif name in RESERVED:
                self.wrong(place, "reserved", name=name)
            drawn = self.field(name, one, place, in_rows=in_rows)
            if drawn is not None:
                found.append(replace(drawn, is_required=name in required))
        for index, read in enumerate(found):
            self.condition(read, found[:index], f"{path}/properties/{read.name}/x-show-if")
            self.default(read, f"{path}/properties/{read.name}/default")
        return tuple(found)

    def kind(self, schema: dict[str, Any], path: str, *, in_rows: bool) -> str:
        """What sort of field it is; empty where that cannot be said."""
        form = schema.get("format")
        if form is not None and (not isinstance(form, str) or form not in FORMATS):
            self.wrong(f"{path}/format", "format", formats=", ".join(FORMATS))
            return ""
        match schema.get("type"):
            case "string" if "enum" in schema:
                return CHOICE
            case "string":
                return FORMATS[form] if form else TEXT
            case "integer":
                return WHOLE
            case "number":
                return MONEY if form == "money" else NUMBER
            case "boolean":
                return TICK
            case "array" if not in_rows:
                items = schema.get("items")
                return ROWS if isinstance(items, dict) and items.get("type") == "object" else CHOICES
        types = "string, integer, number, boolean" if in_rows else "string, integer, number, boolean, array"
        self.wrong(f"{path}/type", "type", types=types)
        return ""

    def field(self, name: str, schema: Any, path: str, *, in_rows: bool) -> Field | None:
        one = self.mapping(schema, path)
        kind = self.kind(one, path, in_rows=in_rows) if one else ""
        if not kind:
            return None
        known = (OF_FIELD - NOT_IN_ROWS if in_rows else OF_FIELD) | OF_KIND[kind]
        self.mapping(one, path, frozenset(known))
        words = self.words(one, path, "title", "x-title-en")
        if not words:
            self.wrong(f"{path}/title", "title")
        width = one.get("x-width", "full")
        if width not in WIDTHS:
            self.wrong(f"{path}/x-width", "one_of", words=", ".join(WIDTHS))
        plain = Field(
            name, kind, words, self.words(one, path, "description", "x-description-en"),
            default=one.get("default"), width=width if width in WIDTHS else "full",
            group=self.pair(one["x-group"], f"{path}/x-group") if "x-group" in one else Words(),
            unit=self.pair(one["x-unit"], f"{path}/x-unit") if "x-unit" in one else Words(),
            show_if=self.text(one, "x-show-if", path, 500), is_read_only=self.flag(one, "x-read-only", path),
            is_masked=self.flag(one, "x-masked", path),
        )  # fmt: skip
        return self.limited(plain, one, path)

    def limited(self, plain: Field, one: dict[str, Any], path: str) -> Field:
        """The field with what its kind allows and demands."""
        if plain.kind in TEXTS:
            return self.limited_text(plain, one, path)
        if plain.kind in NUMBERS:
            least, most = self.amount(one, "minimum", path), self.amount(one, "maximum", path)
            if least is not None and most is not None and least > most:
                self.wrong(f"{path}/minimum", "order")
            return replace(plain, least=least, most=most)
        if plain.kind in (DAY, MOMENT):
            return replace(plain, not_before=self.text(one, "x-not-before", path))
        if plain.kind == CHOICE:
            return replace(plain, options=self.options(one, path))
        if plain.kind in (CHOICES, ROWS):
            return self.limited_list(plain, one, path)
        return plain

    def limited_text(self, plain: Field, one: dict[str, Any], path: str) -> Field:
        usual = LONGEST_TEXT if plain.kind == LONG else USUAL_TEXT
        longest = self.count(one, "maxLength", path, LONGEST_TEXT, usual)
        shortest = self.count(one, "minLength", path, LONGEST_TEXT, 0)
        if shortest > longest:
            self.wrong(f"{path}/minLength", "order")
        pattern, document = self.text(one, "pattern", path), self.text(one, "x-document", path)
        if pattern:
            try:
                compiled(pattern)
            except BadPattern as error:
                self.wrong(f"{path}/pattern", "pattern", why=str(error))
        hint = self.pair(one["x-pattern-hint"], f"{path}/x-pattern-hint") if "x-pattern-hint" in one else Words()
        return replace(
            plain, longest=longest, shortest=shortest, pattern=pattern, pattern_hint=hint, document=document
        )  # fmt: skip

    def limited_list(self, plain: Field, one: dict[str, Any], path: str) -> Field:
        items = self.mapping(one.get("items"), f"{path}/items")
        columns: tuple[Field, ...] = ()
        options: tuple[Option, ...] = ()
        if plain.kind == ROWS:
            self.mapping(items, f"{path}/items", frozenset({"type", "properties", "required", "additionalProperties"}))
            columns = self.fields(items, f"{path}/items", MOST_COLUMNS, in_rows=True)
        else:
            self.mapping(items, f"{path}/items", frozenset({"type", "enum", "x-labels"}))
            if items.get("type") != "string":
                self.wrong(f"{path}/items/type", "type", types="string, object")
            self.flag(one, "uniqueItems", path)
            options = self.options(items, f"{path}/items")
        room = MOST_ROWS if plain.kind == ROWS else max(len(options), 1)
        shortest = self.count(one, "minItems", path, room, 0)
        longest = self.count(one, "maxItems", path, room, room)
        if shortest > longest:
            self.wrong(f"{path}/minItems", "order")
        return replace(plain, columns=columns, options=options, shortest=shortest, longest=longest)

    def options(self, one: dict[str, Any], path: str) -> tuple[Option, ...]:
        values = one.get("enum")
        good = isinstance(values, list) and all(isinstance(value, str) and 0 < len(value) <= 60 for value in values)
        if not good or not values or len(set(values)) != len(values):
            self.wrong(f"{path}/enum", "enum")
            return ()
        if len(values) > MOST_OPTIONS:
            self.wrong(f"{path}/enum", "too_many", most=MOST_OPTIONS)
            return ()
        labels = self.mapping(one.get("x-labels", {}), f"{path}/x-labels")
        for value in labels:
            if value not in values:
                self.wrong(f"{path}/x-labels/{_escaped(value)}", "unknown_value", value=value[:60])
        return tuple(
            Option(value, self.pair(labels[value], f"{path}/x-labels/{_escaped(value)}") if value in labels else Words(value))
            for value in values
        )  # fmt: skip

    def condition(self, one: Field, above: list[Field], path: str) -> None:
        """A condition may only ask for what stands above, so that it can be answered from top to bottom."""
        names = {other.name: other for other in above}
        if one.show_if:
            try:
                for name in sorted(names_in(one.show_if) - names.keys()):
                    self.wrong(path, "show_if_name", name=name)
            except BadExpression as error:
                self.wrong(path, "show_if", why=str(error))
        if one.document and one.document not in DOCUMENT_KINDS:
            other = names.get(one.document)
            if other is None or other.kind != CHOICE:
                self.wrong(path.replace("/x-show-if", "/x-document"), "unknown_field", name=one.document)
        if one.not_before and getattr(names.get(one.not_before), "kind", "") not in (DAY, MOMENT):
            self.wrong(path.replace("/x-show-if", "/x-not-before"), "unknown_field", name=one.not_before)

    def default(self, one: Field, path: str) -> None:
        if one.default is None or self.problems:
            return
        fault = fault_of(one, one.default)
        if fault is not None:
            self.wrong(path, "default", why=fault.message)


def _escaped(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name[:60].replace("~", "~0").replace("/", "~1")
