"""Departments confirm orders and changes, each its own, and what is late rises (ORD-05, CHG-01)."""

from datetime import timedelta

import pytest

from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.orders.commands import (
    add_item,
    answer_quotation,
    ask_again,
    cancel_order,
    change_order,
    confirm_notice,
    draw_up_quotation,
    notify_departments,
    raise_late_notices,
    remove_item,
    report_problem,
    say_ready,
    send_quotation,
)
from roomnight.orders.models import DepartmentNotice, Order, OrderRevision, OrderState
from roomnight.orders.queries.revisions import standing
from roomnight.orders.rules.changes import FIELDS, differences
from roomnight.organization.models import Department, Membership
from tests.world_notices import altered, definite, notice_to
from tests.world_orders import CAR, DINNER, FUNCTION, ROOMS, SIGN, at, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui/orders"
ANSWERING = {"front_office": "luo", "housekeeping": "song", "banquet": "hu", "general_affairs": "yu", "finance": "deng"}


def kinds(order):
    return {one.department.kind for one in standing(order)}


def answer(world, order, kind, note=""):
    seat = world.seat(ANSWERING[kind])
    return confirm_notice(actor=seat, notice=notice_to(order, kind), staff=seat.staff, note=note)


def change_of(world, order, kind, **values):
    item = order.items.get(kind=kind, removed_at=None)
    return altered(world.seat("chen"), item, **values)


@pytest.mark.rule("ORD-05")
def test_each_department_that_an_order_concerns_is_told_once(world):
    order = definite(world, items=(ROOMS, FUNCTION))
    assert kinds(order) == {"front_office", "housekeeping", "banquet", "general_affairs", "finance"}
    one = notice_to(order, "housekeeping")
    assert (one.due_at - one.sent_at, one.ready_due_at) == (timedelta(hours=4), at(9, 14))
    assert Notification.objects.filter(recipient="song", url__endswith=f"/notices/{one.pk}/").count() == 1
    assert not Notification.objects.filter(recipient="shi", url__contains="/notices/").exists()
    with pytest.raises(Refusal) as refused:
        notify_departments(actor=world.seat("chen"), order=order)
    assert refused.value.code == "notice.told"


def test_an_enquiry_tells_nobody_and_the_confirmed_order_everybody(world):
    order = taken(world, items=(ROOMS,))
    with pytest.raises(Refusal) as refused:
        notify_departments(actor=world.seat("chen"), order=order)
    assert (refused.value.code, kinds(order)) == ("order.state", set())
    Order.objects.filter(pk=order.pk).update(state=OrderState.TENTATIVE, option_until=order.arrives_on)
    change_of(world, order, "rooms", count=21)
    assert not OrderRevision.objects.filter(order=order).exists()


@pytest.mark.rule("ORD-05")
def test_a_department_accepts_or_says_what_the_problem_is_and_is_ready(world):
    order = definite(world, items=(ROOMS,))
    song = world.seat("song")
    one = notice_to(order, "housekeeping")
    with pytest.raises(Refusal) as refused:
        say_ready(actor=song, notice=one, staff=song.staff)
    assert refused.value.code == "notice.unconfirmed"
    before = Notification.objects.filter(recipient="chen").count()
    report_problem(actor=song, notice=one, staff=song.staff, note="豪华房只剩 12 间")
    assert Notification.objects.filter(recipient="chen").count() == before + 1
    ask_again(actor=world.seat("chen"), notice=notice_to(order, "housekeeping"))
    with pytest.raises(Refusal) as refused:
        confirm_notice(actor=song, notice=one, staff=song.staff)
    assert refused.value.code == "notice.superseded"
    answer(world, order, "housekeeping")
    assert answer(world, order, "housekeeping") is UNCHANGED
    say_ready(actor=song, notice=notice_to(order, "housekeeping"), staff=song.staff)
    assert notice_to(order, "housekeeping").ready_by == song.staff
    for kind in ("front_office", "finance"):
        answer(world, order, kind)
        seat = world.seat(ANSWERING[kind])
        say_ready(actor=seat, notice=notice_to(order, kind), staff=seat.staff)
    assert Notification.objects.filter(recipient="chen").count() == before + 2


def test_only_the_department_itself_answers(world):
    order = definite(world, items=(ROOMS,))
    luo = world.seat("luo")
    for deed in (confirm_notice, report_problem):
        with pytest.raises(Refusal) as refused:
            deed(actor=luo, notice=notice_to(order, "housekeeping"), staff=luo.staff, note="x")
        assert refused.value.code == "notice.department"


@pytest.mark.rule("CHG-01")
def test_a_change_asks_those_it_concerns_again_and_leaves_the_others_their_light(world):
    order = definite(world, items=(ROOMS, FUNCTION, CAR))
    for kind in ANSWERING:
        answer(world, order, kind)
    old = {kind: notice_to(order, kind) for kind in ANSWERING}
    change_of(world, order, "function", starts_at=at(10, 15), people=90)
    changed = {kind for kind in ANSWERING if notice_to(order, kind).pk != old[kind].pk}
    assert changed == {"banquet", "general_affairs"}
    assert all(notice_to(order, kind).answer == "accept" for kind in ANSWERING if kind not in changed)
    one = notice_to(order, "banquet")
    assert (one.answer, one.base_id, one.revision.number) == ("", old["banquet"].revision_id, 2)
    hu = world.seat("hu")
    with pytest.raises(Refusal) as refused:
        confirm_notice(actor=hu, notice=old["banquet"], staff=hu.staff, note="照旧")
    assert refused.value.code == "notice.superseded"
    with pytest.raises(Refusal) as refused:
        confirm_notice(actor=hu, notice=one, staff=hu.staff, note=" ")
    assert refused.value.code == "notice.done"
    before = Notification.objects.filter(recipient="chen").count()
    answer(world, order, "banquet", "已改为 15:00 开场，加 10 席")
    assert Notification.objects.filter(recipient="chen").count() == before + 1


@pytest.mark.rule("CHG-01")
def test_a_quotation_accepted_for_a_firm_order_is_a_change(world):
    chen = world.seat("chen")
    order = definite(world, items=(FUNCTION, DINNER))
    quotation = draw_up_quotation(actor=chen, order=order, staff=chen.staff, valid_until=order.arrives_on)
    send_quotation(actor=chen, quotation=quotation, how="邮件")
    change_of(world, order, "catering", count=11)
    answer_quotation(actor=chen, quotation=quotation, answer="accepted")
    latest = notice_to(order, "banquet").revision
    assert latest.number == 3
    dinner = order.items.get(kind="catering")
    assert latest.content["items"][str(dinner.pk)]["count"] == DINNER["count"]


@pytest.mark.rule("CHG-01")
def test_a_change_two_hours_before_is_confirmed_within_one(world, at_work):
    order = definite(world, items=(FUNCTION, DINNER))
    at_work.move_to(at(10, 16, 30))
    change_of(world, order, "catering", count=10)
    assert notice_to(order, "banquet").due_at == at(10, 17, 30)


def test_what_a_change_concerns(world):
    order = definite(world, items=(ROOMS, CAR))
    first = {kind: notice_to(order, kind).pk for kind in kinds(order)}

    def told():
        now = {kind: notice_to(order, kind).pk for kind in kinds(order)}
        found = {kind for kind, pk in now.items() if first.get(kind) != pk}
        first.update(now)
        return found

    change_of(world, order, "rooms", price_cents=60_000)
    assert told() == {"finance"}
    dinner = add_item(actor=world.seat("chen"), order=order, **DINNER)
    assert told() == {"food_beverage", "banquet", "finance"}
    remove_item(actor=world.seat("chen"), item=dinner, note="改在外面吃")
    assert told() == {"food_beverage", "banquet", "finance"}
    order.refresh_from_db()
    head = {"title": order.title, "arrives_on": order.arrives_on, "departs_on": order.departs_on}
    change_order(actor=world.seat("chen"), order=order, revision=order.revision, special_needs="两位坐轮椅", **head)
    assert told() == {"front_office", "housekeeping", "transport", "food_beverage", "banquet", "finance"}


@pytest.mark.rule("CHG-01")
def test_the_difference_names_every_field_of_what_was_added_changed_and_removed(world):
    order = definite(world, items=(ROOMS, DINNER))
    chen = world.seat("chen")
    rooms, dinner = order.items.get(kind="rooms"), order.items.get(kind="catering")
    altered(chen, rooms, count=25, breakfasts=2)
    remove_item(actor=chen, item=dinner, note="取消")
    car = add_item(actor=chen, order=order, **CAR)
    first, last = OrderRevision.objects.filter(order=order, number__in=(1, 4)).order_by("number")
    found = {(one.key, one.what, one.field) for one in differences(first.content, last.content)}
    assert {(key, field) for key, what, field in found if what == "changed"} == {
        (str(rooms.pk), "count"), (str(rooms.pk), "breakfasts"),
    }  # fmt: skip
    given = {field for field in FIELDS["catering"] if DINNER.get(field)}
    assert {field for key, what, field in found if (key, what) == (str(dinner.pk), "removed")} == given
    given = {field for field in FIELDS["transport"] if CAR.get(field)}
    assert {field for key, what, field in found if (key, what) == (str(car.pk), "added")} == given


@pytest.mark.rule("CHG-01")
def test_a_department_that_had_not_confirmed_sees_everything_since_it_last_did(world):
    order = definite(world, items=(ROOMS, CAR))
    answer(world, order, "housekeeping")
    change_of(world, order, "rooms", count=22)
    change_of(world, order, "rooms", count=24)
    assert notice_to(order, "housekeeping").base.number == 1
    assert notice_to(order, "front_office").base is None
    answer(world, order, "housekeeping", "已加 4 间")
    change_of(world, order, "rooms", count=26)
    assert notice_to(order, "housekeeping").base.number == 3


def test_an_order_that_is_called_off_needs_no_answer(world):
    order = definite(world, items=(ROOMS,))
    one = notice_to(order, "housekeeping")
    before = Notification.objects.filter(recipient="song").count()
    cancel_order(actor=world.seat("chen"), order=order, reason="改期到明年")
    assert (kinds(order), Notification.objects.filter(recipient="song").count()) == (set(), before + 1)
    song = world.seat("song")
    with pytest.raises(Refusal) as refused:
        confirm_notice(actor=song, notice=one, staff=song.staff)
    assert refused.value.code == "order.state"


@pytest.mark.rule("ORD-05")
def test_late_departments_rise_to_the_follower_then_the_manager_once_each(world):
    order = definite(world, items=(ROOMS,))
    DepartmentNotice.objects.exclude(order=order).delete()
    for kind in ("front_office", "finance"):
        answer(world, order, kind)
    one = notice_to(order, "housekeeping")

    def rung(now):
        before = {who: Notification.objects.filter(recipient=who).count() for who in ("chen", "zhou")}
        raise_late_notices(actor=SYSTEM, hotel=world.lujiazui, now=now)
        return [Notification.objects.filter(recipient=who).count() - before[who] for who in ("chen", "zhou")]

    minute = timedelta(minutes=1)
    assert rung(one.due_at - minute) == [0, 0]
    assert rung(one.due_at) == [1, 0]
    assert rung(one.rises_at - minute) == [0, 0]
    assert rung(one.rises_at) == [0, 1]
    assert raise_late_notices(actor=SYSTEM, hotel=world.lujiazui, now=one.rises_at) is UNCHANGED
    answer(world, order, "housekeeping")
    assert rung(min(each.ready_due_at for each in standing(order)) - minute) == [0, 0]
    assert rung(one.ready_rises_at) == [3, 3]
    assert rung(one.ready_rises_at + timedelta(days=1)) == [0, 0]


@pytest.mark.rule("ORD-05")
def test_a_department_answers_on_its_own_screen(world, browse):
    order = definite(world, items=(ROOMS, SIGN))
    one = notice_to(order, "housekeeping")
    client = browse("song")
    assert order.title in client.get(f"{HERE}/notices/").content.decode()
    page = client.get(f"{HERE}/notices/{one.pk}/").content.decode()
    assert f"{HERE}/notices/{one.pk}/confirm/" in page and "¥" not in page
    assert client.post(f"{HERE}/notices/{one.pk}/problem/", {"note": ""}).status_code == 422
    assert client.post(f"{HERE}/notices/{one.pk}/confirm/").status_code == 302
    assert client.post(f"{HERE}/notices/{one.pk}/ready/").status_code == 302
    one.refresh_from_db()
    assert one.ready_at is not None
    assert client.get(f"{HERE}/notices/{notice_to(order, 'finance').pk}/").status_code == 404
    money = browse("deng").get(f"{HERE}/notices/{notice_to(order, 'finance').pk}/").content.decode()
    assert "¥23,200.00" in money


def test_the_board_the_panel_and_the_changes_of_an_order(world, browse):
    order = definite(world, items=(ROOMS, FUNCTION))
    answer(world, order, "housekeeping")
    change_of(world, order, "rooms", count=24)
    client = browse("chen")
    assert f"{HERE}/{order.pk}/departments/" in client.get(order.get_absolute_url()).content.decode()
    panel = client.get(f"{HERE}/{order.pk}/departments/").content.decode()
    assert "客房部" in panel and "待确认" in panel
    changes = client.get(f"{HERE}/{order.pk}/changes/").content.decode()
    assert "<del>20</del>" in changes and "<ins>24</ins>" in changes
    board = client.get(f"{HERE}/readiness/").content.decode()
    assert order.title in board
    screen = browse("song")
    old = DepartmentNotice.objects.get(order=order, department__kind="housekeeping", revision__number=1)
    page = screen.get(f"{HERE}/notices/{old.pk}/").content.decode()
    assert "已作废" in page and f"{HERE}/notices/{notice_to(order, 'housekeeping').pk}/" in page
    assert screen.post(f"{HERE}/notices/{old.pk}/confirm/", {"note": "x"}).status_code == 422


def emptied(world, kind):
    """A department from which everybody has gone."""
    Membership.objects.filter(hotel=world.lujiazui, department__kind=kind).update(
        department=Department.objects.get(hotel=world.lujiazui, kind="customer_service")
    )


@pytest.mark.rule("ORD-05")
def test_a_department_in_which_nobody_works_is_said_at_once_and_never_late(world, browse):
    emptied(world, "housekeeping")
    before = {who: Notification.objects.filter(recipient=who).count() for who in ("chen", "zhou")}
    order = definite(world, items=(ROOMS,))
    DepartmentNotice.objects.exclude(order=order).delete()
    told = {who: Notification.objects.filter(recipient=who).count() - before[who] for who in ("chen", "zhou")}
    assert told == {"chen": 1, "zhou": 1}
    line = Notification.objects.filter(recipient="zhou").latest("pk")
    assert line.values["department"] == "客房部" and line.url == order.get_absolute_url()
    for kind in ("front_office", "finance"):
        answer(world, order, kind)
    one = notice_to(order, "housekeeping")
    assert raise_late_notices(actor=SYSTEM, hotel=world.lujiazui, now=one.rises_at) is UNCHANGED
    panel = browse("chen").get(f"{HERE}/{order.pk}/departments/").content.decode()
    assert "无人在岗" in panel and world.zhou.label in panel
    assert "无人在岗" in browse("chen").get(f"{HERE}/readiness/?tab=pressing").content.decode()
