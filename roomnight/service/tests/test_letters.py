"""Letters, suggestions, requests for help: answered in time, told, and on the board (SVC-04, SVC-06)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.service.commands import (
    answer_letter,
    pin_letter,
    register_letter,
    remind_of_letters,
    tell_outcome,
    unpin_letter,
)
from roomnight.service.models import Letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/service/"


def register(world, who="feng", **other):
    seat = world.seat(who)
    given = {"kind": "suggestion", "sender": "方老师", "text": "请在大堂放老花镜", **other}
    return register_letter(actor=seat, hotel=seat.hotel, by=seat.staff, **given)


def answer(world, one, who="feng", **other):
    seat = world.seat(who)
    given = {"answer": "谢谢，已转礼宾部", "verdict": "accepted", "carried_out_by": world.luo, **other}
    return answer_letter(actor=seat, letter=one, by=seat.staff, revision=one.revision, **given)


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize(
    ("received", "by"),
    [(date(2026, 11, 18), date(2026, 11, 20)), (date(2026, 11, 13), date(2026, 11, 17)), (date(2026, 9, 29), date(2026, 10, 8))],
)  # fmt: skip
def test_it_is_answered_within_two_working_days(world, received, by):
    assert register(world, received_on=received).due_on == by


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"), ({"sender": ""}, "sender"), ({"kind": "request"}, "topic"),
        ({"received_on": date(2026, 11, 19)}, "received_on"),
    ],
)  # fmt: skip
def test_what_a_letter_needs(world, change, field):
    with pytest.raises(Refusal) as refused:
        register(world, **change)
    assert refused.value.field == field


@pytest.mark.rule("SVC-06")
def test_an_accepted_suggestion_has_an_owner_and_the_client_is_told_what_became_of_it(world):
    one = register(world)
    for lacking, field in (
        ({"verdict": ""}, "verdict"),
        ({"carried_out_by": None}, "carried_out_by"),
        ({"answer": ""}, "answer"),
    ):
        with pytest.raises(Refusal) as refused:
            answer(world, one, **lacking)
        assert refused.value.field == field
    answer(world, one)
    assert Notification.objects.filter(recipient="luo", url=one.get_absolute_url()).count() == 1
    seat = world.seat("feng")
    tell_outcome(actor=seat, letter=one, revision=one.revision, outcome="大堂已备三副")
    kept = Letter.objects.get(pk=one.pk)
    assert (kept.state, kept.carried_out_by, kept.outcome) == ("answered", world.luo, "大堂已备三副") and kept.told_at
    with pytest.raises(Refusal):
        tell_outcome(actor=seat, letter=kept, revision=kept.revision, outcome="再说一次")


@pytest.mark.rule("SVC-06")
def test_who_answers_too_late_is_reminded_once(world):
    one = register(world, "chen")
    late = timezone.now() + timedelta(days=3)
    Letter.objects.exclude(pk=one.pk).update(state="answered", answer="已答复", answered_at=timezone.now())
    assert remind_of_letters(actor=SYSTEM, hotel=world.lujiazui, now=late - timedelta(days=1)) is UNCHANGED
    for _again in range(2):
        remind_of_letters(actor=SYSTEM, hotel=world.lujiazui, now=late)
    for username in ("chen", "zhou"):
        assert Notification.objects.filter(recipient=username, url=one.get_absolute_url()).count() == 1


@pytest.mark.rule("SVC-04")
def test_the_board_is_for_all_staff_and_shows_a_name_only_where_that_is_allowed(world, browse):
    one = register(world, text="服务员陪我找了一个钟头的表", kind="thanks")
    board = f"{URL}board/"
    assert one.text not in browse("shi").get(board).content.decode()
    pin_letter(actor=world.seat("feng"), letter=one, by=world.feng, shows_name=False)
    html = browse("shi").get(board).content.decode()
    assert one.text in html and "方老师" not in html
    pin_letter(actor=world.seat("feng"), letter=one, by=world.feng, shows_name=True)
    assert "方老师" in browse("shi").get(board).content.decode()
    unpin_letter(actor=world.seat("feng"), letter=one)
    assert one.text not in browse("shi").get(board).content.decode()
    assert browse("shi").post(f"{URL}letters/{one.pk}/unpin/").status_code in (403, 404)
