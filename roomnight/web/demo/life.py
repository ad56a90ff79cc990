"""What the demo's people did: past visits and their reports, calls, read reports, closed days, and a day under way."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from roomnight.activities.commands import (
    add_followup,
    check_kit,
    close_day,
    come_back,
    complete_followup,
    go_out,
    log_visit,
    plan_visit,
    propose_visits,
    read_report,
    write_report,
)
from roomnight.activities.commands.outings import kit_keys
from roomnight.activities.models import FollowUp, Visit
from roomnight.clients.models import Account, Contact
from roomnight.kernel.calendar import HotelCalendar
from roomnight.kernel.commands import Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import calendar_of
from roomnight.web.demo.people import MANAGER_OF, REPRESENTATIVES

NOTES = [
    ("interested", "satisfied", "十二月起有两个驻场团队，每月约四十间夜，问长住价。"),
    ("interested", "satisfied", "年会想放在一月中旬，一百二十人，要看大宴会厅。"),
    ("trial", "satisfied", "先安排三间试住，反馈好就签协议。"),
    ("agreement", "satisfied", "同意续签明年协议价，合同下周寄出。"),
    ("interested", "fair", "觉得早餐排队久，价格能接受。"),
    ("order", "satisfied", "确认下月培训用房十五间两晚，带会议室一天。"),
    ("refused", "fair", "集团统一采购，今年不换酒店。"),
    ("interested", "complaint", "上周叫醒漏叫，客人误了航班，要求书面说明。"),
    ("interested", "satisfied", "对新装修的行政楼层有兴趣，想带老板来看房。"),
]
COMMENTS = [
    "请跟紧时间表，报价今天发出。",
    "很好，带上会议部一起谈。",
    "投诉先办结，再约下次。",
    "已阅，下次带价格方案。",
]
PURPOSES = ["return_visit", "return_visit", "quotation", "renewal", "conference", "update", "satisfaction"]
TASKS = ["寄新版宣传册", "报会议室价格", "确认明年协议间夜承诺", "约看房时间", "回复发票抬头变更"]
PAST_DAYS = 45
CALLS_BY_GRADE = {"A": 9, "B": 5, "C": 2, "D": 1, "": 1}
READ_AFTER = timedelta(days=2)
NEW_LINES = 3
WEIGHTS = [14, 12, 10, 10, 8, 10, 6, 3, 12]
HOURS = [
    (time(9, 30), time(11, 0), time(13, 30), time(15, 30)),
    (time(9, 0), time(10, 40), time(14, 0), time(16, 0)),
    (time(10, 0), time(11, 20), time(15, 0), time(16, 30)),
]


@dataclass
class Office:
    """The sales office on the day the demo is as of."""

    rng: random.Random
    hotel: Hotel
    today: date
    now: datetime
    staff: dict[str, Staff]
    calendar: HotelCalendar

    def actor(self, username: str) -> Any:
        return Machine(self.staff[username].username, self.hotel.code)

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, ZoneInfo(self.hotel.timezone))

    @property
    def workday(self) -> date:
        """The day the demo is as of, or the next one on which the office works."""
        working = self.calendar.is_working_day(self.today)
        return self.today if working else self.calendar.next_working_day(self.today)

    def chance(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)


def live(
    *,
    rng: random.Random,
    hotel: Hotel,
    today: date,
    staff: dict[str, Staff],
    accounts: list[Account],
    days: int = PAST_DAYS,
) -> None:
    """Days of work behind, a day under way (or about to begin, on a day of rest), and what to do next."""
    zone = ZoneInfo(hotel.timezone)
    now = min(timezone.now(), datetime.combine(today, time(14, 10), zone))
    office = Office(rng, hotel, today, now, staff, calendar_of(hotel, today))
    mine = {name: [a for a in accounts if a.owner_id == staff[name].pk] for name in REPRESENTATIVES}
    for back in range(days, 0, -1):
        day = today - timedelta(days=back)
        if office.calendar.is_working_day(day):
            for name in REPRESENTATIVES:
                past_day(office, name, day, mine[name])
    for manager in sorted(set(MANAGER_OF.values())):
        settle(office, manager)
    for name in REPRESENTATIVES:
        present_day(office, name, mine[name])
        propose_visits(actor=office.actor(name), hotel=hotel, staff=staff[name], week=office.workday, at=office.now)
    seen_before(office)


def settle(office: Office, manager: str) -> None:
    """What rose to a leader was dealt with, but for the latest of it."""
    due = FollowUp.objects.filter(owner=office.staff[manager], state="open").select_related(
        "hotel", "owner", "account", "contact"
    )
    for task in due.order_by("due_on", "id"):
        if task.due_on < office.today - timedelta(days=4):
            finish(office, manager, task, office.at(office.calendar.next_working_day(task.due_on), time(11, 30)))


def seen_before(office: Office) -> None:
    """Everybody has looked at their bell: only its last lines are new."""
    for username in [one.username for one in office.staff.values()]:
        lines = list(
            Notification.objects.filter(recipient=username, hotel_code=office.hotel.code)
            .order_by("-id")
            .values_list("pk", flat=True)
        )
        Notification.objects.filter(pk__in=lines[NEW_LINES:]).update(read_at=office.now)


def past_day(office: Office, name: str, day: date, accounts: list[Account]) -> None:
    """A day that is over: one to three visits, the calls that were due, the manager's reading, the day closed."""
    rng, person = office.rng, office.staff[name]
    for slot in range(rng.choice([1, 1, 2, 2, 3])):
        one_past_visit(office, name, rng.choices(accounts, [CALLS_BY_GRADE[a.grade] for a in accounts])[0], day, slot)
    due = FollowUp.objects.filter(owner=person, state="open", due_on__lte=day).select_related(
        "hotel", "owner", "account", "contact"
    )
    for number, task in enumerate(due):
        if rng.random() < 0.85:
            moment = office.at(day, time(16, 5 + number % 50))
            finish(office, name, task, moment)
    if office.today - day > READ_AFTER:
        manager = MANAGER_OF[name]
        for visit in Visit.objects.filter(staff=person, day=day, state="reported"):
            read_report(
                actor=office.actor(manager),
                visit=visit,
                reader=office.staff[manager],
                comment=rng.choice(COMMENTS),
                at=office.at(day + timedelta(days=1), time(9, 20)),
            )
    if office.today - day > timedelta(days=1) or rng.random() < 0.8:
        close_day(actor=office.actor(name), hotel=office.hotel, staff=person, day=day, at=office.at(day, time(18, 10)))


def finish(office: Office, name: str, task: FollowUp, moment: datetime) -> None:
    """Do one thing on the list: a call reaches somebody or not, everything else is answered."""
    is_call = task.kind in ("call", "thanks_call")
    reached = office.rng.random() < 0.85
    outcome = ("reached" if reached else "not_reached") if is_call else ""
    try:
        complete_followup(
            actor=office.actor(name), followup=task, result="已办妥" if not is_call else "", outcome=outcome, at=moment
        )
    except Refusal:
        return


def one_past_visit(office: Office, name: str, account: Account, day: date, slot: int) -> None:
    """A visit that was made and reported the same day."""
    rng = office.rng
    minutes = rng.choice([20, 25, 25, 30, 30])
    start = office.at(day, time(10 + 2 * slot, rng.choice([0, 5, 10, 15, 20, 30])))
    result, feedback, note = rng.choices(NOTES, WEIGHTS)[0]
    people = list(Contact.objects.filter(account=account)[: rng.choice([1, 1, 2])])
    log_visit(
        actor=office.actor(name), hotel=office.hotel, account=account, staff=office.staff[name], submission_key=office.chance(),
        met_from=start, met_to=start + timedelta(minutes=minutes), purpose=rng.choice(PURPOSES), result=result, contacts=people,
        confirmed_how="phone", feedback=feedback, complaint=note if feedback == "complaint" else "", note=note,
        refusal_reason="集团统一采购" if result == "refused" else "", needs=rng.sample(["rooms", "meeting", "dining", "long_stay"], rng.choice([1, 2])),
        potential_room_nights=rng.choice([None, None, 10, 20, 40]) if result == "interested" else None,
        at=start + timedelta(minutes=minutes + rng.choice([5, 12, 20, 45])),
    )  # fmt: skip


def present_day(office: Office, name: str, accounts: list[Account]) -> None:
    """The day the demo is as of, or the next working day when it is a day of rest: visits at every stage, and things to do."""
    day = office.workday
    planned = [a for a in accounts if a.contacts.exists()]
    office.rng.shuffle(planned)
    slots = office.rng.choice(HOURS)[: office.rng.choice([3, 4, 4])]
    for position, (account, clock) in enumerate(zip(planned, slots, strict=False)):
        plan_one(office, name, account, office.at(day, clock), position)
    for account in planned[4:7]:
        due = office.calendar.add_working_days(day, office.rng.choice([0, 0, 1, 3]))
        add_followup(
            actor=office.actor(name), hotel=office.hotel, owner=office.staff[name], due_on=due, what=office.rng.choice(TASKS),
            account=account, source="self", at=office.now,
        )  # fmt: skip


def plan_one(office: Office, name: str, account: Account, start: datetime, position: int) -> None:
    """A visit of the day: reported if it is over, under way if its time is now, else planned or confirmed."""
    person, actor = office.staff[name], office.actor(name)
    contact = account.contacts.first()
    if contact is None:
        return
    end = start + timedelta(minutes=30)
    is_agreed = position != 3
    visit = plan_visit(
        actor=actor, hotel=office.hotel, account=account, staff=person, start=start, end=end, people=[contact], purpose=office.rng.choice(PURPOSES),
        purpose_text="谈明年协议价与会议需求", points="先谢上月入住；问年会时间；带两套价格方案", desired_outcome="约定看房或签约时间",
        confirmed_how="phone" if is_agreed else "", confirmed_with=contact.name if is_agreed else "",
        at=min(office.now, start - timedelta(hours=16)),
    )  # fmt: skip
    if not is_agreed or start > office.now:
        return
    check_kit(actor=actor, visit=visit, ticked=kit_keys(visit), appearance=True, at=start - timedelta(minutes=25))
    busy = Visit.objects.filter(staff=person, state="out").exists()
    if busy:
        return
    go_out(actor=actor, visit=visit, at=start - timedelta(minutes=20))
    if end < office.now:
        finish_today(office, name, visit, start, end, position)


def finish_today(office: Office, name: str, visit: Visit, start: datetime, end: datetime, position: int) -> None:
    """Back from a visit of today; the second one's report is still owed."""
    actor = office.actor(name)
    come_back(actor=actor, visit=visit, at=min(office.now, end + timedelta(minutes=20)))
    if position == 1:
        return
    result, feedback, note = office.rng.choice(NOTES[:6])
    write_report(
        actor=actor, visit=visit, submission_key=office.chance(), met_from=start, met_to=end, result=result,
        contacts=list(visit.people.all()), feedback=feedback, note=note, needs=["rooms"], at=min(office.now, end + timedelta(minutes=30)),
    )  # fmt: skip
