"""Policies as controlled documents: their way to approval, the version of a day, and what they do to the values (POL-01…POL-03)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from roomnight.kernel.commands import OPERATOR, UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification, PolicyValue
from roomnight.kernel.policy import POLICIES, set_policy
from roomnight.organization.commands import (
    approve_version,
    begin_version,
    create_document,
    discard_version,
    edit_version,
    place_staff,
    put_in_force,
    return_version,
    submit_version,
    withdraw_version,
)
from roomnight.organization.commands.policies import Content
from roomnight.organization.jobs import is_late, turn_policy_versions
from roomnight.organization.models import Department, Grant, PolicyVersion, Role
from roomnight.organization.rules.policies import ACKNOWLEDGE_DAYS, version_on
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()
NEXT = TODAY + timedelta(days=12)
VISIT_CYCLE_DAYS = POLICIES["clients.visit_cycle_days"]
CYCLE = {"A": 10, "B": 20, "C": 40, "D": 100}


def role(code):
    return Role.objects.get(code=code)


class Desk:
    """Lin writes and issues, Zheng approves."""

    def __init__(self, world):
        self.world, self.lin, self.zheng = world, world.seat("lin"), world.seat("zheng")

    def draft(self, serial="SG-SM-PP-SE028", values=None, **fields):
        given = {
            "subject": "客户拜访间隔", "subject_en": "Visit intervals", "purpose": "按等级拜访。", "body": "## 规定\n\n按间隔拜访。",
            "issuer": self.world.lin, "approver_role": role("general-manager"), "effective_on": NEXT, **fields,
        }  # fmt: skip
        department = Department.objects.get(hotel=self.world.lujiazui, kind="sales", name="")
        content = Content(values={"clients.visit_cycle_days": CYCLE} if values is None else values)
        return create_document(
            actor=self.lin, hotel=self.world.lujiazui, serial=serial, department=department, content=content, **given
        )

    def submitted(self, **given):
        return submit_version(actor=self.lin, version=self.draft(**given))

    def approve(self, version, on=NEXT, who=None):
        return approve_version(actor=who or self.zheng, version=version, revision=version.revision, in_force_from=on)

    def approved(self, on=NEXT, **given):
        return self.approve(self.submitted(**given), on)

    def following(self, document, on, **content):
        version = begin_version(actor=self.lin, document=document)
        changes = {"content": Content(**content)} if content else {}
        edit_version(actor=self.lin, version=version, revision=version.revision, effective_on=on, **changes)
        return self.approve(submit_version(actor=self.lin, version=version), on)


@pytest.fixture
def desk(world):
    return Desk(world)


def cycle_on(day):
    return VISIT_CYCLE_DAYS.at("lujiazui", day)


def refusal_of(act, *args, **kwargs):
    before = AuditEntry.objects.count()
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    assert AuditEntry.objects.count() == before
    return refused.value.code


# ---- the way to approval


@pytest.mark.rule("POL-01")
def test_a_serial_number_is_used_once_in_a_hotel(desk):
    desk.draft()
    assert refusal_of(desk.draft, serial="sg-sm-pp-se028") == "document.serial_taken"


@pytest.mark.rule("POL-02")
def test_from_draft_to_force(desk, at_work):
    version = desk.draft()
    assert version.state == "draft"
    submit_version(actor=desk.lin, version=version)
    assert (version.state, version.submitted_by) == ("submitted", desk.world.lin)
    assert Notification.objects.filter(recipient="zheng", values__serial="SG-SM-PP-SE028").count() == 1
    desk.approve(version)
    assert (version.state, version.approved_by, version.in_force_from) == ("approved", desk.world.zheng, NEXT)
    assert turn_policy_versions.func() == 0
    at_work.shift(timedelta(days=12))
    assert turn_policy_versions.func() == 1
    assert turn_policy_versions.func() == 0
    version.refresh_from_db()
    assert version.state == "effective"


@pytest.mark.rule("POL-02")
@pytest.mark.parametrize("who", ["lin", "liang", "he", "guan", "chen", "admin"])
def test_only_the_approver_s_role_approves(desk, who):
    """Not the deputy, the president or an administrator either: they have another role."""
    version = desk.submitted(issuer=desk.world.tang)
    assert refusal_of(desk.approve, version, who=desk.world.seat(who)) == "document.not_approver"
    version.refresh_from_db()
    assert (version.state, version.in_force_from) == ("submitted", None)


@pytest.mark.rule("POL-02")
@pytest.mark.parametrize("actor", [OPERATOR, Machine("system", "lujiazui"), Machine("zheng2", "lujiazui")])
def test_no_machine_approves(desk, actor):
    assert refusal_of(desk.approve, desk.submitted(), who=actor) == "document.not_approver"


@pytest.mark.rule("POL-02")
def test_a_role_that_lost_the_right_approves_no_more(desk):
    version = desk.submitted()
    Grant.objects.filter(role__code="general-manager", resource="organization.document", action="approve").delete()
    assert refusal_of(desk.approve, version) == "document.not_approver"


@pytest.mark.rule("POL-02")
@pytest.mark.parametrize("as_what", ["issuer", "submitted_by", "drafted_by"])
def test_nobody_approves_what_they_issued(desk, as_what):
    second = {"department": "gm_office", "role": "general-manager"}
    place_staff(actor=OPERATOR, staff=desk.world.liang, hotel=desk.world.lujiazui, **second)
    version = desk.submitted()
    PolicyVersion.objects.filter(pk=version.pk).update(**{as_what: desk.world.zheng})
    version = PolicyVersion.objects.select_related("document__hotel").get(pk=version.pk)
    assert refusal_of(desk.approve, version) == "document.own"
    with pytest.raises(IntegrityError), transaction.atomic():  # nor by any other way in
        PolicyVersion.objects.filter(pk=version.pk).update(
            state="approved", approved_by=desk.world.zheng, in_force_from=NEXT
        )
    assert desk.approve(version, who=desk.world.seat("liang")).state == "approved"


@pytest.mark.rule("POL-02")
def test_what_nobody_else_could_approve_is_not_submitted(desk):
    version = desk.draft(issuer=desk.world.zheng)
    assert refusal_of(submit_version, actor=desk.lin, version=version) == "document.nobody_approves"
    version = desk.draft(serial="SG-2", approver_role=role("sales-representative"))
    assert refusal_of(submit_version, actor=desk.lin, version=version) == "document.nobody_approves"


@pytest.mark.rule("POL-02")
def test_a_return_says_why_and_may_come_again(desk):
    version = desk.submitted()
    assert refusal_of(return_version, actor=desk.zheng, version=version, reason=" ") == "document.reason"
    assert refusal_of(return_version, actor=desk.lin, version=version, reason="不全") == "document.not_approver"
    return_version(actor=desk.zheng, version=version, reason="缺监督部门")
    assert (version.state, version.returned_reason) == ("draft", "缺监督部门")
    assert Notification.objects.filter(recipient="lin", message__contains="was returned").count() == 1
    assert submit_version(actor=desk.lin, version=version).returned_reason == ""


@pytest.mark.parametrize("name", ["purpose", "body", "issuer", "approver_role", "effective_on"])
def test_what_is_unfinished_is_not_submitted(desk, name):
    version = desk.draft(**{name: None if name in {"issuer", "approver_role", "effective_on"} else ""})
    assert refusal_of(submit_version, actor=desk.lin, version=version) == "document.unfinished"


@pytest.mark.rule("ACC-10")
def test_an_approver_approves_the_text_they_saw(desk):
    version = desk.submitted()
    seen = version.revision
    return_version(actor=desk.zheng, version=version, reason="再看")
    edit_version(actor=desk.lin, version=version, revision=version.revision, body="全部放开。")
    submit_version(actor=desk.lin, version=version)
    with pytest.raises(Refusal, match=r".") as refused:
        approve_version(actor=desk.zheng, version=version, revision=seen, in_force_from=NEXT)
    assert refused.value.code == "record.changed_meanwhile"


def test_a_draft_is_not_overwritten_and_an_approved_text_not_altered(desk):
    version = desk.draft()
    edit_version(actor=desk.lin, version=version, revision=1, subject="新题目")
    assert (
        refusal_of(edit_version, actor=desk.lin, version=version, revision=1, subject="别的")
        == "record.changed_meanwhile"
    )
    version.refresh_from_db()
    submit_version(actor=desk.lin, version=version)
    assert refusal_of(edit_version, actor=desk.lin, version=version, revision=3, subject="别的") == "document.state"


def test_a_draft_laid_aside_leaves_its_number(desk):
    first = desk.approved()
    draft = begin_version(actor=desk.lin, document=first.document)
    assert refusal_of(begin_version, actor=desk.lin, document=first.document) == "document.in_hand"
    discard_version(actor=desk.lin, version=draft)
    assert begin_version(actor=desk.lin, document=first.document).number == 3


# ---- the version of a day


@pytest.mark.rule("POL-02")
def test_the_version_of_a_day_needs_no_job(desk):
    first = desk.approved(on=TODAY)
    second = desk.following(first.document, NEXT)
    versions = list(first.document.versions.all())
    found = {day: version_on(versions, day) for day in (TODAY - timedelta(1), TODAY, NEXT - timedelta(1), NEXT)}
    assert list(found.values()) == [None, first, first, second]
    assert (first.state, second.state) == ("effective", "approved")


@pytest.mark.rule("POL-02")
@pytest.mark.parametrize("days", [0, -3])
def test_two_versions_never_overlap(desk, days):
    first = desk.approved(on=NEXT)
    version = begin_version(actor=desk.lin, document=first.document)
    submit_version(actor=desk.lin, version=edit_version(actor=desk.lin, version=version, revision=1, effective_on=NEXT))
    assert refusal_of(desk.approve, version, NEXT + timedelta(days=days)) == "document.overlap"
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(
            state="approved", approved_by=desk.world.zheng, in_force_from=NEXT
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(document=first.document).update(state="effective", is_shipped=True)


@pytest.mark.rule("POL-02")
def test_nothing_takes_effect_in_the_past(desk):
    assert refusal_of(desk.approve, desk.submitted(), TODAY - timedelta(days=1)) == "document.past"


@pytest.mark.rule("POL-02")
def test_its_successor_supersedes_it_on_the_day(desk, at_work):
    first = desk.approved(on=TODAY)
    second = desk.following(first.document, NEXT)
    at_work.shift(timedelta(days=12))
    assert turn_policy_versions.func() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "effective")


@pytest.mark.rule("POL-02")
def test_a_document_takes_effect_by_the_hotel_s_clock(desk, at_work):
    version = desk.approved(on=TODAY + timedelta(days=1))
    at_work.move_to(WORLD_NOW.replace(hour=23, minute=59))
    assert turn_policy_versions.func() == 0
    at_work.shift(timedelta(minutes=1))
    assert turn_policy_versions.func() == 1
    version.refresh_from_db()
    assert version.state == "effective"


# ---- the values


@pytest.mark.rule("POL-03")
def test_last_year_is_computed_with_last_year_s_values(desk):
    """When a text given out on a Wednesday is late: by the days allowed then, whatever was decided since."""
    later = TODAY + timedelta(days=364)
    first = desk.approved(on=TODAY, values={"organization.acknowledge_days": 1})
    desk.following(first.document, later, values={"organization.acknowledge_days": 5})
    hotel = desk.world.lujiazui

    def late_after(asked):
        days = ACKNOWLEDGE_DAYS.at("lujiazui", asked)
        return next(n for n in range(30) if is_late(hotel, asked, days, asked + timedelta(days=n)))

    before = TODAY - timedelta(days=7)
    assert [late_after(day) for day in (before, TODAY, later)] == [6, 2, 8]
    with time_machine.travel(WORLD_NOW + timedelta(days=800)):
        turn_policy_versions.func()
        assert [late_after(day) for day in (before, TODAY, later)] == [6, 2, 8]


@pytest.mark.rule("POL-03")
def test_a_version_that_never_took_effect_leaves_nothing(desk):
    first = desk.approved(on=TODAY)
    second = desk.following(first.document, NEXT, values={"clients.visit_cycle_days": {**CYCLE, "A": 1}})
    assert cycle_on(NEXT)["A"] == 1
    withdraw_version(actor=desk.zheng, version=second, reason="暂缓")
    assert (second.state, second.in_force_from) == ("withdrawn", None)
    assert [cycle_on(day) for day in (TODAY, NEXT, NEXT + timedelta(days=99))] == [CYCLE] * 3
    assert version_on(first.document.versions.all(), NEXT) == first


@pytest.mark.rule("POL-03")
def test_withdrawing_ends_the_values_and_keeps_the_past(desk, at_work):
    version = desk.approved(on=TODAY)
    at_work.shift(timedelta(days=12))
    assert refusal_of(withdraw_version, actor=desk.lin, version=version, reason="改") == "document.not_approver"
    withdraw_version(actor=desk.zheng, version=version, reason="停用")
    assert (version.state, version.withdrawn_on) == ("withdrawn", NEXT)
    assert version_on([version], NEXT - timedelta(days=1)) == version
    assert version_on([version], NEXT) is None
    assert cycle_on(NEXT - timedelta(days=1)) == CYCLE
    assert cycle_on(NEXT) == VISIT_CYCLE_DAYS.default


@pytest.mark.rule("POL-03")
def test_withdrawing_gives_back_what_was_set_by_hand_before(desk, at_work):
    own = {"A": 3, "B": 3, "C": 3, "D": 3}
    day = TODAY - timedelta(days=30)
    set_policy(actor=OPERATOR, key="clients.visit_cycle_days", value=own, hotel_code="lujiazui", effective_from=day)
    version = desk.approved(on=TODAY)
    at_work.shift(timedelta(days=12))
    withdraw_version(actor=desk.zheng, version=version, reason="停用")
    assert [cycle_on(one) for one in (day, TODAY, NEXT)] == [own, CYCLE, own]


@pytest.mark.rule("POL-03")
def test_withdrawing_leaves_what_was_set_by_hand_since(desk, at_work):
    own = {"A": 3, "B": 3, "C": 3, "D": 3}
    version = desk.approved(on=TODAY)
    since = TODAY + timedelta(days=5)
    set_policy(actor=OPERATOR, key="clients.visit_cycle_days", value=own, hotel_code="lujiazui", effective_from=since)
    at_work.shift(timedelta(days=12))
    withdraw_version(actor=desk.zheng, version=version, reason="停用")
    assert [cycle_on(one) for one in (TODAY, since, NEXT)] == [CYCLE, own, own]


@pytest.mark.rule("POL-03")
def test_withdrawing_returns_to_the_group_s_word(desk, at_work):
    group = {"A": 6, "B": 6, "C": 6, "D": 6}
    set_policy(actor=OPERATOR, key="clients.visit_cycle_days", value=group, hotel_code="", effective_from=TODAY)
    version = desk.approved(on=TODAY)
    assert cycle_on(TODAY) == CYCLE
    at_work.shift(timedelta(days=12))
    withdraw_version(actor=desk.zheng, version=version, reason="停用")
    assert cycle_on(NEXT) == group


@pytest.mark.rule("POL-03")
def test_a_value_that_the_next_version_no_longer_names_ends_with_its_predecessor(desk):
    first = desk.approved(on=TODAY, values={"clients.visit_cycle_days": CYCLE, "pms.lost_days": 120})
    second = desk.following(first.document, NEXT, values={"pms.lost_days": 150})
    assert cycle_on(NEXT - timedelta(days=1)) == CYCLE
    assert cycle_on(NEXT) == VISIT_CYCLE_DAYS.default
    withdraw_version(actor=desk.zheng, version=second, reason="暂缓")
    assert cycle_on(NEXT) == CYCLE


@pytest.mark.rule("POL-03")
def test_a_value_set_by_hand_for_that_day_is_not_overwritten(desk):
    set_policy(actor=OPERATOR, key="clients.visit_cycle_days", value=CYCLE, hotel_code="lujiazui", effective_from=NEXT)
    assert refusal_of(desk.approve, desk.submitted(), NEXT) == "document.value_set"
    assert PolicyValue.objects.get(key="clients.visit_cycle_days").source == ""


@pytest.mark.rule("POL-03")
def test_one_value_is_laid_down_by_one_document(desk):
    desk.approved(on=TODAY)
    other = desk.draft(serial="SG-SM-PP-SE029")
    assert refusal_of(submit_version, actor=desk.lin, version=other) == "document.governed_elsewhere"


@pytest.mark.parametrize("value", [{"A": 1}, "often", {"A": 7, "B": 14, "C": 30, "D": 9000}])
def test_an_insane_value_is_refused_when_it_is_written(desk, value):
    with pytest.raises(Refusal) as refused:
        desk.draft(values={"clients.visit_cycle_days": value})
    assert refused.value.code in {"policy.value", "policy.bounds"}


@pytest.mark.rule("POL-01")
@pytest.mark.rule("ORG-03")
def test_a_document_holds_at_another_hotel_only_by_somebody_who_may_approve_there(desk):
    lakeside = desk.world.lakeside
    content = Content(values={"clients.visit_cycle_days": CYCLE}, subsidiaries=[lakeside])
    version = desk.draft()
    edit_version(actor=desk.lin, version=version, revision=1, content=content)
    submit_version(actor=desk.lin, version=version)
    assert refusal_of(desk.approve, version, TODAY) == "document.subsidiary"
    place_staff(actor=OPERATOR, staff=desk.world.zheng, hotel=lakeside, department="gm_office", role="general-manager")
    desk.approve(version, TODAY)
    assert VISIT_CYCLE_DAYS.at("lakeside", TODAY) == CYCLE
    withdraw_version(actor=desk.zheng, version=version, reason="停用")
    assert VISIT_CYCLE_DAYS.at("lakeside", TODAY) == VISIT_CYCLE_DAYS.default


def test_putting_in_force_twice_changes_nothing(desk):
    version = desk.approved(on=TODAY)
    assert version.state == "effective"
    assert put_in_force(actor=OPERATOR, version=version) is UNCHANGED
    assert date.fromisoformat(str(version.in_force_from)) == TODAY


@pytest.mark.rule("POL-03")
def test_the_page_of_a_value_says_which_document_lays_it_down(desk, browse):
    day = TODAY - timedelta(days=30)
    set_policy(actor=OPERATOR, key="clients.visit_cycle_days", value=CYCLE, hotel_code="lujiazui", effective_from=day)
    version = desk.approved(on=TODAY)
    page = browse("lin").get("/h/lujiazui/settings/policies/clients.visit_cycle_days/").content.decode()
    assert f">{version}</a>" in page
    assert page.count('class="badge is-soon"') == 1


@pytest.mark.rule("POL-04")
def test_my_day_shows_what_is_to_be_signed_until_it_is(world, browse):
    client = browse("chen")
    url = f"/h/lujiazui/settings/documents/read/{world.policy_in_force.pk}/"
    assert url in client.get("/h/lujiazui/").content.decode()
    assert client.post(url).status_code == 302
    assert url not in client.get("/h/lujiazui/").content.decode()


@pytest.mark.rule("POL-01")
def test_the_list_of_values_names_the_document_that_lays_each_down(desk, browse):
    def row_of(key, who="lin"):
        page = browse(who).get("/h/lujiazui/settings/policies/").content.decode()
        return next(one for one in page.split("<tr") if f"/policies/{key}/" in one)

    shipped = row_of("clients.visit_cycle_days")
    assert "RN-SM-PP-" in shipped and "is-soon" not in shipped
    version = desk.approved(on=TODAY)
    url = f'href="/h/lujiazui/settings/documents/{version.document_id}/?version=1"'
    assert url in row_of("clients.visit_cycle_days") and f">{version}</a>" in row_of("clients.visit_cycle_days")
    set_policy(actor=OPERATOR, key="pms.lost_days", value=200, hotel_code="lujiazui", effective_from=TODAY)
    assert "is-soon" in row_of("pms.lost_days")
    Grant.objects.filter(role__code="director-of-sales", resource="organization.document").delete()
    assert f">{version}</a>" not in row_of("clients.visit_cycle_days")
    assert str(version) in row_of("clients.visit_cycle_days")
