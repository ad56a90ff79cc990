"""Many decide about policy documents and values at once, with real threads on PostgreSQL: one wins, nobody is overwritten."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections

from roomnight.kernel.commands import OPERATOR, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, PolicyValue
from roomnight.kernel.policy import POLICIES, set_policy
from roomnight.organization.commands import (
    approve_version,
    begin_version,
    create_document,
    edit_version,
    place_staff,
    put_in_force,
    return_version,
    submit_version,
    withdraw_version,
)
from roomnight.organization.commands.policies import Content
from roomnight.organization.models import Acknowledgement, Department, Part, PolicyDocument, PolicyVersion, Role
from roomnight.organization.rules.policies import version_on
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work")]
THREADS = 16
TODAY = WORLD_NOW.date()
NEXT = TODAY + timedelta(days=12)
KEY = "clients.visit_cycle_days"
CYCLE = {"A": 10, "B": 20, "C": 40, "D": 100}


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all let go together; what each returned, or the code of its refusal."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=60)
            return act()
        except Refusal as refusal:
            return refusal.code
        except IntegrityError:
            return "database"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def draft(world: Any, serial: str, hotel: Any = None, **content: Any) -> PolicyVersion:
    """A draft of Lin's that only wants handing in."""
    hotel = hotel or world.lujiazui
    department = Department.objects.get(hotel=hotel, kind="sales", name="")
    return create_document(
        actor=world.seat("lin"), hotel=hotel, serial=serial, department=department, subject="拜访间隔", purpose="按等级。",
        body="按间隔。", issuer=world.lin, approver_role=Role.objects.get(code="general-manager"), effective_on=NEXT,
        content=Content(**content),
    )  # fmt: skip


def submitted(world: Any, serial: str, **content: Any) -> PolicyVersion:
    return submit_version(actor=world.seat("lin"), version=draft(world, serial, **content))


def again(version: PolicyVersion) -> PolicyVersion:
    """The version as another request reads it."""
    return PolicyVersion.objects.select_related("document__hotel", "approver_role", "issuer").get(pk=version.pk)


def approval(world: Any, version: PolicyVersion, day: Any, who: str = "zheng") -> Callable[[], Any]:
    seat = world.seat(who)

    def act() -> Any:
        one = again(version)
        approve_version(actor=seat, version=one, revision=version.revision, in_force_from=day)
        return "approved"

    return act


@pytest.mark.rule("POL-02")
def test_one_version_approved_by_many_for_many_days_is_in_force_from_one(world):
    version = submitted(world, "SG-1", parties={Part.DISTRIBUTION: [world.chen, world.xu]}, values={KEY: CYCLE})
    days = [TODAY + timedelta(days=n) for n in range(THREADS)]
    results = at_once([approval(world, version, day) for day in days])
    assert Counter(results) == {"approved": 1, "document.state": THREADS - 1}
    won = days[results.index("approved")]
    assert again(version).in_force_from == won
    assert list(PolicyValue.objects.filter(key=KEY).values_list("effective_from", flat=True)) == [won]
    assert Acknowledgement.objects.filter(version=version).count() == 2


@pytest.mark.rule("POL-02")
def test_two_versions_of_one_document_never_begin_on_one_day_whoever_writes_it(world):
    """By no way into the table: of the many versions made to begin on one day the database takes one."""
    first = submitted(world, "SG-1")
    approval(world, first, TODAY)()
    common = {"document": first.document, "issuer": world.lin, "approved_by": world.zheng, "subject": "拜访间隔"}

    def write(number: int) -> Callable[[], Any]:
        def act() -> Any:
            PolicyVersion.objects.create(number=number, state="approved", in_force_from=NEXT, **common)
            return "written"

        return act

    assert Counter(at_once([write(n) for n in range(2, THREADS + 2)])) == {"written": 1, "database": THREADS - 1}
    versions = list(first.document.versions.all())
    for n in range(30):
        day = TODAY + timedelta(days=n)
        spans = [one for one in versions if one.in_force_from <= day]
        assert version_on(versions, day) == max(spans, key=lambda one: one.in_force_from)


@pytest.mark.rule("POL-02")
def test_of_many_versions_in_force_at_once_the_database_takes_one(world):
    first = submitted(world, "SG-1")
    approval(world, first, NEXT)()
    common = {"document": first.document, "issuer": world.lin, "approved_by": world.zheng, "subject": "拜访间隔"}

    def write(number: int) -> Callable[[], Any]:
        def act() -> Any:
            day = TODAY - timedelta(days=number)
            PolicyVersion.objects.create(number=number, state="effective", in_force_from=day, **common)
            return "written"

        return act

    assert Counter(at_once([write(n) for n in range(2, 10)])) == {"written": 1, "database": 7}


@pytest.mark.rule("POL-02")
def test_the_next_version_is_begun_once_and_the_document_made_once(world):
    made = at_once([lambda: draft(world, "SG-1").document_id] * 8)
    assert Counter(one for one in made if isinstance(one, str)) == {"document.serial_taken": 7}
    document = PolicyDocument.objects.get(serial="SG-1")
    approval(world, submit_version(actor=world.seat("lin"), version=document.versions.get()), TODAY)()
    lin = world.seat("lin")

    def begin() -> Any:
        return begin_version(
            actor=lin, document=PolicyDocument.objects.select_related("hotel").get(pk=document.pk)
        ).number

    assert Counter(at_once([begin] * 8)) == {2: 1, "document.in_hand": 7}


@pytest.mark.rule("POL-02")
def test_a_version_approved_returned_and_taking_effect_at_once_has_one_fate(world):
    version = submitted(world, "SG-1", values={KEY: CYCLE})
    zheng = world.seat("zheng")

    def back() -> Any:
        return return_version(actor=zheng, version=again(version), reason="再看").state

    results = Counter(at_once([approval(world, version, NEXT), back] * 6))
    left = again(version)
    assert (results["approved"], results["draft"]) in {(1, 0), (0, 1)}
    assert (left.state, PolicyValue.objects.filter(key=KEY).count()) in {("approved", 1), ("draft", 0)}


@pytest.mark.rule("POL-02")
def test_on_its_day_one_worker_puts_a_version_in_force_and_a_withdrawal_wins_or_waits(world, at_work):
    first = submitted(world, "SG-1")
    approval(world, first, TODAY)()
    second = begin_version(actor=world.seat("lin"), document=first.document)
    edit_version(actor=world.seat("lin"), version=second, revision=1, effective_on=NEXT)
    submit_version(actor=world.seat("lin"), version=second)
    approval(world, second, NEXT)()
    at_work.shift(timedelta(days=12))
    zheng = world.seat("zheng")

    def turn() -> Any:
        return str(put_in_force(actor=Machine("system", "lujiazui"), version=again(second)))

    def withdraw() -> Any:
        return withdraw_version(actor=zheng, version=again(second), reason="停用").state

    results = Counter(at_once([turn] * 7 + [withdraw]))
    assert results["withdrawn"] == 1
    assert results[str(second)] <= 1
    assert again(second).withdrawn_on == NEXT
    assert PolicyVersion.objects.filter(document=first.document, state="effective").count() <= 1
    assert version_on(list(first.document.versions.all()), NEXT) is None


@pytest.mark.rule("POL-01")
@pytest.mark.rule("POL-03")
def test_of_two_documents_of_two_hotels_that_lay_down_one_value_one_is_approved(world):
    """One of them holds at the other's hotel as well: whoever is second is told, and nothing is overwritten."""
    group = {"department": "gm_office", "role": "general-manager"}
    for hotel in (world.lujiazui, world.lakeside):
        place_staff(actor=OPERATOR, staff=world.zheng, hotel=hotel, **group)
    place_staff(actor=OPERATOR, staff=world.lin, hotel=world.lakeside, department="sales", role="director-of-sales")
    for number, key in enumerate(
        ["activities.visit_max_minutes", "activities.thanks_call_days", "pms.lost_days", "activities.visits_a_day"]
    ):
        ours, theirs = POLICIES[key].default + 1, POLICIES[key].default + 2
        near = submitted(world, f"SG-{number}", values={key: ours}, subsidiaries=[world.lakeside])
        far = submitted(
            world, f"WH-{number}", hotel=world.lakeside, values={key: theirs}, subsidiaries=[world.lujiazui]
        )
        results = at_once([approval(world, near, NEXT), approval(world, far, NEXT)])
        assert sorted(results) == ["approved", "document.governed_elsewhere"]
        won = ours if results[0] == "approved" else theirs
        assert [POLICIES[key].at(code, NEXT) for code in ("lujiazui", "lakeside")] == [won, won]


@pytest.mark.rule("POL-03")
@pytest.mark.rule("ACC-10")
def test_of_many_who_set_one_value_for_one_day_one_does_and_the_others_see_it(world):
    def put(days: int, seen: tuple[Any, ...] | None) -> Callable[[], Any]:
        def act() -> Any:
            set_policy(
                actor=OPERATOR, key="pms.lost_days", value=days, hotel_code="lujiazui", effective_from=NEXT, seen=seen
            )
            return days

        return act

    results = at_once([put(100 + n, ()) for n in range(THREADS)])
    won = [one for one in results if isinstance(one, int)]
    assert Counter(one for one in results if isinstance(one, str)) == {"record.changed_meanwhile": THREADS - 1}
    assert list(PolicyValue.objects.filter(key="pms.lost_days").values_list("value", flat=True)) == won
    at_once(
        [put(200 + n, None) for n in range(8)]
    )  # the operator does not look: the trail then says what each replaced
    told = [
        one["value"]
        for one in AuditEntry.objects.filter(command="kernel.set_policy")
        .order_by("pk")
        .values_list("changes", flat=True)
    ]
    assert sorted(old for old, _new in told[1:]) == sorted(new for _old, new in told[:-1])


@pytest.mark.rule("POL-03")
def test_a_document_and_a_hand_never_overwrite_each_other(world):
    version = submitted(world, "SG-1", values={KEY: CYCLE})
    own = {**CYCLE, "A": 3}

    def by_hand() -> Any:
        set_policy(actor=OPERATOR, key=KEY, value=own, hotel_code="lujiazui", effective_from=NEXT, seen=())
        return "by hand"

    results = Counter(at_once([approval(world, version, NEXT), by_hand] * 4))
    assert (results["approved"], results["by hand"]) in {(1, 0), (0, 1)}
    assert PolicyValue.objects.get(key=KEY).value == (CYCLE if results["approved"] else own)
