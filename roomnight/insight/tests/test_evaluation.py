"""An evaluation on its way: filled in, reviewed, sent round, approved by a third, frozen, its measures checked next time (EVA-02)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from roomnight.activities.models import FollowUp
from roomnight.insight.commands import (
    Filled,
    Second,
    Sheet,
    answer_copy,
    approve_evaluation,
    drop_evaluation,
    give_back_sheet,
    hand_in_sheet,
    keep_sheet,
    leave_out_measure,
    open_evaluation,
    pass_on_sheet,
    plan_measure,
)
from roomnight.insight.models import Evaluation, EvaluationState, MeasureState
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)
URL = "/h/lujiazui/insight/evaluations/"


@pytest.fixture
def one(world):
    """The evaluation of chen's client, without the measure and the copy that stand in for others."""
    found = world.evaluation
    found.measures.all().delete()
    found.copies.all().delete()
    return found


def sheet(one, score=3, *, summary="来往平稳", conclusion="keep", **more):
    lines = {line.place: Filled(score, "按季度往来记录") for line in one.lines.all()}
    return Sheet(lines=lines, summary=summary, conclusion=conclusion, **more)


def hand_in(world, one, said=None, who="chen"):
    seat = world.seat(who)
    one.refresh_from_db()
    return hand_in_sheet(actor=seat, evaluation=one, staff=seat.staff, sheet=said or sheet(one), revision=one.revision)


def pass_on(world, one, who="zhou", **seconds):
    seat = world.seat(who)
    one.refresh_from_db()
    given = {int(place[1:]): second for place, second in seconds.items()}
    return pass_on_sheet(actor=seat, evaluation=one, staff=seat.staff, seconds=given, note="", revision=one.revision)


def answer_all(one):
    for copy in one.copies.filter(answered_at=None).select_related("department", "staff", "evaluation"):
        person = copy.staff or copy.department.memberships.select_related("staff").order_by("pk")[0].staff
        yield copy, person


def answered(world, one):
    for copy, person in list(answer_all(one)):
        answer_copy(actor=world.seat(person.username), copy=copy, staff=person, opinion="同意")


def approve(world, one, who="lin", conclusion="keep", note=""):
    seat = world.seat(who)
    one.refresh_from_db()
    return approve_evaluation(
        actor=seat, evaluation=one, staff=seat.staff, conclusion=conclusion, note=note, revision=one.revision
    )


def refuses(code, act):
    with pytest.raises(Refusal) as caught, transaction.atomic():
        act()
    assert caught.value.code == code
    return caught.value


@pytest.mark.rule("EVA-01")
def test_a_sheet_has_the_indicators_of_the_template_in_force(world, one):
    drop = world.seat("zhou")
    drop_evaluation(actor=drop, evaluation=one, staff=drop.staff, note="换新模板", revision=one.revision)
    table = [{"names": ["高层接触", "Access"], "weight": 70}, {"names": ["付款守约", "Payment"], "weight": 30}]
    set_policy(
        actor=world.seat("zheng"),
        key="insight.evaluation.template",
        hotel_code="lujiazui",
        value=table,
        effective_from=TODAY,
    )
    new = open_evaluation(actor=world.seat("chen"), account=world.huaxing, due_on=TODAY)
    assert [(line.name, line.weight) for line in new.lines.all()] == [("高层接触", 70), ("付款守约", 30)]
    assert new.template_on == TODAY
    assert [line.weight for line in one.lines.all()] != [70, 30]


@pytest.mark.rule("EVA-01")
def test_total_grade_and_conclusion_follow_from_the_scores(world, one):
    said = sheet(one)
    lines = {**said.lines, 1: Filled(5, "每季度见总经理"), 4: Filled(1, "份额约一成")}
    hand_in(world, one, Sheet(lines=lines, summary=said.summary, conclusion="improve"))
    expected = sum(Decimal(line.weight) * line.score / 5 for line in one.lines.all())
    assert one.total == expected == Decimal("58.0")
    assert (one.grade, one.conclusion) == ("ordinary", "improve")


@pytest.mark.rule("EVA-01")
@pytest.mark.parametrize(
    ("spoil", "code", "field"),
    [
        pytest.param({"lines": {2: Filled(None, "无")}}, "evaluation.score", "score_2", id="a score is missing"),
        pytest.param({"lines": {3: Filled(4, " ")}}, "evaluation.ground", "ground_3", id="a ground is missing"),
        pytest.param({"lines": {1: Filled(6, "很好")}}, "evaluation.range", "score_1", id="six of five"),
        pytest.param({"summary": " "}, "evaluation.summary", "summary", id="no summary"),
        pytest.param({"conclusion": ""}, "evaluation.conclusion", "conclusion", id="no conclusion"),
        pytest.param({"conclusion": "hm"}, "evaluation.conclusion", "conclusion", id="an unknown conclusion"),
    ],
)
def test_only_a_whole_sheet_is_handed_in(world, one, spoil, code, field):
    whole = sheet(one)
    said = Sheet(
        lines={**whole.lines, **spoil.get("lines", {})}, summary=spoil.get("summary", whole.summary),
        conclusion=spoil.get("conclusion", whole.conclusion),
    )  # fmt: skip
    refusal = refuses(code, lambda: hand_in(world, one, said))
    assert refusal.field == field
    one.refresh_from_db()
    assert (one.state, one.total, one.edition) == (EvaluationState.ASKED, None, 0)


def test_what_is_kept_half_way_stays(world, one):
    seat = world.seat("chen")
    keep_sheet(
        actor=seat, evaluation=one, sheet=Sheet(lines={1: Filled(4, "见过两次")}, summary="未完"), revision=one.revision
    )
    one.refresh_from_db()
    assert (one.state, one.summary, one.total) == (EvaluationState.ASKED, "未完", None)
    first = one.lines.get(place=1)
    assert (first.score, first.ground, first.changed_in) == (4, "见过两次", 0)


@pytest.mark.rule("EVA-02")
def test_a_client_has_one_open_evaluation(world, one):
    refuses("evaluation.open", lambda: open_evaluation(actor=world.seat("chen"), account=world.huaxing, due_on=TODAY))
    assert Evaluation.objects.filter(account=world.huaxing).count() == 1


@pytest.mark.rule("EVA-02")
def test_the_reviewer_scores_otherwise_with_a_word_where_they_are_far_apart(world, one):
    hand_in(world, one)
    refusal = refuses("evaluation.gap", lambda: pass_on(world, one, p1=Second(5)))
    assert refusal.field == "comment_1"
    pass_on(world, one, p1=Second(5, "上月刚见过董事长"), p2=Second(3))
    assert one.total == Decimal("64.0")
    first, second = one.lines.get(place=1), one.lines.get(place=2)
    assert (first.second, first.points, second.second) == (5, Decimal("10.0"), None)


@pytest.mark.rule("EVA-02")
def test_after_the_review_director_marketing_manager_and_departments_get_copies(world, one):
    hand_in(world, one)
    pass_on(world, one)
    people = set(one.copies.exclude(staff=None).values_list("staff__username", flat=True))
    kinds = set(one.copies.exclude(department=None).values_list("department__kind", flat=True))
    assert people == {"lin", "tang"}
    assert kinds == {"front_office", "banquet", "finance"}
    told = set(Notification.objects.filter(url__contains="/evaluations/copies/").values_list("recipient", flat=True))
    assert {"lin", "tang", "gao", "cao", "hu"} <= told
    assert one.feedback_due_on == TODAY + timedelta(days=5)


@pytest.mark.rule("EVA-02")
def test_only_who_got_a_copy_answers_it_and_once(world, one):
    hand_in(world, one)
    pass_on(world, one)
    copy = one.copies.get(department__kind="finance")
    stranger, cao = world.seat("gao"), world.seat("cao")
    refuses("evaluation.copy", lambda: answer_copy(actor=stranger, copy=copy, staff=stranger.staff, opinion="好"))
    refuses("evaluation.opinion", lambda: answer_copy(actor=cao, copy=copy, staff=cao.staff, opinion=" "))
    answer_copy(actor=cao, copy=copy, staff=cao.staff, opinion="付款及时")
    refuses("evaluation.answered", lambda: answer_copy(actor=cao, copy=copy, staff=cao.staff, opinion="再说一句"))
    copy.refresh_from_db()
    assert (copy.opinion, copy.answered_by) == ("付款及时", world.cao)


@pytest.mark.rule("EVA-02")
def test_prepared_reviewed_and_approved_are_three_people(world, one):
    hand_in(world, one, who="zhou")
    refuses("evaluation.own", lambda: pass_on(world, one, "zhou"))
    pass_on(world, one, "tang")
    answered(world, one)
    refuses("evaluation.own", lambda: approve(world, one, "zhou"))
    refuses("evaluation.two_steps", lambda: approve(world, one, "tang"))
    approve(world, one, "lin")
    assert (one.prepared_by, one.reviewed_by, one.approved_by) == (world.zhou, world.tang, world.lin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=one.pk).update(approved_by=world.zhou)


@pytest.mark.rule("EVA-02")
def test_it_is_not_approved_while_feedback_may_still_come(world, one, at_work):
    hand_in(world, one)
    pass_on(world, one)
    refusal = refuses("evaluation.feedback", lambda: approve(world, one))
    assert "2026-11-23" in refusal.message
    at_work.shift(timedelta(days=6))
    approve(world, one)
    assert one.state == EvaluationState.APPROVED


@pytest.mark.rule("EVA-02")
def test_a_weak_relation_is_approved_with_measures_only(world, one):
    hand_in(world, one, sheet(one, 2, conclusion="improve"))
    pass_on(world, one)
    answered(world, one)
    refuses("evaluation.measures", lambda: approve(world, one, conclusion="improve"))
    seat = world.seat("chen")
    plan_measure(actor=seat, evaluation=one, what="每月拜访采购总监", owner=world.xu, due_on=date(2026, 12, 15))
    approve(world, one, conclusion="improve")
    made = FollowUp.objects.get(what="每月拜访采购总监")
    assert (made.owner, made.due_on, made.account) == (world.xu, date(2026, 12, 15), world.huaxing)
    assert one.measures.get().follow_up == made


@pytest.mark.rule("EVA-02")
def test_an_approved_evaluation_is_frozen(world, one):
    hand_in(world, one)
    seat, lin = world.seat("chen"), world.seat("lin")
    planned = plan_measure(actor=seat, evaluation=one, what="请客户试住", owner=world.chen, due_on=TODAY)
    pass_on(world, one)
    answered(world, one)
    approve(world, one)
    before = list(one.lines.values())
    for code, act in (
        ("evaluation.state", lambda: hand_in(world, one)),
        ("evaluation.state", lambda: pass_on(world, one)),
        ("evaluation.state", lambda: give_back_sheet(actor=lin, evaluation=one, staff=lin.staff, note="再想", revision=one.revision)),
        ("evaluation.state", lambda: drop_evaluation(actor=lin, evaluation=one, staff=lin.staff, note="不要", revision=one.revision)),
        ("evaluation.state", lambda: plan_measure(actor=seat, evaluation=one, what="补一条", owner=world.chen, due_on=TODAY)),
        ("evaluation.state", lambda: leave_out_measure(actor=seat, measure=planned)),
    ):  # fmt: skip
        refuses(code, act)
    assert list(one.lines.values()) == before
    assert one.measures.count() == 1


@pytest.mark.rule("EVA-02")
def test_what_a_later_edition_changes_carries_a_revision_mark(world, one):
    hand_in(world, one)
    zhou = world.seat("zhou")
    refuses(
        "evaluation.note",
        lambda: give_back_sheet(actor=zhou, evaluation=one, staff=zhou.staff, note="", revision=one.revision),
    )
    one.refresh_from_db()
    give_back_sheet(actor=zhou, evaluation=one, staff=zhou.staff, note="份额请核实", revision=one.revision)
    said = sheet(one)
    hand_in(
        world, one, Sheet(lines={**said.lines, 4: Filled(2, "核实后约两成")}, summary="份额下降", conclusion="keep")
    )
    assert one.edition == 2
    assert {line.place: line.changed_in for line in one.lines.all() if line.changed_in} == {4: 2}
    assert one.summary_changed_in == 2
    assert [step.what for step in one.steps.all()] == ["handed_in", "given_back", "handed_in"]


@pytest.mark.rule("EVA-02")
def test_the_next_evaluation_checks_the_measures_of_the_one_before(world, one):
    plan_measure(actor=world.seat("chen"), evaluation=one, what="请客户试住", owner=world.chen, due_on=TODAY)
    hand_in(world, one)
    pass_on(world, one)
    answered(world, one)
    approve(world, one)
    measure = one.measures.get()
    following = open_evaluation(actor=world.seat("chen"), account=world.huaxing, due_on=TODAY)
    refusal = refuses("evaluation.measure", lambda: hand_in(world, following))
    assert refusal.field == f"check_{measure.pk}"
    hand_in(world, following, sheet(following, checks={measure.pk: (MeasureState.PARTLY, "试住一次，未续")}))
    measure.refresh_from_db()
    assert (measure.state, measure.checked_in, measure.check_note) == (MeasureState.PARTLY, following, "试住一次，未续")


def test_the_second_of_two_who_keep_a_sheet_is_told(world, one):
    seat, seen = world.seat("chen"), one.revision
    keep_sheet(actor=seat, evaluation=one, sheet=Sheet(lines={}, summary="一"), revision=seen)
    refuses(
        "record.changed_meanwhile",
        lambda: keep_sheet(actor=seat, evaluation=one, sheet=Sheet(lines={}, summary="二"), revision=seen),
    )


# ---- pages


def filled(one, score="3", **other):
    data = {"summary": "来往平稳", "conclusion": "keep"}
    for line in one.lines.all():
        data |= {f"score_{line.place}": score, f"ground_{line.place}": "按往来记录", f"remark_{line.place}": ""}
    return data | other


@pytest.mark.rule("EVA-02")
def test_the_whole_way_on_the_pages(world, browse, one):
    chen, zhou, lin = browse("chen"), browse("zhou"), browse("lin")
    here = f"{URL}{one.pk}/"
    assert chen.post(f"{here}fill/", filled(one, keep="1")).status_code == 302
    assert chen.post(f"{here}fill/", filled(one, hand_in="1")).status_code == 302
    assert (
        zhou.post(
            f"{here}review/", {"decision": "pass_on", "note": "", **{f"second_{n}": "4" for n in range(1, 11)}}
        ).status_code
        == 302
    )
    one.refresh_from_db()
    assert (one.state, one.total) == (EvaluationState.CIRCULATING, Decimal("80.0"))
    for copy, person in list(answer_all(one)):
        page = browse(person.username).post(f"{URL}copies/{copy.pk}/", {"opinion": "同意"})
        assert page.status_code == 302, person.username
    assert lin.post(f"{here}decide/", {"decision": "approve", "conclusion": "keep", "note": ""}).status_code == 302
    one.refresh_from_db()
    assert one.state == EvaluationState.APPROVED
    text = lin.get(here).content.decode()
    assert "10 × 4 ÷ 5 = 8.0" in text
    assert "同意" in text


@pytest.mark.rule("EVA-01")
def test_a_sheet_that_is_not_whole_says_where_and_loses_nothing(world, browse, one):
    answer = browse("chen").post(f"{URL}{one.pk}/fill/", filled(one, hand_in="1", ground_3=""))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["ground_3"]
    assert "按往来记录" in answer.content.decode()


@pytest.mark.rule("EVA-02")
def test_the_sheet_is_printed(world, browse, one):
    hand_in(world, one)
    answer = browse("chen").get(f"{URL}{one.pk}/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_the_client_s_page_shows_how_the_relationship_stands(world, browse, one):
    hand_in(world, one)
    page = browse("chen").get(f"/h/lujiazui/clients/{world.huaxing.pk}/panels/evaluations/").content.decode()
    assert "60.0" in page
    assert browse("gao").get(f"/h/lujiazui/clients/{world.huaxing.pk}/panels/evaluations/").status_code in (403, 404)


def test_every_step_is_in_the_audit_trail(world, one):
    hand_in(world, one)
    pass_on(world, one)
    deeds = set(AuditEntry.objects.filter(subject=f"insight.evaluation:{one.pk}").values_list("command", flat=True))
    assert {"insight.hand_in_sheet", "insight.pass_on_sheet"} <= deeds
