"""Tasks and cases on their pages: who sees, takes, does and hands over what, and what is said then (PRC-03…06, PRC-11)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.kernel.models import AuditEntry, Notification
from roomnight.organization.commands import name_deputy
from roomnight.organization.models import Staff
from roomnight.procedures import access
from roomnight.procedures.commands import claim_task, complete_task, mark_stuck
from roomnight.procedures.jobs import let_late_tasks_rise, remind_of_late_tasks
from roomnight.procedures.models import Case, CaseTask, ProcedureVersion, VersionState
from roomnight.procedures.rules.chart import answer_of
from roomnight.procedures.tests.flows import USER, file_of, line, ways
from tests.world import WORLD_NOW
from tests.world_cases import begun, procedure_of
from tests.world_work import PNG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui"


@pytest.fixture
def at_the_desk(world):
    """Chen's case as it waits for the front desk: the task that any receptionist may take."""
    complete_task(actor=world.seat("chen"), task=world.case_task, staff=world.chen, data={})
    return CaseTask.objects.select_related("case__hotel", "hotel").get(case=world.case, step="receive")


def url_of(task, what=""):
    return f"{HERE}/cases/{task.case.number}/tasks/{task.pk}/{what}"


def said(client):
    """What the page after says in a quiet word."""
    return "".join(str(message) for message in client.get(f"{HERE}/cases/").context["messages"])


# ---- who sees what


@pytest.mark.rule("PRC-04")
@pytest.mark.parametrize(
    ("who", "sees", "may_do"),
    [
        ("luo", True, True),  # the receptionist, of whose role it is
        ("gao", True, True),  # leads the front office
        ("chen", True, False),  # began the case
        ("lin", True, False),  # reads the hotel's
        ("zheng", True, True),  # leads the house
        ("zhou", True, False),  # the case is of the sales office
        ("xu", False, False),
        ("sun", False, False),
        ("song", False, False),
        ("deng", False, False),
    ],
)
def test_who_sees_and_does_a_task_of_the_front_desk(world, at_the_desk, who, sees, may_do):
    seat = world.seat(who)
    assert access.cases_for(seat).filter(pk=at_the_desk.case_id).exists() is sees
    task = CaseTask.objects.select_related("case").get(pk=at_the_desk.pk)
    assert (sees and access.may_do(seat, task)) is may_do


def test_a_stranger_gets_404_everywhere(world, browse, at_the_desk):
    client = browse("sun")
    for path in (f"{HERE}/cases/{at_the_desk.case.number}/", url_of(at_the_desk)):
        assert client.get(path).status_code == 404
    assert client.post(url_of(at_the_desk), {}).status_code == 404
    assert client.post(url_of(at_the_desk, "claim/")).status_code == 404
    at_the_desk.refresh_from_db()
    assert at_the_desk.state == "open"


# ---- doing it


@pytest.mark.rule("PRC-04")
def test_one_takes_does_and_learns_what_comes_next(world, browse, at_the_desk):
    client = browse("luo")
    assert "迎接客人" in client.get(f"{HERE}/tasks/?tab=free").content.decode()
    assert client.post(url_of(at_the_desk, "claim/")).status_code == 302
    assert "迎接客人" in client.get(f"{HERE}/tasks/").content.decode()
    answer = client.post(url_of(at_the_desk), {"about-remark": "客人已到"})
    choice = CaseTask.objects.get(case=at_the_desk.case, step="how.choice")
    assert answer.status_code == 302
    assert answer["Location"] == f"{HERE}/cases/{choice.case.number}/tasks/{choice.pk}/"
    page = client.get(answer["Location"])
    assert "罗小雨" in "".join(str(m) for m in page.context["messages"]) or "前台接待" in page.content.decode()
    body = page.content.decode()
    assert "参观酒店" in body
    assert "安排会议室" in body
    way = next(value for value, label in page.context["doing"].way.fields["way"].choices if label == "安排会议室")
    client.post(answer["Location"], {"way": way})
    case = Case.objects.get(pk=at_the_desk.case_id)
    assert case.tasks.filter(state__in=["open", "claimed"]).get().step == "room"
    assert case.data[answer_of("how")] == way
    event = case.events.filter(kind="done", task=at_the_desk).get()
    assert (event.who, event.note) == ("luo", "客人已到")


@pytest.mark.rule("PRC-11")
def test_the_instruction_stands_on_the_task_in_the_reader_s_language(world, browse):
    client = browse("chen")
    path = url_of(world.case_task)
    assert "请勿让客人久等" in client.get(path).content.decode()
    world.chen.language = "en"
    world.chen.save(update_fields=["language"])
    body = browse("chen").get(path).content.decode()
    assert "brochures lie at the guest" in body
    assert "请勿让客人久等" not in body


@pytest.mark.rule("PRC-04")
def test_a_colleague_was_quicker(world, browse, at_the_desk):
    claim_task(actor=world.seat("gao"), task=at_the_desk, staff=world.gao)
    client = browse("luo")
    client.post(url_of(at_the_desk, "claim/"))
    at_the_desk.refresh_from_db()
    assert at_the_desk.person == world.gao
    assert "高伟" in said(client)


def test_a_second_click_says_so_and_changes_nothing(world, browse, at_the_desk):
    client = browse("luo")
    client.post(url_of(at_the_desk), {})
    before = AuditEntry.objects.count()
    assert client.post(url_of(at_the_desk), {}).status_code == 302
    assert "您已完成" in said(client)
    assert AuditEntry.objects.count() == before


def test_what_cannot_go_on_keeps_what_was_typed(world, browse):
    """A gateway asks for something that nobody has said."""
    inside = f'<startEvent id="s"/>{USER.format("a")}<exclusiveGateway id="g" default="f3"/>{USER.format("b")}{USER.format("c")}<endEvent id="e"/>'
    source = file_of(inside + ways("s a", "a g", "g b:guests >= 10", "g c", "b e", "c e"))
    lin = world.seat("lin")
    case = begun(lin, procedure_of(lin, "P-STUCK", source), "卡住")
    task = case.tasks.get()
    answer = browse("lin").post(url_of(task), {"about-remark": "写了很多字"})
    assert answer.status_code == 422
    assert "写了很多字" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == "open"


@pytest.mark.rule("PRC-04")
def test_several_are_taken_at_once_and_a_colleague_s_stay_hers(world, browse):
    lin = world.seat("lin")
    version = procedure_of(lin, "P-MANY", file_of(line(USER.format("a"))), "front_office")
    tasks = [begun(lin, version, f"第 {n} 件").tasks.get() for n in range(3)]
    claim_task(actor=world.seat("gao"), task=tasks[0], staff=world.gao)
    stranger = world.ye_s_case_task
    client = browse("luo")
    client.post(f"{HERE}/tasks/claim/", {"ids": [one.pk for one in [*tasks, stranger]]})
    assert [CaseTask.objects.get(pk=one.pk).person for one in tasks] == [world.gao, world.luo, world.luo]
    assert CaseTask.objects.get(pk=stranger.pk).person == world.ye


@pytest.mark.rule("PRC-04")
def test_a_task_is_handed_over_with_its_reason_and_put_back(world, browse, at_the_desk):
    claim_task(actor=world.seat("luo"), task=at_the_desk, staff=world.luo)
    client = browse("luo")
    assert client.post(url_of(at_the_desk, "hand-over/"), {"staff": world.gao.pk}).status_code == 422
    assert client.post(url_of(at_the_desk, "hand-over/"), {"staff": world.ye.pk, "reason": "换班"}).status_code == 422
    assert client.post(url_of(at_the_desk, "hand-over/"), {"staff": world.gao.pk, "reason": "换班"}).status_code == 302
    at_the_desk.refresh_from_db()
    assert at_the_desk.person == world.gao
    assert Notification.objects.filter(recipient="gao", message__startswith="Handed to you").count() == 1
    assert at_the_desk.case.events.filter(kind="handed", note="换班").exists()
    browse("gao").post(url_of(at_the_desk, "put-back/"))
    at_the_desk.refresh_from_db()
    assert (at_the_desk.state, at_the_desk.person) == ("open", None)


@pytest.mark.rule("PRC-04")
def test_words_and_papers_stay_with_the_case(world, browse):
    client = browse("chen")
    number, task = world.case.number, world.case_task
    client.post(f"{HERE}/cases/{number}/say/", {"note": "客人改到下午", "task": task.pk})
    paper = SimpleUploadedFile("座位图.png", PNG + b" ")
    assert client.post(f"{HERE}/cases/{number}/files/", {"file": paper}).status_code == 302
    bad = SimpleUploadedFile("座位图.png", b"no picture")
    assert client.post(f"{HERE}/cases/{number}/files/", {"file": bad}).status_code == 422
    body = client.get(f"{HERE}/cases/{number}/").content.decode()
    assert "客人改到下午" in body
    assert "座位图.png" in body


def test_a_deputy_sees_and_does_what_the_absent_has(world, browse):
    name_deputy(
        actor=world.seat("zhou"), hotel=world.lujiazui, absent=world.chen, deputy=world.xu, kinds=["discount"],
        starts_on=WORLD_NOW.date(), ends_on=WORLD_NOW.date(), reason="出差",
    )  # fmt: skip
    client = browse("xu")
    assert world.case.number in client.get(f"{HERE}/tasks/").content.decode()
    assert client.post(url_of(world.case_task), {}).status_code == 302
    world.case_task.refresh_from_db()
    assert (world.case_task.state, world.case_task.done_by) == ("done", world.xu)


# ---- the case


@pytest.mark.rule("PRC-05")
def test_the_case_page_says_how_each_step_stands_and_who_did_what(world, browse, at_the_desk, at_work):
    at_work.move_to(WORLD_NOW + timedelta(minutes=50))
    page = browse("chen").get(f"{HERE}/cases/{world.case.number}/")
    stands = {one.id: one.state for one in page.context["steps"]}
    assert stands == {
        "prepare": "done", "receive": "late", "how": "ahead", "tour": "ahead", "room": "ahead", "e": "ahead"
    }  # fmt: skip
    assert page.context["states"]["receive"][0] == "late"
    assert page.context["has_drawing"]
    body = page.content.decode()
    assert "陈思远" in body
    assert "20" in body


@pytest.mark.rule("PRC-05")
def test_who_looks_at_a_case_is_told_when_it_moves(world, browse):
    client, path = browse("lin"), f"{HERE}/cases/{world.case.number}/"
    seen = client.get(path).context["pulse"]
    heads = {"HX-Request": "true", "HX-Target": "progress"}
    assert client.get(path, {"seen": seen}, headers=heads).status_code == 204
    complete_task(actor=world.seat("chen"), task=world.case_task, staff=world.chen, data={})
    moved = client.get(path, {"seen": seen}, headers=heads)
    assert moved.status_code == 200
    assert '"prepare": ["done"' in moved.content.decode()


def test_the_file_of_the_chart_is_sent_as_it_was_drawn(world, browse):
    answer = browse("chen").get(f"{HERE}/cases/{world.case.number}/chart/")
    assert answer.content == bytes(world.visit_version.source)


def test_a_case_is_called_off_by_who_leads_only(world, browse):
    path = f"{HERE}/cases/{world.case.number}/cancel/"
    assert browse("chen").post(path, {"reason": "客人不来"}).status_code == 403
    assert browse("zhou").post(path, {"reason": "客人不来"}).status_code == 302
    world.case.refresh_from_db()
    assert world.case.state == "cancelled"
    assert CaseTask.objects.get(pk=world.case_task.pk).state == "left"


@pytest.mark.rule("PRC-03")
def test_a_case_is_begun_by_hand_about_a_client_within_reach(world, browse):
    client, subject = browse("chen"), f"clients.account:{world.huaxing.pk}"
    procedure = world.visit_version.procedure_id
    assert client.get(f"{HERE}/cases/new/?about=clients.account:{world.donghai.pk}").status_code == 404
    assert client.get(f"{HERE}/cases/new/?about=clients.account:{world.hubin.pk}").status_code == 404
    assert client.post(f"{HERE}/cases/new/?about={subject}", {"procedure": procedure}).status_code == 302
    case = Case.objects.latest("pk")
    assert (case.subject, case.subject_label, case.started_by) == (subject, world.huaxing.label, world.chen)
    panel = client.get(f"{HERE}/clients/{world.huaxing.pk}/panels/cases/").content.decode()
    assert case.number in panel


@pytest.mark.rule("PRC-10")
def test_a_trial_stands_apart_and_only_who_writes_procedures_begins_one(world, browse):
    path = f"{HERE}/cases/new/?version={world.visit_version.pk}"
    assert browse("chen").post(path, {"label": "试"}).status_code == 404
    client = browse("lin")
    before = Case.objects.filter(is_trial=False).count()
    assert client.post(path, {"label": "试"}).status_code == 302
    trial = Case.objects.get(is_trial=True)
    client.get(f"{HERE}/tasks/")  # the quiet word has been said
    assert trial.number.startswith("GT-")
    assert Case.objects.filter(is_trial=False).count() == before
    assert trial.number not in client.get(f"{HERE}/cases/?tab=all").content.decode()
    assert trial.number in client.get(f"{HERE}/cases/?tab=trial").content.decode()
    assert "演练" in client.get(f"{HERE}/cases/{trial.number}/").content.decode()
    begun(world.seat("chen"), world.visit_version, "真的")
    assert Case.objects.latest("pk").number.startswith("GA-")


def test_the_list_of_cases_leaves_as_excel_without_trials(world, browse):
    begun(world.seat("lin"), world.visit_version, "演练", is_trial=True)
    answer = browse("lin").get(f"{HERE}/cases/excel/?tab=all")
    assert answer["Content-Type"].endswith("sheet")
    assert answer.content[:2] == b"PK"
    assert AuditEntry.objects.filter(command__endswith="log_export", actor="lin").exists()
    assert browse("chen").get(f"{HERE}/cases/excel/").status_code == 403


# ---- late


@pytest.mark.rule("PRC-06")
def test_who_has_a_late_task_hears_of_it_once_and_the_task_says_who_else_was_told(world, browse, at_the_desk, at_work):
    claim_task(actor=world.seat("luo"), task=at_the_desk, staff=world.luo)
    at_work.move_to(WORLD_NOW + timedelta(minutes=50))
    for _time in range(2):
        remind_of_late_tasks.func()
        let_late_tasks_rise.func()
    late = Notification.objects.filter(message__startswith="Late")
    assert late.filter(recipient="luo").count() == 1
    assert late.filter(recipient="gao").count() == 1
    client = browse("luo")
    body = client.get(url_of(at_the_desk)).content.decode()
    assert "高伟" in body
    assert "超时 20 分钟" in client.get(f"{HERE}/tasks/").content.decode()
    assert "迎接客人" in client.get(f"{HERE}/").content.decode()


# ---- how many questions


@pytest.mark.rule("PRC-04")
def test_ten_thousand_open_tasks_are_a_page_of_rows_and_twelve_questions(world, browse, at_the_desk):
    one = CaseTask.objects.get(pk=at_the_desk.pk)
    CaseTask.objects.bulk_create(
        CaseTask(
            hotel=one.hotel, case=one.case, key=f"k{n}", step="receive", name="迎接", role=one.role, state="open",
            department="front_office", created_at=WORLD_NOW, due_at=WORLD_NOW + timedelta(minutes=n % 700 - 300),
        )
        for n in range(10_000)
    )  # fmt: skip
    for who, tab in (("gao", "department"), ("luo", "free")):
        client = browse(who)
        client.get(f"{HERE}/tasks/?tab={tab}")
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"{HERE}/tasks/?tab={tab}")
        assert len(asked) <= 12
        assert len(page.context["rows"]) == 40
        dues = [row["due_at"] for row in page.context["rows"]]
        assert dues == sorted(dues)
        assert page.context["rows"][0]["is_late"]
        following = client.get(f"{HERE}/tasks/{page.context['next']}")
        assert not {row["id"] for row in page.context["rows"]} & {row["id"] for row in following.context["rows"]}


PATHS = {
    "procedures:tasks": "tasks/", "procedures:cases": "cases/", "procedures:case_new": "cases/new/",
    "procedures:case": "cases/{number}/", "procedures:case_chart": "cases/{number}/chart/",
    "procedures:case_cancel": "cases/{number}/cancel/", "procedures:case_file": "cases/{number}/files/{file}/",
    "procedures:task": "cases/{number}/tasks/{pk}/", "procedures:task_hand_over": "cases/{number}/tasks/{pk}/hand-over/",
    "procedures:cases_excel": "cases/excel/", "web:panel_cases": "clients/{account}/panels/cases/", "web:my_day": "",
}  # fmt: skip


def test_no_page_of_cases_asks_more_than_twelve_questions(world, browse):
    values = {
        "number": world.case.number, "pk": world.case_task.pk, "file": world.card_photo.pk, "account": world.huaxing.pk
    }  # fmt: skip
    found = {}
    for who in ("lin", "zhou", "chen", "ma", "guan"):
        client = browse(who)
        for name, path in PATHS.items():
            client.get(f"{HERE}/{path.format(**values)}")
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(f"{HERE}/{path.format(**values)}")
            if answer.status_code == 200:
                found[name] = max(found.get(name, 0), len(asked))
    assert {name: number for name, number in found.items() if number > 12} == {}


# ---- news from elsewhere


@pytest.mark.rule("PRC-03")
def test_somebody_says_that_what_a_case_waits_for_has_happened(world, browse):
    receive = '<receiveTask id="r" name="客人到店" messageRef="m"/>'
    source = file_of(line(receive, USER.format("b")), '<message id="m" name="guest_arrived"/>')
    case = begun(world.seat("chen"), procedure_of(world.seat("lin"), "P-NEWS", source), "张先生")
    wait, url = case.waits.get(), f"{HERE}/cases/{case.number}/"
    client = browse("chen")
    assert "客人到店" in client.get(url).content.decode()
    assert browse("sun").post(f"{url}news/", {"wait": wait.pk}).status_code == 404
    assert client.post(f"{url}news/", {"wait": wait.pk + 100}).status_code == 302
    assert case.waits.exists()
    client.post(f"{url}news/", {"wait": wait.pk})
    assert not case.waits.exists()
    assert CaseTask.objects.get(case=case).step == "b"
    client.post(f"{url}news/", {"wait": wait.pk})
    assert CaseTask.objects.filter(case=case).count() == 1


# ---- what a stuck case lacked


@pytest.mark.rule("PRC-03")
@pytest.mark.parametrize(("language", "label"), [("zh-hans", "离店时间"), ("en", "Departure")])
def test_what_a_stuck_case_lacks_is_called_as_on_its_forms(world, browse, language, label):
    version = ProcedureVersion.objects.get(
        procedure__hotel=world.lujiazui, procedure__code="P-ROOM-CHANGE", state=VersionState.EFFECTIVE
    )
    case = begun(world.seat("luo"), version, "1203")
    mark_stuck(actor=world.seat("luo"), case=case, why="the case has no departs_at")
    Staff.objects.filter(username="gao").update(language=language)
    fields = browse("gao").get(f"{HERE}/cases/{case.number}/go-on/").context["form"].fields
    assert {name: one.label for name, one in fields.items()} == {"departs_at": label}
