"""Values of the reception procedure are typed in fields, never as code (PRV-03, RCP-02, RCP-05)."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation

from roomnight.reception.models import Level, Part, Thing
from roomnight.reception.rules.enquiries import NOT_REGISTERED
from roomnight.reception.rules.names import LEVEL_NAMES, PARTS, THINGS
from roomnight.reception.rules.values import HOME_HOURS, LEVEL_WORDS, PREPARATIONS, STANDARDS
from roomnight.ui.policies import as_typed, control, field, in_words
from tests.html import Html


def test_a_sentence_in_two_languages_is_typed_line_by_line():
    widget = control(NOT_REGISTERED)
    html = widget.render("value", as_typed(NOT_REGISTERED, {"zh": "没有登记。", "en": "No record."}), {"id": "v"})
    assert (
        'name="value.zh"' in html
        and 'value="没有登记。"' in html
        and "{" not in html
        and 'inputmode="numeric"' not in html
    )
    typed = QueryDict(mutable=True)
    typed.update({"value.zh": "查无此人。", "value.en": "404"})
    assert json.loads(widget.value_from_datadict(typed, {}, "value")) == {"zh": "查无此人。", "en": "404"}
    assert widget.value_from_datadict(QueryDict(""), {}, "value") == ""


# ---- tables of rows, typed cell by cell (RCP-02, RCP-05)

TABLES = (STANDARDS, LEVEL_WORDS, PREPARATIONS)


def sent_by(html):
    """What a browser sends back of a drawn control, as it stands."""
    parts, sent = Html(html), QueryDict(mutable=True)
    for one in parts.all("input"):
        name, kind = one.attributes.get("name", ""), one.attributes.get("type")
        if kind != "checkbox":
            sent.appendlist(name, one.attributes.get("value") or "")
        elif "checked" in one.attributes:
            sent.appendlist(name, one.attributes["value"])
    for one in parts.all("select"):
        chosen = [option.attributes["value"] for option in one.children if "selected" in option.attributes]
        sent.appendlist(one.attributes["name"], chosen[0] if chosen else "")
    for one in parts.all("textarea"):
        sent.appendlist(one.attributes["name"], "".join(one.texts))
    return sent


@pytest.mark.parametrize("policy", TABLES, ids=lambda one: one.key)
def test_a_table_that_is_shown_and_sent_back_is_the_same(policy):
    text = as_typed(policy, policy.default)
    html = control(policy).render("value", text, {"id": "v"})
    assert "{" not in html
    back = control(policy).value_from_datadict(sent_by(html), {}, "value")
    assert back == text
    assert policy.parse(back) == policy.default
    assert field(policy).clean(back) == text
    assert control(policy).value_from_datadict(QueryDict(""), {}, "value") == ""


def test_a_table_reads_as_people_say_it():
    with translation.override("zh-hans"):
        said = in_words(STANDARDS, STANDARDS.default)
        assert said.startswith("普通：午餐不超过 300")
        assert "总经理" in said
        assert "{" not in said
        assert in_words(PREPARATIONS, PREPARATIONS.default[:1]) == "会议室：普通、提前小时数 2、会谈"
        assert "高级：采购、总经理" in in_words(LEVEL_WORDS, LEVEL_WORDS.default)


def test_what_cannot_stand_in_a_cell_is_said_there_and_kept_as_typed():
    sent = sent_by(control(STANDARDS).render("value", as_typed(STANDARDS, STANDARDS.default), {"id": "v"}))
    sent["value.senior.lunch"] = "五百"
    sent.setlist("value.special.vehicles", [])
    wrong = field(STANDARDS)
    text = wrong.widget.value_from_datadict(sent, {}, "value")
    with pytest.raises(ValidationError) as refused:
        wrong.clean(text)
    assert len(refused.value.messages) == 2
    assert wrong.widget.faults.keys() == {("senior", "lunch"), ("special", "vehicles")}
    html = wrong.widget.render("value", text, {"id": "v"})
    assert 'value="五百"' in html
    assert 'id="v_senior_lunch_error"' in html
    del sent["value.special.vehicles"]
    assert sent_by(html) == sent


def test_rows_are_added_and_taken_out():
    first = PREPARATIONS.default[:2]
    sent = sent_by(control(PREPARATIONS).render("value", as_typed(PREPARATIONS, first), {"id": "v"}))
    for part in ("what", "level", "hours_before"):
        sent[f"value.0.{part}"] = ""
    sent.setlist("value.0.parts", [])
    sent["value.3.what"], sent["value.3.level"], sent["value.3.hours_before"] = "flags", "special", "6"
    sent.setlist("value.3.parts", ["talks", "tour"])
    typed = json.loads(control(PREPARATIONS).value_from_datadict(sent, {}, "value"))
    assert typed == [first[1], {"what": "flags", "level": "special", "hours_before": 6, "parts": ["talks", "tour"]}]


@pytest.mark.django_db
@pytest.mark.usefixtures("at_work")
def test_an_administrator_types_the_standard_on_its_page(world, browse):
    client, url = browse("guan"), "/h/lujiazui/settings/policies/reception.standards/"
    page = client.get(url).content.decode()
    assert "午餐不超过" in page
    sent = sent_by(page[page.index("rn-typed-table") :])
    sent = {name: sent.getlist(name) for name in sent if name.startswith("value.")}
    sent |= {"effective_from": "2026-12-01", "reason": "董事会决定", "value.ordinary.dinner": "36o"}
    wrong = client.post(url, sent)
    assert wrong.status_code == 422
    assert 'value="36o"' in wrong.content.decode()
    assert "请填金额" in wrong.content.decode()
    sent["value.ordinary.dinner"] = "360"
    assert client.post(url, sent).status_code == 302
    assert STANDARDS.at("lujiazui", date(2026, 11, 30)) == STANDARDS.default
    table = STANDARDS.at("lujiazui", date(2026, 12, 1))
    assert table == {**STANDARDS.default, "ordinary": {**STANDARDS.default["ordinary"], "dinner": "360"}}


def test_tables_and_records_call_things_by_the_same_names():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for names, choices in ((LEVEL_NAMES, Level), (PARTS, Part), (THINGS, Thing)):
                known = {key: str(label) for key, label in choices.choices if (key, choices) != ("other", Thing)}
                assert {key: str(label) for key, label in names.items()} == known


def test_the_hours_after_which_guests_are_called_can_be_changed():
    assert HOME_HOURS.parse("3") == 3
