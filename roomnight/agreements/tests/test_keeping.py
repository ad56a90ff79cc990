"""Copies to departments, reminders before the end, renewals (AGR-04, AGR-05)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from roomnight.activities.models import VisitSuggestion
from roomnight.agreements.commands import (
    acknowledge_copy,
    approve_agreement,
    begin_agreements,
    end_agreements,
    lapse_unsigned,
    register_original,
    remind_of_ends,
    renew_agreement,
    submit_agreement,
    take_up_again,
)
from roomnight.agreements.models import Agreement, RenewalNotice, State
from roomnight.agreements.rules.renewal import first_day_again, notices_due, renewal_term
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from tests.world import WORLD_NOW
from tests.world_agreements import ENDS, signed

TODAY = date(2026, 11, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.mark.rule("AGR-04")
def test_signing_sends_copies_and_finance_always_has_one(world):
    copies = {one.department.kind: one for one in world.agreement.copies.select_related("department")}
    assert set(copies) == {"finance", "front_office", "food_beverage"}
    assert all(one.acknowledged_at is None for one in copies.values())
    told = Notification.objects.filter(recipient="cao", message__startswith="A copy of an agreement")
    assert [line.values["number"] for line in told].count(world.agreement.number) == 1


@pytest.mark.rule("AGR-04")
def test_a_department_acknowledges_its_own_copy_once(world):
    copy, deng, gao = world.agreement_copy, world.seat("deng"), world.seat("gao")
    with pytest.raises(Refusal) as caught:
        acknowledge_copy(actor=gao, copy=copy, staff=gao.staff)
    assert caught.value.code == "agreement.copy"
    acknowledge_copy(actor=deng, copy=copy, staff=deng.staff)
    copy.refresh_from_db()
    assert copy.acknowledged_by == deng.staff
    assert acknowledge_copy(actor=deng, copy=copy, staff=deng.staff) is UNCHANGED
    with pytest.raises(IntegrityError), transaction.atomic():
        type(copy).objects.create(agreement=copy.agreement, department=copy.department, sent_at=copy.sent_at)


@pytest.mark.rule("AGR-04")
def test_the_register_shows_who_has_not(world, browse):
    path = "/h/lujiazui/agreements/copies/"
    assert {one.department.kind for one in browse("deng").get(path).context["rows"]} == {"finance"}
    everything = {one.department.kind for one in browse("lin").get(path).context["rows"]}
    assert everything == {"finance", "front_office", "food_beverage"}
    sent = browse("deng").post(f"{path}{world.agreement_copy.pk}/acknowledge/")
    assert sent.status_code == 302
    assert all(row.agreement_id != world.agreement.pk for row in browse("deng").get(path).context["rows"])


@pytest.mark.rule("AGR-05")
@pytest.mark.parametrize(
    ("left", "given", "due"),
    [
        (61, [], []), (60, [], [60]), (60, [60], []), (45, [60], []), (30, [60], [30]), (12, [], [60, 30]),
        (7, [60, 30], [7]), (0, [60, 30, 7], []), (0, [], [60, 30, 7]), (-1, [], []),
    ],
)  # fmt: skip
def test_which_reminders_are_due(left, given, due):
    assert notices_due(ENDS, ENDS - timedelta(days=left), [60, 30, 7], given) == due


@pytest.mark.rule("AGR-05")
def test_reminded_once_each_time_and_expiring(world):
    one = world.agreement
    said = []
    for days in (61, 60, 60, 59, 30, 7, 6, 0):
        remind_of_ends(actor=SYSTEM, hotel=one.hotel, on=ENDS - timedelta(days=days))
        one.refresh_from_db()
        said.append(
            (days, one.state, Notification.objects.filter(recipient="chen", message__startswith="Ends in").count())
        )
    assert said == [
        (61, "effective", 0), (60, "expiring", 1), (60, "expiring", 1), (59, "expiring", 1), (30, "expiring", 2),
        (7, "expiring", 3), (6, "expiring", 3), (0, "expiring", 3),
    ]  # fmt: skip
    assert Notification.objects.filter(recipient="zhou", message__startswith="Ends in").count() == 1
    assert VisitSuggestion.objects.get(account=one.account, code="agreement_expiring").valid_until == ENDS
    with pytest.raises(IntegrityError), transaction.atomic():
        RenewalNotice.objects.create(agreement=one, days=7, given_on=ENDS)


@pytest.mark.parametrize(
    ("first", "last", "new_first", "new_last"),
    [
        (date(2026, 11, 1), date(2027, 10, 31), date(2027, 11, 1), date(2028, 10, 31)),
        (date(2027, 3, 1), date(2028, 2, 29), date(2028, 3, 1), date(2029, 2, 28)),
        (date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 11, 5), date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 6)),
    ],
)
def test_the_term_that_follows(first, last, new_first, new_last):
    assert renewal_term(first, last) == (new_first, new_last)


@pytest.mark.rule("AGR-05")
def test_a_renewal_takes_everything_along(world):
    one, chen, zhou = world.agreement, world.seat("chen"), world.seat("zhou")
    first, last = renewal_term(one.starts_on, one.ends_on)
    with pytest.raises(Refusal) as caught:
        renew_agreement(actor=chen, agreement=one, staff=chen.staff, starts_on=ENDS, ends_on=last)
    assert caught.value.code == "agreement.overlap"
    new = renew_agreement(actor=chen, agreement=one, staff=chen.staff, starts_on=first, ends_on=last)
    assert (new.state, new.kind, new.commitment_nights, new.settlement) == (State.DRAFT, one.kind, 400, one.settlement)
    assert [(line.room_type, line.nights, line.rate) for line in new.lines.all()] == [
        (line.room_type, line.nights, line.rate) for line in one.lines.all()
    ]
    assert [(who.name, who.starts_on, who.ends_on) for who in new.signatories.all()] == [("单立人", first, last)]
    with pytest.raises(Refusal) as caught:
        renew_agreement(actor=chen, agreement=one, staff=chen.staff, starts_on=first, ends_on=last)
    assert caught.value.code == "agreement.renewed"
    submit_agreement(actor=chen, agreement=new, staff=chen.staff)
    approve_agreement(actor=zhou, agreement=new, staff=zhou.staff)
    signed(chen, new)
    one.refresh_from_db()
    assert one.state == State.RENEWED
    remind_of_ends(actor=SYSTEM, hotel=one.hotel, on=ENDS)
    assert not one.notices.exists()
    end_agreements(actor=SYSTEM, hotel=one.hotel, on=first)
    begin_agreements(actor=SYSTEM, hotel=one.hotel, on=first)
    one.refresh_from_db()
    new.refresh_from_db()
    assert (one.state, new.state) == (State.RENEWED, State.EFFECTIVE)
    world.huaxing.refresh_from_db()
    assert world.huaxing.agreement_until == last


@pytest.mark.rule("AGR-05")
def test_the_form_shows_the_year_beside(world, browse):
    answer = browse("chen").get(f"/h/lujiazui/agreements/{world.agreement.pk}/renew/")
    assert [str(value) for _label, value in answer.context["facts"]][:2] == ["36", "12"]
    assert answer.context["form"].initial["ends_on"] == date(2028, 10, 31)


def unsigned_for(world, days):
    """The agreement to be signed, approved so many days ago."""
    one = world.agreement_to_sign
    Agreement.objects.filter(pk=one.pk).update(decided_at=WORLD_NOW - timedelta(days=days))
    Notification.objects.all().delete()
    lapse_unsigned(actor=SYSTEM, hotel=world.lujiazui, on=TODAY)
    one.refresh_from_db()
    return one, [line.message for line in Notification.objects.filter(recipient="chen")]


@pytest.mark.rule("AGR-02")
@pytest.mark.parametrize(
    ("days", "state", "told"),
    [(0, State.APPROVED, ""), (22, State.APPROVED, ""), (23, State.APPROVED, "Not signed yet"),
     (29, State.APPROVED, "Not signed yet"), (30, State.LAPSED, "Lapsed unsigned"), (300, State.LAPSED, "Lapsed unsigned")],
)  # fmt: skip
def test_what_nobody_signs_is_reminded_of_and_lapses(world, days, state, told):
    one, lines = unsigned_for(world, days)
    assert one.state == state
    assert [line.startswith(told) for line in lines] == ([True] if told else [])
    if state == State.LAPSED:
        assert "30" in one.end_reason
        assert one.trail.last().what == "lapsed"


@pytest.mark.rule("AGR-02")
def test_reminded_once_for_each_time_it_is_sent_out(world):
    unsigned_for(world, 24)
    assert unsigned_for(world, 25)[1] == []
    Agreement.objects.filter(pk=world.agreement_to_sign.pk).update(lapse_told_on=TODAY - timedelta(days=60))
    assert len(unsigned_for(world, 25)[1]) == 1


@pytest.mark.rule("AGR-02")
def test_with_one_original_signed_it_does_not_lapse(world):
    clerk = world.seat("lin")
    register_original(
        actor=clerk, agreement=world.agreement_to_sign, staff=clerk.staff, side="ours", signed_on=TODAY, place="档案柜",
        signed_for_us="林雅琴", signed_for_client="单立人", has_our_seal=True, has_client_seal=True,
    )  # fmt: skip
    assert unsigned_for(world, 300)[0].state == State.APPROVED


@pytest.mark.rule("AGR-02")
def test_what_lapsed_is_taken_up_again_with_its_terms(world, browse):
    one, _lines = unsigned_for(world, 31)
    page = browse("chen")
    url = f"/h/lujiazui/agreements/{one.pk}/"
    assert page.get(url).context["may_take_up"]
    assert page.get(f"{url}again/").status_code == 200
    page.post(f"{url}again/", {"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    new = Agreement.objects.latest("pk")
    assert (new.state, new.kind, new.starts_on) == (State.DRAFT, one.kind, date(2026, 12, 1))
    assert [line.rate for line in new.lines.all()] == [line.rate for line in one.lines.all()]
    with pytest.raises(Refusal) as refusal:
        take_up_again(
            actor=world.seat("chen"), agreement=world.agreement, staff=world.chen, starts_on=TODAY, ends_on=TODAY
        )
    assert refusal.value.code == "agreement.state"


@pytest.mark.rule("AGR-02", "AGR-05")
def test_a_renewal_that_lapsed_makes_room_for_another_and_then_stays(world):
    chen = world.seat("chen")
    after = {
        "starts_on": world.agreement.ends_on + timedelta(days=1),
        "ends_on": world.agreement.ends_on + timedelta(days=90),
    }
    first = renew_agreement(actor=chen, agreement=world.agreement, staff=world.chen, **after)
    Agreement.objects.filter(pk=first.pk).update(state=State.LAPSED)
    first.refresh_from_db()
    again = take_up_again(actor=chen, agreement=first, staff=world.chen, **after)
    assert again.renews == world.agreement
    with pytest.raises(Refusal) as refusal:
        take_up_again(actor=chen, agreement=first, staff=world.chen, **after)
    assert refusal.value.code == "agreement.renewed"


@pytest.mark.parametrize(
    ("term", "again"),
    [((date(2026, 12, 1), date(2027, 11, 30)), (date(2026, 12, 1), date(2027, 11, 30))),
     ((date(2026, 11, 1), date(2027, 10, 31)), (date(2026, 11, 19), date(2027, 10, 31))),
     ((date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 19), date(2026, 12, 19)))],
)  # fmt: skip
def test_the_term_of_one_taken_up_again(term, again):
    assert first_day_again(*term, TODAY) == again
