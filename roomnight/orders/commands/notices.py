"""Telling the departments of an order and of its changes, and their answers (ORD-05, ORD-06, CHG-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.orders.commands.steps import hold, refuse_unless, ring, tell
from roomnight.orders.events import DepartmentAnswered
from roomnight.orders.models import ALIVE, FIRM, Answer, DepartmentNotice, FunctionSheet, Order, OrderRevision
from roomnight.orders.queries.revisions import arrival, content_of, latest_revision, moments_of, standing
from roomnight.orders.rules.changes import (
    EVENTS,
    Change,
    Content,
    concerning,
    differences,
    entries,
    sheet_of,
    touched,
    whole,
)
from roomnight.orders.rules.notice_values import (
    DEPT_CONFIRM_HOURS,
    NOTICE_DEPARTMENTS,
    NOTICE_RISE_HOURS,
    READY_BEFORE_HOURS,
)
from roomnight.orders.rules.notices import Due, Terms, begins, due
from roomnight.organization.access import leader_of
from roomnight.organization.models import Department, Hotel, Membership, Staff
from roomnight.organization.working_days import calendar_of, day_at, hours_of
from roomnight.ui.addresses import address

CONFIRM = gettext_noop("To confirm: order %(number)s “%(order)s”, until %(until)s")
CHANGED = gettext_noop("Changed, to confirm again: order %(number)s “%(order)s”, until %(until)s")
CALLED_OFF = gettext_noop("Called off: order %(number)s “%(order)s”")
PROBLEM = gettext_noop("%(department)s cannot confirm order %(number)s “%(order)s”: %(why)s")
DONE = gettext_noop("%(department)s has dealt with the change of order %(number)s “%(order)s”: %(why)s")
ALL_READY = gettext_noop("Every department is ready for order %(number)s “%(order)s”")
LATE = gettext_noop("%(department)s has not confirmed order %(number)s “%(order)s” in time")
NOT_READY = gettext_noop("%(department)s is not ready in time for order %(number)s “%(order)s”")
NOBODY = gettext_noop(
    "Nobody works in %(department)s who could answer: agree order %(number)s “%(order)s” with whoever does its work"
)
FOLLOWER, MANAGER = 1, 2


# ---- telling


@command
def notify_departments(*, actor: Actor, order: Order) -> OrderRevision:
    """Tell the departments of an order that is definite and of which they were not told (ORD-05)."""
    refuse_unless(order, FIRM)
    if standing(order):
        raise Refusal("notice.told", _("The departments were told already; each change is told by itself."))
    revision = announce(order, actor.code)
    if revision is None:
        raise Refusal("notice.nothing", _("Nothing is ordered yet of which a department could be told."))
    emit(DepartmentAnswered(order.pk))
    return revision


def announce(order: Order, who: str) -> OrderRevision | None:
    """Freeze a definite order and tell every department that it concerns; nothing for an order without items."""
    order = Order.objects.select_related("hotel", "follower").get(pk=order.pk)
    content = content_of(order)
    if not content["items"]:
        return None
    now = timezone.now()
    revision = _freeze(order, content, who, now)
    changes = whole(content)
    _send(order, revision, changes, touched(changes, _table(order, now), (), _kinds(content)), now)
    return revision


def revise(order: Order, who: str) -> OrderRevision | None:
    """A change of an order of which the departments know: a new revision, and each department that it concerns is told at
    once and confirms again; the others keep their answers (CHG-01). Nothing where nothing they know of is another."""
    last = latest_revision(order)
    if last is None:
        return announce(order, who)
    order = Order.objects.select_related("hotel", "follower").get(pk=order.pk)
    content = content_of(order)
    changes = differences(last.content, content)
    if not changes:
        return None
    now = timezone.now()
    revision = _freeze(order, content, who, now)
    told = {one.department.kind for one in standing(order)}
    kinds = {*_kinds(last.content), *_kinds(content)}
    _send(order, revision, changes, touched(changes, _table(order, now), told, kinds), now)
    return revision


def call_off(order: Order) -> None:
    """The departments of an order that does not take place are told so; their notices and sheets no longer hold."""
    order = Order.objects.select_related("hotel", "follower").get(pk=order.pk)
    now = timezone.now()
    for one in standing(order):
        _supersede(one, now)
        _tell_department(one, CALLED_OFF)
        record(one, order=order.number, called_off=True)
    FunctionSheet.objects.filter(item__order=order, superseded_at=None).update(superseded_at=now)


@command
def ask_again(*, actor: Actor, notice: DepartmentNotice) -> DepartmentNotice:
    """Ask a department anew after a problem was talked over; the notice it answered is superseded."""
    order = notice.order
    refuse_unless(order, FIRM)
    now = timezone.now()
    if not _supersede(notice, now):
        raise Refusal("notice.superseded", _superseded())
    revision = latest_revision(order) or notice.revision
    new = _Telling(order, revision, now, _table(order, now)).write(notice.department, notice, [])
    if not _tell_department(new, CONFIRM):
        _say_nobody(new)
    record(new, order=order.number, department=notice.department.label, revision=revision.number, again=True)
    emit(DepartmentAnswered(order.pk))
    return new


def _table(order: Order, now: datetime) -> dict[str, list[str]]:
    table: dict[str, list[str]] = NOTICE_DEPARTMENTS.at(order.hotel.code, day_at(order.hotel, now))
    return table


def _kinds(content: Content) -> set[str]:
    """What an order asks for."""
    return {one["kind"] for one in content["items"].values()}


def _freeze(order: Order, content: Content, who: str, now: datetime) -> OrderRevision:
    last = latest_revision(order)
    revision = OrderRevision.objects.create(
        order=order, number=last.number + 1 if last else 1, made_at=now, made_by=who, content=content
    )
    _issue_sheets(revision, now)
    record(revision, order=order.number, revision=revision.number)
    return revision


def _issue_sheets(revision: OrderRevision, now: datetime) -> None:
    """Every function and meal has a sheet; one that says something else than before is a new revision of it (ORD-06)."""
    content = revision.content
    sheets = FunctionSheet.objects.filter(item__order=revision.order_id).select_related("revision").order_by("number")
    latest = {str(one.item_id): one for one in sheets}
    for key, old in latest.items():
        if old.superseded_at is None and sheet_of(content, key) != sheet_of(old.revision.content, key):
            old.superseded_at = now
            old.save(update_fields=["superseded_at"])
    for key, values in content["items"].items():
        before = latest.get(key)
        if values["kind"] in EVENTS and (before is None or before.superseded_at is not None):
            number = before.number + 1 if before else 1
            FunctionSheet.objects.create(item_id=int(key), number=number, revision=revision, made_at=now)


@dataclass(frozen=True)
class _Telling:
    """A revision on its way to the departments, with what the hotel decided about that."""

    order: Order
    revision: OrderRevision
    now: datetime
    table: Mapping[str, Sequence[str]]

    def write(self, department: Department, old: DepartmentNotice | None, changes: list[Change]) -> DepartmentNotice:
        """The notice for one department; `old` is the one it takes the place of."""
        times = self._due(department, old, changes)
        base = old.base if old is not None else None
        if old is not None and (old.answer == Answer.ACCEPT or (old.answer and old.revision_id != self.revision.pk)):
            base = old.revision  # who answered has read it, also who had a problem with it
        return DepartmentNotice.objects.create(
            order=self.order, department=department, revision=self.revision, base=base, sent_at=self.now,
            due_at=times.confirm, rises_at=times.confirm_rises, ready_due_at=times.ready,
            ready_rises_at=times.ready_rises,
        )  # fmt: skip

    def _due(self, department: Department, old: DepartmentNotice | None, changes: list[Change]) -> Due:
        """Before what comes next of what changed, as it was or as it is; else of all that concerns the department."""
        order, hotel, today = self.order, self.order.hotel, day_at(self.order.hotel, self.now)
        after = entries(self.revision.content)
        mine = [one for one in after.values() if department.kind in self.table.get(one["kind"], ())]
        all_of_it = [*moments_of(order, mine), arrival(order)]
        before = entries(old.revision.content) if old else {}
        named = sorted({one.key for one in changes if one.key}) if old else []
        changed = [side[key] for side in (before, after) for key in named if key in side]
        leaves = max(self.now, arrival(order, order.departs_on))
        starts = begins(moments_of(order, changed), self.now, begins(all_of_it, self.now, leaves))
        terms = Terms(
            DEPT_CONFIRM_HOURS.at(hotel.code, today), READY_BEFORE_HOURS.at(hotel.code, today),
            NOTICE_RISE_HOURS.at(hotel.code, today),
        )  # fmt: skip
        return due(
            self.now, starts, terms, is_change=old is not None, calendar=calendar_of(hotel, today),
            office=hours_of(hotel, today),
        )  # fmt: skip


def _send(order: Order, revision: OrderRevision, changes: list[Change], kinds: Iterable[str], now: datetime) -> None:
    telling = _Telling(order, revision, now, _table(order, now))
    before = {one.department_id: one for one in standing(order)}
    departments = Department.objects.filter(hotel=order.hotel, kind__in=kinds, is_retired=False).select_related("hotel")
    for department in departments.order_by("pk"):
        old = before.get(department.pk)
        if old is not None:
            _supersede(old, now)
        one = telling.write(department, old, concerning(changes, telling.table, department.kind))
        if not _tell_department(one, CHANGED if one.base else CONFIRM):
            _say_nobody(one)
        record(one, order=order.number, department=department.label, revision=revision.number, due_at=one.due_at)


def _supersede(notice: DepartmentNotice, now: datetime) -> bool:
    notice.superseded_at = now
    return bool(DepartmentNotice.objects.filter(pk=notice.pk, superseded_at=None).update(superseded_at=now))


def _tell_department(notice: DepartmentNotice, message: str) -> int:
    """The notice stands on the bell of everybody who may answer it, with until when; how many there are."""
    order, hotel = notice.order, notice.order.hotel
    until = notice.due_at.astimezone(hours_of(hotel, day_at(hotel, notice.due_at)).tz)
    url = address("orders:notice", hotel.code, pk=notice.pk)
    is_urgent = message != CONFIRM
    return ring(notice.department, order, url, message, is_urgent=is_urgent, until=f"{until:%m-%d %H:%M}")


def _say_nobody(notice: DepartmentNotice) -> None:
    """There is nobody to wait for: whoever follows the order and the manager know it at once, and nobody is told again later."""
    order = notice.order
    for person in filter(None, (order.follower, leader_of(order.follower, order.hotel))):
        tell(person, order, NOBODY, department=notice.department.label)
    notice.rung = notice.ready_rung = MANAGER
    notice.save(update_fields=["rung", "ready_rung"])


# ---- answering


@command
def confirm_notice(*, actor: Actor, notice: DepartmentNotice, staff: Staff, note: str = "") -> Any:
    """The department confirms an order, or a change with what it has done about it (ORD-05, CHG-01).

    Refused: for another department, of an order that is over, of a notice that is superseded, of a change without a word of
    what was done. A second time changes nothing.
    """
    one = _to_answer(notice, staff)
    if one.base_id and not note.strip():
        raise Refusal("notice.done", _("Say what was done about the change."), field="note")
    if one.answer == Answer.ACCEPT:
        return UNCHANGED
    _answer(one, staff, Answer.ACCEPT, note)
    if one.base_id:
        tell(one.order.follower, one.order, DONE, department=one.department.label, why=one.note)
    record(one, order=one.order.number, answer=Answer.ACCEPT, note=one.note)
    emit(DepartmentAnswered(one.order_id))
    return one


@command
def report_problem(*, actor: Actor, notice: DepartmentNotice, staff: Staff, note: str) -> DepartmentNotice:
    """The department cannot do it, with the reason: whoever follows the order is told at once (ORD-05)."""
    one = _to_answer(notice, staff)
    if not note.strip():
        raise Refusal("notice.why", _("Say what the problem is."), field="note")
    _answer(one, staff, Answer.PROBLEM, note)
    tell(one.order.follower, one.order, PROBLEM, department=one.department.label, why=one.note)
    record(one, order=one.order.number, answer=Answer.PROBLEM, note=one.note)
    emit(DepartmentAnswered(one.order_id))
    return one


@command
def say_ready(*, actor: Actor, notice: DepartmentNotice, staff: Staff) -> Any:
    """The department is ready. With the last one whoever follows the order is told. Refused before it has confirmed."""
    one = _to_answer(notice, staff)
    if one.answer != Answer.ACCEPT:
        raise Refusal("notice.unconfirmed", _("Confirm first, then say that you are ready."))
    if one.ready_at is not None:
        return UNCHANGED
    one.ready_at, one.ready_by = timezone.now(), staff
    one.save(update_fields=["ready_at", "ready_by"])
    if all(other.ready_at for other in standing(one.order)):
        tell(one.order.follower, one.order, ALL_READY)
    record(one, order=one.order.number, ready_at=one.ready_at)
    emit(DepartmentAnswered(one.order_id))
    return one


def _to_answer(notice: DepartmentNotice, staff: Staff) -> DepartmentNotice:
    """The notice as it is now, for somebody of its department; changes of the order wait until the answer is given."""
    if not Membership.objects.filter(staff=staff, department=notice.department_id, staff__is_active=True).exists():
        raise Refusal("notice.department", _("Somebody of this department answers."))
    refuse_unless(notice.order, ALIVE)
    found = DepartmentNotice.objects.select_related("order__hotel", "order__follower", "department__hotel")
    one = found.get(pk=notice.pk)
    if not one.stands:
        raise Refusal("notice.superseded", _superseded())
    return one


def _superseded() -> str:
    return _("This notice is superseded: the order was changed since. Answer the latest one.")


def _answer(one: DepartmentNotice, staff: Staff, answer: str, note: str) -> None:
    one.answer, one.note, one.answered_by, one.answered_at = answer, note.strip()[:300], staff, timezone.now()
    one.ready_at = one.ready_by = None
    one.save(update_fields=["answer", "note", "answered_by", "answered_at", "ready_at", "ready_by"])


# ---- what is late


@command
def raise_late_notices(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Departments that have not confirmed or are not ready in time: whoever follows the order is told, later the manager,
    each once with any number of workers (ORD-05)."""
    late = DepartmentNotice.objects.filter(order__hotel=hotel, order__state__in=FIRM, superseded_at=None).filter(
        ~Q(answer=Answer.ACCEPT) & (Q(due_at__lte=now, rung=0) | Q(rises_at__lte=now, rung__lt=MANAGER))
        | Q(answer=Answer.ACCEPT, ready_at=None)
        & (Q(ready_due_at__lte=now, ready_rung=0) | Q(ready_rises_at__lte=now, ready_rung__lt=MANAGER))
    )
    count = 0
    for one in late.select_related("order__hotel", "order__follower", "department__hotel").order_by("order", "pk"):
        hold(one.order)
        one.refresh_from_db(fields=["answer", "ready_at", "superseded_at", "rung", "ready_rung"])
        count += _rise(one, now)
    return count or UNCHANGED


def _rise(one: DepartmentNotice, now: datetime) -> int:
    if not one.stands or one.ready_at or one.order.state not in FIRM:
        return 0
    is_confirmed = one.answer == Answer.ACCEPT
    column, first, second = (
        ("ready_rung", one.ready_due_at, one.ready_rises_at) if is_confirmed else ("rung", one.due_at, one.rises_at)
    )
    old, new = getattr(one, column), MANAGER if second <= now else FOLLOWER if first <= now else 0
    if new <= old or not DepartmentNotice.objects.filter(pk=one.pk, **{column: old}).update(**{column: new}):
        return 0
    message = NOT_READY if is_confirmed else LATE
    if old < FOLLOWER and one.answer != Answer.PROBLEM:
        tell(one.order.follower, one.order, message, department=one.department.label)
    manager = leader_of(one.order.follower, one.order.hotel) if new == MANAGER else None
    if manager is not None:
        tell(manager, one.order, message, department=one.department.label)
    record(one, order=one.order.number, **{column: (old, new)})
    return 1
