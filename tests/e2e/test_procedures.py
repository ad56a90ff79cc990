"""Procedures at work in a browser, in Chinese: a case goes from hand to hand to its end, by keys alone, and drawn anew."""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from roomnight.procedures.commands import complete_task
from roomnight.procedures.jobs import let_timers_fire
from roomnight.procedures.models import Case, CaseTask, Procedure, ProcedureVersion, VersionState
from roomnight.procedures.rules.chart import choice_of
from roomnight.procedures.shipped import shipped
from roomnight.reception.commands import add_line, enter_cost, name_team
from roomnight.reception.models import Reception
from tests.e2e.journey import HERE, PEOPLE, Journey
from tests.world import WORLD_NOW, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
COMES = WORLD_NOW + timedelta(days=12)
WISH = "旺季保证三十间房"
CHOOSE_WHO, CHOOSE_NEXT = choice_of("who"), choice_of("next")


@pytest.fixture
def clock(at_work_ticking):
    return at_work_ticking


def begin(journey: Journey, code: str, who: str) -> Case:
    """Begin a case by hand, as a person of its first lane does."""
    page = journey.as_(who)
    procedure = Procedure.objects.get(hotel__code="lujiazui", code=code)
    page.goto(f"{HERE}/cases/new/")
    page.locator('[name="procedure"]').select_option(str(procedure.pk))
    with page.expect_navigation():
        page.get_by_role("button", name="发起", exact=True).click()
    return Case.objects.filter(version__procedure=procedure).order_by("-pk")[0]


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def decide(journey: Journey, one: Reception) -> None:
    """The head of the sales department looks at the application and agrees to the level that it proposes."""
    page = journey.as_("zhou")
    page.goto(f"{one.get_absolute_url()}decide/")
    press(page, "审批")
    expect(page.get_by_role("heading", level=1)).to_contain_text(one.company)


def make_the_plan(one: Reception) -> None:
    """What the planning pages, which have tests of their own, put into the record."""
    chen, world = World().seat("chen"), World()
    name_team(actor=chen, reception=one, contact_person=world.chen, assistant=world.ma, leader=world.zhou)
    add_line(actor=chen, reception=one, part="pick_up", what="机场接站", starts_at=COMES, responsible=world.chen)
    add_line(
        actor=chen, reception=one, part="dinner", what="欢迎晚宴", starts_at=COMES + timedelta(hours=8),
        responsible=world.chen, planned=Decimal(480),
    )  # fmt: skip


@pytest.mark.rule("RCP-06")
@pytest.mark.rule("PRC-04")
def test_a_reception_goes_from_hand_to_hand(desktop, clock):
    journey = Journey(desktop)
    case = begin(journey, "P-RECEPTION", "chen")
    assert case.started_by == World().chen
    journey.do(
        journey.next(case),
        {
            "company": "锦程旅业", "people": [{"name": "季振华", "sex": "m", "title": "采购总监"}], "guests": 2, "purpose": "看年会场地",
            "pick_up": "yes", "is_official": "no", "arrives_at": f"{COMES:%Y-%m-%dT%H:%M}",
            "departs_at": f"{COMES + timedelta(days=1):%Y-%m-%dT%H:%M}", "flight": "MU5101",
        },
    )  # fmt: skip
    one = Reception.objects.get(company="锦程旅业")
    decide(journey, one)
    make_the_plan(one)
    answers = {
        CHOOSE_WHO: {"way": ["who-to-head", "who-to-deputy", "who-to-executive"]},
        "meals": {"lunch_cost": "0", "dinner_cost": "520", "company_at_table": "3"},  # above the 500 of its level
        "items": {"proposals": [{"raised_by": "guests", "item": WISH}]},
        "settle": {"open_reason": "客人回去商量"},
        "call": {"hotel_opinion": "房间安静，早餐好"},
    }
    journey.play(case, answers, before="see-off")
    assert one.items.get().what == WISH
    clock.move_to(COMES + timedelta(days=1))
    journey.later()
    journey.play(case, answers)
    clock.move_to(COMES + timedelta(days=1, hours=2, minutes=1))
    journey.later()
    assert let_timers_fire.func() == 1
    enter_cost(actor=World().seat("chen"), line=one.programme.get(part="dinner"), actual=Decimal(470))
    journey.play(case, answers)
    finished(journey, case)
    one.refresh_from_db()
    assert (one.state, one.hotel_opinion) == ("closed", "房间安静，早餐好")
    assert {who for _step, who in journey.did} == {"chen", "ma", "zhou", "lin", "liang", "zheng"}


@pytest.mark.rule("PRC-03")
def test_an_evening_in_the_club_goes_from_area_to_area(desktop, clock):
    journey = Journey(desktop)
    case = begin(journey, "P-CLUB", "tao")
    answers = {
        "check": {"in_order": "yes"},
        "tag": {"care": "yes"},
        "second": {"wants": ["none"]},
        CHOOSE_NEXT: {"way": "next-to-massage"},
        "bill": {"settled": "yes"},
        "goods": {"goods": [{"article": "矿泉水", "out": "20", "sold": "12", "left": "8"}]},
    }
    journey.play(case, answers, before="clock-off")
    journey.play(case, {**answers, CHOOSE_NEXT: {"way": "next-to-belongings"}})
    finished(journey, case)
    done = dict(journey.did)
    assert (done["clock-on"], done["bill"], done["care"]) == ("jin", "deng", "tao")
    assert {"shoes", "goods", "bye"} <= done.keys()


def finished(journey: Journey, case: Case) -> None:
    """The case says so on its page, to whoever began it; and every step was done by somebody of its lane's role."""
    case.refresh_from_db()
    assert case.state == "done"
    assert case.started_by is not None
    page = journey.as_(case.started_by.username)
    page.goto(f"{HERE}/cases/{case.number}/")
    expect(page.locator("main")).to_contain_text("完成")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    done = CaseTask.objects.filter(case=case, state="done").values_list("role__code", "done_by__username")
    assert all(role is not None and PEOPLE[role] == who for role, who in done)


# ---- by keys alone


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _turn in range(120):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


@pytest.mark.rule("PRC-04")
@pytest.mark.rule("UI-02")
def test_a_task_is_taken_and_done_by_keys_alone(desktop, clock):
    world = World()
    complete_task(actor=world.seat("chen"), task=world.case_task, staff=world.chen, data={})
    task = CaseTask.objects.get(case=world.case, step="receive")
    page = desktop.sign_in("luo")
    page.goto(f"{HERE}/tasks/?tab=free")
    tab_to(page, page.locator(f'main a[href$="/tasks/{task.pk}/"]').first)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="我来做"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    task.refresh_from_db()
    assert task.person == world.luo
    tab_to(page, page.locator('[name="about-remark"]'))
    page.keyboard.type("客人已在大堂")
    tab_to(page, page.locator("form[data-draft] button[type=submit]").last)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    task.refresh_from_db()
    assert (task.state, task.done_by) == ("done", world.luo)
    assert task.events.filter(kind="done", note="客人已在大堂").exists()


# ---- drawn, submitted, approved, in force


@pytest.mark.rule("PRC-08")
def test_a_procedure_is_drawn_anew_and_holds(desktop, clock):
    procedure = Procedure.objects.get(hotel__code="lujiazui", code="P-VISIT")
    page = desktop.sign_in("lin")
    page.goto(f"{HERE}/procedures/{procedure.pk}/draw/")
    canvas = page.locator("[data-draw-canvas]")
    step = canvas.locator('[data-element-id="prepare"] .djs-hit').first
    step.click()
    panel = page.locator("[data-draw-panel]")
    panel.get_by_label("中文名称").fill("备好名片和宣传册")
    panel.get_by_label("时限", exact=True).fill("PT3H")
    page.keyboard.press("Tab")
    press(page, "保存草稿")
    draft = ProcedureVersion.objects.get(procedure=procedure, state=VersionState.DRAFT, number__gt=1)
    press(page, "提交批准")
    page = desktop.sign_in("zheng")
    page.goto(f"{HERE}/procedures/{procedure.pk}/?version={draft.number}")
    press(page, "批准")
    draft.refresh_from_db()
    assert (draft.state, draft.made_by, draft.approved_by) == ("effective", "lin", "zheng")
    case = begin(Journey(desktop), "P-VISIT", "chen")
    assert case.version == draft
    task = CaseTask.objects.get(case=case)
    assert (task.name, task.due_at - task.created_at) == ("备好名片和宣传册", timedelta(hours=3))
    expect(desktop.page().locator("main")).to_contain_text("备好名片和宣传册")


# ---- in the editor


@pytest.mark.rule("PRC-01")
def test_every_shipped_file_opens_in_the_editor_as_it_is(desktop, clock):
    page = desktop.sign_in("lin")
    seen = {}
    for one in shipped():
        procedure = Procedure.objects.get(hotel__code="lujiazui", code=one.code)
        page.goto(f"{HERE}/procedures/{procedure.pk}/draw/")
        expect(page.locator("[data-draw]")).to_have_attribute("data-drawn", "1")
        warnings = page.locator("[data-draw]").get_attribute("data-warnings")
        shapes = page.locator("[data-draw-canvas] .djs-shape[data-element-id]:not([data-element-id$=_label])").count()
        seen[one.code] = (warnings, shapes)
    assert seen == {one.code: ("", one.source.count(b"<bpmndi:BPMNShape ")) for one in shipped()}
