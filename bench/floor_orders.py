"""The least that would do for the diary of halls, an order, and the board of readiness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bench.floors import Answer, Desk, floor, framed, table


@floor
def diary_month(desk: Desk, query: Mapping[str, str]) -> Answer:
    """Halls with their parts, and who has them from one midnight to another: those that the picture is drawn from."""
    first = date.fromisoformat(query["date"])
    last = (first + timedelta(days=32)).replace(day=1)
    halls = desk.base.rows(
        "SELECT id, name, name_en, place, area, seats FROM orders_functionspace WHERE hotel_id = ? ORDER BY position, id",
        desk.hotel,
    )
    parts = desk.base.rows(
        "SELECT p.whole_id, p.part_id FROM orders_spacepart p JOIN orders_functionspace s ON s.id = p.whole_id WHERE s.hotel_id = ?",
        desk.hotel,
    )
    rows = desk.base.rows(
        "SELECT b.id, b.space_id, b.state, b.title, a.name, b.starts_at, b.ends_at, b.taken_from, b.taken_until, b.attendance, "
        "b.option_until, b.revision FROM orders_spacebooking b LEFT JOIN orders_order o ON o.id = b.order_id "
        "LEFT JOIN clients_account a ON a.id = o.account_id WHERE b.hotel_id = ? AND b.taken_from < ? AND b.taken_until > ? "
        "AND b.state <> 'released' ORDER BY b.space_id, b.starts_at",
        desk.hotel, last.isoformat(), first.isoformat(),
    )  # fmt: skip
    return framed(desk, table(rows), *halls, *parts), len(rows)


@floor
def readiness_board(desk: Desk, query: Mapping[str, str]) -> Answer:
    """The definite orders ahead, and the answers of their departments."""
    rows = desk.base.rows(
        "SELECT o.id, o.title, a.name, s.name, o.arrives_on, o.arrives_at FROM orders_order o JOIN clients_account a "
        "ON a.id = o.account_id JOIN organization_staff s ON s.id = o.follower_id WHERE o.hotel_id = ? "
        "AND o.state IN ('definite', 'in_progress') AND o.departs_on >= ? ORDER BY o.arrives_on, o.arrives_at, o.id LIMIT 501",
        desk.hotel, desk.today,
    )  # fmt: skip
    lights: dict[int, list[object]] = {}
    for order, *light in desk.base.rows(
        "SELECT n.order_id, d.kind, d.name, n.answer, n.ready_at, n.due_at, n.ready_due_at FROM orders_departmentnotice n "
        "JOIN organization_department d ON d.id = n.department_id JOIN orders_order o ON o.id = n.order_id "
        "WHERE n.superseded_at IS NULL AND o.hotel_id = ? AND o.state IN ('definite', 'in_progress') AND o.departs_on >= ?",
        desk.hotel, desk.today,
    ):  # fmt: skip
        lights.setdefault(order, []).append(light)
    return framed(desk, table([*row, *lights.get(row[0], [])] for row in rows)), len(rows)


@floor
def order_page(desk: Desk, query: Mapping[str, str]) -> Answer:
    """The order with its client and people, what it asks for, who comes, and its way so far."""
    one, pk = desk.base.one, query["pk"]
    head = one(
        "SELECT o.*, a.name, c.name, t.name, f.name, f.phone FROM orders_order o JOIN clients_account a ON a.id = o.account_id "
        "LEFT JOIN clients_contact c ON c.id = o.contact_id JOIN organization_staff t ON t.id = o.taken_by_id "
        "JOIN organization_staff f ON f.id = o.follower_id WHERE o.id = ?",
        int(pk),
    )
    items = desk.base.rows(
        "SELECT * FROM orders_orderitem WHERE order_id = ? AND removed_at IS NULL ORDER BY id", int(pk)
    )
    guests = desk.base.rows("SELECT * FROM orders_orderguest WHERE order_id = ? AND removed_at IS NULL", int(pk))
    way = desk.base.rows(
        "SELECT l.at, l.what, l.note, l.who, s.name FROM orders_orderline l LEFT JOIN organization_staff s ON s.username = l.who "
        "WHERE l.order_id = ? ORDER BY l.id DESC",
        int(pk),
    )
    return framed(desk, table([*items, *guests, *way]), *head), len(items)
