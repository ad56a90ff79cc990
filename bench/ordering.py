"""Measuring orders: the diary of a month with forty halls and three thousand functions, an order, the readiness of five hundred."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from bench import floor_orders  # noqa: F401  (its floors join the others)
from bench.measure import Bench, Line
from bench.pages import Office, Page
from roomnight.clients.models import Account
from roomnight.kernel.calendar import at_local
from roomnight.orders.models import (
    DepartmentNotice,
    FunctionSpace,
    Order,
    OrderGuest,
    OrderItem,
    OrderLine,
    OrderRevision,
    SpaceBooking,
    SpacePart,
)
from roomnight.organization.models import Department

HALLS, FUNCTIONS, AHEAD, TOLD = 40, 3_000, 500, 5
SERIES = "DD-BENCH-"
BATCH = 500


def prepare(there: Office, scale: float, today: date) -> int:
    """Forty halls, ten of them thrown together from two others; functions in the month of today, each of an order; the orders
    ahead with five departments told. Gives the order that is looked at."""
    hotel = there.hotel
    if not Order.objects.filter(hotel=hotel, number__startswith=SERIES).exists():
        with transaction.atomic():
            _fill(there, max(8, round(FUNCTIONS * scale)), max(4, round(AHEAD * scale)), today)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE orders_spacebooking, orders_order, orders_departmentnotice")
    return Order.objects.filter(hotel=hotel, number=f"{SERIES}0").values_list("pk", flat=True).get()


def _fill(there: Office, functions: int, ahead: int, today: date) -> None:
    hotel, zone = there.hotel, ZoneInfo(there.hotel.timezone)
    made = FunctionSpace.objects.bulk_create(
        FunctionSpace(hotel=hotel, name=f"会议厅 {n + 1}", place="三楼", position=n, seats={"theatre": 100 + n})
        for n in range(HALLS)
    )
    small, whole = made[: HALLS - HALLS // 4], made[HALLS - HALLS // 4 :]
    SpacePart.objects.bulk_create(
        SpacePart(whole=one, part=small[2 * n + side]) for n, one in enumerate(whole) for side in (0, 1)
    )
    clients = list(Account.objects.filter(hotel=hotel, owner__isnull=False).order_by("pk")[:200])
    owners = [one.owner_id or 0 for one in clients]
    orders = Order.objects.bulk_create(
        [
            Order(
                hotel=hotel, number=f"{SERIES}{n}", account=clients[n % len(clients)], title=f"第 {n + 1} 场会议", kind="meeting",
                taken_by_id=owners[n % len(clients)], follower_id=owners[n % len(clients)], people=80,
                state="definite" if n < ahead else "completed", arrives_at=time(12),
                arrives_on=today + timedelta(days=1 + n % 30 if n < ahead else -1),
                departs_on=today + timedelta(days=2 + n % 30 if n < ahead else -1),
            )
            for n in range(functions)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    first = today.replace(day=1)
    days = ((first + timedelta(days=32)).replace(day=1) - first).days

    def booked(n: int, order: Order) -> SpaceBooking:
        place, turn = n % len(small), n // len(small)
        start = at_local(first + timedelta(days=turn % days), time(8 + 4 * (turn // days % 4)), zone)
        return SpaceBooking(
            hotel=hotel, space=small[place], order=order, title=order.title, starts_at=start, ends_at=start + timedelta(hours=3),
            taken_from=start - timedelta(minutes=30), taken_until=start + timedelta(hours=3, minutes=15), state="definite",
            attendance=80, asked_at=start, booked_by_id=order.follower_id, set_up="theatre",
        )  # fmt: skip

    SpaceBooking.objects.bulk_create((booked(n, order) for n, order in enumerate(orders)), batch_size=BATCH)
    _details(orders[0], today, zone)
    _tell(there, orders[:ahead], timezone.now())


def _details(order: Order, today: date, zone: ZoneInfo) -> None:
    """What the order that is looked at asks for, who comes, and its way so far."""
    start = at_local(order.arrives_on, time(9), zone)
    OrderItem.objects.bulk_create([
        OrderItem(order=order, kind="function", what=f"第 {n + 1} 节", starts_at=start + timedelta(hours=n), ends_at=start + timedelta(hours=n + 1),
                  people=80, set_up="theatre", equipment="投影", price_cents=500_000)
        for n in range(6)
    ])  # fmt: skip
    OrderGuest.objects.bulk_create(
        OrderGuest(order=order, name=f"宾客{n}", needs="素食" if n % 5 == 0 else "") for n in range(60)
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, at=start, who=order.follower.username, what="item_changed", note=f"第 {n} 次")
        for n in range(20)
    )


def _tell(there: Office, orders: list[Order], now: datetime) -> None:
    """One revision of each order, and five departments with one answer or another."""
    told = list(Department.objects.filter(hotel=there.hotel).exclude(kind="sales").order_by("pk")[:TOLD])
    content: dict[str, Any] = {"head": {}, "items": {}, "halls": {}, "guests": {}}
    frozen = OrderRevision.objects.bulk_create(
        (OrderRevision(order=one, number=1, made_at=now, made_by="bench", content=content) for one in orders),
        batch_size=BATCH,
    )

    def notice(n: int, revision: OrderRevision, department: Department) -> DepartmentNotice:
        answered = {"answer": "accept", "answered_by": there.director, "answered_at": now} if n % 3 else {}
        return DepartmentNotice(
            order_id=revision.order_id, department=department, revision=revision, sent_at=now, due_at=now + timedelta(hours=n % 5 - 1),
            rises_at=now + timedelta(hours=8), ready_due_at=now + timedelta(days=1), ready_rises_at=now + timedelta(days=2), **answered,
        )  # fmt: skip

    DepartmentNotice.objects.bulk_create(
        (notice(n + place, one, department) for n, one in enumerate(frozen) for place, department in enumerate(told)),
        batch_size=BATCH,
    )


def order_pages(there: Office, order: int, today: date) -> list[Page]:
    """The pages that are measured: the whole hotel's, as the director sees it."""
    at, month = f"/h/{there.hotel.code}/orders", today.replace(day=1).isoformat()
    return [
        Page("diary of a month", f"{at}/diary/events/?view=month&date={month}", "diary_month"),
        Page("order", f"{at}/{order}/", "order_page", pk=str(order)),
        Page("readiness board", f"{at}/readiness/", "readiness_board"),
    ]


def ordering(bench: Bench, scale: float) -> Iterator[Line]:
    """Orders, line by line."""
    today = timezone.localdate()
    for page in order_pages(bench.office, prepare(bench.office, scale, today), today):
        yield bench.page(page)
