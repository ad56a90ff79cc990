"""What the sales people did and have to do: visits with their reports, follow-ups, timelines, four years of it."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench import names
from bench.clients import Client, Keys
from bench.team import Team
from bench.writing import Row, write
from roomnight.activities.models import FollowUp, Visit, VisitReport, VisitSlot
from roomnight.clients.models import TimelineEntry
from roomnight.kernel.models import Counter, Notification
from roomnight.organization.models import Staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC = ZoneInfo("UTC")
YEARS, AHEAD = 4, 10
FIRST_HOUR, STEP, TALK = 9, timedelta(minutes=35), timedelta(minutes=30)
GRID = timedelta(minutes=5)
RESULTS = [("interested", 0.6), ("refused", 0.1), ("trial", 0.1), ("agreement", 0.1), ("order", 0.1)]
VISIT_FIELDS = (
    "id", "hotel", "account", "staff", "number", "state", "kind", "purpose", "day", "planned_start", "planned_end", "place",
    "confirmed_how", "confirmed_with", "out_at", "back_at", "report_due_at", "end_reason", "created_at", "created_by",
)  # fmt: skip
REPORT_FIELDS = (
    "id", "visit", "submission_key", "met_from", "met_to", "kind", "client_type", "purpose", "needs", "likes", "competitors",
    "feedback", "result", "refusal_reason", "note", "submitted_at", "actual_minutes",
)  # fmt: skip
FOLLOW_UP_FIELDS = (
    "id", "hotel", "account", "contact", "visit", "kind", "what", "due_on", "owner", "created_by", "created_at", "source", "state",
    "done_at", "escalate_on", "result",
)  # fmt: skip
LINE_FIELDS = ("id", "account", "at", "kind", "message", "values", "note", "url", "actor_name")


def stamp(moment: datetime) -> str:
    """A moment as both databases take it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


class Work:
    """The visits and follow-ups of one hotel."""

    def __init__(self, rng: random.Random, keys: Keys, team: Team, clients: list[Client], today: date) -> None:
        self.rng, self.keys, self.team, self.today = rng, keys, team, today
        self.clients = clients
        self.of: dict[int, list[Client]] = defaultdict(list)
        for one in clients:
            if one.owner:
                self.of[one.owner.pk].append(one)
        start = today - timedelta(days=365 * YEARS)
        days = (start + timedelta(days=n) for n in range(365 * YEARS + AHEAD))
        self.days = [day for day in days if day.weekday() < 5]  # noqa: PLR2004
        self.numbers: Count[str] = Count()
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.thanks: list[tuple[int, Client, Staff, date]] = []

    def write(self, visits: int, follow_ups: int) -> None:
        """So many visits and follow-ups, evenly over the representatives and their working days."""
        people = [one for one in self.team.representatives if self.of[one.pk]]
        write(Visit, VISIT_FIELDS, self._visits(people, visits))
        write(VisitReport, REPORT_FIELDS, self.rows.pop("reports", []))
        write(VisitSlot, ("id", "staff", "start", "visit"), self.rows.pop("slots", []))
        write(Visit.people.through, ("id", "visit", "contact"), self.rows.pop("people", []))
        write(VisitReport.contacts.through, ("id", "visitreport", "contact"), self.rows.pop("met", []))
        write(FollowUp, FOLLOW_UP_FIELDS, self._follow_ups(people, follow_ups))
        write(TimelineEntry, LINE_FIELDS, self.rows.pop("lines", []))
        write(
            Counter,
            ("series", "last"),
            ((f"FW:{self.team.hotel.code}:{month}", last) for month, last in self.numbers.items()),
        )
        fields = ("id", "recipient", "hotel_code", "at", "message", "values", "read_at")
        write(Notification, fields, self._bell(people))

    def _visits(self, people: list[Staff], count: int) -> Iterator[Row]:
        each, owed = count / max(1, len(people) * len(self.days)), 0.0
        for day in self.days:
            for staff in people:
                owed += each
                today = int(owed)
                owed -= today
                for place in range(today):
                    yield self._visit(staff, day, place)

    def _visit(self, staff: Staff, day: date, place: int) -> Row:
        rng, team, pk = self.rng, self.team, self.keys.next(Visit)
        client = rng.choice(self.of[staff.pk])
        start = datetime.combine(day, time(FIRST_HOUR), SHANGHAI) + STEP * place
        end, state = start + TALK, self._state(day)
        month = f"{day:%Y%m}"
        self.numbers[month] += 1
        contact = client.contacts[0]
        if state not in ("cancelled", "missed"):
            for n in range(TALK // GRID):
                self.rows["slots"].append((self.keys.next(VisitSlot), staff.pk, stamp(start + GRID * n), pk))
        self.rows["people"].append((self.keys.next(Visit.people.through), pk, contact))
        if state in ("reported", "closed"):
            self._report(pk, client, staff, day, start, end)
        elif state in ("planned", "confirmed"):
            self._next(client, day, "拜访")
        was_out = state in ("returned", "reported", "closed")
        return (
            pk, team.hotel.pk, client.pk, staff.pk, f"FW-{month}-{self.numbers[month]:04d}", state, "return", "return_visit",
            day.isoformat(), stamp(start), stamp(end), "客户办公室", "phone", "前台", stamp(start - STEP) if was_out else None,
            stamp(end + STEP) if was_out else None, stamp(datetime.combine(day, time(18), SHANGHAI)),
            "客户临时出差" if state in ("cancelled", "missed") else "", stamp(start - timedelta(days=5)), staff.username,
        )  # fmt: skip

    def _state(self, day: date) -> str:
        dice = self.rng.random()
        if day >= self.today:
            return "confirmed" if dice < 0.6 else "planned"
        if dice < 0.06:
            return "cancelled"
        if dice < 0.10:
            return "missed"
        if day >= self.today - timedelta(days=4):
            return "returned" if dice < 0.15 else "reported"
        return "closed"

    def _report(self, visit: int, client: Client, staff: Staff, day: date, start: datetime, end: datetime) -> None:
        rng, pk = self.rng, self.keys.next(VisitReport)
        result = rng.choices([word for word, _ in RESULTS], [chance for _, chance in RESULTS])[0]
        note = rng.choice(names.NOTES)
        key = uuid.UUID(int=rng.getrandbits(128)).hex
        self.rows["reports"].append(
            (
                pk, visit, key, stamp(start), stamp(end), "return", client.kind, "return_visit", '["rooms"]', "{}", "[]", "satisfied",
                result, "已有协议酒店" if result == "refused" else "", note, stamp(end + timedelta(minutes=40)), 30,
            )
        )  # fmt: skip
        self.rows["met"].append((self.keys.next(VisitReport.contacts.through), pk, client.contacts[0]))
        words = {"trial": "Visited: trial order"}.get(result, f"Visited: {result}")
        url = f"/h/{self.team.hotel.code}/activities/visits/{visit}/"
        line = (self.keys.next(TimelineEntry), client.pk, stamp(start), "visit", words, "{}", note, url, staff.name)
        self.rows["lines"].append(line)
        client.last_visit = max(day, client.last_visit or day)
        self.thanks.append((visit, client, staff, day))

    def _next(self, client: Client, day: date, what: str) -> None:
        if client.next_on is None or day < client.next_on:
            client.next_on, client.next_what = day, what

    def _follow_ups(self, people: list[Staff], count: int) -> Iterator[Row]:
        for visit, client, staff, day in self.thanks[-count:]:
            count -= 1
            yield self._follow_up(client, staff, day + timedelta(days=1), "thanks_call", "", visit)
        self.thanks.clear()
        for _ in range(count):
            staff, day = self.rng.choice(people), self.rng.choice(self.days)
            kind = self.rng.choice(("task", "call", "potential", "appointment"))
            yield self._follow_up(
                self.rng.choice(self.of[staff.pk]), staff, day, kind, self.rng.choice(names.TASKS), None
            )

    def _follow_up(self, client: Client, staff: Staff, due: date, kind: str, what: str, visit: int | None) -> Row:
        pk = self.keys.next(FollowUp)
        is_open = due >= self.today or (due >= self.today - timedelta(days=5) and self.rng.random() < 0.2)
        if is_open:
            self._next(client, due, what or "致谢电话")
        done = None if is_open else f"{due} 06:00:00"
        return (
            pk, self.team.hotel.pk, client.pk, client.contacts[0], visit, kind, what, due.isoformat(), staff.pk, staff.pk,
            f"{due - timedelta(days=6)} 06:00:00", "visit" if visit else "self", "open" if is_open else "done", done,
            (due + timedelta(days=3)).isoformat(), "" if is_open else "已办",
        )  # fmt: skip

    def _bell(self, people: list[Staff]) -> Iterator[Row]:
        values = json.dumps({"name": "经理", "client": "客户", "comment": "继续跟进"}, ensure_ascii=False)
        for staff in (self.team.director, *people):
            for n in range(60):
                at: Any = f"{self.today - timedelta(days=n)} 03:00:00"
                message = "%(name)s has read your report on %(client)s: %(comment)s"
                yield (
                    self.keys.next(Notification),
                    staff.username,
                    self.team.hotel.code,
                    at,
                    message,
                    values,
                    at if n > 4 else None,
                )
