"""Many act at once on tasks, versions and forms, with real threads on PostgreSQL: one wins, the others hear it, nothing is doubled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from roomnight.kernel.commands import Machine
from roomnight.kernel.errors import Refusal
from roomnight.procedures.access import version_in_force
from roomnight.procedures.commands import (
    add_version,
    approve_form_version,
    approve_version,
    begin_form_version,
    claim_task,
    complete_task,
    create_form,
    create_procedure,
    install_form,
    start_case,
    submit_form_version,
    submit_version,
)
from roomnight.procedures.models import Case, CaseEvent, CaseTask, Form, FormVersion, Procedure, ProcedureVersion
from tests.world import WORLD_NOW
from tests.world_procedures import LEVEL, SHOW_ROUND

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work")]
THREADS = 12
TODAY = WORLD_NOW.date()
DEPOSIT = '{"type": "object", "title": "押金%s", "x-title-en": "Deposit", "properties": {"paid": {"type": "boolean", "title": "已收", "x-title-en": "Paid"}}}'


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all let go together; what each returned, or its refusal."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=60)
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def codes(results: Sequence[Any]) -> Counter[str]:
    return Counter(one.code if isinstance(one, Refusal) else "done" for one in results)


def task_again(pk: int) -> CaseTask:
    """The task as another request reads it."""
    return CaseTask.objects.select_related("case__hotel", "hotel").get(pk=pk)


@pytest.fixture
def task(world) -> CaseTask:
    case = start_case(actor=world.seat("lin"), version=world.procedure_in_force, starter=world.lin)
    return case.tasks.get()


@pytest.mark.rule("PRC-04")
def test_of_many_who_take_one_task_one_has_it_and_the_others_hear_who(world, task):
    people = [world.chen, world.xu, world.sun]

    def take(n: int) -> Callable[[], Any]:
        staff = people[n % 3]
        return lambda: claim_task(actor=world.seat(staff.username), task=task_again(task.pk), staff=staff)

    results = at_once([take(n) for n in range(THREADS)])
    found = codes(results)
    assert found["done"] == 1
    assert found["task.taken"] + found["task.yours"] == THREADS - 1
    owner = CaseTask.objects.get(pk=task.pk).person
    assert owner is not None
    assert all(owner.name in str(one.message) for one in results if getattr(one, "code", "") == "task.taken")
    assert CaseEvent.objects.filter(task=task, kind="claimed").count() == 1


@pytest.mark.rule("PRC-04")
def test_a_task_that_many_complete_at_once_is_done_once(world, task):
    def do(n: int) -> Callable[[], Any]:
        return lambda: complete_task(
            actor=world.seat("chen"), task=task_again(task.pk), staff=world.chen, data={"rooms": True, "n": n}
        )

    results = at_once([do(n) for n in range(THREADS)])
    assert codes(results) == {"done": 1, "task.over": THREADS - 1}
    case = Case.objects.get(pk=task.case_id)
    assert case.events.filter(kind="done").count() == 1
    assert [one.step for one in case.tasks.filter(state="open")] == ["keys"]
    won = next(n for n, one in enumerate(results) if not isinstance(one, Refusal))
    assert case.data["n"] == won


def again(version: ProcedureVersion) -> ProcedureVersion:
    return ProcedureVersion.objects.select_related("procedure__hotel").get(pk=version.pk)


@pytest.mark.rule("PRC-08")
def test_a_version_that_many_approve_at_once_is_approved_once(world):
    version, zheng = world.procedure_submitted, world.seat("zheng")

    def approve() -> Any:
        one = again(version)
        return approve_version(actor=zheng, version=one, revision=version.revision, effective_from=TODAY)

    assert codes(at_once([approve] * THREADS)) == {"done": 1, "procedure.state": THREADS - 1}
    assert again(version).state == "effective"
    assert again(version).revision == version.revision + 1


@pytest.mark.rule("PRC-08")
def test_drafts_that_many_begin_at_once_have_numbers_of_their_own(world):
    procedure = world.procedure_in_force.procedure

    def draw(n: int) -> Callable[[], Any]:
        source = SHOW_ROUND.replace("PT2H", f"PT{n + 5}H").encode()
        return lambda: add_version(actor=world.seat("lin"), procedure=procedure, source=source, tables=[LEVEL.encode()])

    before = procedure.versions.count()
    assert codes(at_once([draw(n) for n in range(THREADS)])) == {"done": THREADS}
    numbers = sorted(procedure.versions.values_list("number", flat=True))
    assert numbers == list(range(1, before + THREADS + 1))


@pytest.mark.rule("PRC-08")
def test_two_versions_put_in_force_at_once_leave_one(world):
    lin, zheng, procedure = world.seat("lin"), world.seat("zheng"), world.procedure_in_force.procedure
    drafts = [
        submit_version(actor=lin, version=add_version(actor=lin, procedure=procedure, source=SHOW_ROUND.replace("PT2H", f"PT{n + 5}H").encode()))
        for n in range(6)
    ]  # fmt: skip
    results = at_once([
        lambda one=one: approve_version(actor=zheng, version=again(one), revision=one.revision, effective_from=TODAY)
        for one in drafts
    ])  # fmt: skip
    assert codes(results) == {"done": 6}
    states = Counter(procedure.versions.exclude(pk=world.procedure_draft.pk).values_list("state", flat=True))
    assert states == {"effective": 1, "superseded": 6}


@pytest.mark.rule("PRC-03")
def test_cases_begun_while_a_version_comes_into_force_keep_one_that_was_in_force(world):
    old, lin, zheng = world.procedure_in_force, world.seat("lin"), world.seat("zheng")
    new = submit_version(actor=lin, version=world.procedure_draft)
    procedure = old.procedure

    def begin() -> Any:
        version = version_in_force(Procedure.objects.get(pk=procedure.pk))
        assert version is not None
        return start_case(actor=lin, version=version, starter=world.lin)

    def approve() -> Any:
        return approve_version(actor=zheng, version=again(new), revision=new.revision, effective_from=TODAY)

    results = at_once([*([begin] * THREADS), approve])
    assert codes(results) == {"done": THREADS + 1}
    begun = results[:-1]
    assert len({one.number for one in begun}) == THREADS == Case.objects.filter(version__procedure=procedure).count()
    for case in begun:
        assert case.version_id in (old.pk, new.pk)
        due = CaseTask.objects.get(case=case).due_at
        assert due is not None
        hours = (due - case.started_at).total_seconds() / 3600
        assert round(hours) == (2 if case.version_id == old.pk else 4), "its tasks are those of its own version"
    assert begin().version_id == new.pk
    with pytest.raises(Refusal) as refused:
        start_case(actor=lin, version=again(old))
    assert refused.value.code == "case.version"


@pytest.mark.rule("PRC-02")
def test_of_many_who_begin_the_next_version_of_a_form_one_does_and_one_approval_counts(world):
    first = install_form(
        actor=Machine("system"), hotel=world.lujiazui, code="deposit", department="front_office", source=DEPOSIT % ""
    )
    form = Form.objects.get(pk=first.form_id)

    def write(n: int) -> Callable[[], Any]:
        return lambda: begin_form_version(
            actor=Machine("zhou"), form=Form.objects.select_related("hotel").get(pk=form.pk), source=DEPOSIT % n
        )

    assert codes(at_once([write(n) for n in range(THREADS)])) == {"done": 1, "form.in_hand": THREADS - 1}
    draft = submit_form_version(actor=Machine("zhou"), version=form.versions.get(state="draft"))

    def approve() -> Any:
        one = FormVersion.objects.select_related("form__hotel").get(pk=draft.pk)
        return approve_form_version(actor=Machine("gao"), version=one, revision=draft.revision)

    found = codes(at_once([approve] * THREADS))
    assert found["done"] == 1
    assert set(found) <= {"done", "form.state", "record.changed_meanwhile"}
    assert sorted(form.versions.values_list("number", "state")) == [(1, "superseded"), (2, "effective")]


@pytest.mark.parametrize("what", ["procedure", "form"])
def test_of_many_who_use_one_code_one_has_it(world, what):
    lin, hotel = world.seat("lin"), world.lujiazui

    def open_it() -> Any:
        if what == "form":
            return create_form(actor=lin, hotel=hotel, code="new", department="sales", source=DEPOSIT % "")
        return create_procedure(actor=lin, hotel=hotel, code="P-NEW", title="x", department="sales")

    assert codes(at_once([open_it] * THREADS)) == {"done": 1, f"{what}.code_taken": THREADS - 1}
