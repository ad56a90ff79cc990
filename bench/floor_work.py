"""The least work behind a visit that is logged, and behind a file of reservations that is brought in."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.floors import Answer, Base, Desk, floor

SLOTS = 6


@floor
def log_visit(desk: Desk, query: Mapping[str, str]) -> Answer:
    """Visit, diary, report, follow-up, timeline, the client's dates and the audit, each in one statement, in one transaction."""
    base, account = desk.base, query["account"]
    start = datetime.fromisoformat(query["start"])
    day, moment = start.date(), f"{start}"
    base.run("BEGIN IMMEDIATE" if base.vendor == "sqlite" else "BEGIN")
    address, district, contact = base.one(
        "SELECT a.address, a.district, c.id FROM clients_account a JOIN clients_contact c ON c.account_id = a.id WHERE a.id = ? "
        "AND a.hotel_id = ? LIMIT 1",
        account, desk.hotel,
    )  # fmt: skip
    (number,) = base.one(
        "INSERT INTO kernel_counter (series, last) VALUES (?, 1) ON CONFLICT (series) DO UPDATE SET last = kernel_counter.last + 1 "
        "RETURNING last",
        f"floor:{desk.code}:{day:%Y%m}",
    )  # fmt: skip
    visit = insert(base, "activities_visit", VISIT | {
        "hotel_id": desk.hotel, "account_id": account, "staff_id": desk.staff, "number": f"FL-{day:%Y%m}-{number:04d}", "day": day.isoformat(),
        "planned_start": moment, "planned_end": f"{start + timedelta(minutes=30)}", "place": address, "district": district,
        "confirmed_with": desk.name, "report_due_at": moment, "created_at": moment, "created_by": desk.username,
    })  # fmt: skip
    times = [(desk.staff, f"{start + timedelta(minutes=5 * n)}", visit) for n in range(SLOTS)]
    base.run(
        f"INSERT INTO activities_visitslot (staff_id, start, visit_id) VALUES {', '.join(['(?, ?, ?)'] * SLOTS)}",
        *(value for row in times for value in row),
    )
    insert(base, "activities_visit_people", {"visit_id": visit, "contact_id": contact})
    report = insert(base, "activities_visitreport", REPORT | {
        "visit_id": visit, "submission_key": query["key"], "met_from": moment, "met_to": f"{start + timedelta(minutes=30)}",
        "address": address, "submitted_at": f"{start + timedelta(minutes=31)}",
    })  # fmt: skip
    insert(base, "activities_visitreport_contacts", {"visitreport_id": report, "contact_id": contact})
    due = (date.fromisoformat(desk.today) + timedelta(days=1)).isoformat()
    task = insert(base, "activities_followup", TASK | {
        "hotel_id": desk.hotel, "account_id": account, "contact_id": contact, "visit_id": visit, "owner_id": desk.staff, "due_on": due,
        "created_by_id": desk.staff, "created_at": moment, "escalate_on": due,
    })  # fmt: skip
    base.run(
        "UPDATE clients_account SET last_visit_on = ?, next_action_on = ?, next_action = ? WHERE id = ?",
        day.isoformat(),
        due,
        "call",
        account,
    )
    insert(base, "clients_timelineentry", {
        "account_id": account, "contact_id": contact, "at": moment, "kind": "visit", "message": "Visited: interested", "values": "{}",
        "note": "", "url": f"/h/{desk.code}/activities/visits/{visit}/", "actor_name": desk.name,
    })  # fmt: skip
    for subject in (f"activities.visit:{visit}", f"activities.followup:{task}"):
        insert(base, "kernel_auditentry", {
            "at": moment, "hotel_code": desk.code, "command": "floor", "actor": desk.username, "origin": "", "subject": subject,
            "changes": json.dumps({"number": number}), "salt": "0" * 32, "digest": "0" * 64,
        })  # fmt: skip
    base.run("COMMIT")
    return "", 1


def insert(base: Base, table: str, row: dict[str, Any]) -> int:
    """One row; its key."""
    columns = ", ".join(f'"{column}"' for column in row)
    (key,) = base.one(
        f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))}) RETURNING id", *row.values()
    )
    return int(key)


VISIT: dict[str, Any] = {
    **dict.fromkeys(
        ("purpose_text", "points", "special", "materials", "desired_outcome", "long_reason", "cold_reason", "destination", "talk_notes", "end_reason"),
        "",
    ),
    **dict.fromkeys(("is_cold_call", "appearance_confirmed", "location_consent"), False),
    "state": "reported", "kind": "return", "purpose": "return_visit", "confirmed_how": "phone", "is_logged": True, "revision": 1,
}  # fmt: skip
REPORT: dict[str, Any] = {
    **dict.fromkeys(
        ("people_text", "presented", "product_offered", "questions", "features", "complaint", "agreements", "next_purpose", "refusal_reason",
         "note", "comment"),
        "",
    ),
    **dict.fromkeys(("overrun_minutes", "arrival_minutes", "delay_minutes", "late_minutes"), 0),
    "kind": "return", "client_type": "corporate", "purpose": "return_visit", "needs": '["rooms"]', "likes": "{}", "competitors": "[]",
    "feedback": "satisfied", "result": "interested", "actual_minutes": 30, "is_late": False,
}  # fmt: skip
TASK: dict[str, Any] = {
    "kind": "thanks_call", "what": "", "priority": "normal", "source": "visit", "recurrence": "none", "month_day": 1, "state": "open",
    "outcome": "", "result": "",
}  # fmt: skip


def bring_in(base: Base, path: Path) -> int:
    """The rows of a file into a bare table of as many columns, as they stand there; returns how many."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        base.run("DROP TABLE IF EXISTS bench_reservations")
        base.run(f"CREATE TABLE bench_reservations ({', '.join(f'{name} text' for name in header)})")
        base.run("BEGIN")
        statement = f"INSERT INTO bench_reservations VALUES ({', '.join('?' * len(header))})"
        with base.cursor() as cursor:
            cursor.executemany(statement if base.vendor == "sqlite" else statement.replace("?", "%s"), list(reader))
        base.run("COMMIT")
    (count,) = base.one("SELECT count(*) FROM bench_reservations")
    base.run("DROP TABLE bench_reservations")
    return int(count)
