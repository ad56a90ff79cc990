"""How ready the house is for the orders ahead (ORD-05)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from roomnight.orders.models import FIRM, DepartmentNotice, Order
from roomnight.orders.notice_words import LIGHTS
from roomnight.orders.queries.revisions import answering
from roomnight.orders.rules.notices import light, together
from roomnight.organization.access import Seat
from roomnight.organization.models import Department, Hotel

READ = ("order", "department", "answer", "ready_at", "due_at", "ready_due_at")
"""Of a notice what its light is made of."""


def ahead(found: QuerySet[Order], seat: Seat) -> QuerySet[Order]:
    """Of orders those that departments prepare: definite, or with the guests here."""
    coming = found.filter(state__in=FIRM, departs_on__gte=seat.today)
    return coming.select_related("hotel", "account", "follower").order_by("arrives_on", "arrives_at", "pk")


def nobody_in(hotel: Hotel) -> frozenset[int]:
    """The departments of a hotel in which nobody works who could answer a notice."""
    return frozenset(
        Department.objects.filter(hotel=hotel)
        .exclude(pk__in=answering().filter(hotel=hotel).values("department"))
        .values_list("pk", flat=True)
    )


def board(orders: Iterable[Order], now: datetime) -> list[dict[str, Any]]:
    """Orders with the light of each department, the most pressing of them, and how many are ready; in three queries.

    What is said of a light is put into words once, not once for every notice.
    """
    rows = list(orders)
    if not rows:
        return []
    hotel = rows[0].hotel
    nobody = nobody_in(hotel)
    labels = {one.pk: one.label for one in Department.objects.filter(hotel=hotel)}
    said = {name: (str(word), tone, drawing) for name, (word, tone, drawing) in LIGHTS.items()}
    found = DepartmentNotice.objects.filter(order__in=[one.pk for one in rows], superseded_at=None)
    by_order: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for order, department, answer, ready_at, due_at, ready_due_at in found.order_by("department").values_list(*READ):
        name = light(answer, ready_at is not None, due_at, ready_due_at, now, is_staffed=department not in nobody)
        word, tone, drawing = said[name]
        by_order[order].append(
            {"department": labels[department], "light": name, "word": word, "tone": tone, "icon": drawing}
        )
    return [_row(one, by_order[one.pk]) for one in rows]


def _row(one: Order, lights: list[dict[str, Any]]) -> dict[str, Any]:
    name = together(one["light"] for one in lights)
    word, tone, drawing = LIGHTS[name] if name else ("", "", "")
    return {
        "one": one, "url": one.get_absolute_url(), "lights": lights, "light": name, "word": word, "tone": tone,
        "icon": drawing, "ready": sum(one["light"] == "ready" for one in lights),
    }  # fmt: skip
