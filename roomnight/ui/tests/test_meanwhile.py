"""The second to save sees what changed, field by field, and decides."""

from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from roomnight.kernel.models import AuditEntry, Notification
from roomnight.ui.meanwhile import SEEN, SharedForm, as_sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


class RoomForm(SharedForm):
    """Stand-in with a control of every sort."""

    name = forms.CharField()
    note = forms.CharField(required=False, widget=forms.Textarea)
    price = forms.DecimalField(required=False)
    is_open = forms.BooleanField(required=False, label="Open")
    kind = forms.ChoiceField(choices=[("a", "Atrium"), ("b", "Ballroom")])
    days = forms.TypedMultipleChoiceField(coerce=int, required=False, choices=[(n, f"day {n}") for n in range(5)])
    begins = forms.TimeField(required=False)
    until = forms.DateField(required=False)
    keeper = forms.ModelChoiceField(get_user_model().objects.all(), required=False)


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def staff(world):
    return world.chen


def present(**changes):
    return {
        "name": "牡丹厅", "note": "一\n二", "price": Decimal("12.50"), "is_open": True, "kind": "a", "days": [2, 1],
        "begins": time(9, 0), "until": date(2026, 12, 31), "keeper": None, **changes,
    }  # fmt: skip


def opened(record, **changes):
    form = RoomForm(initial=present(**changes))
    form.stands_on(record)
    return form


def as_typed(form, **typed):
    """What a browser sends of an opened form in which only `typed` was touched."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        data.setlist(name, [value] if name == SEEN else as_sent(value))
    data["note"] = data.get("note", "").replace("\n", "\r\n")
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def sent(record, data, **now):
    form = RoomForm(data, initial=present(**now))
    form.stands_on(record)
    return form


@pytest.fixture
def record(staff):
    return Notification.objects.create(recipient="chen", message="x")


@pytest.mark.rule("ACC-10")
def test_nothing_is_said_when_nothing_changed(record):
    form = sent(record, as_typed(opened(record), name="芍药厅", price="12.5"))
    assert form.is_valid()
    assert (form.cleaned_data["name"], form.changed_meanwhile) == ("芍药厅", [])
    assert SEEN not in form.cleaned_data


@pytest.mark.rule("ACC-10")
@pytest.mark.parametrize(
    ("name", "theirs", "old", "new", "as_data"),
    [
        ("name", "荷花厅", "牡丹厅", "荷花厅", ["荷花厅"]),
        ("note", "", "一\n二", "–", []),
        ("price", Decimal("99.00"), "12.5", "99", ["99"]),
        ("is_open", False, "yes", "no", []),
        ("kind", "b", "Atrium", "Ballroom", ["b"]),
        ("days", [3], "day 1, day 2", "day 3", ["3"]),
        ("begins", time(8, 30), "09:00", "08:30", ["08:30"]),
        ("until", None, "2026-12-31", "–", []),
    ],
)
def test_a_field_left_alone_shows_theirs(record, name, theirs, old, new, as_data):
    form = sent(record, as_typed(opened(record), **({"name": "芍药厅"} if name != "name" else {})), **{name: theirs})
    assert not form.is_valid()
    line = form.changed_meanwhile[0]
    assert (line.name, line.old, line.theirs, line.is_disputed) == (name, old, new, False)
    assert form.data.getlist(name) == as_data
    again = sent(record, form.data.copy(), **{name: theirs})
    assert again.is_valid()
    assert again.cleaned_data[name] == theirs


def test_a_person_is_shown_by_name(record, staff, world):
    form = sent(record, as_typed(opened(record), name="芍药厅"), keeper=world.xu.pk)
    assert not form.is_valid()
    assert (form.changed_meanwhile[0].old, form.changed_meanwhile[0].theirs) == ("–", world.xu.label)


@pytest.mark.rule("ACC-10")
@pytest.mark.parametrize(("decision", "kept"), [("mine", "芍药厅"), ("theirs", "荷花厅"), ("", "芍药厅")])
def test_what_both_changed_is_decided(record, decision, kept):
    form = sent(record, as_typed(opened(record), name="芍药厅"), name="荷花厅")
    assert not form.is_valid()
    line = form.changed_meanwhile[0]
    assert (line.old, line.theirs, line.mine, line.is_disputed) == ("牡丹厅", "荷花厅", "芍药厅", True)
    assert form.data["name"] == "芍药厅"  # nothing typed is lost
    data = form.data.copy()
    if decision:
        data["decide-name"] = decision
    again = sent(record, data, name="荷花厅")
    assert again.is_valid()
    assert again.cleaned_data["name"] == kept


def test_who_changed_it_again_is_asked_again(record):
    form = sent(record, as_typed(opened(record), name="芍药厅"), name="荷花厅")
    form.is_valid()
    third = sent(record, form.data.copy(), name="兰花厅")
    assert not third.is_valid()
    assert third.changed_meanwhile[0].old == "荷花厅"


def test_the_same_change_by_both_asks_nothing_of_anybody(record):
    form = sent(record, as_typed(opened(record), name="荷花厅"), name="荷花厅")
    form.is_valid()
    assert not form.changed_meanwhile[0].is_disputed


def test_who_and_when_come_from_the_audit_trail(record, world):
    AuditEntry.objects.create(
        command="x", actor="zhou", subject=f"kernel.notification:{record.pk}", changes={"name": ["a", "b"]}, salt="", digest=""
    )  # fmt: skip
    form = sent(record, as_typed(opened(record)), name="荷花厅")
    form.is_valid()
    assert form.changed_meanwhile[0].who == world.zhou.label
    html = Template("{% form_errors form %}").render(Context({"form": form}))
    assert 'name="seen"' in html
    assert world.zhou.label in html


def test_a_forged_or_missing_memory_is_no_memory(record):
    for value in ("nonsense", ""):
        assert sent(record, as_typed(opened(record), seen=value), name="荷花厅").is_valid()


def test_a_new_record_carries_nothing():
    form = RoomForm(initial=present())
    form.stands_on(None)
    assert SEEN not in form.fields
