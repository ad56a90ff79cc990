"""Somebody asks for a guest: who is meant, what is said, and nothing before the guest has agreed (PRV-01…03)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.pms.commands import keep_confidential
from roomnight.pms.models import GuestLookup, InHouseGuest
from roomnight.reception.commands import (
    ask_for_guest,
    forget_visitors,
    give_message,
    note_consent,
    put_through,
    register_visitor,
    remind_of_visitors,
    report_enquiry,
    tell_visitor,
    visitor_left,
)
from roomnight.reception.models import Enquiry, EnquiryState, Visitor
from roomnight.reception.rules.documents import is_plausible, is_resident_card, tidy_number
from roomnight.reception.rules.enquiries import Listed, is_full_name, leave_by, may_be_asked, named, narrowed
from tests.world import SHANGHAI, WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()
URL = "/h/lujiazui/reception/"


def ask(world, name, who="luo", **other):
    seat = world.seat(who)
    given = {"channel": "in_person", "reason": "来访", "knows_confidential": seat.may("pms.confidential"), **other}
    return ask_for_guest(actor=seat, hotel=seat.hotel, by=seat.staff, asked_name=name, **given)


def listed(name="王小明", **other):
    given = {
        "stay_key": "k", "companies": ("华星科技",), "room": "1208", "is_in_house": True, "arrival": date(2026, 11, 16),
        "departure": date(2026, 11, 20), "level": 0, **other,
    }  # fmt: skip
    return Listed(name=name, **given)


# Rules


@pytest.mark.parametrize(
    ("name", "whole"), [("王小明", True), ("王", False), ("Smith", False), ("Jo Smith", True), ("", False), ("李娜 ", True)]
)  # fmt: skip
def test_a_full_name(name, whole):
    assert is_full_name(name) is whole


@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize(
    ("guest", "visitor", "knows", "asked"),
    [
        ({}, "", False, True), ({"level": 1}, "", False, True), ({"level": 2}, "", False, True),
        ({"level": 3}, "", True, False), ({"is_in_house": False}, "", True, False),
        ({"departure": date(2026, 11, 17)}, "", True, False),
        ({"level": 3, "exceptions": ("李娜",)}, "李娜", True, True),
        ({"level": 3, "exceptions": ("李娜",)}, "李娜", False, False),
        ({"level": 3, "exceptions": ("李娜",)}, "赵敏", True, False),
    ],
)  # fmt: skip
def test_who_may_be_rung_at_all(guest, visitor, knows, asked):
    assert may_be_asked(listed(**guest), visitor, TODAY, knows_confidential=knows) is asked


def test_of_several_with_one_name_the_visitor_says_which():
    two = [listed(), listed(companies=("远洋",), arrival=date(2026, 11, 17))]
    assert len(named([*two, listed("别人")], "王 小明")) == 2
    assert narrowed(two, "远洋", None) == [two[1]]
    assert narrowed(two, "", date(2026, 11, 16)) == [two[0]]
    assert narrowed(two, "东海", None) == []
    assert narrowed(two[:1], "东海", None) == two[:1], "who is found alone need not be guessed at"


@pytest.mark.parametrize(
    ("came", "until"),
    [
        (datetime(2026, 11, 18, 9, tzinfo=SHANGHAI), datetime(2026, 11, 18, 23, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 18, 23, 30, tzinfo=SHANGHAI), datetime(2026, 11, 19, 23, tzinfo=SHANGHAI)),
    ],
)
def test_until_when_a_visitor_stays(came, until):
    assert leave_by(came, until.time()) == until


@pytest.mark.rule("FO-03")
@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("11010519491231002X", True), ("440524188001010014", True), ("110105194912310021", False),
        ("11010519490231002X", False), ("1101051949123100", False), ("01010519491231002X", False),
        ("11010518491231002X", False), ("abc", False),
    ],
)  # fmt: skip
def test_a_resident_card_is_checked_by_its_date_and_digit(number, right):
    assert is_resident_card(number) is right


@pytest.mark.rule("FO-03")
@pytest.mark.parametrize(
    ("kind", "number", "right"),
    [
        ("resident", "11010519491231002x", True), ("passport", "e 1234 5678", True), ("passport", "ABCDEFGH", False),
        ("passport", "E12", False), ("permit", "H12345678", True), ("permit", "12345678", True),
        ("permit", "H1", False), ("other", "军-1234", False), ("other", "AB-1234", True),
    ],
)  # fmt: skip
def test_documents_by_kind(kind, number, right):
    assert is_plausible(kind, tidy_number(number)) is right


# The answer


@pytest.mark.rule("PRV-02")
@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("王小明", EnquiryState.ASKING), ("无此客人", EnquiryState.ANSWERED), ("隐身客人", EnquiryState.ANSWERED),
        ("明天到", EnquiryState.ANSWERED),
    ],
)  # fmt: skip
def test_what_the_desk_may_do(world, name, state):
    assert ask(world, name).state == state


@pytest.mark.rule("PRV-03")
def test_who_has_left_is_not_registered(world):
    InHouseGuest.objects.filter(pk=world.house_guest.pk).update(departure=date(2026, 11, 17), arrival=date(2026, 11, 1))
    assert ask(world, "王小明").state == EnquiryState.ANSWERED


@pytest.mark.rule("PRV-01")
def test_every_lookup_is_kept_with_who_why_and_what_was_shown(world):
    ask(world, "王小明", sees_rooms=True)
    ask(world, "无此客人")
    ask(world, "隐身客人")
    found = list(GuestLookup.objects.order_by("-pk").values_list("who", "reason", "asked", "shown")[:3])
    assert found == [
        ("luo", "来访", "隐身客人", []), ("luo", "来访", "无此客人", []), ("luo", "来访", "王小明", ["in_house", "room"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reason", "code"), [("王", "来访", "enquiry.full_name"), ("王小明", " ", "guest.reason")]
)
def test_no_answer_to_half_a_name_and_none_without_a_reason(world, name, reason, code):
    before = Enquiry.objects.count(), GuestLookup.objects.count()
    with pytest.raises(Refusal) as refused:
        ask(world, name, reason=reason)
    assert (refused.value.code, (Enquiry.objects.count(), GuestLookup.objects.count())) == (code, before)


@pytest.mark.rule("PRV-03")
def test_an_excepted_visitor_lets_the_desk_ring_but_nobody_else(world):
    keep_confidential(
        actor=world.seat("luo"), hotel=world.lujiazui, guest_name="王小明", booking_number="B1",
        arrival=date(2026, 11, 16), departure=date(2026, 11, 20), level=3, starts_on=TODAY, exceptions=["李娜"],
    )  # fmt: skip
    assert ask(world, "王小明", visitor_name="李 娜").state == EnquiryState.ASKING
    assert ask(world, "王小明", visitor_name="赵敏").state == EnquiryState.ANSWERED
    assert ask(world, "王小明", who="feng", visitor_name="李娜").state == EnquiryState.ANSWERED


def test_two_of_one_name(world, browse):
    InHouseGuest.objects.filter(hotel=world.lujiazui, booking_number="B3").update(guest_name="王小明")
    assert ask(world, "王小明").state == EnquiryState.SEVERAL
    assert ask(world, "王小明", asked_company="40").state in {EnquiryState.SEVERAL, EnquiryState.ANSWERED}
    assert ask(world, "王小明", asked_arrival=date(2026, 11, 17)).state == EnquiryState.ASKING
    sent = {"asked_name": "王小明", "channel": "phone", "why": "call"}
    answer = browse("luo").post(f"{URL}enquiries/new/", sent)
    assert answer.status_code == 422 and "多位同名" in answer.content.decode()


# Consent


@pytest.mark.rule("PRV-02")
def test_nothing_before_the_guest_has_agreed(world):
    luo, found = world.seat("luo"), world.enquiry
    deeds = (
        lambda: put_through(actor=luo, enquiry=found),
        lambda: tell_visitor(actor=luo, enquiry=found, outcome="在店"),
        lambda: register_visitor(
            actor=luo, enquiry=found, by=luo.staff, name="李", document_type="passport", document_number="E12345678"
        ),
    )
    for deed in deeds:
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.code == "enquiry.consent"
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=found.pk).update(state=EnquiryState.TOLD)
    assert not Visitor.objects.filter(enquiry=found).exists()


@pytest.mark.rule("PRV-02")
@pytest.mark.parametrize("deed", ["put_through", "tell", "visitor"])
def test_after_consent_what_the_guest_wants(world, deed):
    luo, found = world.seat("luo"), world.enquiry
    note_consent(actor=luo, enquiry=found, by=luo.staff, answer="agreed", how="phone", consent_from="本人")
    if deed == "put_through":
        put_through(actor=luo, enquiry=found)
    elif deed == "tell":
        tell_visitor(actor=luo, enquiry=found, outcome="大堂等候")
    else:
        register_visitor(
            actor=luo, enquiry=found, by=luo.staff, name="李访客", document_type="resident",
            document_number="11010519491231002x",
        )  # fmt: skip
    found.refresh_from_db()
    assert found.state == {"put_through": "put_through", "tell": "told", "visitor": "visiting"}[deed]
    assert (found.consent_from, found.consent_by_id) == ("本人", luo.staff.pk)


@pytest.mark.rule("PRV-02")
@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("enquiry.consent_from", {"answer": "agreed"}), ("enquiry.message", {"answer": "no_answer"}),
        ("enquiry.answer", {"answer": "closed"}),
    ],
)  # fmt: skip
def test_consent_is_whole_or_none(world, code, values):
    luo = world.seat("luo")
    with pytest.raises(Refusal) as refused:
        note_consent(actor=luo, enquiry=world.enquiry, by=luo.staff, how="phone", **values)
    assert refused.value.code == code


@pytest.mark.rule("PRV-02")
def test_who_declines_is_answered_for_as_if_not_here(world, browse):
    luo = browse("luo")
    nobody = luo.get(f"{URL}enquiries/{world.nobody_enquiry.pk}/").content.decode()
    sent = luo.post(f"{URL}enquiries/{world.enquiry.pk}/consent/", {"answer": "refused", "how": "phone"})
    assert sent.status_code == 302
    page = luo.get(sent["Location"]).content.decode()
    words = "没有您要查找客人的登记记录。"
    assert words in nobody and words in page
    assert f"enquiries/{world.enquiry.pk}/visitor/" not in page


def test_a_message_where_nobody_answers(world):
    luo, found = world.seat("luo"), world.enquiry
    note_consent(actor=luo, enquiry=found, by=luo.staff, answer="no_answer", how="phone", message="请回电")
    give_message(actor=luo, enquiry=found)
    assert Enquiry.objects.get(pk=found.pk).state == EnquiryState.CLOSED
    with pytest.raises(Refusal) as refused:
        note_consent(actor=luo, enquiry=found, by=luo.staff, answer="agreed", how="phone", consent_from="本人")
    assert refused.value.code == "enquiry.state"


# Visitors


@pytest.mark.rule("PRV-02")
def test_a_visitor_is_reminded_of_once_and_leaves(world):
    late = datetime(2026, 11, 18, 23, 1, tzinfo=SHANGHAI)
    assert remind_of_visitors(actor=OPERATOR, hotel=world.lujiazui, now=late - timedelta(minutes=2)) is UNCHANGED
    assert remind_of_visitors(actor=OPERATOR, hotel=world.lujiazui, now=late) == 1
    assert remind_of_visitors(actor=OPERATOR, hotel=world.lujiazui, now=late) is UNCHANGED
    told = Notification.objects.filter(message__contains="after hours")
    assert set(told.values_list("recipient", flat=True)) == {"gao", "kong", "luo", "jiang"}
    assert {str(one.values) for one in told} == {"{'count': 1}"}, "no name in it"
    visitor_left(actor=world.seat("luo"), visitor=world.visitor)
    assert visitor_left(actor=world.seat("luo"), visitor=world.visitor) is UNCHANGED
    assert Enquiry.objects.get(pk=world.agreed_enquiry.pk).state == EnquiryState.CLOSED


@pytest.mark.rule("SEC-04")
def test_pages_show_the_end_of_a_document_and_time_takes_the_rest(world, browse):
    page = browse("luo").get(f"{URL}visitors/").content.decode()
    assert "…5678" in page and "E12345678" not in page
    assert forget_visitors(actor=OPERATOR, hotel=world.lujiazui, before=WORLD_NOW + timedelta(days=1)) > 0
    kept = Visitor.objects.get(pk=world.visitor.pk)
    assert (kept.name, kept.document_number) == ("", "")


def test_a_number_that_cannot_be_one_is_refused_and_what_was_typed_stays(world, browse):
    url = f"{URL}enquiries/{world.agreed_enquiry.pk}/visitor/"
    sent = {"v-name": "张来访", "v-document_type": "resident", "v-document_number": "110105194912310021"}
    answer = browse("luo").post(url, sent)
    assert answer.status_code == 422
    assert 'value="110105194912310021"' in answer.content.decode()


def test_what_is_odd_reaches_front_office_and_security(world, browse):
    report_enquiry(actor=world.seat("luo"), enquiry=world.enquiry, note="自称记者")
    told = Notification.objects.filter(message__contains="was reported").values_list("recipient", flat=True)
    assert set(told) == {"gao", "kong", "luo", "jiang"}
    with pytest.raises(Refusal):
        report_enquiry(actor=world.seat("luo"), enquiry=world.enquiry, note=" ")


@pytest.mark.rule("PRV-02")
def test_the_room_is_for_who_took_the_enquiry(world, browse):
    url = f"{URL}enquiries/{world.enquiry.pk}/"
    assert "1208" in browse("luo").get(url).content.decode()
    for who in ("gao", "feng", "jiang"):
        assert "1208" not in browse(who).get(url).content.decode()
