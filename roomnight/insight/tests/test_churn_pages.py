"""The page of clients falling silent: whose clients, each rule's verdict, the proof in words; worked out by the worker."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.test import override_settings
from python_calamine import load_workbook

from roomnight.insight.jobs import listen_for_silence, silences_of, work_out_silences
from roomnight.insight.models import SilenceRun, SilentClient
from roomnight.insight.queries.verdicts import area_lines, hit_lines
from roomnight.insight.tests.conftest import ASLEEP
from roomnight.kernel.commands import OPERATOR, SYSTEM
from roomnight.kernel.models import AuditEntry
from roomnight.kernel.policy import set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/insight/churn/"
MORNING = "2026-01-14 21:05+00:00"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.rule("CHU-01")
@pytest.mark.parametrize(("who", "sees", "not_"), [("chen", "huaxing", "donghai"), ("sun", "donghai", "huaxing")])
def test_everybody_sees_the_clients_within_reach(world, browse, who, sees, not_):
    shown = text(browse(who).get(URL))
    assert getattr(world, sees).name in shown
    assert getattr(world, not_).name not in shown


@pytest.mark.rule("CHU-01")
def test_each_rule_has_its_verdict_beside_the_others(world, browse):
    lin = browse("lin")
    shown = text(lin.get(URL))
    assert world.huaxing.name in shown
    for words in (">自身节奏</span>", ">沉默天数</span>", ">平常间隔</span>", "各条规则准不准", "曲线下面积"):
        assert words in shown, words
    assert world.huaxing.name in text(lin.get(URL, {"rule": "days", "q": world.huaxing.name[:3]}))
    SilentClient.objects.filter(account=world.huaxing).update(by_gap=False)
    assert world.huaxing.name not in text(lin.get(URL, {"rule": "gap"}))
    assert world.huaxing.name in text(lin.get(URL, {"rule": "all", "booked": "no", "owner": world.chen.pk}))
    assert world.huaxing.name not in text(lin.get(URL, {"rule": "all", "booked": "yes"}))
    assert "尚未计算" in text(lin.get(URL, {"side": "agent"}))


@pytest.mark.rule("CHU-02")
def test_of_a_tiny_sample_it_says_that_it_cannot_tell(world, browse):
    SilentClient.objects.filter(account=world.huaxing).update(is_too_little=True, by_model=False, usual_gap=None)
    assert "太少，说不准" in text(browse("lin").get(URL, {"rule": "days"}))


@pytest.mark.rule("LOST-01")
def test_the_hotel_chooses_which_rule_comes_first(world, browse):
    SilentClient.objects.filter(account=world.huaxing).update(by_days=False)
    lin = browse("lin")
    assert world.huaxing.name in text(lin.get(URL))
    start = date(2026, 11, 1)
    set_policy(actor=OPERATOR, key="insight.driving_rule", value="days", hotel_code="lujiazui", effective_from=start)
    shown = text(lin.get(URL))
    assert world.huaxing.name not in shown
    assert "若干天没有抵店" in shown


def test_the_list_leaves_as_excel_and_that_is_kept(world, browse):
    answer = browse("lin").get(URL + "excel/", {"rule": "all"})
    rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == [
        one.account.name for one in SilentClient.objects.filter(run__hotel=world.lujiazui).order_by("place")
    ]
    assert rows[1][9] == "预警"
    assert AuditEntry.objects.filter(changes__exported="insight.churn").exists()
    assert browse("chen").get(URL + "excel/").status_code == 403


@pytest.mark.rule("CHU-01")
def test_whoever_cannot_wait_has_the_worker_do_it(world, browse, django_capture_on_commit_callbacks):
    before = SilenceRun.objects.count()
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}):
        answer = browse("lin").post(URL + "new/", {"side": "company"})
    assert answer.status_code in {200, 204, 302}
    assert SilenceRun.objects.count() == before
    assert browse("chen").get(URL + "new/").status_code == 403


@pytest.mark.rule("CHU-01")
def test_every_morning_it_is_worked_out_and_kept_with_its_parameters(house):
    """At five in the hotel's morning and no other hour; the clients of the day before make room, the run stays."""
    with time_machine.travel("2026-01-14 15:05+00:00", tick=False):
        assert listen_for_silence.call() == 0
    with time_machine.travel(MORNING, tick=False):
        assert listen_for_silence.call() >= 2
        assert SilenceRun.objects.filter(hotel=house).count() == 2
        first = SilenceRun.objects.get(hotel=house, side="company")
        assert (first.as_of, first.limits["inactive_days"], first.clients) == (date(2026, 1, 15), 14, 3)
        row = SilentClient.objects.get(run=first, account__external_ids__value=ASLEEP)
        assert (row.by_days, row.by_gap, row.last_arrival) == (True, True, date(2024, 10, 27))
        silences_of.call(house.pk, "company", "lin")
    runs = SilenceRun.objects.filter(hotel=house, side="company")
    assert runs.count() == 2
    assert [one.run for one in SilentClient.objects.filter(run__hotel=house, run__side="company").distinct()][
        0
    ] == runs.latest("pk")
    assert not first.rows.exists()


def test_the_proof_is_worked_out_once_a_month_by_the_same_values(house):
    first = work_out_silences(SYSTEM, house, "company", date(2026, 1, 15))
    SilenceRun.objects.filter(pk=first.pk).update(proof={"mark": 1})
    assert work_out_silences(SYSTEM, house, "company", date(2026, 1, 16)).proof == {"mark": 1}
    assert "mark" not in work_out_silences(SYSTEM, house, "company", date(2026, 2, 1)).proof
    start = date(2026, 1, 1)
    set_policy(actor=OPERATOR, key="insight.inactive_days", value=20, hotel_code=house.code, effective_from=start)
    assert "mark" not in work_out_silences(SYSTEM, house, "company", date(2026, 1, 17)).proof
    assert work_out_silences(SYSTEM, house, "company", date(2020, 1, 1)) is None


@pytest.mark.rule("CHU-01")
def test_where_the_model_does_not_win_it_is_said():
    rules = {
        "model": {"alerts": 10, "right": 7, "model_right": 7}, "days": {"alerts": 40, "right": 20, "model_right": 26},
        "gap": {"alerts": 20, "right": 14, "model_right": 13}, "month": {"alerts": 0, "right": 0, "model_right": 0},
    }  # fmt: skip
    lines = {line.name: (line.right, line.model_right, line.tone) for line in hit_lines({"rules": rules})}
    assert list(lines.values()) == [(70, None, ""), (50, 65, "good"), (None, None, ""), (70, 65, "soon")]
    areas = area_lines({"areas": {"model": [0.7752, 0.72, 0.83], "days": None}}, {"clock": "season"})
    assert [(line.area, line.low, line.is_model) for line in areas] == [("0.775", "0.720", True)]
