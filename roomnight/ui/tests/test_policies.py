"""Policy values are read in words and typed without brackets; what a form sends back is what the policy keeps."""

import json
from datetime import time
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from roomnight.kernel.policy import POLICIES, Policy
from roomnight.ui.policies import as_typed, control, in_words


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    """Policies of our own, gone after the test."""
    monkeypatch.setattr("roomnight.kernel.policy.POLICIES", dict(POLICIES))


def cycle():
    return Policy("ui.cycle", {"A": 7, "B": 14}, "Cycle", "POL-03", kind="table", words={"A": "Grade A"})


def rest():
    return Policy("ui.rest", [5, 6], "Rest", "POL-03", kind="table", words=dict(enumerate("MTWtFSs")))


def kit():
    cards = {"key": "cards", "zh": "名片", "en": "Business cards"}
    return Policy("ui.kit", [cards], "Kit", "POL-03", kind="table")


def sent(policy, typed, value=None):
    """What the policy reads from a form that was opened over `value` and sent with `typed`."""
    field = forms.CharField(widget=control(policy), required=False)
    data = QueryDict(mutable=True)
    for key, one in typed:
        data.appendlist(key, one)
    return field.clean(field.widget.value_from_datadict(data, None, "value"))


def page_of(policy, value):
    """The control as the page shows it."""
    return control(policy).render("value", as_typed(policy, value), {"id": "id_value"})


@pytest.mark.parametrize(
    ("policy", "value", "words"),
    [
        (cycle, {"A": 7, "B": 14}, "Grade A 7, B 14"),
        (rest, [5, 6], "S, s"),
        (rest, [], "–"),
        (kit, [{"key": "cards", "zh": "名片", "en": "Business cards"}], "Business cards"),
        (lambda: Policy("ui.start", time(9), "Start", "POL-03", kind="time"), "09:00:00", "09:00"),
        (lambda: Policy("ui.rate", Decimal("1.50"), "Rate", "POL-03", kind="percent"), Decimal("1.50"), "1.50"),
        (lambda: Policy("ui.land", "CN", "Land", "POL-03", kind="text", words={"CN": "China"}), "CN", "China"),
        (lambda: Policy("ui.land", "CN", "Land", "POL-03", kind="text", words={"CN": "China"}), "SG", "SG"),
    ],
)
def test_a_value_is_read_in_words(policy, value, words):
    with translation.override("en"):
        assert in_words(policy(), value) == words


def test_a_table_is_typed_figure_by_figure():
    policy = cycle()
    assert policy.parse(sent(policy, [("value.A", "10"), ("value.B", "20")])) == {"A": 10, "B": 20}
    assert "Grade A" in page_of(policy, {"A": 7, "B": 14})


def test_a_figure_that_is_none_is_kept_to_be_put_right():
    policy = cycle()
    typed = sent(policy, [("value.A", "ten"), ("value.B", "20")])
    assert json.loads(typed) == {"A": "ten", "B": 20}
    assert 'value="ten"' in control(policy).render("value", typed, {"id": "id_value"})


def test_a_table_reads_the_same_in_whatever_order_the_database_gives_it():
    policy = cycle()
    typed = sent(policy, [("value.A", "7"), ("value.B", "14")])
    assert as_typed(policy, {"B": 14, "A": 7}) == typed
    policy = rest()
    assert as_typed(policy, [6, 5]) == sent(policy, [("value", "5"), ("value", "6")])


def test_an_untouched_table_says_nothing():
    assert sent(cycle(), [("value.A", ""), ("value.B", "")]) == ""
    assert sent(rest(), []) == ""


def test_things_are_written_one_a_line_and_keep_their_keys():
    policy = kit()
    found = policy.parse(sent(policy, [("value", "名片 | Business cards\n\n平板 | Tablet\n雨伞")]))
    assert [one["zh"] for one in found] == ["名片", "平板", "雨伞"]
    assert [one["key"] for one in found][:2] == ["cards", "tablet"]
    assert found[2]["en"] == "雨伞" and found[2]["key"].isascii()
    assert "名片 | Business cards" in page_of(policy, policy.default)


def test_a_table_of_no_simple_shape_is_typed_as_its_text():
    policy = Policy("ui.said", {"zh": "没有", "en": "None here"}, "Said", "POL-03", kind="table")
    typed = sent(policy, [("value", as_typed(policy, {"zh": "无", "en": "None"}))])
    assert policy.parse(typed) == {"zh": "无", "en": "None"}
    with translation.override("en"):
        assert in_words(policy, policy.default) == "None here"
    levels = Policy("ui.levels", {"low": {"price": "300"}}, "Levels", "POL-03", kind="table")
    assert levels.parse(sent(levels, [("value", as_typed(levels, levels.default))])) == levels.default
    assert in_words(levels, levels.default) == "low price 300"


def test_a_name_that_only_this_place_has_is_not_lost():
    policy = rest()
    widget = control(policy)
    assert "checked" in widget.render("value", "[9]", {"id": "id_value"})


def test_a_text_beside_those_offered_is_not_lost():
    policy = Policy("ui.land", "CN", "Land", "POL-03", kind="text", words={"CN": "China"})
    assert '<option value="SG" selected>' in page_of(policy, "SG")
    assert '<option value="CN" selected>' in page_of(policy, "CN")
