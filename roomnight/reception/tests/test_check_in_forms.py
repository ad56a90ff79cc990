"""The forms of the shipped procedures for checking in and reserving take only what can be (FO-03)."""

import pytest

from roomnight.procedures.rules.forms import check, parse_schema, read_form
from roomnight.procedures.shipped import shipped

CARD, WRONG_CARD = "11010519491231002X", "110105194912310021"
GUEST = {"name": "王小明", "sex": "m", "document": "resident-id", "number": CARD, "nationality": "中国"}
FORMS: dict[str, tuple[str, dict[str, object]]] = {
    "group-registration": ("P-GROUP-IN", {"guests": [GUEST], "without_paper": 0, "foreigners_reported": "yes"}),
    "group-leader": ("P-GROUP-IN", {}),
    "group-notice": ("P-GROUP-IN", {}),
    "walk-in-identity": (
        "P-WALK-IN",
        {"person_name": "王小明", "sex": "m", "paper_state": "good", "document": "resident-id", "number": CARD},
    ),
    "walk-in-arrival": ("P-WALK-IN", {}),
    "walk-in-room": ("P-WALK-IN", {}),
    "reserve-request": (
        "P-RESERVE",
        {
            "channel": "phone", "booker": "王小明", "booker_phone": "13812345678", "people": 2, "room_type": "大床",
            "arrives_at": "2026-11-22T15:00", "leaves_on": "2026-11-24", "rooms": 1, "rate": "688", "rate_kind": "rack",
            "payment": "guest",
        },
    ),
    "desk-arrival": ("P-DESK", {}),
}  # fmt: skip


def faults(code, **other):
    """What is wrong with a form that is whole but for these values, by field."""
    procedure, whole = FORMS[code]
    form = next(form for one in shipped() if one.code == procedure for form in one.forms if form.code == code)
    _kept, errors = check(read_form(parse_schema(form.source)), {**whole, **other})
    return {name: faults[0].reason for name, faults in errors.items()}


@pytest.mark.parametrize("code", [code for code, (_procedure, whole) in FORMS.items() if whole])
def test_what_is_right_passes(code):
    assert faults(code) == {}


@pytest.mark.rule("FO-03")
@pytest.mark.parametrize(
    ("kind", "number", "reason"),
    [
        ("resident-id", WRONG_CARD, "id_sum"), ("resident-id", "11010519490231002X", "id_birthday"),
        ("resident-id", "123", "id_shape"), ("passport", "ABCDEFGH", "id_passport"),
        ("hk-macao-permit", "X1234567", "id_hk-macao-permit"), ("taiwan-permit", "123", "id_taiwan-permit"),
    ],
)  # fmt: skip
def test_a_document_must_be_able_to_have_its_number(kind, number, reason):
    one = {**GUEST, "document": kind, "number": number}
    assert faults("group-registration", guests=[GUEST, one])["guests.1.number"] == reason
    assert faults("walk-in-identity", document=kind, number=number)["number"] == reason


@pytest.mark.rule("FO-03")
def test_who_has_a_good_document_shows_kind_and_number():
    assert faults("walk-in-identity", document="", number="").keys() == {"document", "number"}
    assert faults("walk-in-identity", paper_state="none", document="", number="") == {}
    assert faults("group-leader", leader_document="passport", leader_number="!")["leader_number"] == "id_passport"


@pytest.mark.rule("FO-03")
def test_dates_are_days_and_the_departure_lies_not_before_the_arrival():
    assert faults("reserve-request", leaves_on="2026-02-30")["leaves_on"] == "day"
    assert faults("reserve-request", arrives_at="2026-11-22")["arrives_at"] == "moment"
    assert faults("reserve-request", leaves_on="2026-11-21") == {"leaves_on": "not_before"}
    assert faults("reserve-request", leaves_on="2026-11-22") == {}, "for a day room"
    assert faults("group-notice", arrives_at="2026-11-22T15:00", leaves_on="2026-11-21")["leaves_on"] == "not_before"


@pytest.mark.rule("FO-03")
@pytest.mark.parametrize(
    ("code", "field", "too_few", "too_many"),
    [
        ("reserve-request", "people", 0, 201), ("reserve-request", "rooms", 0, 201), ("walk-in-arrival", "people", 0, 7),
        ("walk-in-room", "nights", 0, 366), ("group-notice", "listed_people", 0, 501), ("group-leader", "arrived_people", 0, 501),
    ],
)  # fmt: skip
def test_counts_are_counts(code, field, too_few, too_many):
    assert faults(code, **{field: too_few})[field] == "least"
    assert faults(code, **{field: too_many})[field] == "most"
    assert faults(code, **{field: "zwei"})[field] == "whole"


@pytest.mark.rule("FO-03")
def test_a_group_is_registered_guest_by_guest():
    assert faults("group-registration", guests=[])["guests"] in {"required", "few_rows"}
    assert "guests.0.name" in faults("group-registration", guests=[{**GUEST, "name": ""}])


def test_a_telephone_number_is_one():
    assert faults("desk-arrival", phone="12")["phone"] == "phone"
    assert faults("reserve-request", booker_phone="no")["booker_phone"] == "phone"
