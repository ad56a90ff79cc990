"""Requests counted: by kind, department, place; how long they took, and how many within their time (DSK-01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from roomnight.service.models import Place, RequestKind, RequestState, ServiceRequest

WAYS = ("kind", "department", "place")


@dataclass(frozen=True)
class Counted:
    """The requests of one kind, department or place, those withdrawn left out. `minutes` is the average from being taken
    to being finished; `in_time` of `judged` were finished within their time: judged are those finished and those late
    already; `again` were opened again because who asked was not content, which is never in time."""

    label: str
    count: int
    open: int
    finished: int
    minutes: int | None
    in_time: int
    judged: int
    again: int

    @property
    def percent(self) -> int | None:
        """The share within time; rounded down, so that a hundred means every one."""
        return 100 * self.in_time // self.judged if self.judged else None


def figures(rows: QuerySet[ServiceRequest], way: str, now: datetime) -> tuple[list[Counted], Counted]:
    """Each group by one of `WAYS`, the most requests first, and all of them together."""
    kept = rows.exclude(state=RequestState.WITHDRAWN)
    found = list(kept.select_related("department").order_by("taken_at", "pk"))
    groups: dict[str, list[ServiceRequest]] = defaultdict(list)
    name = _NAMES[way]
    for one in found:
        groups[name(one)].append(one)
    counted = [_count(label, every, now) for label, every in groups.items()]
    return sorted(counted, key=lambda one: (-one.count, one.label)), _count("", found, now)


def _count(label: str, every: Collection[ServiceRequest], now: datetime) -> Counted:
    done = [one for one in every if one.finished_at is not None]
    waits = [one.finished_at - one.taken_at for one in done if one.finished_at is not None]
    average = sum(waits, timedelta()) / len(waits) if waits else None
    in_time = sum(one.round == 1 and one.finished_at is not None and one.finished_at <= one.due_at for one in done)
    late = sum(one.finished_at is None and (one.round > 1 or now > one.due_at) for one in every)
    return Counted(
        label, len(every), open=sum(one.is_open for one in every), finished=len(done),
        minutes=None if average is None else int(average.total_seconds() // 60),
        in_time=in_time, judged=len(done) + late, again=sum(one.round > 1 for one in every),
    )  # fmt: skip


_NAMES: dict[str, Callable[[ServiceRequest], str]] = {
    "kind": lambda one: str(RequestKind(one.kind).label),
    "department": lambda one: str(one.department) if one.department else _("not said"),
    "place": lambda one: str(Place(one.place).label),
}
