"""What a template's words become."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from roomnight.ui.fields import kind_of
from roomnight.ui.widgets import DayInput, PickMany, PickOne
from roomnight.ui.words import script_words


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_an_icon_is_silent_beside_words_and_speaks_alone():
    assert rendered('{% icon "x" %}').endswith('ui/dist/icons.svg#x"></use></svg>')
    assert 'aria-hidden="true"' in rendered('{% icon "x" %}')
    assert 'role="img" aria-label="关 &amp; 闭"' in rendered('{% icon "x" label=label %}', label="关 & 闭")


def test_a_badge_has_a_word_and_one_of_four_meanings():
    assert rendered('{% badge text "late" %}', text="<逾期>") == '<span class="badge is-late">&lt;逾期&gt;</span>'
    assert rendered('{% badge "" %}') == ""
    with pytest.raises(ValueError, match="purple"):
        rendered('{% badge "x" "purple" %}')


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ value|number }}", 12345, "12,345"),
        ("{{ value|number }}", 0, "0"),
        ("{{ value|number }}", None, "–"),
        ("{{ value|number:2 }}", Decimal("12345.6"), "12,345.60"),
        ("{{ value|change }}", Decimal("0.1"), "+10%"),
        ("{{ value|change }}", Decimal("-0.081"), "−8%"),
        ("{{ value|change }}", Decimal(0), "±0%"),
        ("{{ value|change }}", None, ""),
        ("{{ value|duration }}", 28, "28 minutes"),
        ("{{ value|duration }}", 1, "1 minute"),
        ("{{ value|duration }}", 65, "1 h 05 min"),
        ("{{ value|duration }}", None, "–"),
        ("{% money value %}", Decimal("12345"), "¥12,345.00"),
        ("{% money value %}", None, "–"),
        ("{% joined value %}", ["Wang", "Zhao"], "Wang, Zhao"),
        ("{{ value|initial }}", "amelia", "A"),
        ("{{ value|initial }}", "林晓雯", "林"),
        ("{% day value %}", None, "–"),
        ("{{ value|clock }}", None, "–"),
    ],
)
def test_figures(source, value, text):
    with translation.override("en"):
        assert rendered(source, value=value) == text


def test_a_moment_is_shown_in_the_hotel_s_zone_and_whole_on_hover():
    moment = datetime(2026, 11, 18, 6, 12, tzinfo=UTC)
    with (
        time_machine.travel("2026-11-19T02:00:00Z", tick=False),
        timezone.override("Asia/Shanghai"),
        translation.override("zh-hans"),
    ):
        expected = '<time datetime="2026-11-18T14:12:00+08:00" title="2026-11-18 14:12:00">昨天 14:12</time>'
        assert rendered("{% moment at %}", at=moment) == expected
        assert rendered("{% ago at %}", at=moment) == expected
        assert rendered("{{ at|clock }}", at=moment) == "14:12"
        assert ">11月18日 周三</time>" in rendered("{% day at %}", at=moment)


@pytest.mark.parametrize(("value", "of", "percent"), [(9, 15, 60), (20, 15, 100), (-1, 15, 0), (1, 0, 0)])
def test_progress_stays_between_nothing_and_all(value, of, percent):
    assert f'value="{percent}"' in rendered("{% progress value of %}", value=value, of=of)


class Example(forms.Form):
    name = forms.CharField(label="名称", help_text="全称", max_length=5)
    rooms = forms.IntegerField(label="间夜")
    rate = forms.DecimalField(label="房价", required=False)
    on = forms.DateField(label="哪天", widget=DayInput, required=False)
    result = forms.ChoiceField(label="结果", choices=[("a", "甲"), ("b", "乙")], widget=PickOne(even=True))
    who = forms.MultipleChoiceField(label="见了谁", choices=[("1", "王")], widget=PickMany, required=False)
    way = forms.ChoiceField(label="方式", choices=[("x", "上门")], widget=forms.RadioSelect, required=False)
    agreed = forms.BooleanField(label="同意", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_says_what_it_wants_and_what_is_wrong():
    html = rendered("{% field form.name %}", form=Example({"name": "六个字的名称"}))
    assert '<label class="form-label" for="id_name">名称' in html
    assert 'class="form-control is-invalid"' in html
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<div class="form-hint" id="id_name_hint">全称</div>' in html
    assert 'id="id_name_error"' in html
    assert 'value="六个字的名称"' in html


@pytest.mark.parametrize(("name", "mode"), [("rooms", "numeric"), ("rate", "decimal")])
def test_a_number_that_is_none_stays_to_be_put_right(name, mode):
    html = rendered("{% field field %}", field=Example({name: "三百二"})[name])
    assert 'type="text"' in html
    assert f'inputmode="{mode}"' in html
    assert 'value="三百二"' in html


def test_picks_are_one_group_with_a_name():
    html = rendered("{% field form.result %}", form=Example({"result": "b"}))
    assert '<fieldset class="rn-field" id="id_result"' in html
    assert '<div class="rn-pick rn-even">' in html
    assert html.count("<label>") == 2
    assert [label for label in html.split("<label>") if "checked" in label] == [
        label for label in html.split("<label>") if 'value="b"' in label
    ]
    assert "data-pick" not in html


def test_no_id_is_used_twice():
    form = Example({})
    html = "".join(rendered("{% field field %}", field=field) for field in form)
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "control"),
        ("result", "picks"),
        ("who", "picks"),
        ("way", "options"),
        ("agreed", "tick"),
        ("key", "hidden"),
    ],
)
def test_each_control_has_its_layout(name, kind):
    assert kind_of(Example()[name].field.widget) == kind


def test_the_summary_names_every_error_and_leads_to_its_field():
    form = Example({"name": "", "result": ""})
    form.add_error(None, "这个客户已在公海")
    with translation.override("en"):
        html = rendered("{% form_errors form %}", form=form)
    assert "Not saved: 4 things to put right" in html
    assert html.index("这个客户已在公海") < html.index("#id_name") < html.index("#id_rooms") < html.index("#id_result")
    assert rendered("{% form_errors form %}", form=Example()).strip() == ""


def sorted_heading(query: str) -> str:
    request = RequestFactory().get(f"/clients/{query}")
    return rendered('{% th "nights" "间夜" num=True %}', request=request)


def test_a_heading_sorts_and_keeps_the_filters():
    assert 'href="?grade=A&amp;sort=-nights"' in sorted_heading("?grade=A&after=abc")  # figures: largest first
    descending = sorted_heading("?sort=-nights")
    assert 'aria-sort="descending"' in descending
    assert 'href="?sort=nights"' in descending
    assert 'href="?sort=-nights"' in sorted_heading("?sort=nights")


def test_the_head_of_a_page_holds_its_buttons():
    html = rendered('{% head title=name count="3" %}<a class="btn">x</a>{% endhead %}', name="<客户>")
    assert "&lt;客户&gt;</h1>" in html
    assert '<div class="rn-acts"><a class="btn">x</a></div>' in html
    assert "rn-acts" not in rendered('{% head title="x" %}{% endhead %}')


def test_words_for_scripts_are_in_both_languages():
    with translation.override("en"):
        english = script_words()
    with translation.override("zh-hans"):
        chinese = script_words()
    assert english.keys() == chinese.keys()
    assert not [key for key in english if english[key] == chinese[key]]
