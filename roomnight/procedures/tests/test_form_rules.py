"""What a form's schema may say, and what a form lets pass (PRC-02)."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roomnight.procedures.rules import documents, patterns
from roomnight.procedures.rules.form_schemas import LARGEST
from roomnight.procedures.rules.forms import BadForm, check, figures, masked_data, parse_schema, read_form


def form_of(properties, **more):
    return {"type": "object", "title": "表", "properties": properties, **more}


def problems(schema):
    with pytest.raises(BadForm) as bad:
        read_form(schema)
    return [(one.path, one.reason) for one in bad.value.problems]


TEXT = {"type": "string", "title": "文"}
EVERY = form_of(
    {
        "name": {"type": "string", "title": "姓名", "x-title-en": "Name", "maxLength": 20, "minLength": 2, "x-masked": True},
        "story": {"type": "string", "format": "textarea", "title": "经过"},
        "kind": {"type": "string", "enum": ["resident-id", "passport", "officer"], "title": "证件"},
        "number": {"type": "string", "format": "id-document", "x-document": "kind", "title": "号码", "x-masked": True},
        "rooms": {"type": "integer", "title": "间数", "minimum": 1, "maximum": 20},
        "reading": {"type": "number", "title": "读数", "minimum": 0},
        "price": {"type": "number", "format": "money", "title": "价", "maximum": 99999.99},
        "urgent": {"type": "boolean", "title": "急"},
        "day": {"type": "string", "format": "date", "title": "日"},
        "at": {"type": "string", "format": "date-time", "title": "时"},
        "until": {"type": "string", "format": "time", "title": "到"},
        "mail": {"type": "string", "format": "email", "title": "邮"},
        "phone": {"type": "string", "format": "tel", "title": "电话", "x-masked": True},
        "tell": {"type": "array", "title": "通知", "maxItems": 2, "items": {"type": "string", "enum": ["a", "b", "c"]}},
        "why": {"type": "string", "title": "为何", "x-show-if": "urgent and rooms > 3"},
        "lines": {
            "type": "array", "title": "明细", "maxItems": 3,
            "items": {"type": "object", "required": ["what"], "properties": {
                "what": {"type": "string", "title": "物"}, "much": {"type": "string", "format": "money", "title": "元"},
            }},
        },
    },
    required=["name", "why"],
)  # fmt: skip
SPEC = read_form(EVERY)
GOOD = {"name": "王芳"}


def reasons(data):
    _kept, errors = check(SPEC, {**GOOD, **data})
    return {name: [one.reason for one in faults] for name, faults in errors.items()}


@pytest.mark.rule("PRC-02")
@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("name", "  王　芳 ", "王 芳"),
        ("story", "一\r\n\r\n\r\n二  三", "一\n\n二 三"),
        ("rooms", " 12 ", 12),
        ("rooms", 3, 3),
        ("reading", "1,234.50", "1234.5"),
        ("reading", 0.1, "0.1"),
        ("price", "￥1,280", "1280.00"),
        ("price", Decimal("0.10"), "0.10"),
        ("urgent", "on", True),
        ("urgent", None, False),
        ("day", "2026-11-22", "2026-11-22"),
        ("at", "2026-11-22 14:30", "2026-11-22T14:30"),
        ("until", "9:30", None),
        ("until", "09:30", "09:30"),
        ("mail", "li@example.com", "li@example.com"),
        ("phone", "+86 138-1234 8866", "+86 138-1234 8866"),
        ("tell", ["c", "a"], ["a", "c"]),
        ("tell", [], None),
        ("lines", [{"what": "毛巾", "much": "3"}, {"what": "", "much": " "}], [{"what": "毛巾", "much": "3.00"}]),
    ],
)
def test_what_is_filled_in_is_kept_as_plain_exact_values(name, typed, kept):
    found, errors = check(SPEC, {**GOOD, name: typed})
    if kept is None and typed not in (None, []):
        assert name in errors
    else:
        assert not errors
        assert found.get(name) == kept


@pytest.mark.rule("PRC-02")
@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "王"}, "name", "shortest"),
        ({"name": "王" * 21}, "name", "longest"),
        ({"rooms": "0"}, "rooms", "least"),
        ({"rooms": "21"}, "rooms", "most"),
        ({"rooms": "2.5"}, "rooms", "whole"),
        ({"rooms": True}, "rooms", "whole"),
        ({"rooms": 10**5000}, "rooms", "whole"),
        ({"reading": "1e3"}, "reading", "number"),
        ({"reading": float("inf")}, "reading", "number"),
        ({"reading": "-1"}, "reading", "least"),
        ({"reading": "0.1234567"}, "reading", "places"),
        ({"price": "12.345"}, "price", "money"),
        ({"price": "100000"}, "price", "most"),
        ({"day": "2026-02-30"}, "day", "day"),
        ({"at": "2026-11-22"}, "at", "moment"),
        ({"until": "25:00"}, "until", "clock"),
        ({"mail": "li@"}, "mail", "email"),
        ({"phone": "12"}, "phone", "phone"),
        ({"kind": "licence"}, "kind", "no_choice"),
        ({"tell": ["a", "b", "c"]}, "tell", "many"),
        ({"tell": {"a": 1}}, "tell", "kind"),
        ({"lines": [{"much": "3"}]}, "lines.0.what", "required"),
        ({"lines": [{"what": "x"}] * 4}, "lines", "many_rows"),
        ({"lines": "x"}, "lines", "kind"),
        ({"urgent": "perhaps"}, "urgent", "answer"),
        ({"kind": "resident-id", "number": "11010119900307032X"}, "number", "id_sum"),
        ({"kind": "resident-id", "number": "110101199002300321"}, "number", "id_birthday"),
        ({"kind": "resident-id", "number": "990101199003070329"}, "number", "id_place"),
        ({"kind": "resident-id", "number": "E12345678"}, "number", "id_shape"),
        ({"kind": "passport", "number": "E1"}, "number", "id_passport"),
        ({"number": "12"}, "number", "id_other"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(data, name, reason):
    assert reasons(data)[name] == [reason]


def test_every_reason_has_words():
    for data in ({"name": ""}, {"rooms": "21"}, {"lines": [{"much": "x"}]}):
        _kept, errors = check(SPEC, data)
        assert all(fault.message and "%(" not in fault.message for faults in errors.values() for fault in faults)


def test_numbers_of_documents_are_tidied_and_known():
    kept, errors = check(SPEC, {**GOOD, "kind": "resident-id", "number": " 11010119900307 0329"})
    assert not errors and kept["number"] == "110101199003070329"
    assert documents.birthday_of("110101199003070329").isoformat() == "1990-03-07"
    assert documents.resident_id_fault("11010119800101103X") == ""
    for number, kind in [("E12345678", "passport"), ("C01X00T47", "passport"), ("H12345678", "hk-macao-permit"), ("01234567", "taiwan-permit"), ("军 12", "")]:  # fmt: skip
        assert (documents.document_fault(number, kind) == "") is (kind != "")


@pytest.mark.rule("PRC-02")
def test_a_condition_decides_whether_a_field_is_asked_for():
    kept, errors = check(SPEC, {**GOOD, "urgent": True, "rooms": "5"})
    assert list(errors) == ["why"]
    kept, errors = check(SPEC, {**GOOD, "urgent": True, "rooms": "2", "why": "客人在等"})
    assert not errors and "why" not in kept
    kept, errors = check(SPEC, {**GOOD, "urgent": True, "why": "客人在等"})
    assert not errors and "why" not in kept


def test_what_is_only_shown_is_never_taken_from_the_form():
    spec = read_form(
        form_of(
            {
                "level": {"type": "string", "title": "级别", "x-read-only": True},
                "gift": {**TEXT, "x-show-if": 'level == "A"'},
            }
        )
    )
    assert check(spec, {"level": "A", "gift": "果篮"}, {"level": "B"}) == ({}, {})
    assert check(spec, {"gift": "果篮"}, {"level": "A"}) == ({"gift": "果篮"}, {})


def test_a_flow_chart_reckons_with_exact_numbers_and_knows_what_was_left_empty():
    kept, _errors = check(SPEC, {**GOOD, "price": "1280.10"})
    found = figures(SPEC, kept, {"why": "before"})
    assert found["price"] == Decimal("1280.10")
    assert found["rooms"] is None
    assert "why" not in found


def test_personal_data_stand_behind_stars():
    kept, errors = check(SPEC, {**GOOD, "phone": "13812348866", "kind": "resident-id", "number": "110101199003070329"})
    assert not errors
    shown = masked_data(SPEC, kept)
    assert (shown["name"], shown["phone"], shown["number"]) == ("王**", "138****8866", "**************0329")
    assert shown["kind"] == "resident-id"


# ---- reading schemas


@pytest.mark.rule("PRC-02")
@pytest.mark.parametrize(
    ("schema", "path", "reason"),
    [
        ([], "", "not_object"),
        ({**form_of({"a": TEXT}), "type": "array"}, "/type", "type"),
        ({**form_of({"a": TEXT}), "$ref": "#/x"}, "/$ref", "keyword"),
        (form_of({}), "/properties", "no_fields"),
        (form_of({"a": {**TEXT, "multipleOf": 3}}), "/properties/a/multipleOf", "keyword"),
        (form_of({"a": {**TEXT, "minimum": 3}}), "/properties/a/minimum", "keyword"),
        (form_of({"a": {"type": "string"}}), "/properties/a/title", "title"),
        (form_of({"a": {**TEXT, "format": "uri"}}), "/properties/a/format", "format"),
        (form_of({"a": {"type": "null", "title": "x"}}), "/properties/a/type", "type"),
        (form_of({"a": {"type": ["string"], "title": "x"}}), "/properties/a/type", "type"),
        (form_of({"1a": TEXT}), "/properties/1a", "name"),
        (form_of({"class": TEXT}), "/properties/class", "name"),
        (form_of({"seen": TEXT}), "/properties/seen", "reserved"),
        (form_of({"a": TEXT}, required=["b"]), "/required/0", "unknown_field"),
        (form_of({"a": TEXT}, additionalProperties=True), "/additionalProperties", "additional"),
        (form_of({"a": {**TEXT, "maxLength": -1}}), "/properties/a/maxLength", "number"),
        (form_of({"a": {**TEXT, "maxLength": 3, "minLength": 4}}), "/properties/a/minLength", "order"),
        (form_of({"a": {"type": "integer", "title": "x", "minimum": 9, "maximum": 2}}), "/properties/a/minimum", "order"),
        (form_of({"a": {"type": "number", "title": "x", "maximum": 1e300}}), "/properties/a/maximum", "number"),
        (form_of({"a": {**TEXT, "enum": ["x", "x"]}}), "/properties/a/enum", "enum"),
        (form_of({"a": {**TEXT, "enum": ["x"], "x-labels": {"y": "z"}}}), "/properties/a/x-labels/y", "unknown_value"),
        (form_of({"a": {**TEXT, "enum": ["x"], "x-labels": {"x": 3}}}), "/properties/a/x-labels/x", "labels"),
        (form_of({"a": {**TEXT, "x-width": "wide"}}), "/properties/a/x-width", "one_of"),
        (form_of({"a": {**TEXT, "x-masked": "yes"}}), "/properties/a/x-masked", "flag"),
        (form_of({"a": {**TEXT, "x-show-if": "b > 1"}, "b": TEXT}), "/properties/a/x-show-if", "show_if_name"),
        (form_of({"a": {**TEXT, "x-show-if": "__import__('os')"}}), "/properties/a/x-show-if", "show_if"),
        (form_of({"a": {**TEXT, "pattern": "("}}), "/properties/a/pattern", "pattern"),
        (form_of({"a": {"type": "integer", "title": "x", "default": "many"}}), "/properties/a/default", "default"),
        (form_of({"a": {"type": "array", "title": "x", "items": {"type": "object", "properties": {"b": {"type": "array", "title": "y"}}}}}), "/properties/a/items/properties/b/type", "type"),
        (form_of({"a": TEXT}, **{"x-columns": ["z"]}), "/x-columns/0", "unknown_field"),
        (form_of({"a": {**TEXT, "x-document": "resident-id"}}), "/properties/a/x-document", "keyword"),
        (form_of({"a": {"type": "string", "format": "date", "title": "x", "x-not-before": "z"}}), "/properties/a/x-not-before", "unknown_field"),
        (form_of({"b": TEXT, "a": {"type": "string", "format": "date", "title": "x", "x-not-before": "b"}}), "/properties/a/x-not-before", "unknown_field"),
        (form_of({f"a{n}": TEXT for n in range(121)}), "/properties", "too_many"),
        ({**form_of({"a": TEXT}), "$id": 5}, "/$id", "schema"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_path(schema, path, reason):
    assert (path, reason) in problems(schema)


def test_every_problem_is_told_at_once():
    found = problems(form_of({"a": {"type": "string", "foo": 1}, "b": {"type": "odd", "title": "x"}}, required=["c"]))
    assert len(found) == 4


def nested(levels):
    schema = TEXT
    for _level in range(levels):
        schema = {"type": "object", "title": "x", "properties": {"a": schema}}
    return schema


def within_seconds(seconds, act):
    start = time.process_time()
    act()
    assert time.process_time() - start < seconds


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 30_000, "too_deep"),
        (json.dumps({"type": "object", "title": "x" * 1_000_000}), "too_large"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "not_json"),
        ('{"a": }', "not_json"),
        ("", "not_json"),
        ('{"a": 1' + "0" * 6000 + "}", "not_json"),
    ],
    ids=[
        "lists in lists",
        "objects in objects",
        "a megabyte",
        "a word twice",
        "no number",
        "broken",
        "nothing",
        "long",
    ],
)
def test_hostile_sources_are_refused_quickly(source, reason):
    def read():
        with pytest.raises(BadForm) as bad:
            parse_schema(source)
        assert bad.value.problems[0].reason == reason

    within_seconds(2, read)


def test_the_largest_schema_that_is_read_takes_bounded_time():
    options = [f"值{n:03}" for n in range(30)]
    source = json.dumps(form_of({f"f{n}": {**TEXT, "enum": options} for n in range(120)}), ensure_ascii=False)
    assert len(source.encode()) < LARGEST
    within_seconds(3, lambda: read_form(parse_schema(source)))
    within_seconds(1, lambda: problems(nested(300)))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b", "(a|a)*b", "a*a*a*b", "(?=a)b", r"(a)\1", "(?P<n>a)", "a{1,1000}", "a?" * 30 + "b", "((((((a))))))", "a" * 200,
        "[a", "(a", "a)", "a**", "*a", "[[:alpha:]]", r"\p{L}", "a{2,1}", "a{x}", "(?i)a", "(a|b|c){10}", "\\",
    ],
)  # fmt: skip
def test_a_pattern_that_could_run_away_is_refused(pattern):
    with pytest.raises(patterns.BadPattern):
        patterns.compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        (r"^\d{3,4}$", "1208", True),
        (r"\d{3,4}", "12080", False),
        (r"[A-Z]{1,2}-?\d+", "KH-217", True),
        (r"(?:浙|沪)[A-Z]·?[A-Z0-9]{5,6}", "沪A12345", True),
        (r"[^,]+", "a,b", False),
        (r"\d+", "١٢", False),
        (r"a|bc", "bc", True),
        (r"\$\d+", "$5", True),
        (r"x*", "x" * 201, False),
    ],
)
def test_patterns_match_the_whole_text(pattern, text, is_match):
    assert patterns.matches(pattern, text) is is_match


PIECES = st.sampled_from(["a", "b", "[ab]", "(a|b)", "(?:ab)", ".", "a?", "a*", "b+", "a{0,9}", "|", "(ab?)*", r"\d"])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12))
def test_no_pattern_that_is_taken_runs_long(pieces):
    text = "".join(pieces)
    try:
        patterns.compiled(text)
    except patterns.BadPattern:
        return
    within_seconds(1, lambda: patterns.matches(text, "ab" * 60 + "a" * 79 + "!"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*SPEC.names, "what", "much"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
LIKELY = st.sampled_from(
    ["王芳", "3", "1,280.50", "-0", "0.000", "on", "2026-11-22", "2026-11-22T09:30", "a", ["a", "c"], [{"what": "x", "much": "1"}]]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(SPEC.names)), ANYTHING | LIKELY))
def test_what_was_kept_goes_through_again_unchanged(data):
    """`check` answers for whatever is sent, and what it keeps is stable and plain JSON."""
    kept, errors = check(SPEC, data)
    assert json.loads(json.dumps(kept)) == kept
    if not errors:
        assert check(SPEC, kept) == (kept, {})


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "title", "properties", "items", "enum", "required", "format", "a", "x-labels", "default", "pattern"]), inner, max_size=5),
    max_leaves=20,
))  # fmt: skip
def test_any_schema_is_either_read_or_refused(schema):
    try:
        read_form(schema)
    except BadForm as bad:
        assert bad.problems
        assert all(one.message for one in bad.problems)


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        ("2026-11-22T15:00", "2026-11-22", True), ("2026-11-22T15:00", "2026-11-21", False), ("", "2026-11-21", True),
        ("2026-11-22T15:00", "", True),
    ],
)  # fmt: skip
def test_a_day_does_not_precede_the_one_that_the_schema_names(first, last, fits):
    spec = read_form(
        form_of(
            {
                "first": {"type": "string", "format": "date-time", "title": "从"},
                "last": {"type": "string", "format": "date", "title": "到", "x-not-before": "first"},
            }
        )
    )
    _kept, errors = check(spec, {"first": first, "last": last})
    assert (errors == {}) is fits
