"""The procedure library: what its pages show, how a version comes into force, who reads it (PRC-01, PRC-08, PRC-10)."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.organization.commands import create_staff, place_staff
from roomnight.organization.models import Grant
from roomnight.procedures.commands import (
    add_version,
    approve_version,
    discard_version,
    put_in_force,
    redraw_version,
    retire_procedure,
    return_version,
    sign_reading,
    start_case,
    submit_version,
    withdraw_version,
)
from roomnight.procedures.jobs import ask_procedure_readers, remind_procedure_readers, turn_procedure_versions
from roomnight.procedures.models import CaseTask, ProcedureReading, ProcedureVersion
from roomnight.procedures.tests.flows import HEAD, USER, file_of, line
from tests.world import PASSWORD, WORLD_NOW
from tests.world_procedures import LEVEL, SHOW_ROUND, drawn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()
A = USER.format("a")


def refused(code):
    return pytest.raises(Refusal, match=".*", check=lambda refusal: refusal.code == code)


def sent(source, *tables, **more):
    files = [SimpleUploadedFile(f"t{number}.dmn", one) for number, one in enumerate(tables)]
    return {"source": SimpleUploadedFile("chart.bpmn", source), "tables": files, **more}


def begin(world, **more):
    """A case of the version in force."""
    return start_case(
        actor=world.seat("chen"), version=world.procedure_in_force, starter=world.chen, data={"rooms": True}, **more
    )


# ---- the way of a version


@pytest.mark.rule("PRC-08")
def test_a_version_is_approved_by_somebody_else_and_holds_from_its_day(world, at_work):
    draft, zheng = world.procedure_draft, world.seat("zheng")
    submit_version(actor=world.seat("lin"), version=draft)
    assert Notification.objects.filter(recipient="zheng", url__endswith="version=2").count() == 1
    monday = TODAY + timedelta(days=5)
    approve_version(actor=zheng, version=draft, revision=draft.revision, effective_from=monday)
    assert (draft.state, draft.approved_by) == ("approved", "zheng")
    assert turn_procedure_versions.call() == 0
    assert world.procedure_in_force.state == "effective"
    at_work.move_to(WORLD_NOW + timedelta(days=5))
    assert turn_procedure_versions.call() == 1
    assert turn_procedure_versions.call() == 0
    states = dict(draft.procedure.versions.values_list("number", "state"))
    assert states == {1: "superseded", 2: "effective"}


@pytest.mark.rule("PRC-08")
def test_nobody_approves_what_they_had_a_hand_in(world):
    lin, zheng, draft = world.seat("lin"), world.seat("zheng"), world.procedure_draft
    Grant.objects.create(
        role=world.lin.memberships.get(hotel=world.lujiazui).role, resource="procedures.procedure", action="approve",
        scope="hotel",
    )  # fmt: skip
    redraw_version(actor=zheng, version=draft, revision=draft.revision, source=SHOW_ROUND.encode(), note="改")
    submit_version(actor=lin, version=draft)
    for seat in (lin, zheng):
        with refused("procedure.own"):
            approve_version(actor=seat, version=draft, revision=draft.revision, effective_from=TODAY)
    with refused("procedure.not_approver"):
        approve_version(actor=world.seat("chen"), version=draft, revision=draft.revision, effective_from=TODAY)
    assert ProcedureVersion.objects.get(pk=draft.pk).state == "submitted"


@pytest.mark.rule("PRC-08")
def test_the_database_forbids_an_approval_by_its_maker_and_two_versions_in_force(world):
    draft = world.procedure_draft
    for values in ({"approved_by": draft.made_by}, {"state": "effective"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProcedureVersion.objects.filter(pk=draft.pk).update(**values)


def test_what_was_not_seen_is_not_approved(world):
    version = world.procedure_submitted
    with refused("record.changed_meanwhile"):
        approve_version(actor=world.seat("zheng"), version=version, revision=version.revision - 1, effective_from=TODAY)


def test_a_version_begins_neither_in_the_past_nor_before_another_that_waits(world):
    zheng, lin, waiting = world.seat("zheng"), world.seat("lin"), world.procedure_submitted
    with refused("procedure.past"):
        approve_version(
            actor=zheng, version=waiting, revision=waiting.revision, effective_from=TODAY - timedelta(days=1)
        )
    approve_version(actor=zheng, version=waiting, revision=waiting.revision, effective_from=TODAY + timedelta(days=3))
    other = add_version(actor=lin, procedure=waiting.procedure, source=SHOW_ROUND.encode())
    submit_version(actor=lin, version=other)
    with refused("procedure.overlap"):
        approve_version(actor=zheng, version=other, revision=other.revision, effective_from=TODAY + timedelta(days=3))


def test_what_is_returned_is_a_draft_again_and_its_drawer_hears_why(world):
    version = world.procedure_submitted
    with refused("procedure.reason"):
        return_version(actor=world.seat("zheng"), version=version, reason=" ")
    return_version(actor=world.seat("zheng"), version=version, reason="缺送客一步")
    assert (version.state, version.returned_reason) == ("draft", "缺送客一步")
    assert Notification.objects.filter(recipient="lin", values__reason="缺送客一步").exists()


def test_nothing_is_submitted_that_nobody_could_approve(world):
    Grant.objects.filter(resource="procedures.procedure", action="approve").delete()
    with refused("procedure.nobody_approves"):
        submit_version(actor=world.seat("lin"), version=world.procedure_draft)


def test_what_is_withdrawn_holds_no_more_and_its_cases_go_on(world):
    version = world.procedure_in_force
    begin(world)
    withdraw_version(actor=world.seat("zheng"), version=version, reason="重写")
    assert (version.state, version.withdrawn_on) == ("withdrawn", TODAY)
    assert CaseTask.objects.filter(case__version=version, state="open").count() == 1
    with refused("procedure.state"):
        put_in_force(actor=world.seat("zheng"), version=version, on=TODAY)


@pytest.mark.rule("PRC-08")
def test_a_draft_that_was_tried_keeps_its_chart(world):
    lin, draft = world.seat("lin"), world.procedure_draft
    start_case(actor=lin, version=draft, starter=world.lin, is_trial=True)
    following = redraw_version(actor=lin, version=draft, revision=draft.revision, source=SHOW_ROUND.encode())
    assert (following.number, following.state) == (3, "draft")
    kept = ProcedureVersion.objects.get(pk=draft.pk)
    assert (kept.state, bytes(kept.source)) == ("withdrawn", SHOW_ROUND.replace("PT2H", "PT4H").encode())


def test_two_people_draw_on_one_draft(world):
    lin, draft = world.seat("lin"), world.procedure_draft
    seen = draft.revision
    redraw_version(actor=lin, version=draft, revision=seen, source=SHOW_ROUND.encode(), note="一")
    again = ProcedureVersion.objects.get(pk=draft.pk)
    with refused("record.changed_meanwhile"):
        redraw_version(actor=world.seat("guan"), version=again, revision=seen, source=file_of(line(A)), note="二")
    assert ProcedureVersion.objects.get(pk=draft.pk).note == "一"
    assert (
        redraw_version(actor=lin, version=again, revision=again.revision, source=SHOW_ROUND.encode(), note="一")
        is UNCHANGED
    )


def test_a_draft_laid_aside_is_among_the_versions(world):
    discard_version(actor=world.seat("lin"), version=world.procedure_draft)
    assert world.procedure_draft.state == "withdrawn"


# ---- reading


@pytest.mark.rule("PRC-10")
def test_the_people_of_its_roles_read_each_version(world, at_work):
    ask_procedure_readers.call()
    names = set(world.procedure_in_force.readings.values_list("staff__username", flat=True))
    assert {"chen", "zhou", "wu"} <= names  # a step; hears of what is late
    assert not {"lin", "zheng", "song"} & names  # drew it; approved it; has no part in it
    sign_reading(actor=world.seat("chen"), reading=world.chen_s_reading)
    draft = world.procedure_draft
    submit_version(actor=world.seat("lin"), version=draft)
    approve_version(actor=world.seat("zheng"), version=draft, revision=draft.revision, effective_from=TODAY)
    assert ask_procedure_readers.call() == len(names)
    assert ask_procedure_readers.call() == 0
    again = ProcedureReading.objects.get(staff=world.chen, version=draft)
    assert again.signed_at is None


@pytest.mark.rule("PRC-10")
def test_a_new_colleague_is_asked_and_whoever_does_not_read_is_reminded_once(world, at_work):
    ask_procedure_readers.call()
    new = create_staff(actor=Machine("operator"), username="xin", name="新人", password=PASSWORD)
    place_staff(
        actor=Machine("operator"), staff=new, hotel=world.lujiazui, department="sales", role="sales-representative"
    )
    assert ask_procedure_readers.call() == ProcedureReading.objects.filter(staff=new).count() >= 1
    assert ProcedureReading.objects.filter(staff=new, version=world.procedure_in_force).exists()
    assert Notification.objects.filter(recipient="xin").count() == 1
    at_work.move_to(WORLD_NOW + timedelta(days=1))
    assert remind_procedure_readers.call() == 0
    at_work.move_to(WORLD_NOW + timedelta(days=8))
    assert remind_procedure_readers.call() > 0
    assert remind_procedure_readers.call() == 0


@pytest.mark.rule("PRC-10")
def test_everybody_signs_for_themselves_and_once(world):
    with refused("reading.other"):
        sign_reading(actor=world.seat("zhou"), reading=world.chen_s_reading)
    assert sign_reading(actor=world.seat("chen"), reading=world.chen_s_reading) is not UNCHANGED
    assert sign_reading(actor=world.seat("chen"), reading=world.chen_s_reading) is UNCHANGED


def test_nobody_is_asked_to_read_what_is_retired(world):
    version = world.procedure_in_force
    retire_procedure(actor=world.seat("lin"), procedure=version.procedure)
    ProcedureReading.objects.all().delete()
    assert ask_procedure_readers.call() > 0
    assert not ProcedureReading.objects.filter(version=version).exists()


# ---- pages


def test_the_list_says_what_is_in_force_what_comes_and_who_has_read(world, browse):
    sign_reading(actor=world.seat("chen"), reading=world.chen_s_reading)
    begin(world)
    begin(world, is_trial=True)
    answer = browse("lin").get("/h/lujiazui/procedures/")
    rows = {row.procedure.code: row for row in answer.context["rows"]}
    show = rows["P-SHOW-ROUND"]
    assert (show.shown.number, show.coming.number, show.running, show.signed) == (1, 2, 1, 1)
    assert show.asked == world.procedure_in_force.readings.count()
    assert (rows["P-QUOTE"].shown.state, rows["P-QUOTE"].current) == ("submitted", None)


def test_whoever_only_reads_sees_no_draft(world, browse):
    client = browse("chen")
    codes = {row.procedure.code for row in client.get("/h/lujiazui/procedures/").context["rows"]}
    assert "P-SHOW-ROUND" in codes
    assert "P-QUOTE" not in codes
    page = client.get(f"/h/lujiazui/procedures/{world.procedure_in_force.procedure_id}/?version=2")
    assert page.context["version"].number == 1
    for path in ("", "chart/", "tables/1/"):
        assert client.get(f"/h/lujiazui/procedures/versions/{world.procedure_draft.pk}/{path}").status_code == 404


@pytest.mark.rule("PRC-01")
def test_a_procedure_shows_its_drawing_and_its_steps_in_words(world, browse):
    page = browse("chen").get(f"/h/lujiazui/procedures/{world.procedure_in_force.procedure_id}/")
    text = page.content.decode()
    assert text.count("<svg") > 1
    assert "备好房卡" in text
    steps = page.context["steps"]
    assert [(one.number, one.name, one.role) for one in steps] == [
        ("1", "约定看房时间", "销售代表"), ("2", "要看客房？", "销售代表"), ("3", "备好房卡", "前台接待"),
        ("4", "送客致谢", "销售代表"), ("5", "结束", "销售代表"),
    ]  # fmt: skip
    assert [(way.condition, way.number) for way in steps[1].onward] == [("要看", "3"), ("不看", "4")]
    assert (steps[0].due, steps[0].instruction) == ("2 小时", "先问客人要看哪些房型。")


@pytest.mark.rule("PRC-10")
def test_reading_and_signing_on_the_page(world, browse):
    client, version = browse("chen"), world.procedure_in_force
    path = f"/h/lujiazui/procedures/versions/{version.pk}/"
    assert "先问客人要看哪些房型" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert world.chen_s_reading.signed_at is not None
    assert browse("song").post(path).status_code == 404


@pytest.mark.rule("PRC-01")
def test_what_was_uploaded_comes_out_as_it_was(world, browse):
    answer = browse("chen").get(f"/h/lujiazui/procedures/versions/{world.procedure_in_force.pk}/chart/")
    assert answer.content == SHOW_ROUND.encode()
    assert answer["Content-Disposition"].startswith("attachment")


def test_two_versions_compared_in_words(world, browse):
    path = f"/h/lujiazui/procedures/{world.procedure_in_force.procedure_id}/compare/?from=1&to=2"
    answer = browse("lin").get(path)
    changes = [(one.kind, one.element, str(one.field), one.before, one.after) for one in answer.context["changes"]]
    assert changes == [("changed", "book", "时限", "PT2H", "PT4H")]
    assert answer.context["tables_differ"]


def test_a_procedure_is_opened_changed_and_retired(world, browse):
    client = browse("lin")
    said = {"code": "p-new", "title": "新流程", "department": "sales"}
    assert client.post("/h/lujiazui/procedures/new/", {**said, "code": "P SHOW"}).status_code == 422
    assert client.post("/h/lujiazui/procedures/new/", {**said, "code": "P-SHOW-ROUND"}).status_code == 422
    made = client.post("/h/lujiazui/procedures/new/", said)
    assert made.status_code == 302
    edit = f"{made.url}edit/"
    seen = client.get(edit).context["form"]["seen"].value()
    changed = {"title": "新流程二", "department": "banquet", "read_by": ["receptionist"], "seen": seen}
    assert client.post(edit, changed).status_code == 302
    page = client.get(made.url)
    assert (page.context["procedure"].title, page.context["also"]) == ("新流程二", ["前台接待"])
    assert client.post(f"{made.url}retire/").status_code == 302
    assert client.get(made.url).context["procedure"].is_retired
    assert client.post(f"{made.url}retire/").status_code == 302
    assert not client.get(made.url).context["procedure"].is_retired


def test_a_version_goes_its_way_on_the_pages(world, browse):
    lin, zheng, draft = browse("lin"), browse("zheng"), world.procedure_draft
    versions, home = (
        f"/h/lujiazui/procedures/versions/{draft.pk}",
        f"/h/lujiazui/procedures/{draft.procedure_id}/?version=2",
    )
    assert lin.post(f"{versions}/submit/").status_code == 302
    assert lin.post(f"{versions}/submit/").status_code == 404
    form = zheng.get(home).context["form"]
    day = {"revision": form.initial["revision"], "effective_from": "2020-01-01"}
    late = zheng.post(f"{versions}/approve/", day)
    assert late.status_code == 422
    assert late.context["form"]["effective_from"].value() == "2020-01-01"
    assert zheng.post(f"{versions}/approve/", {**day, "effective_from": TODAY}).status_code == 302
    assert zheng.get(home).context["version"].state == "effective"
    assert zheng.post(f"{versions}/withdraw/", {"reason": ""}).status_code == 422
    assert zheng.post(f"{versions}/withdraw/", {"reason": "重写"}).status_code == 302


# ---- uploading

CUT = SHOW_ROUND.encode()[:900]
DAMAGED = {
    "nothing": (b"", 1),
    "no XML": (b"not a chart", 1),
    "cut": (CUT, CUT.count(b"\n") + 1),
    "entities": (SHOW_ROUND.replace("<definitions", '<!DOCTYPE d [<!ENTITY x "y">]>\n<definitions').encode(), 2),
    "another encoding": (SHOW_ROUND.encode("gb18030"), None),
    "other XML": (b"<a/>", 1),
    "too large": (HEAD.encode() + b" " * 2_000_001, 1),
    "nested": ((HEAD + "<process id='p'>" + "<subProcess>" * 500).encode(), None),
    "a script": (SHOW_ROUND.replace("manualTask", "scriptTask").encode(), 17),
    "code as a condition": (SHOW_ROUND.replace("rooms == true", "__import__('os')").encode(), 21),
    "an unknown role": (SHOW_ROUND.replace("receptionist", "butler").encode(), 16),
    "a way to nowhere": (SHOW_ROUND.replace('targetRef="keys"', 'targetRef="nowhere"').encode(), 21),
}


@pytest.mark.rule("PRC-07")
@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_refused_with_its_lines_and_the_note_is_kept(world, browse, kind):
    source, where = DAMAGED[kind]
    before = ProcedureVersion.objects.count()
    path = f"/h/lujiazui/procedures/{world.procedure_in_force.procedure_id}/upload/"
    answer = browse("lin").post(path, sent(source, note="改了时限"))
    assert answer.status_code == 422
    problems = answer.context["problems"]
    assert all(one["message"] and one["line"] >= 1 for one in problems)
    assert where is None or where in {one["line"] for one in problems}
    text = answer.content.decode()
    assert "改了时限" in text
    assert problems[0]["message"].split("\n")[0][:12] in text.replace("&#x27;", "'")
    assert ProcedureVersion.objects.count() == before


@pytest.mark.rule("PRC-07")
def test_every_reason_is_told_at_once_in_the_reader_s_language_with_the_file_of_the_table(world, browse):
    world.lin.language = "en"
    world.lin.save(update_fields=["language"])
    source = SHOW_ROUND.replace("manualTask", "scriptTask").replace("receptionist", "butler").encode()
    path = f"/h/lujiazui/procedures/{world.procedure_in_force.procedure_id}/upload/"
    wrong = LEVEL.replace("&gt;= 20", "open(1)").encode()
    problems = browse("lin").post(path, sent(source, LEVEL.encode(), wrong)).context["problems"]
    told = [(one["file"], one["element"], one["message"]) for one in problems]
    assert ("", "thank", "scriptTask is not run here.") in told
    assert ("", "keys", "There is no role called butler.") in told
    assert {one["file"] for one in problems} == {"", "t1.dmn"}


def test_a_sound_file_is_kept_as_a_draft(world, browse):
    path = f"/h/lujiazui/procedures/{world.procedure_in_force.procedure_id}/upload/"
    answer = browse("lin").post(path, sent(SHOW_ROUND.encode(), LEVEL.encode(), note="新版"))
    assert answer.status_code == 302
    made = ProcedureVersion.objects.get(procedure=world.procedure_in_force.procedure, number=3)
    assert (made.state, made.note, made.made_by, made.tables) == ("draft", "新版", "lin", [LEVEL])
    assert AuditEntry.objects.filter(subject=f"procedures.procedureversion:{made.pk}").count() == 1


def test_the_department_s_right_reaches_its_own_procedures_only(world, browse):
    role = world.cao.memberships.get(hotel=world.lujiazui).role
    Grant.objects.create(role=role, resource="procedures.procedure", action="edit", scope="department")
    lin, client = world.seat("lin"), browse("cao")
    foreign = world.procedure_in_force.procedure
    own = drawn(lin, "P-LOCAL", "前台接待", "Front desk").procedure
    own.department = world.cao.memberships.get(hotel=world.lujiazui).department.kind
    own.save(update_fields=["department"])
    assert client.get(f"/h/lujiazui/procedures/{own.pk}/upload/").status_code == 200
    assert client.get(f"/h/lujiazui/procedures/{foreign.pk}/upload/").status_code == 404
    assert client.get(f"/h/lujiazui/procedures/versions/{world.procedure_draft.pk}/").status_code == 404


def test_the_day_of_a_version_is_the_hotel_s(world):
    assert world.procedure_in_force.effective_from == date(2026, 11, 18)
