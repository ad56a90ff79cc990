"""Handing over what somebody looks after: row by row or all at once, what is refused, and taking it back as a whole."""

from datetime import timedelta

import pytest

from roomnight.activities.commands import add_followup, move_followup, plan_visit
from roomnight.activities.models import FollowUp, FollowUpState, Visit, VisitState
from roomnight.clients.commands import assign_owner, register_account, set_co_owner, share_account
from roomnight.clients.models import Account, AccountShare, Ownership, SearchEntry, TimelineEntry
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Deed, Notification
from roomnight.orders.models import Order
from roomnight.organization.commands import deactivate_staff
from roomnight.procedures.models import CaseTask
from roomnight.web.commands import Step, hand_over, take_back
from roomnight.web.holdings import holdings
from tests.test_matrix import picture
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
NOT_COMPARED = {"kernel.auditentry", "kernel.auditseal", "kernel.deed", "kernel.deedrow", "kernel.notification"}


def rows():
    """Every row of every table but the audit, the journal, the bell; of the search entries all but their tokens."""
    found = {label: lines for label, lines in picture().items() if label not in NOT_COMPARED}
    columns = [one.attname for one in SearchEntry._meta.concrete_fields if one.attname != "tokens"]
    found["clients.searchentry"] = list(SearchEntry.objects.order_by("pk").values_list(*columns))
    return found


def differing(before, after):
    return {label for label in before if before[label] != after[label]}


THEIR_WAY = {f"procedures.{name}" for name in ("case", "caseevent", "casetask", "wait")}
"""Cases keep what they went through: they go on with the person who has the work again."""


def turns(person):
    """The steps of orders and exceptions whose turn it is for somebody."""
    tasks = CaseTask.objects.filter(person=person, state__in=["open", "claimed"], case__subject__startswith="orders.")
    return sorted(tasks.values_list("case__subject", "step"))


def everything(seat, person, to):
    return [Step(one.kind, one.record, to) for one in holdings(seat, person)]


def url_of(person):
    return f"/h/lujiazui/settings/staff/{person.pk}/hand-over/"


def tick(client, person, **more):
    keys = [row["item"].key for part in client.get(url_of(person)).context["sections"] for row in part["rows"]]
    return {"tick": keys, "reason": "休产假", **more}


# Doing it


@pytest.mark.rule("ORG-04")
def test_everything_of_a_person_goes_to_a_colleague(world, browse):
    share_account(actor=world.seat("lin"), account=world.pujiang, staff=world.chen)
    set_co_owner(actor=world.seat("lin"), account=world.yuanyang, co_owner=world.chen)
    visit = world.confirmed_visit
    lin, notes = browse("lin"), Notification.objects.count()
    preview = lin.post(url_of(world.chen), tick(lin, world.chen, to=world.sun.pk, step="preview"))
    assert preview.status_code == 200
    assert Account.objects.filter(owner=world.chen).count() == 2  # nothing is done yet
    assert [(row["name"], [n for _title, n in row["counts"]]) for row in preview.context["rows"]] == [
        ("孙丽", [2, 1, 2, 5, 2, 2])
    ]
    answer = lin.post(url_of(world.chen), {**tick(lin, world.chen), "to": world.sun.pk, "step": "do"})
    assert answer.status_code == 302
    assert set(Account.objects.filter(owner=world.sun).values_list("name", flat=True)) >= {
        world.huaxing.name,
        world.jinyuan.name,
    }
    assert Account.objects.get(pk=world.yuanyang.pk).co_owner == world.sun
    assert AccountShare.objects.filter(account=world.pujiang).get().staff == world.sun
    assert not AccountShare.objects.filter(staff=world.chen).exists()
    assert not FollowUp.objects.filter(owner=world.chen, state=FollowUpState.OPEN).exists()
    assert FollowUp.objects.get(what="寄会议报价").owner == world.sun
    assert not Visit.objects.filter(staff=world.chen, state__in=[VisitState.PLANNED, VisitState.CONFIRMED]).exists()
    assert Visit.objects.get(pk=visit.pk).slots.filter(staff=world.sun).exists()
    assert set(Order.objects.filter(taken_by=world.chen).values_list("follower", flat=True)) == {world.sun.pk}
    history = Ownership.objects.get(account=world.huaxing, ended_at=None)
    assert (history.staff, history.reason) == (world.sun, "休产假")
    assert TimelineEntry.objects.filter(account=world.huaxing, kind="owner").latest("pk").actor_name == "林雅琴"
    new = Notification.objects.order_by("pk")[notes:].values_list("recipient", "message")
    assert [one for one in new if one != ("sun", "For you: %(task)s (%(case)s)")] == [
        ("sun", "From %(name)s you took over %(clients)s clients, %(tasks)s follow-ups, %(visits)s visits")
    ]  # and what is the taker's turn now


@pytest.mark.rule("ORG-04")
def test_row_by_row_and_what_belongs_to_a_client_goes_with_it(world, browse):
    lin, visit = browse("lin"), world.confirmed_visit  # to huaxing
    sent = {**tick(lin, world.chen), "to": world.sun.pk, "step": "do"}
    sent[f"to-account-{world.huaxing.pk}"] = world.xu.pk
    lin.post(url_of(world.chen), sent)
    assert Account.objects.get(pk=world.huaxing.pk).owner == world.xu
    assert Account.objects.get(pk=world.jinyuan.pk).owner == world.sun
    assert FollowUp.objects.get(what="寄会议报价").owner == world.xu  # of huaxing
    assert FollowUp.objects.get(what="补寄宣传册").owner == world.sun  # of jinyuan
    assert Visit.objects.get(pk=visit.pk).staff == world.xu


def test_what_is_not_ticked_stays(world, browse):
    lin = browse("lin")
    lin.post(
        url_of(world.chen),
        {"tick": [f"account-{world.jinyuan.pk}"], "to": world.sun.pk, "reason": "调整", "step": "do"},
    )
    assert Account.objects.get(pk=world.jinyuan.pk).owner == world.sun
    assert Account.objects.get(pk=world.huaxing.pk).owner == world.chen
    assert FollowUp.objects.get(what="补寄宣传册").owner == world.chen


def test_to_the_open_pool_what_is_to_be_done_there_is_taken_off(world):
    lin, visit = world.seat("lin"), world.planned_visit
    steps = [
        one
        for one in everything(lin, world.chen, None)
        if getattr(one.record, "account_id", one.record.pk) == world.jinyuan.pk
    ]
    hand_over(actor=lin, hotel=lin.hotel, person=world.chen, steps=steps, reason="无人接手")
    assert Account.objects.get(pk=world.jinyuan.pk).owner is None
    task = FollowUp.objects.get(what="补寄宣传册")
    assert (task.state, task.result) == (FollowUpState.CANCELLED, "无人接手")
    assert Visit.objects.get(pk=visit.pk).state == VisitState.CANCELLED


def test_a_team_s_manager_reaches_the_team_and_no_further(world, browse):
    zhou = browse("zhou")
    assert zhou.get(url_of(world.chen)).status_code == 200
    assert zhou.get(url_of(world.sun)).status_code == 404
    answer = zhou.post(url_of(world.chen), {**tick(zhou, world.chen), "to": world.sun.pk, "step": "do"})
    assert answer.status_code == 422  # sun is of another team
    assert Account.objects.get(pk=world.huaxing.pk).owner == world.chen


def test_the_list_is_narrowed_by_client(world):
    lin = world.seat("lin")
    assert {one.kind for one in holdings(lin, world.chen, q="华星")} == {"account", "followup", "visit", "order"}
    assert {one.account_id for one in holdings(lin, world.chen, grade="B")} == {world.jinyuan.pk, world.minjiang.pk}


# Refusals


def refused(world, code, steps=None, **more):
    lin, before = world.seat("lin"), rows()
    wish = {
        "person": world.chen,
        "reason": "调整",
        "steps": steps if steps is not None else everything(lin, world.chen, world.sun),
    }
    with pytest.raises(Refusal) as refusal:
        hand_over(actor=lin, hotel=lin.hotel, **{**wish, **more})
    assert refusal.value.code == code
    assert differing(before, rows()) == set()


@pytest.mark.rule("ORG-04")
def test_what_cannot_be_handed_over(world):
    lin = world.seat("lin")
    refused(world, "handover.reason", reason=" ")
    refused(world, "handover.nothing", steps=[])
    refused(world, "handover.same", steps=everything(lin, world.chen, world.chen))
    refused(world, "account.owner_elsewhere", steps=everything(lin, world.chen, world.ye))
    refused(world, "account.owner_needed", steps=[Step("account", world.huaxing, None)])  # an important client
    refused(world, "handover.changed", steps=[Step("account", world.yuanyang, world.sun)])  # not chen's
    refused(world, "handover.changed", steps=[Step("followup", world.sun_s_task, world.xu)])


def test_a_diary_that_is_full_refuses_and_nothing_is_handed_over(world):
    busy = Visit.objects.get(pk=world.confirmed_visit.pk)
    sun = world.seat("sun")
    plan_visit(
        actor=sun, hotel=sun.hotel, account=world.donghai, staff=sun.staff, start=busy.planned_start, end=busy.planned_end,
        purpose="return_visit", place="机场",
    )  # fmt: skip
    refused(world, "visit.overlap")


def test_the_second_of_two_is_told_by_name(world):
    lin = world.seat("lin")
    steps = everything(lin, world.chen, world.sun)
    assign_owner(actor=lin, account=world.huaxing, owner=world.xu)
    with pytest.raises(Refusal) as refusal:
        hand_over(actor=world.seat("zhou"), hotel=lin.hotel, person=world.chen, steps=steps, reason="调整")
    assert refusal.value.code == "handover.changed"
    assert "华星科技" in str(refusal.value.message)


# Leaving


@pytest.mark.rule("ORG-04")
def test_who_still_holds_something_is_relieved_first(world, browse):
    guan = browse("guan")
    leaving = f"/h/lujiazui/settings/staff/{world.chen.pk}/deactivate/"
    answer = guan.post(leaving, {"on": "2026-11-18", "reason": "离职"})
    assert answer["Location"] == url_of(world.chen)
    world.chen.refresh_from_db()
    assert world.chen.is_active
    guan.post(url_of(world.chen), {**tick(guan, world.chen), "to": world.xu.pk, "step": "do"})
    assert guan.post(leaving, {"on": "2026-11-18", "reason": "离职"})["Location"].endswith(f"/staff/{world.chen.pk}/")
    world.chen.refresh_from_db()
    assert not world.chen.is_active


@pytest.mark.parametrize("kind", ["co", "task"])
def test_a_co_owned_client_or_a_task_alone_holds_somebody_too(world, kind):
    guan = world.seat("guan")
    if kind == "co":
        set_co_owner(actor=world.seat("lin"), account=world.yuanyang, co_owner=world.ma)
    else:
        add_followup(actor=guan, hotel=guan.hotel, owner=world.ma, due_on=WORLD_NOW.date(), what="归档")
    with pytest.raises(Refusal) as refusal:
        deactivate_staff(actor=guan, staff=world.ma, on=WORLD_NOW.date(), reason="离职")
    assert refusal.value.code == "staff.still_holds"


# Taking it back


def grown(world, count):
    """Chen looks after `count` more clients, each with a thing to do and a visit ahead."""
    chen = world.seat("chen")
    first = WORLD_NOW.replace(hour=9, minute=0) + timedelta(days=5)
    for number in range(count):
        account = register_account(actor=chen, hotel=chen.hotel, name=f"移交客户 {number}", owner=chen.staff)
        add_followup(
            actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=first.date(), what=f"事项 {number}", account=account
        )
        start = first + timedelta(days=number // 16, minutes=30 * (number % 16))
        plan_visit(
            actor=chen, hotel=chen.hotel, account=account, staff=chen.staff, start=start, end=start + timedelta(minutes=30),
            purpose="return_visit", place="客户公司",
        )  # fmt: skip


@pytest.mark.rule("ORG-04")
def test_a_hand_over_of_300_clients_is_taken_back_and_the_database_is_what_it_was(world):
    grown(world, 300)
    share_account(actor=world.seat("lin"), account=world.pujiang, staff=world.chen)
    set_co_owner(actor=world.seat("lin"), account=world.yuanyang, co_owner=world.chen)
    lin, before = world.seat("lin"), rows()
    steps, turn = everything(lin, world.chen, world.sun), turns(world.chen)
    assert len(steps) > 900 and turn
    deed = hand_over(actor=lin, hotel=lin.hotel, person=world.chen, steps=steps, reason="离职")
    assert Account.objects.filter(owner=world.sun).count() >= 302
    assert differing(before, rows()) >= {
        "clients.account", "clients.ownership", "clients.timelineentry", "clients.searchentry", "clients.accountshare",
        "activities.followup", "activities.visit", "activities.visitslot",
    }  # fmt: skip
    assert not turns(world.chen)
    take_back(actor=lin, deed=deed)
    assert differing(before, rows()) <= THEIR_WAY
    assert turns(world.chen) == turn
    assert Account.objects.filter(owner=world.chen).count() == 302
    with pytest.raises(Refusal) as refusal:
        take_back(actor=lin, deed=deed)
    assert refusal.value.code == "undo.done"


def test_what_went_to_the_pool_comes_back_with_what_was_taken_off(world):
    lin, before = world.seat("lin"), rows()
    steps = [
        one
        for one in everything(lin, world.chen, None)
        if getattr(one.record, "account_id", one.record.pk) == world.jinyuan.pk
    ]
    deed = hand_over(actor=lin, hotel=lin.hotel, person=world.chen, steps=steps, reason="无人接手")
    take_back(actor=lin, deed=deed)
    assert differing(before, rows()) == set()


@pytest.mark.rule("ORG-04")
def test_it_is_not_taken_back_once_something_of_it_was_changed(world, browse):
    lin, client = world.seat("lin"), browse("lin")
    deed = hand_over(
        actor=lin, hotel=lin.hotel, person=world.chen, steps=everything(lin, world.chen, world.sun), reason="离职"
    )
    move_followup(
        actor=world.seat("sun"),
        followup=FollowUp.objects.get(what="寄会议报价"),
        due_on=WORLD_NOW.date() + timedelta(days=2),
    )
    before = rows()
    client.post(f"/h/lujiazui/settings/hand-overs/{deed.pk}/undo/")
    assert differing(before, rows()) == set()
    assert Deed.objects.get(pk=deed.pk).undone_at is None


def test_the_page_takes_back_and_says_so(world, browse):
    lin, client, before = world.seat("lin"), browse("lin"), rows()
    deed = hand_over(
        actor=lin, hotel=lin.hotel, person=world.chen, steps=everything(lin, world.chen, world.sun), reason="离职"
    )
    so_far = f"/h/lujiazui/settings/staff/{world.chen.pk}/hand-overs/"
    assert f"/settings/hand-overs/{deed.pk}/undo/" in client.get(so_far).content.decode()
    client.post(f"/h/lujiazui/settings/hand-overs/{deed.pk}/undo/")
    assert differing(before, rows()) <= {"organization.staff"} | THEIR_WAY
    assert AuditEntry.objects.filter(command="web.take_back").exists()
    assert "已撤销" in client.get(so_far).content.decode()
    assert Notification.objects.filter(recipient="chen", message__contains="taken back").count() == 1
