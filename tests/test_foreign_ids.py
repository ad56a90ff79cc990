"""Ids inside a form: the right one does the work, one of another hotel or another team changes nothing (SEC-02).

Each line sends the same words three times. That the first sending does change something shows that the others fail for
the id alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from roomnight.kernel.models import AuditEntry
from roomnight.organization.models import Role
from tests.test_matrix import picture
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work", "in_silence")]
REFUSED = {302, 400, 403, 404, 409, 422}


@dataclass(frozen=True)
class Sending:
    """One form: who sends it, where to, what it says with an id in it; the id that works, and those that must not."""

    who: str
    path: Callable[[World, Any], str]
    body: Callable[[World, Any], dict[str, Any]]
    works: Callable[[World], Any]
    other_hotel: Callable[[World], Any]
    other_team: Callable[[World], Any] | None = None


def department(world: World, hotel: Any, kind: str = "sales") -> int:
    return int(hotel.departments.get(kind=kind).pk)


def role(code: str) -> int:
    return int(Role.objects.get(code=code).pk)


def to(rest: str) -> Callable[[World, Any], str]:
    return lambda world, found: f"/h/lujiazui/{rest.format(w=world, id=found)}"


def says(field: str, /, **more: Any) -> Callable[[World, Any], dict[str, Any]]:
    return lambda world, found: {field: found, **more}


PLAN = {
    "day": "2026-11-19", "start": "10:00", "minutes": "30", "kind": "return", "purpose": "return_visit",
    "place": "客户公司", "appointment": "later",
}  # fmt: skip
LOG = {
    "met_day": "2026-11-18", "met_from": "07:00", "met_to": "07:20", "kind": "return", "purpose": "return_visit",
    "people": "other", "people_text": "前台", "result": "interested", "appointment": "cold", "cold_reason": "路过",
}  # fmt: skip
TASK = {"kind": "task", "what": "寄样品", "due_on": "2026-11-20", "priority": "normal", "recurrence": "none"}
SENDINGS = {
    "a tag on several clients": Sending(
        "chen", to("clients/bulk/tag/"), says("ids", name="要紧"),
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "a stage for several clients": Sending(
        "chen", to("clients/bulk/stage/"), says("ids", stage="lost", reason="停业"),
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.pujiang.pk,
    ),
    "several clients for a colleague": Sending(
        "zhou", to("clients/bulk/assign/"), lambda w, found: {"ids": found, "owner": w.xu.pk},
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "a client for somebody": Sending(
        "zhou", to("clients/{w.huaxing.pk}/assign/"), says("owner", reason="换人"),
        lambda w: w.xu.pk, lambda w: w.ye.pk, lambda w: w.sun.pk,
    ),
    "a colleague to share with": Sending(
        "chen", to("clients/{w.huaxing.pk}/share/"), says("staff"), lambda w: w.xu.pk, lambda w: w.ye.pk,
    ),
    "a co-owner": Sending(
        "zhou", to("clients/{w.huaxing.pk}/co-owner/"), says("co_owner"), lambda w: w.xu.pk, lambda w: w.ye.pk,
    ),
    "a contact's new employer": Sending(
        "chen", to("clients/contacts/{w.wangfang.pk}/move/"), says("account"),
        lambda w: w.jinyuan.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "a visit's client": Sending(
        "chen", to("activities/visits/plan/?account={id}"), lambda w, found: PLAN,
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "a visit's people": Sending(
        "chen", to("activities/visits/plan/?account={w.huaxing.pk}"), says("people", **PLAN),
        lambda w: w.wangfang.pk, lambda w: w.ren.pk, lambda w: w.ouyang.pk,
    ),
    "who makes a visit": Sending(
        "zhou", to("activities/visits/plan/?account={w.huaxing.pk}"), says("staff", **PLAN),
        lambda w: w.chen.pk, lambda w: w.ye.pk, lambda w: w.sun.pk,
    ),
    "a visit logged": Sending(
        "chen", to("activities/visits/log/?account={id}"),
        lambda w, found: {**LOG, "account": found, "submission_key": str(uuid4())},
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "a follow-up's client": Sending(
        "chen", to("activities/follow-ups/new/?account={id}"),
        lambda w, found: {**TASK, "owner": w.chen.pk, "account": found},
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "a follow-up's owner": Sending(
        "zhou", to("activities/follow-ups/new/"), says("owner", **TASK),
        lambda w: w.chen.pk, lambda w: w.ye.pk, lambda w: w.sun.pk,
    ),
    "a follow-up's new owner": Sending(
        "zhou", to("activities/follow-ups/{w.task.pk}/move/"), says("owner", due_on="2026-11-20"),
        lambda w: w.xu.pk, lambda w: w.ye.pk, lambda w: w.sun.pk,
    ),
    "a visit dragged": Sending(
        "chen", to("activities/calendar/move/"), lambda w, found: {"id": f"visit-{found}", "start": "2026-11-19T10:00"},
        lambda w: w.planned_visit.pk, lambda w: w.ye_s_visit.pk, lambda w: w.sun_s_visit.pk,
    ),
    "a task dragged": Sending(
        "chen", to("activities/calendar/move/"),
        lambda w, found: {"id": f"task-{found}", "start": "2026-11-19T00:00", "all_day": "1"},
        lambda w: w.task.pk, lambda w: w.ye_s_task.pk, lambda w: w.sun_s_task.pk,
    ),
    "a guest's name and room": Sending(
        "zheng", to("imports/in-house/{id}/"), lambda w, found: {"reason": "家属急电"},
        lambda w: w.house_guest.pk, lambda w: w.lakeside_guest.pk,
    ),
    "the client a name in a file stands for": Sending(
        "ma", to("imports/names/{w.party.pk}/"), says("account"), lambda w: w.huaxing.pk, lambda w: w.hubin.pk,
    ),
    "a colleague's leader": Sending(
        "guan", to("settings/staff/new/"),
        lambda w, found: {
            "name": "新人", "username": "xinren", "password": "yunting-2026-new",
            "department": department(w, w.lujiazui), "role": role("sales-representative"), "language": "zh-hans",
            "leader": found,
        },
        lambda w: w.zhou.pk, lambda w: w.du.pk,
    ),
    "a hand-over's client": Sending(
        "zhou", to("settings/staff/{w.chen.pk}/hand-over/"),
        lambda w, found: {"tick": f"account-{found}", "to": w.xu.pk, "reason": "调整", "step": "do"},
        lambda w: w.huaxing.pk, lambda w: w.hubin.pk, lambda w: w.donghai.pk,
    ),
    "who takes over": Sending(
        "zhou", to("settings/staff/{w.chen.pk}/hand-over/"),
        lambda w, found: {"tick": f"account-{w.huaxing.pk}", "to": found, "reason": "调整", "step": "do"},
        lambda w: w.xu.pk, lambda w: w.ye.pk, lambda w: w.sun.pk,
    ),
    "who takes over one row": Sending(
        "zhou", to("settings/staff/{w.chen.pk}/hand-over/"),
        lambda w, found: {
            "tick": f"account-{w.huaxing.pk}", f"to-account-{w.huaxing.pk}": found, "to": w.xu.pk, "reason": "调整",
            "step": "do",
        },
        lambda w: w.xu.pk, lambda w: w.ye.pk, lambda w: w.sun.pk,
    ),
    "a colleague's new leader": Sending(
        "guan", to("settings/staff/{w.chen.pk}/move/"),
        lambda w, found: {
            "department": department(w, w.lujiazui), "role": role("sales-executive"), "leader": found,
        },
        lambda w: w.wu.pk, lambda w: w.du.pk,
    ),
    "a colleague's new department": Sending(
        "guan", to("settings/staff/{w.chen.pk}/move/"),
        lambda w, found: {"department": found, "role": role("sales-executive"), "leader": w.zhou.pk},
        lambda w: department(w, w.lujiazui, "banquet"), lambda w: department(w, w.lakeside, "banquet"),
    ),
}  # fmt: skip


def send(client: Any, world: World, sending: Sending, found: Any) -> tuple[int, set[str]]:
    """How the server answers, and which tables have changed; then everything is undone."""
    before = picture()
    with transaction.atomic():
        status = client.post(sending.path(world, found), sending.body(world, found)).status_code
        after = picture()
        transaction.set_rollback(True)
    return status, {label for label in before if before[label] != after[label]}


@pytest.mark.rule("SEC-02")
@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize("what", SENDINGS)
def test_an_id_in_a_form_reaches_as_far_as_its_sender_and_no_further(world, browse, what):
    sending = SENDINGS[what]
    client = browse(sending.who)
    status, changed = send(client, world, sending, sending.works(world))
    assert status in {200, 302}
    assert AuditEntry._meta.label_lower in changed
    for pick in filter(None, (sending.other_hotel, sending.other_team)):
        status, changed = send(client, world, sending, pick(world))
        assert status in REFUSED
        assert changed == set()
