"""Drawing in the browser, trial cases, the printed sheet and the measures (PRC-08, PRC-09, PRC-10)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from roomnight.kernel.pdf import FONTS
from roomnight.procedures.commands import cancel_case, complete_task, start_case
from roomnight.procedures.models import Case, CaseTask, ProcedureVersion
from roomnight.procedures.rules.blank import blank
from roomnight.procedures.rules.chart import read
from roomnight.procedures.rules.drawing import draw, svg_of, wrapped
from roomnight.procedures.rules.measures import share_of
from roomnight.procedures.rules.soundness import problems_of
from roomnight.procedures.views.papers import sheet_of
from tests.world import WORLD_NOW
from tests.world_procedures import LEVEL, SHOW_ROUND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def home(version):
    return f"/h/lujiazui/procedures/{version.procedure_id}"


# ---- the picture


def test_where_somebody_begins_to_draw_can_be_run_and_has_a_picture():
    source = blank('接待 "VIP" <客人>').encode()
    assert problems_of(read(source), commands=(), decisions=(), roles=()) == []
    assert draw(source) is not None


@pytest.mark.rule("PRC-07")
def test_nothing_of_a_file_becomes_markup_in_its_picture():
    nasty = SHOW_ROUND.replace('name="送客致谢"', 'name="&lt;script>alert(1)&lt;/script>"').replace(
        'id="thank"', 'id="a&quot; onload=&quot;x"'
    )
    picture = svg_of(draw(nasty.encode()), '"><b>')
    assert "<script" not in picture
    assert "<b>" not in picture
    assert 'onload="' not in picture


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"<a/>",
        SHOW_ROUND.replace('x="120"', 'x="1e99"').encode(),
        SHOW_ROUND.replace('x="120"', 'x="nan"').encode(),
    ],
)
def test_a_file_without_places_or_with_wild_ones_has_no_picture(source):
    assert draw(source) is None


def test_long_names_are_broken_into_lines():
    assert wrapped("约定看房时间并确认人数", 60) == ["约定看房时", "间并确认人", "数"]
    assert wrapped("Agree on a time", 70) == ["Agree on", "a time"]


# ---- drawing


@pytest.mark.rule("PRC-08")
def test_a_drawing_is_checked_kept_and_goes_on_with_its_tables(world, browse):
    client, draft = browse("lin"), world.procedure_draft
    page = client.get(f"{home(draft)}/draw/?version=2")
    assert page.context["data"]["xml"] == bytes(draft.source).decode()
    assert ["receptionist", "前台接待"] in page.context["data"]["roles"]
    assert page.context["data"]["decisions"] == [["level", "接待级别"]]
    drawn = {"xml": SHOW_ROUND.replace("PT2H", "PT3H"), "draft": draft.pk, "revision": draft.revision, "note": "三小时"}
    wrong = {**drawn, "xml": SHOW_ROUND.replace("manualTask", "scriptTask")}
    for path in ("draw/check/", "draw/"):
        answer = client.post(f"{home(draft)}/{path}", wrong)
        assert answer.status_code == 422
        assert [(one["element"], one["line"]) for one in answer.json()["problems"]][:1] == [("thank", 17)]
    assert client.post(f"{home(draft)}/draw/check/", drawn).json()["problems"] == []
    assert "PT4H" in bytes(ProcedureVersion.objects.get(pk=draft.pk).source).decode()
    assert client.post(f"{home(draft)}/draw/", drawn).status_code == 200
    kept = ProcedureVersion.objects.get(pk=draft.pk)
    assert (kept.note, kept.revision, len(kept.tables)) == ("三小时", draft.revision + 1, 1)
    again = client.post(f"{home(draft)}/draw/", {**drawn, "note": "又改"})
    assert (again.status_code, "url" in again.json()) == (422, False)
    assert client.post(f"{home(draft)}/draw/", {**drawn, "as_new": "1"}).status_code == 200
    assert ProcedureVersion.objects.get(procedure=draft.procedure, number=3).tables == kept.tables


def test_a_new_draft_is_drawn_from_the_version_in_force(world, browse):
    version = world.procedure_in_force
    path = f"{home(version)}/draw/?base={version.pk}"
    assert browse("lin").post(path, {"xml": SHOW_ROUND}).status_code == 200
    made = ProcedureVersion.objects.get(procedure=version.procedure, number=3)
    assert (made.state, made.tables) == ("draft", [LEVEL])
    assert browse("lin").post(path, {"xml": ""}).status_code == 422
    assert browse("lin").post(path, {"xml": SHOW_ROUND, "draft": world.lakeside_draft.pk}).status_code == 404


# ---- trial cases


@pytest.mark.rule("PRC-08")
def test_a_draft_is_tried_on_a_case(world, browse):
    draft = world.procedure_draft
    assert browse("lin").post(f"/h/lujiazui/procedures/versions/{draft.pk}/try/").status_code == 302
    case = Case.objects.get(version=draft)
    assert (case.is_trial, case.started_by) == (True, world.lin)
    assert browse("chen").post(f"/h/lujiazui/procedures/versions/{draft.pk}/try/").status_code == 403


# ---- on paper


@pytest.mark.rule("PRC-10")
@pytest.mark.parametrize(
    ("language", "first", "due"), [("zh-hans", "约定看房时间", "2 小时"), ("en", "Agree on a time", "2 hours")]
)
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_a_procedure_prints_as_a_sheet_in_both_languages(world, browse, paper, language, first, due):
    world.chen.language = language
    world.chen.save(update_fields=["language"])
    client, version = browse("chen"), world.procedure_in_force
    answer = client.get(f"/h/lujiazui/procedures/versions/{version.pk}/sheet/?paper={paper}")
    assert len(list(FONTS.glob("*.ttf"))) >= 2
    assert answer.content.startswith(b"%PDF-")
    with translation.override(language):
        sheet = sheet_of(world.seat("chen"), version, paper)
    assert (sheet["steps"][0]["name"], due in sheet["steps"][0]["about"]) == (first, True)
    assert sheet["steps"][1]["ways"] == [
        "要看 → 3 " + sheet["steps"][2]["name"],
        "不看 → 4 " + sheet["steps"][3]["name"],
    ]
    assert sheet["picture"].startswith("<svg")


# ---- measures


def play(world, clock, minutes, **more):
    """A case whose first step takes so long, then thanks at once."""
    chen = world.seat("chen")
    case = start_case(actor=chen, version=world.procedure_in_force, starter=world.chen, data={"rooms": False}, **more)
    clock.shift(timedelta(minutes=minutes))
    for step in ("book", "thank"):
        task = CaseTask.objects.get(case=case, step=step)
        complete_task(actor=chen, task=task, staff=world.chen, data={})
    return case


@pytest.mark.rule("PRC-09")
def test_measures_say_where_the_time_goes(world, browse, at_work):
    for minutes in (30, 60, 150):
        play(world, at_work, minutes)
    play(world, at_work, 1000, is_trial=True)
    cancel_case(
        actor=world.seat("chen"),
        case=start_case(actor=world.seat("chen"), version=world.procedure_in_force),
        reason="不来了",
    )
    page = browse("lin").get(f"{home(world.procedure_in_force)}/measures/?last=2026-12-31")
    total, steps = page.context["figures"].total, page.context["figures"].steps
    assert (total.cases, total.done, total.cancelled, total.median, total.slowest) == (4, 3, 1, 60, 150)
    book = steps[0]
    assert (book.step, book.done, book.median, book.late, book.timed) == ("book", 3, 60, 1, 3)
    assert [one.version for one in page.context["figures"].by_version] == [1]
    text = page.content.decode()
    assert "is-heat-3" in text
    assert "1 小时 × 3" in text
    none = browse("lin").get(f"{home(world.procedure_in_force)}/measures/?first=2020-01-01&last=2020-02-01")
    assert none.context["figures"].total.cases == 0
    excel = browse("lin").get(f"{home(world.procedure_in_force)}/measures/export/")
    assert excel.content[:2] == b"PK"
    assert browse("chen").get(f"{home(world.procedure_in_force)}/measures/export/").status_code == 403


@pytest.mark.rule("PRC-09")
def test_measures_ask_no_more_the_more_cases_there_are(world, browse):
    version, client = world.procedure_in_force, browse("lin")

    def asked():
        client.get(f"{home(version)}/measures/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{home(version)}/measures/")
        return page.context["figures"].total.cases, len(queries)

    Case.objects.bulk_create(
        Case(hotel=world.lujiazui, version=version, number=f"X{number}", state="done", started_at=WORLD_NOW - timedelta(days=1),
             ended_at=WORLD_NOW, engine_state="")
        for number in range(10_000)
    )  # fmt: skip
    CaseTask.objects.bulk_create(
        CaseTask(hotel=world.lujiazui, case=case, key="k", step="book", name="x", department="sales", state="done",
                 created_at=WORLD_NOW - timedelta(days=1), done_at=WORLD_NOW)
        for case in Case.objects.filter(version=version)
    )  # fmt: skip
    cases, queries = asked()
    assert cases == 10_000
    assert queries <= 12


@pytest.mark.parametrize(
    ("values", "share", "value"), [([], 0.5, None), ([5], 0.9, 5), ([1, 2, 3], 0.5, 2), (list(range(1, 11)), 0.9, 9)]
)
def test_the_value_that_a_share_does_not_pass(values, share, value):
    assert share_of(values, share) == value
