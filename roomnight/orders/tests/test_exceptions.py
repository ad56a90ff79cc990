"""What goes wrong with an order: reported at once, the client contacted, departments told, understood, closed (EXC)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from roomnight.activities.models import Visit, VisitState
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.orders.commands import (
    add_remark,
    answer_offer,
    ask_for_instructions,
    change_exception,
    close_exception,
    collect_comments,
    complete_order,
    decide_offer,
    enter_costs,
    explain,
    file_papers,
    follow_stay,
    hand_over_order,
    instruct,
    note_claim,
    note_contact,
    note_visit,
    propose_offer,
    raise_exception,
    raise_late_contacts,
    settle_cause,
    take_note,
    tell_departments,
    withdraw_exception,
)
from roomnight.orders.exception_words import stage_of
from roomnight.orders.models import ExceptionCost, Order, OrderException, OrderRevision, OrderState
from roomnight.orders.queries.exceptions import last_times, minutes_to_contact
from roomnight.orders.queries.revisions import standing
from roomnight.organization.authority import Authority
from roomnight.organization.models import Department
from roomnight.procedures.commands import complete_task, start_case
from roomnight.procedures.models import Case, CaseTask, Procedure, ProcedureVersion
from roomnight.ui.addresses import address
from tests.world_notices import altered, definite
from tests.world_orders import ROOMS, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui/orders/exceptions"
ALL = Authority(Decimal(5000))


def raised(world, order=None, who="luo", **more):
    """An exception of chen's definite order, raised by the front desk."""
    order = order or definite(world, items=(ROOMS,))
    seat = world.seat(who)
    given = {"kind": "mistaken", "what": "抵店日期录错一天", "found_at": "ahead", "harm": ["room"], **more}
    return raise_exception(actor=seat, account=order.account, order=order, raised_by=seat.staff, **given)


def contacted(world, one):
    note_contact(actor=world.seat("chen"), exception=one, staff=world.chen, way="phone", what_was_said="请保证 20 间")
    return one


def told(world, one):
    return tell_departments(actor=world.seat("chen"), exception=one, departments=[], note="房量已调整，各部门无变化")


def bells(who, part=""):
    return Notification.objects.filter(recipient=who, url__contains="/exceptions/", message__contains=part).count()


def again(one):
    return OrderException.objects.select_related(
        "hotel", "account", "order__hotel", "order__follower", "handler", "raised_by", "person", "offered_by"
    ).get(pk=one.pk)


def visited(world, one):
    """A visit to the client that took place today."""
    visit = Visit.objects.filter(account=one.account).earliest("pk")
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.REPORTED, day=timezone.localdate())
    return Visit.objects.get(pk=visit.pk)


def settled(world, one, **more):
    given = {
        "cause": "unchecked", "step": "entering", "prevention": "录入后双人核对", "department": Department.objects.get(
            hotel=world.lujiazui, kind="sales"
        ), **more,
    }  # fmt: skip
    one = again(one)
    return settle_cause(actor=world.seat("zhou"), exception=one, revision=one.revision, **given)


def finished(world, one):
    """Everything done but the closing."""
    chen = world.seat("chen")
    if one.contacted_at is None:
        contacted(world, one)
    if one.fed_at is None:
        told(world, one)
    if one.order is not None:
        Order.objects.filter(pk=one.order_id).update(state=OrderState.COMPLETED)
        one = again(one)
        follow_stay(actor=chen, exception=one, note="全程陪同")
    collect_comments(actor=chen, exception=one, comments="处理及时", impact="annoyed", impact_note="总监不满")
    settled(world, one)
    file_papers(actor=chen, exception=one, where="档案柜 B-12")
    note_visit(actor=chen, exception=one, visit=visited(world, one))
    return again(one)


# ---- raised and reported


@pytest.mark.rule("EXC-01")
@pytest.mark.rule("EXC-02")
def test_anyone_raises_at_any_step_and_the_manager_knows_at_once(world):
    for state in ("enquiry", "definite", "in_progress", "completed"):
        order = taken(world, items=(ROOMS,))
        Order.objects.filter(pk=order.pk).update(state=state)
        before = bells("zhou", "Mis-entered"), bells("chen", "Mis-entered"), bells("luo")
        one = raised(world, order)
        assert one.number.startswith("YC-202611-")
        assert (one.handler, one.raised_by) == (world.chen, world.luo)
        assert (bells("zhou", "Mis-entered"), bells("chen", "Mis-entered"), bells("luo")) == (
            before[0] + 1, before[1] + 1, before[2],
        )  # fmt: skip


@pytest.mark.rule("EXC-01")
@pytest.mark.parametrize("kind", ["wrong", "missed", "mistaken", "unfulfilled", "force_majeure", "complaint"])
def test_every_kind_is_raised(world, kind):
    assert raised(world, taken(world, items=()), kind=kind).kind == kind


@pytest.mark.rule("EXC-01")
def test_a_missed_booking_has_no_order_until_there_is_one(world):
    luo = world.seat("luo")
    one = raise_exception(
        actor=luo,
        account=world.huaxing,
        raised_by=luo.staff,
        kind="missed",
        what="客户电话预订未录入",
        found_at="arrival",
    )
    assert (one.order, one.handler) == (None, world.chen)
    order = taken(world, items=())
    change_exception(
        actor=world.seat("chen"), exception=one, revision=1, kind="missed", what="客户电话预订未录入", found_at="arrival",
        order=order,
    )  # fmt: skip
    assert again(one).order == order


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "bad luck"}, "exception.kind"),
        ({"what": " "}, "exception.what"),
        ({"found_at": "never"}, "exception.found_at"),
        ({"discovered_at": datetime.fromisoformat("2027-01-01T00:00+08:00")}, "exception.future"),
    ],
)
def test_what_cannot_be_is_refused(world, wrong, code):
    order = taken(world, items=())
    before = OrderException.objects.count()
    with pytest.raises(Refusal) as refused:
        raised(world, order, **wrong)
    assert (refused.value.code, OrderException.objects.count()) == (code, before)


def test_an_order_of_another_client_is_refused(world):
    order = taken(world, items=())
    luo = world.seat("luo")
    with pytest.raises(Refusal) as refused:
        raise_exception(
            actor=luo, account=world.jinyuan, order=order, raised_by=luo.staff, kind="wrong", what="x", found_at="ahead"
        )
    assert refused.value.code == "exception.order"


# ---- the clock


@pytest.mark.rule("EXC-02")
def test_the_clock_runs_from_the_discovery_and_the_first_word_stops_it(world, at_work):
    now = timezone.now()
    one = raised(world, discovered_at=now - timedelta(minutes=10))
    assert one.contact_due_at == now + timedelta(minutes=20)
    at_work.shift(timedelta(minutes=5))
    contacted(world, one)
    assert (minutes_to_contact(one), stage_of(one)) == (15, "feed")
    at_work.shift(timedelta(minutes=5))
    contacted(world, one)
    assert minutes_to_contact(again(one)) == 15
    at_work.shift(timedelta(hours=1))
    raise_late_contacts(actor=SYSTEM, hotel=world.lujiazui, now=timezone.now())
    assert not one.way.filter(what="late").exists()


@pytest.mark.rule("EXC-02")
def test_a_late_contact_rises_to_the_manager_at_the_right_minute_and_once(world):
    OrderException.objects.all().delete()
    one = raised(world)
    due = one.contact_due_at
    before = bells("zhou", "in time")
    assert raise_late_contacts(actor=SYSTEM, hotel=world.lujiazui, now=due - timedelta(seconds=1)) is UNCHANGED
    assert raise_late_contacts(actor=SYSTEM, hotel=world.lujiazui, now=due) == 1
    assert raise_late_contacts(actor=SYSTEM, hotel=world.lujiazui, now=due + timedelta(hours=5)) is UNCHANGED
    assert (bells("zhou", "in time"), one.way.filter(what="late").count()) == (before + 1, 1)


def test_nobody_contacts_before_it_was_discovered_or_tomorrow(world):
    one = raised(world)
    for at, code in ((-60, "exception.early"), (60, "exception.future")):
        with pytest.raises(Refusal) as refused:
            note_contact(
                actor=world.seat("chen"), exception=one, staff=world.chen, way="phone", what_was_said="x",
                at=timezone.now() + timedelta(minutes=at),
            )  # fmt: skip
        assert refused.value.code == code


# ---- departments and the stay


@pytest.mark.rule("EXC-02")
def test_a_change_of_the_order_is_passed_on_and_departments_confirm_again(world):
    order = definite(world, items=(ROOMS,))
    one = contacted(world, raised(world, order))
    assert stage_of(again(one)) == "feed"
    revisions = OrderRevision.objects.filter(order=order).count()
    altered(world.seat("chen"), order.items.get(kind="rooms"), count=22)
    one = again(one)
    assert OrderRevision.objects.filter(order=order).count() == revisions + 1
    assert (one.fed_revision.number, stage_of(one)) == (revisions + 1, "stay")
    assert {notice.answer for notice in standing(order)} == {""}


@pytest.mark.rule("EXC-04")
def test_departments_hear_of_a_complaint_and_the_office_is_asked_where_it_is_unresolved(world):
    order = definite(world, items=(ROOMS,))
    Order.objects.filter(pk=order.pk).update(state=OrderState.IN_PROGRESS)
    one = contacted(
        world, raised(world, again_order(order), kind="complaint", found_at="stay", what="空调不制冷，会议中断")
    )
    chen = world.seat("chen")
    housekeeping = Department.objects.get(hotel=world.lujiazui, kind="housekeeping")
    before = bells("song"), bells("zheng"), bells("chen", "Instructions of")
    tell_departments(actor=chen, exception=one, departments=[housekeeping], note="立即换房并道歉")
    assert bells("song") == before[0] + 1
    ask_for_instructions(actor=chen, exception=one, question="客户要求免单")
    assert bells("zheng") == before[1] + 1
    assert stage_of(again(one)) == "instruct"
    instruct(actor=world.seat("zheng"), exception=one, staff=world.zheng, instruction="免一晚房费，总经理登门致歉")
    assert bells("chen", "Instructions of") == before[2] + 1
    assert stage_of(again(one)) == "stay"


def again_order(order):
    return Order.objects.select_related("hotel", "account__hotel", "follower").get(pk=order.pk)


@pytest.mark.rule("EXC-02")
def test_the_stay_is_followed_while_the_guests_are_here_not_before(world):
    one = raised(world)
    with pytest.raises(Refusal) as refused:
        follow_stay(actor=world.seat("chen"), exception=one, note="已陪同")
    assert refused.value.code == "exception.ahead"
    Order.objects.filter(pk=one.order_id).update(state=OrderState.IN_PROGRESS)
    one = again(one)
    follow_stay(actor=world.seat("chen"), exception=one, note="已陪同")
    assert one.followed_at is not None


# ---- force majeure, claims


@pytest.mark.rule("EXC-03")
def test_force_majeure_is_explained_and_understanding_recorded(world):
    one = contacted(world, raised(world, kind="force_majeure", what="台风，航班取消"))
    assert stage_of(again(one)) == "explain"
    explain(actor=world.seat("chen"), exception=one, explanation="台风红色预警，会场改期", understanding="understood")
    assert (one.understanding, stage_of(again(one))) == ("understood", "feed")
    other = raised(world, kind="wrong")
    with pytest.raises(Refusal) as refused:
        explain(actor=world.seat("chen"), exception=other, explanation="x", understanding="understood")
    assert refused.value.code == "exception.kind"


def proposed(world, one, cents=200_000, who="chen"):
    return propose_offer(
        actor=world.seat(who), exception=one, staff=world.seat(who).staff, offer="免一晚并送果篮", cents=cents
    )


def decide(world, one, who="zheng", authority=ALL, approve=True, note=""):
    seat = world.seat(who)
    return decide_offer(
        actor=seat, exception=one, staff=seat.staff, authority=authority, is_approved=approve, note=note
    )


@pytest.mark.rule("EXC-03")
def test_a_claim_goes_to_the_office_and_an_offer_needs_its_approval(world):
    one = told(world, contacted(world, raised(world)))
    before = bells("zheng")
    note_claim(actor=world.seat("chen"), exception=one, claim="要求赔偿会议损失", cents=500_000)
    assert (bells("zheng"), stage_of(again(one))) == (before + 1, "offer")
    with pytest.raises(Refusal) as refused:
        answer_offer(actor=world.seat("chen"), exception=one, answer="accepted")
    assert refused.value.code == "offer.unapproved"
    proposed(world, one)
    assert stage_of(again(one)) == "decide"
    with pytest.raises(Refusal) as refused:
        answer_offer(actor=world.seat("chen"), exception=one, answer="accepted")
    assert refused.value.code == "offer.unapproved"
    decide(world, one)
    assert stage_of(again(one)) == "answer"
    answer_offer(actor=world.seat("chen"), exception=one, answer="accepted")
    assert stage_of(again(one)) == "stay"
    assert ExceptionCost.objects.get(exception=one, kind="compensation").cents == 200_000


@pytest.mark.rule("EXC-03")
def test_nobody_approves_an_offer_of_their_own_nor_above_their_authority(world):
    one = raised(world)
    proposed(world, one, who="zheng")
    for who, authority, code in (
        ("zheng", ALL, "offer.own"),
        ("he", Authority(Decimal(5000), world.zheng), "offer.own"),
        ("he", Authority(Decimal(1999)), "offer.authority"),
        ("he", Authority(None), "offer.authority"),
    ):
        with pytest.raises(Refusal) as refused:
            decide(world, one, who, authority)
        assert refused.value.code == code
    decide(world, one, "he", Authority(Decimal(2000)))
    assert again(one).offer_state == "approved"


@pytest.mark.rule("EXC-03")
def test_a_refused_offer_is_proposed_anew_and_says_why(world):
    one = told(world, contacted(world, raised(world)))
    proposed(world, one)
    with pytest.raises(Refusal) as refused:
        decide(world, one, approve=False)
    assert refused.value.code == "exception.note"
    decide(world, one, approve=False, note="偏高，减半")
    assert stage_of(again(one)) == "offer"
    proposed(world, one, 100_000)
    with pytest.raises(Refusal) as refused:
        proposed(world, one, 90_000)
    assert refused.value.code == "offer.pending"


# ---- cause, cost, the end


@pytest.mark.rule("EXC-05")
def test_nothing_is_closed_before_cause_step_and_prevention_are_recorded(world):
    one = finished(world, raised(world))
    OrderException.objects.filter(pk=one.pk).update(prevention="")
    with pytest.raises(Refusal) as refused:
        close_exception(actor=world.seat("zhou"), exception=again(one), staff=world.zhou)
    assert (refused.value.code, again(one).state) == ("exception.lacks", "open")
    settled(world, one)
    close_exception(actor=world.seat("zhou"), exception=again(one), staff=world.zhou)
    one = again(one)
    assert (one.state, one.closed_by) == ("closed", world.zhou)
    with pytest.raises(Refusal) as refused:
        add_remark(actor=world.seat("chen"), exception=one, staff=world.chen, note="再补一句")
    assert refused.value.code == "exception.over"


LACKING = {
    "contacted_at": None, "fed_at": None, "followed_at": None, "comments_at": None, "filed_at": None, "visit": None, "cause": "",
    "step": "",
}  # fmt: skip


@pytest.mark.rule("EXC-05")
@pytest.mark.parametrize("field", LACKING)
def test_every_single_thing_must_be_there_before_it_is_closed(world, field):
    one = finished(world, raised(world))
    Order.objects.filter(pk=one.order_id).update(state=OrderState.IN_PROGRESS)
    OrderException.objects.filter(pk=one.pk).update(**{field: LACKING[field]})
    with pytest.raises(Refusal) as refused:
        close_exception(actor=world.seat("zhou"), exception=again(one), staff=world.zhou)
    assert refused.value.code == "exception.lacks"


@pytest.mark.rule("EXC-05")
def test_a_cause_in_the_house_names_its_department_and_nobody_closes_their_own(world):
    one = finished(world, raised(world))
    with pytest.raises(Refusal) as refused:
        settled(world, one, department=None)
    assert refused.value.code == "exception.department"
    settled(world, one, department=None, cause="nature", step="outside")
    settled(world, one, person=world.zhou)
    with pytest.raises(Refusal) as refused:
        close_exception(actor=world.seat("zhou"), exception=again(one), staff=world.zhou)
    assert refused.value.code == "exception.own"
    close_exception(actor=world.seat("lin"), exception=again(one), staff=world.lin)


@pytest.mark.rule("EXC-06")
def test_costs_are_kept_by_kind_and_compensation_is_never_typed(world):
    one = raised(world)
    chen = world.seat("chen")
    enter_costs(actor=chen, exception=one, revision=1, cents={"other_hotel": 58_050, "transport": 12_000, "meals": 0})
    enter_costs(actor=chen, exception=one, revision=2, cents={"other_hotel": 58_050, "gifts": 9_900})
    assert dict(one.costs.values_list("kind", "cents")) == {"other_hotel": 58_050, "gifts": 9_900}
    for wrong in ({"compensation": 1}, {"gifts": -1}, {"bribe": 1}):
        with pytest.raises(Refusal) as refused:
            enter_costs(actor=chen, exception=one, revision=3, cents=wrong)
        assert refused.value.code == "exception.cost"


@pytest.mark.rule("EXC-06")
def test_the_next_order_of_the_client_opens_with_what_went_wrong(world, browse):
    OrderException.objects.all().delete()
    one = finished(world, raised(world, what="大巴少派一辆，客人等了四十分钟"))
    enter_costs(actor=world.seat("chen"), exception=one, revision=again(one).revision, cents={"transport": 123_456})
    close_exception(actor=world.seat("zhou"), exception=again(one), staff=world.zhou)
    following = taken(world, items=())
    assert [past.pk for past in last_times(world.huaxing, besides=following)] == [one.pk]
    chen = browse("chen")
    for path in (
        f"/h/lujiazui/orders/{following.pk}/exceptions/", f"/h/lujiazui/orders/new/?account={world.huaxing.pk}",
        address("order_panels:orders", "lujiazui", pk=world.huaxing.pk),
    ):  # fmt: skip
        page = chen.get(path).content.decode()
        for part in ("大巴少派一辆", "1,234.56", "不满", "录入后双人核对"):
            assert part in page, (path, part)
    own = chen.get(f"/h/lujiazui/orders/{one.order_id}/exceptions/").content.decode()
    assert "录入后双人核对" not in own
    other = taken(world, "chen", "jinyuan", items=())
    assert last_times(world.jinyuan, besides=other) == []


def test_what_was_withdrawn_counts_nowhere(world):
    OrderException.objects.all().delete()
    one = raised(world)
    withdraw_exception(actor=world.seat("zhou"), exception=one, staff=world.zhou, reason="客户自己记错")
    assert last_times(world.huaxing) == []
    assert Case.objects.get(subject=f"orders.orderexception:{one.pk}").state == "done"


# ---- it runs as P-EXC


def case_of(one):
    return Case.objects.get(subject=f"orders.orderexception:{one.pk}")


def waits(one):
    return set(CaseTask.objects.filter(case=case_of(one), state__in=("open", "claimed")).values_list("step", flat=True))


def do(world, one, step, who, **data):
    task = CaseTask.objects.get(case=case_of(one), step=step, state__in=("open", "claimed"))
    complete_task(actor=world.seat(who), task=task, staff=world.seat(who).staff, data=data)
    return again(one)


@pytest.mark.rule("EXC-02")
@pytest.mark.rule("EXC-03")
def test_an_exception_runs_in_its_tasks_from_the_contact_to_the_end(world):
    one = raised(world, kind="force_majeure")
    task = CaseTask.objects.get(case=case_of(one))
    assert (task.step, task.person, task.due_at) == ("contact", world.chen, one.contact_due_at)
    one = do(world, one, "contact", "chen", contact_way="phone", said="理解")
    assert (one.contacted_by, waits(one)) == (world.chen, {"explain"})
    one = do(world, one, "explain", "chen", explanation="台风", understanding="understood")
    one = do(world, one, "feed", "chen", departments_note="会议改期")
    note_claim(actor=world.seat("chen"), exception=one, claim="退定金")
    assert waits(one) == {"offer"}
    one = do(world, one, "offer", "chen", offer_words="退一半", offered="3000")
    assert (one.offer_cents, waits(one)) == (300_000, {"decide"})
    one = do(world, one, "decide", "zheng", decision="approve", decision_note="")
    one = do(world, one, "answer", "chen", client_answer="declined", answer_note="要全退")
    ask_for_instructions(actor=world.seat("chen"), exception=one, question="是否全退")
    one = do(world, one, "instruct", "zheng", instruction="不再增加，登门致歉")
    Order.objects.filter(pk=one.order_id).update(state=OrderState.IN_PROGRESS)
    one = do(world, one, "stay", "chen", stay_note="改期后顺利")
    one = do(world, one, "comments", "chen", client_comments="谅解", impact="none")
    with pytest.raises(Refusal) as refused:
        do(world, one, "cause", "zhou")
    assert (refused.value.code, waits(one)) == ("exception.undone", {"cause"})
    settled(world, one, cause="nature", step="outside", department=None)
    one = do(world, one, "file", "ma", filed_where="B-12")
    note_visit(actor=world.seat("chen"), exception=one, visit=visited(world, one))
    one = do(world, one, "close", "zhou")
    assert (one.state, case_of(one).state) == ("closed", "done")


@pytest.mark.rule("EXC-02")
def test_what_is_done_on_its_page_moves_the_case_and_a_remark_leaves_it_alone(world):
    one = raised(world)
    task = CaseTask.objects.get(case=case_of(one))
    add_remark(actor=world.seat("luo"), exception=one, staff=world.luo, note="客户已在路上")
    assert CaseTask.objects.get(case=case_of(one)) == task
    contacted(world, one)
    assert waits(one) == {"feed"}
    altered(world.seat("chen"), one.order.items.get(kind="rooms"), count=22)
    assert waits(one) == {"stay"}


def test_a_task_gives_nobody_the_right_to_decide_or_close(world):
    one = told(world, contacted(world, raised(world)))
    proposed(world, one)
    with pytest.raises(Refusal) as refused:
        do(world, one, "decide", "lin", decision="refuse", decision_note="不")
    assert refused.value.code == "exception.right"


def test_a_hotel_without_the_procedure_deals_with_it_all_the_same(world):
    Procedure.objects.filter(hotel=world.lujiazui, code="P-EXC").update(is_retired=True)
    one = finished(world, raised(world))
    close_exception(actor=world.seat("zhou"), exception=one, staff=world.zhou)
    assert not Case.objects.filter(subject=f"orders.orderexception:{one.pk}").exists()


def test_without_an_exception_there_is_nothing_to_run(world):
    version = ProcedureVersion.objects.get(procedure__hotel=world.lujiazui, procedure__code="P-EXC")
    with pytest.raises(Refusal) as caught:
        start_case(actor=world.seat("chen"), version=version, starter=world.chen)
    assert caught.value.code == "exception.none"


def test_whoever_takes_the_order_over_deals_with_its_exceptions(world):
    one = raised(world)
    hand_over_order(actor=world.seat("zhou"), order=again_order(one.order), to=world.xu, reason="调岗")
    assert again(one).handler == world.xu
    assert CaseTask.objects.get(case=case_of(one), state__in=("open", "claimed")).person == world.xu


def test_the_manager_takes_note_once(world):
    one = raised(world)
    before = bells("chen", "taken note")
    take_note(actor=world.seat("zhou"), exception=one, staff=world.zhou)
    assert take_note(actor=world.seat("zhou"), exception=one, staff=world.zhou) is UNCHANGED
    assert bells("chen", "taken note") == before + 1


def test_a_completed_order_lets_its_exception_go_on(world):
    one = told(world, contacted(world, raised(world)))
    Order.objects.filter(pk=one.order_id).update(state=OrderState.IN_PROGRESS)
    complete_order(actor=world.seat("chen"), order=again_order(one.order))
    assert waits(one) == {"stay"}
    assert date.fromisoformat("2026-12-10") == one.order.arrives_on
