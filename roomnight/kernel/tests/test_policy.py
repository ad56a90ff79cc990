"""Numbers of a procedure: the default, a hotel's own from a day on, and what is refused."""

from datetime import date, time
from decimal import Decimal

import pytest

from roomnight.kernel import policy as policies
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, PolicyValue
from roomnight.kernel.policy import Policy, policies_held, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers")]


@pytest.fixture
def minutes(registers):
    return Policy(
        "kernel.minutes", 30, "Minutes of a visit", "VIS-06", kind="minutes", check=lambda value: 5 <= value <= 240
    )


def override(value, on, hotel="lujiazui", key="kernel.minutes"):
    return set_policy(actor=OPERATOR, key=key, value=value, hotel_code=hotel, effective_from=on, reason="总经理办公会")


@pytest.mark.rule("POL-03")
@pytest.mark.parametrize(
    ("case", "hotel", "on", "expected"),
    [
        ("nobody has changed it yet", "lujiazui", date(2026, 1, 31), 30),
        ("the group's word", "lujiazui", date(2026, 2, 1), 35),
        ("the hotel's own beats the group's", "lujiazui", date(2026, 3, 1), 40),
        ("and a later word of the group too", "lujiazui", date(2026, 4, 2), 40),
        ("the hotel's later word beats its earlier one", "lujiazui", date(2026, 6, 1), 45),
        ("the day before it", "lujiazui", date(2026, 5, 31), 40),
        ("another hotel follows the group", "lakeside", date(2026, 6, 1), 50),
    ],
)
def test_the_value_in_force_on_a_day(minutes, case, hotel, on, expected):
    override(35, date(2026, 2, 1), hotel="")
    override(45, date(2026, 6, 1))
    override(40, date(2026, 3, 1))
    override(50, date(2026, 4, 1), hotel="")
    assert minutes.at(hotel, on) == expected


@pytest.mark.rule("POL-03")
@pytest.mark.parametrize(
    ("kind", "default", "typed", "expected"),
    [
        ("whole", 1, "7", 7),
        ("money", Decimal("1.00"), "1234.50", Decimal("1234.50")),
        ("percent", Decimal("5"), "7.5", Decimal("7.5")),
        ("time", time(9), "08:30", time(8, 30)),
        ("text", "a", "b", "b"),
        ("table", {"A": 7}, '{"A": 10}', {"A": 10}),
        ("table", {"A": 7}, {"A": 11}, {"A": 11}),
    ],
)
def test_a_value_keeps_its_kind_through_the_database(kind, default, typed, expected):
    policy = Policy("kernel.any", default, "Anything", "POL-03", kind=kind)
    override(typed, date(2026, 1, 1), key="kernel.any")
    found = policy.at("lujiazui", date(2026, 1, 1))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("soon", "policy.value"),
        (12.5, "policy.value"),
        (True, "policy.value"),
        (None, "policy.value"),
        (4, "policy.bounds"),
        (241, "policy.bounds"),
    ],
)
def test_an_insane_value_is_refused_and_changes_nothing(minutes, typed, code):
    before = AuditEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        override(typed, date(2026, 1, 1))
    assert (refusal.value.code, refusal.value.field) == (code, "value")
    assert not PolicyValue.objects.filter(key="kernel.minutes").exists()
    assert AuditEntry.objects.count() == before


def test_an_unknown_key_is_refused(minutes):
    with pytest.raises(Refusal) as refusal:
        override(1, date(2026, 1, 1), key="kernel.hours")
    assert refusal.value.code == "policy.unknown"


def test_the_audit_says_from_what_to_what(minutes):
    override(40, date(2026, 3, 1))
    override(45, date(2026, 3, 1))
    line = AuditEntry.objects.filter(command="kernel.set_policy").latest("pk")
    assert line.changes["value"] == [40, 45]
    assert (line.changes["hotel"], line.changes["effective_from"]) == ("lujiazui", "2026-03-01")
    assert PolicyValue.objects.filter(key="kernel.minutes").count() == 1


def test_a_request_reads_all_overrides_once_and_sees_its_own_change(minutes, django_assert_num_queries):
    override(40, date(2026, 3, 1))
    with policies_held():
        with django_assert_num_queries(1):
            assert [minutes.at("lujiazui", date(2026, 3, day)) for day in (1, 2, 3)] == [40, 40, 40]
        override(45, date(2026, 3, 2))
        assert minutes.at("lujiazui", date(2026, 3, 2)) == 45


def test_two_policies_cannot_share_a_key_and_a_default_must_be_sane(minutes):
    with pytest.raises(ValueError, match="kernel.minutes"):
        Policy("kernel.minutes", 30, "The same again", "VIS-06")
    with pytest.raises(ValueError, match="kernel.never"):
        Policy("kernel.never", 0, "Never right", "VIS-06", check=lambda value: value > 0)
    assert set(policies.POLICIES) == {"kernel.minutes"}
