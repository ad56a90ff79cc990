"""The least that would do: a bare WSGI application with hand-written SQL that yields the same facts as the product's pages.

Like any page it reads the session from the cookie, the person, the seat with its grants, and the bell; then it asks the fewest
and smallest questions, escapes what it got and joins it to plain HTML. Nothing of it comes from the product's own queries.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Answer = tuple[str, int]
Floor = Callable[["Desk", Mapping[str, str]], Answer]
FLOORS: dict[str, Floor] = {}


class Base:
    """A connection of sqlite3 or psycopg, asked with question marks."""

    def __init__(self, raw: Any, vendor: str) -> None:
        self.raw, self.vendor = raw, vendor

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        cursor = self.raw.cursor()
        cursor.execute(sql if self.vendor == "sqlite" else sql.replace("?", "%s"), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return found

    def run(self, sql: str, *values: Any) -> None:
        """Ask for nothing back."""
        with self.cursor() as cursor:
            cursor.execute(sql if self.vendor == "sqlite" else sql.replace("?", "%s"), values)

    def cursor(self) -> closing[Any]:
        return closing(self.raw.cursor())

    def one(self, sql: str, *values: Any) -> tuple[Any, ...]:
        found = self.rows(sql, *values)
        return found[0] if found else ()


@dataclass
class Desk:
    """Who asks, from where, and how far they may see."""

    base: Base
    staff: int
    username: str
    name: str
    hotel: int
    hotel_name: str
    code: str
    grants: dict[tuple[str, str], str]
    today: str


def application(base: Base, today: str) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The floors as a WSGI application; `bench.floor` in the environment names the one that is asked for."""

    def respond(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        cookie = SimpleCookie(environ["HTTP_COOKIE"])["sessionid"].value
        desk = sit_down(base, cookie, environ["PATH_INFO"].split("/")[2], today)
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        query["pk"] = environ["bench.pk"]
        body, _rows = FLOORS[environ["bench.floor"]](desk, query)
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [body.encode()]

    return respond


def sit_down(base: Base, session: str, code: str, today: str) -> Desk:
    """Session, person, place and role in one question each, and the grants."""
    (kept,) = base.one("SELECT session_data FROM django_session WHERE session_key = ?", session)
    staff = int(user_of(kept))
    username, name, hotel, hotel_name, role = base.one(
        "SELECT s.username, s.name, h.id, h.name, m.role_id FROM organization_staff s JOIN organization_membership m "
        "ON m.staff_id = s.id JOIN organization_hotel h ON h.id = m.hotel_id WHERE s.id = ? AND h.code = ?",
        staff, code,
    )  # fmt: skip
    cells = base.rows("SELECT resource, action, scope FROM organization_grant WHERE role_id = ?", role)
    grants = {(resource, action): scope for resource, action, scope in cells}
    return Desk(base, staff, username, name, hotel, hotel_name, code, grants, today)


def user_of(kept: str) -> str:
    """The person's id in a kept session: base64 of JSON, packed where that is shorter; what stands behind is its signature."""
    payload = kept.split(":", 1)[0]
    packed = payload.startswith(".")
    text = payload.lstrip(".")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return str(json.loads(zlib.decompress(data) if packed else data)["_auth_user_id"])


def floor(function: Floor) -> Floor:
    """Make a function the floor of the page of the same name."""
    FLOORS[function.__name__] = function
    return function


def table(rows: Iterable[Iterable[Any]]) -> str:
    """The rows, escaped."""
    return "".join(
        f"<tr>{''.join(f'<td>{escape(str(value))}</td>' if value is not None else '<td></td>' for value in row)}</tr>"
        for row in rows
    )


def framed(desk: Desk, body: str, *facts: Any) -> str:
    """A whole page: who, where, what is new behind the bell, and the body."""
    (unread,) = desk.base.one(
        "SELECT count(*) FROM kernel_notification WHERE recipient = ? AND hotel_code IN ('', ?) AND read_at IS NULL",
        desk.username, desk.code,
    )  # fmt: skip
    head = " ".join(escape(str(fact)) for fact in (desk.hotel_name, desk.name, unread, *facts))
    return f"<!doctype html><html><body><h1>{head}</h1><table>{body}</table></body></html>"


# ---- the list of clients ----------------------------------------------------------------------------------------------

LIST = (
    "SELECT id, code, name, mnemonic, grade, stage, last_arrival_on, room_nights_12m, room_nights_prior_12m, revenue_12m, "
    "last_visit_on, next_action_on, next_action FROM clients_account WHERE hotel_id = ?"
)
MINE = " AND (owner_id = ? OR co_owner_id = ?)"
BY_NIGHTS = " ORDER BY room_nights_12m DESC, id DESC LIMIT 51"


def list_page(desk: Desk, where: str, order: str, *values: Any, then: str = "", beyond: tuple[Any, ...] = ()) -> Answer:
    """A page of clients with its count up to 1,001 and the saved views; `then` and `beyond` lead to a later page."""
    rows = desk.base.rows(f"{LIST}{where}{then}{order}", desk.hotel, *values, *beyond)[:50]
    counted = f"SELECT count(*) FROM (SELECT 1 FROM clients_account WHERE hotel_id = ?{where} LIMIT 1001) AS x"
    (count,) = desk.base.one(counted, desk.hotel, *values)
    views = desk.base.rows(
        "SELECT id, name, query FROM clients_savedview WHERE hotel_id = ? AND page = 'accounts' AND (owner_id = ? OR is_shared)",
        desk.hotel, desk.staff,
    )  # fmt: skip
    return framed(desk, table(rows), count, *views), len(rows)


@floor
def accounts(desk: Desk, query: Mapping[str, str]) -> Answer:
    return list_page(desk, "", BY_NIGHTS)


@floor
def accounts_mine(desk: Desk, query: Mapping[str, str]) -> Answer:
    return list_page(desk, MINE, BY_NIGHTS, desk.staff, desk.staff)


@floor
def accounts_visible(desk: Desk, query: Mapping[str, str]) -> Answer:
    reach = " AND (owner_id = ? OR co_owner_id = ? OR id IN (SELECT account_id FROM clients_accountshare WHERE staff_id = ?))"
    return list_page(desk, reach, BY_NIGHTS, desk.staff, desk.staff, desk.staff)


@floor
def accounts_filtered(desk: Desk, query: Mapping[str, str]) -> Answer:
    where = " AND kind = ? AND stage = ? AND grade = ? AND district LIKE ?"
    return list_page(desk, where, BY_NIGHTS, query["kind"], query["stage"], query["grade"], f"%{query['district']}%")


@floor
def accounts_by_name(desk: Desk, query: Mapping[str, str]) -> Answer:
    return list_page(desk, "", " ORDER BY name, id LIMIT 51")


@floor
def accounts_deep(desk: Desk, query: Mapping[str, str]) -> Answer:
    text = query["after"]
    nights, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return list_page(desk, "", BY_NIGHTS, then=" AND (room_nights_12m, id) < (?, ?)", beyond=(nights, pk))


# ---- one client -------------------------------------------------------------------------------------------------------


def client(desk: Desk, query: Mapping[str, str]) -> tuple[Any, ...]:
    """The client's row, if it is of this hotel and within reach."""
    return desk.base.one(
        "SELECT a.*, o.name, c.name, t.name FROM clients_account a LEFT JOIN organization_staff o ON o.id = a.owner_id "
        "LEFT JOIN organization_staff c ON c.id = a.co_owner_id LEFT JOIN clients_territory t ON t.id = a.territory_id "
        "WHERE a.id = ? AND a.hotel_id = ?",
        query["pk"], desk.hotel,
    )  # fmt: skip


def there(desk: Desk, query: Mapping[str, str]) -> None:
    """A panel asks no more of the client than that it is within reach."""
    if not desk.base.one("SELECT 1 FROM clients_account WHERE id = ? AND hotel_id = ?", query["pk"], desk.hotel):
        raise LookupError(query["pk"])


@floor
def account(desk: Desk, query: Mapping[str, str]) -> Answer:
    return framed(desk, table([client(desk, query)])), 1


@floor
def panel_details(desk: Desk, query: Mapping[str, str]) -> Answer:
    base, pk = desk.base, query["pk"]
    rows = [
        client(desk, query),
        *base.rows(
            "SELECT v.source FROM procedures_formversion v JOIN procedures_form f ON f.id = v.form_id"
            " WHERE f.hotel_id = ? AND f.\"use\" = 'account' AND NOT f.is_retired AND v.state = 'effective'",
            desk.hotel,
        ),
        *base.rows(
            "SELECT t.name FROM clients_tag t JOIN clients_account_tags x ON x.tag_id = t.id WHERE x.account_id = ?", pk
        ),
        *base.rows(
            "SELECT hotel_name, share_percent, price, noted_on FROM clients_competitoruse WHERE account_id = ?", pk
        ),
        *base.rows(
            "SELECT s.name FROM clients_accountshare x JOIN organization_staff s ON s.id = x.staff_id WHERE x.account_id = ?",
            pk,
        ),
    ]
    return table(rows), len(rows)


@floor
def panel_contacts(desk: Desk, query: Mapping[str, str]) -> Answer:
    there(desk, query)
    rows = desk.base.rows(
        "SELECT c.id, c.name, c.job_title, c.decision_role, c.mobile, c.phone, c.email, c.wechat, c.qq, c.other_way, "
        "c.preferred_channel, c.quiet_from, c.quiet_until, c.do_not_contact, s.name FROM clients_contact c "
        "LEFT JOIN organization_staff s ON s.id = c.messaging_keeper_id WHERE c.account_id = ? AND c.is_active",
        query["pk"],
    )
    return table(rows), len(rows)


@floor
def panel_timeline(desk: Desk, query: Mapping[str, str]) -> Answer:
    there(desk, query)
    of_client = "FROM clients_timelineentry WHERE account_id = ?"
    lines = (
        f'SELECT id, at, kind, message, "values", note, url, actor_name {of_client} ORDER BY at DESC, id DESC LIMIT 11'
    )
    rows = desk.base.rows(lines, query["pk"])[:10]
    kinds = desk.base.rows(f"SELECT DISTINCT kind {of_client}", query["pk"])
    return table([*kinds, *rows]), len(rows)


@floor
def panel_history(desk: Desk, query: Mapping[str, str]) -> Answer:
    there(desk, query)
    rows = desk.base.rows(
        "SELECT e.id, e.at, e.command, e.changes, s.name FROM kernel_auditentry e LEFT JOIN organization_staff s "
        "ON s.username = e.actor WHERE e.subject = ? ORDER BY e.id DESC LIMIT 11",
        f"clients.account:{query['pk']}",
    )
    return table(rows[:10]), len(rows[:10])


@floor
def panel_production(desk: Desk, query: Mapping[str, str]) -> Answer:
    there(desk, query)
    first = f"{int(desk.today[:4]) - 2}{desk.today[4:8]}01"
    rows = desk.base.rows(
        "SELECT month, side, bookings, room_nights, room_revenue_cents FROM pms_productionmonth WHERE account_id = ? "
        "AND basis = 'arrival' AND month > ? ORDER BY month",
        query["pk"], first,
    )  # fmt: skip
    habits = desk.base.rows(
        "SELECT first_arrival, last_arrival, arrival_days, twice_median_gap, last_departure FROM pms_accounthabit "
        "WHERE account_id = ? ORDER BY last_arrival DESC LIMIT 1",
        query["pk"],
    )
    desk.base.rows("SELECT key, hotel_code, effective_from, value FROM kernel_policyvalue")
    return table([*rows, *habits]), len(rows)


@floor
def panel_activities(desk: Desk, query: Mapping[str, str]) -> Answer:
    there(desk, query)
    tasks = desk.base.rows(
        "SELECT f.id, f.kind, f.what, f.due_on, f.due_time, f.priority, s.name, c.name, c.mobile FROM activities_followup f "
        "JOIN organization_staff s ON s.id = f.owner_id LEFT JOIN clients_contact c ON c.id = f.contact_id "
        "WHERE f.account_id = ? AND f.state = 'open' ORDER BY f.due_on LIMIT 9",
        query["pk"],
    )
    visits = (
        "SELECT v.id, v.planned_start, v.purpose, v.purpose_text, v.state, s.name, r.note, r.result FROM activities_visit v "
        "JOIN organization_staff s ON s.id = v.staff_id LEFT JOIN activities_visitreport r ON r.visit_id = v.id "
        "WHERE v.account_id = ? AND v.state IN (%s) ORDER BY v.planned_start%s LIMIT 5"
    )
    ahead = desk.base.rows(visits % ("'planned', 'confirmed', 'out', 'returned'", ""), query["pk"])
    made = desk.base.rows(visits % ("'reported', 'closed'", " DESC"), query["pk"])
    return table([*tasks[:8], *ahead, *made]), len(tasks[:8]) + len(ahead) + len(made)


# ---- the day and the lists of work --------------------------------------------------------------------------------------

VISITS = (
    "SELECT v.id, v.number, v.state, v.kind, v.purpose, v.purpose_text, v.planned_start, v.planned_end, v.district, "
    "v.report_due_at, a.name, s.name, r.result FROM activities_visit v JOIN clients_account a ON a.id = v.account_id "
    "JOIN organization_staff s ON s.id = v.staff_id LEFT JOIN activities_visitreport r ON r.visit_id = v.id WHERE v.hotel_id = ?"
)
TASKS = (
    "SELECT f.id, f.kind, f.what, f.due_on, f.due_time, f.priority, f.state, a.id, a.name, s.name, c.name, c.mobile "
    "FROM activities_followup f LEFT JOIN clients_account a ON a.id = f.account_id JOIN organization_staff s ON s.id = f.owner_id "
    "LEFT JOIN clients_contact c ON c.id = f.contact_id WHERE f.hotel_id = ?"
)


@floor
def my_day(desk: Desk, query: Mapping[str, str]) -> Answer:
    base, today = desk.base, desk.today
    visits = base.rows(
        f"{VISITS} AND v.staff_id = ? AND v.day = ? AND v.state NOT IN ('cancelled', 'missed') UNION ALL {VISITS} AND v.staff_id = ? "
        "AND v.day BETWEEN ? AND ? AND v.day <> ? AND v.state IN ('planned', 'confirmed', 'out', 'returned')",
        desk.hotel, desk.staff, today, desk.hotel, desk.staff, shifted(today, -31), shifted(today, 7), today,
    )  # fmt: skip
    tasks = base.rows(
        f"{TASKS} AND f.owner_id = ? AND (f.state = 'open' AND f.due_on <= ? OR f.state = 'done' AND f.done_at >= ?) "
        "ORDER BY f.due_on LIMIT 60",
        desk.hotel, desk.staff, shifted(today, 7), f"{shifted(today, -1)} 16:00:00",
    )  # fmt: skip
    return framed(desk, table([*visits, *tasks])), len(visits) + len(tasks)


@floor
def my_day_leader(desk: Desk, query: Mapping[str, str]) -> Answer:
    body, rows = my_day(desk, query)
    reads = desk.base.rows(
        f"{VISITS} AND v.state = 'reported' AND v.staff_id <> ? ORDER BY r.submitted_at LIMIT 9", desk.hotel, desk.staff
    )
    return body + table(reads), rows + len(reads)


def shifted(day: str, days: int) -> str:
    """A day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def waiting(desk: Desk) -> int:
    """How many visits this person has to report."""
    (count,) = desk.base.one(
        "SELECT count(*) FROM (SELECT 1 FROM activities_visit WHERE hotel_id = ? AND staff_id = ? AND state IN ('out', 'returned') LIMIT 100) AS x",
        desk.hotel, desk.staff,
    )  # fmt: skip
    return int(count)


@floor
def visits(desk: Desk, query: Mapping[str, str]) -> Answer:
    rows = desk.base.rows(f"{VISITS} ORDER BY v.planned_start DESC, v.id DESC LIMIT 41", desk.hotel)[:40]
    (unread,) = desk.base.one(
        "SELECT count(*) FROM (SELECT 1 FROM activities_visit WHERE hotel_id = ? AND state = 'reported' AND staff_id <> ? LIMIT 100) AS x",
        desk.hotel, desk.staff,
    )  # fmt: skip
    people = desk.base.rows(
        "SELECT s.id, s.name FROM organization_staff s JOIN organization_membership m ON m.staff_id = s.id JOIN organization_grant g "
        "ON g.role_id = m.role_id WHERE m.hotel_id = ? AND s.is_active AND g.resource = 'activities.visit' AND g.action = 'create'",
        desk.hotel,
    )
    return framed(desk, table(rows), waiting(desk), unread, *people), len(rows)


@floor
def visits_mine(desk: Desk, query: Mapping[str, str]) -> Answer:
    rows = desk.base.rows(
        f"{VISITS} AND v.staff_id = ? ORDER BY v.planned_start DESC, v.id DESC LIMIT 41", desk.hotel, desk.staff
    )
    return framed(desk, table(rows[:40]), waiting(desk)), len(rows[:40])


def due_counts(desk: Desk) -> list[Any]:
    """How much is due and how much comes, up to 100 each."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM activities_followup WHERE owner_id = ? AND state = 'open' AND due_on {} ? LIMIT 100) AS x"
    return [desk.base.one(sql.format(sign), desk.staff, desk.today)[0] for sign in ("<=", ">")]


@floor
def followups(desk: Desk, query: Mapping[str, str]) -> Answer:
    rows = desk.base.rows(
        f"{TASKS} AND f.owner_id = ? AND f.state = 'open' AND f.due_on <= ? ORDER BY f.due_on, f.due_time, f.id LIMIT 61",
        desk.hotel, desk.staff, desk.today,
    )[:60]  # fmt: skip
    return framed(desk, table(rows), *due_counts(desk)), len(rows)


@floor
def followups_all(desk: Desk, query: Mapping[str, str]) -> Answer:
    order = "ORDER BY f.due_on, f.id LIMIT 61"
    rows = desk.base.rows(f"{TASKS} AND f.state = 'open' {order}", desk.hotel)[:60]
    people = desk.base.rows(
        "SELECT s.id, s.name FROM organization_staff s JOIN organization_membership m ON m.staff_id = s.id WHERE m.hotel_id = ? AND s.is_active",
        desk.hotel,
    )
    return framed(desk, table(rows), *due_counts(desk), *people), len(rows)


@floor
def lost(desk: Desk, query: Mapping[str, str]) -> Answer:
    since = "julianday(?) - julianday(h.last_arrival)" if desk.base.vendor == "sqlite" else "?::date - h.last_arrival"
    usual = (
        "julianday(h.last_arrival) - julianday(h.first_arrival)"
        if desk.base.vendor == "sqlite"
        else "(h.last_arrival - h.first_arrival)"
    )
    rows = desk.base.rows(
        "SELECT a.id, a.code, a.name, s.name, h.side, h.room_nights, h.revenue_cents, h.last_arrival, h.arrival_days, h.twice_median_gap "
        "FROM pms_accounthabit h JOIN clients_account a ON a.id = h.account_id LEFT JOIN organization_staff s ON s.id = a.owner_id "
        f"WHERE h.hotel_id = ? AND h.last_arrival < ? AND ({since} > 90 OR h.arrival_days > 2 AND "
        f"({since} > 2.0 * ({usual}) / (h.arrival_days - 1) OR {since} > h.twice_median_gap)) "
        "ORDER BY h.revenue_cents DESC, h.account_id LIMIT 51",
        desk.hotel, desk.today, desk.today, desk.today, desk.today,
    )[:50]  # fmt: skip
    return framed(desk, table(rows)), len(rows)


@floor
def production_months(desk: Desk, query: Mapping[str, str]) -> Answer:
    rows = desk.base.rows(
        "SELECT x.value, to_month, bookings, stays, cancellations, no_shows, room_nights, cancelled_room_nights, zero_rate_stays, "
        "zero_night_stays, room_revenue_cents FROM (SELECT account_id, substr(CAST(month AS text), 1, 7) AS to_month, bookings, stays, "
        "cancellations, no_shows, room_nights, cancelled_room_nights, zero_rate_stays, zero_night_stays, room_revenue_cents "
        "FROM pms_productionmonth WHERE hotel_id = ? AND side = 'company' AND basis = 'arrival') AS p "
        "LEFT JOIN clients_externalid x ON x.account_id = p.account_id AND x.kind = 'company' ORDER BY length(x.value), x.value, to_month",
        desk.hotel,
    )
    return "\n".join(",".join(map(str, row)) for row in rows), len(rows)


# ---- tasks of cases

TASKS_OF_CASES = (
    "SELECT t.id, t.name, t.item, t.state, t.due_at, t.created_at, p.name, r.name, t.escalated, c.number, c.subject_label, c.is_trial, "
    "o.title FROM procedures_casetask t JOIN procedures_case c ON c.id = t.case_id "
    "JOIN procedures_procedureversion v ON v.id = c.version_id JOIN procedures_procedure o ON o.id = v.procedure_id "
    "LEFT JOIN organization_staff p ON p.id = t.person_id LEFT JOIN organization_role r ON r.id = t.role_id WHERE t.hotel_id = ? AND "
)
FREE = "t.person_id IS NULL AND t.state = 'open' AND (t.role_id = ? OR (t.role_id IS NULL AND t.department = ?))"
DUE_FIRST = " ORDER BY t.due_at IS NULL, t.due_at, t.id LIMIT 41"


def task_page(desk: Desk, where: str, *values: Any) -> tuple[list[Any], tuple[Any, ...], list[Any]]:
    """A page of tasks, how many are mine and free up to a hundred, and the procedures to choose between."""
    base, hotel = desk.base, desk.hotel
    rows = base.rows(f"{TASKS_OF_CASES}{where}{DUE_FIRST}", hotel, *values)[:40]
    mine = (
        "SELECT 1 FROM procedures_casetask t WHERE t.hotel_id = ? AND t.person_id = ? AND t.state = 'claimed' LIMIT 100"
    )
    free = f"SELECT 1 FROM procedures_casetask t WHERE t.hotel_id = ? AND {FREE} LIMIT 100"
    counts = base.one(
        f"SELECT (SELECT count(*) FROM ({mine}) AS a), (SELECT count(*) FROM ({free}) AS b)",
        hotel,
        desk.staff,
        hotel,
        *place(desk),
    )
    return rows, counts, base.rows("SELECT id, title FROM procedures_procedure WHERE hotel_id = ? ORDER BY code", hotel)


def place(desk: Desk) -> tuple[Any, ...]:
    """The role and the kind of department in which somebody works here."""
    return desk.base.one(
        "SELECT m.role_id, d.kind FROM organization_membership m JOIN organization_department d ON d.id = m.department_id "
        "WHERE m.staff_id = ? AND m.hotel_id = ?",
        desk.staff, desk.hotel,
    )  # fmt: skip


@floor
def tasks_department(desk: Desk, query: Mapping[str, str]) -> Answer:
    rows, counts, procedures = task_page(desk, "t.department = ? AND t.state IN ('open', 'claimed')", place(desk)[1])
    people = desk.base.rows(
        "SELECT DISTINCT s.id, s.name FROM organization_staff s JOIN organization_membership m ON m.staff_id = s.id "
        "JOIN organization_grant g ON g.role_id = m.role_id WHERE m.hotel_id = ? AND s.is_active AND g.resource = 'procedures.task' "
        "AND g.action = 'edit'",
        desk.hotel,
    )  # fmt: skip
    return framed(desk, table(rows), *counts, *procedures, *people), len(rows)


@floor
def tasks_free(desk: Desk, query: Mapping[str, str]) -> Answer:
    rows, counts, procedures = task_page(desk, FREE, *place(desk))
    return framed(desk, table(rows), *counts, *procedures), len(rows)
