"""What has happened in the small world by WORLD_NOW: imports of reservations, visits in every state, follow-ups."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import time_machine

from roomnight.activities.commands import (
    add_followup,
    attach_file,
    cancel_followup,
    check_kit,
    come_back,
    complete_followup,
    go_out,
    plan_visit,
    propose_visits,
    read_report,
    write_report,
)
from roomnight.activities.models import Visit
from roomnight.activities.rules.kits import KIT_ITEMS
from roomnight.clients.commands.import_runs import (
    begin_check,
    begin_import,
    carry_out_clients,
    check_clients,
    client_table,
    map_clients,
    take_in_clients,
)
from roomnight.clients.models import ClientImport, ExternalId
from roomnight.clients.rules.importing import Wish, guessed
from roomnight.kernel.tables import open_table
from roomnight.organization.access import Seat
from roomnight.organization.commands import add_fact, add_position, attach_to_fact, hold_position, name_deputy
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.commands import carry_out, kept_file, map_import, start_import, upload_import
from roomnight.pms.models import ImportRun
from roomnight.pms.queries import profile_for
from roomnight.web.commands import Step, hand_over
from tests.bookings import Stay, csv_of, every

if TYPE_CHECKING:
    from tests.world import World

PROFILE, FOLIOS = "hotel-booking-demand", "opera-style-folios"
PAYMENTS, IN_HOUSE = "opera-style-payments", "opera-style-in-house"
DONE_FILE, DRAFT_FILE, LAKESIDE_FILE = "预订-202611.csv", "预订-待核对.csv", "lakeside-2026.csv"
CLIENTS_FILE, LAKESIDE_CLIENTS_FILE = "客户名单-2026.csv", "lakeside-clients.csv"
CHECKED_CLIENTS_FILE, DRAFT_CLIENTS_FILE = "客户名单-待确认.csv", "客户名单-待核对.csv"
CLIENT_ROWS = "客户名称,客户类型,电话\n新月电子有限公司,协议公司,1.39E+10\n华星科技上海有限公司,协议公司,\n".encode()
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
KEYS = UUID("00000000-0000-4000-8000-000000000000")


def build_work(world: World, now: datetime) -> None:
    build_imports(world)
    build_charges(world)
    build_visits(world, now)
    build_follow_ups(world, now)
    build_hand_overs(world, now)
    build_facts(world, now)
    build_positions(world, now)


# Reservations


def build_imports(world: World) -> None:
    """Two companies that were often here and went quiet, an agency that is as busy as ever, and a client that is known."""
    lin, du = world.seat("lin"), world.seat("du")
    for account, side, number in ((world.huaxing, "company", "40"), (world.hubin, "company", "40")):
        ExternalId.objects.create(account=account, hotel=account.hotel, kind=side, value=number)
    stays = [
        *(Stay(day, company="40", nights=3) for day in every(28, date(2025, 9, 1), date(2026, 11, 10))),
        *(Stay(day, company="67", nights=2) for day in every(14, date(2025, 3, 3), date(2026, 5, 4))),
        *(Stay(day, company="110", nights=1) for day in every(30, date(2025, 6, 2), date(2026, 6, 1))),
        *(Stay(day, agent="9", nights=2, rate="420.50") for day in every(7, date(2025, 9, 1), date(2026, 11, 16))),
        Stay(date(2026, 10, 12), company="40", status="Canceled"),
        Stay(date(2026, 10, 13)),
    ]
    wrong = Stay(date(2026, 10, 14), company="40", rate="four hundred").cells()
    bring_in(lin, DONE_FILE, csv_of(stays, [wrong]))
    upload_import(actor=lin, hotel=lin.hotel, name=DRAFT_FILE, chunks=[csv_of(stays[:3])])
    bring_clients_in(lin, CLIENTS_FILE)
    bring_clients_in(du, LAKESIDE_CLIENTS_FILE)
    upload_and_check(lin, CHECKED_CLIENTS_FILE)
    take_in_clients(actor=lin, hotel=lin.hotel, name=DRAFT_CLIENTS_FILE, chunks=[CLIENT_ROWS])
    bring_in(
        du, LAKESIDE_FILE, csv_of([Stay(day, company="40") for day in every(30, date(2026, 1, 5), date(2026, 11, 2))])
    )


def bring_in(seat: Seat, name: str, content: bytes, key: str = PROFILE, called: str = "City Hotel") -> ImportRun:
    """Upload a file, map it and carry it out, as the pages and the worker do together."""
    profile = profile_for([seat.hotel], key)
    assert profile is not None
    run = upload_import(actor=seat, hotel=seat.hotel, name=name, chunks=[content], kind=profile.kind)
    map_import(actor=seat, run=run, profile=profile, hotel_map={called: seat.hotel.code})
    start_import(actor=seat, run=run)
    return carry_out(actor=seat, run=run, table=open_table(kept_file(run), name), profile=profile)


def build_charges(world: World) -> None:
    """What the client number 40 of each hotel was charged and paid, a company that nobody has recognised yet, and guests."""
    for seat in (world.seat("lin"), world.seat("du")):
        lines = [
            ["H", "1", "02-NOV-26", "", "1208", "40", "", "ROOM", "房费", "", "780.00", "", "", "", "", "N"],
            ["H", "2", "02-NOV-26", "", "1208", "40", "", "FOOD", "商务宴请", "中餐厅", "426.00", "", "", "", "", "Y"],
            ["H", "3", "03-NOV-26", "", "", "", "新辰电子", "MEETING", "会议室", "", "4800.00", "", "", "", "", "Y"],
        ]
        bring_in(seat, f"消费-{seat.hotel_code}.csv", _csv(FOLIOS, lines), FOLIOS, "H")
        paid = [
            ["H", "1", "05-NOV-26", "40", "", "银行转账", "1000.00", "", "", "AR-1"],
            ["H", "2", "06-NOV-26", "40", "", "", "-20", "", "", ""],
        ]
        bring_in(seat, f"收款-{seat.hotel_code}.csv", _csv(PAYMENTS, paid), PAYMENTS, "H")
        guests = [
            ["H", "B1", "1", "CHECKED IN", "1208", "王小明", "V1", "N", "16-NOV-26", "20-NOV-26", "40", "", "", ""],
            ["H", "B2", "1", "CHECKED IN", "1501", "隐身客人", "", "Y", "16-NOV-26", "21-NOV-26", "40", "", "", ""],
            ["H", "B3", "1", "CHECKED IN", "0808", "散步的人", "", "N", "17-NOV-26", "19-NOV-26", "", "", "", ""],
            ["H", "B4", "1", "DUE IN", "", "明天到", "", "N", "19-NOV-26", "22-NOV-26", "40", "", "", ""],
        ]
        bring_in(seat, f"在住-{seat.hotel_code}.csv", _csv(IN_HOUSE, guests), IN_HOUSE, "H")


def _csv(profile: str, lines: Iterable[Iterable[str]]) -> bytes:
    """Rows under the heading that a shipped profile expects."""
    header = SAMPLES[profile].read_text("utf-8").splitlines()[0]
    return "\n".join([header, *(",".join(line) for line in lines)]).encode()


def upload_and_check(seat: Seat, name: str) -> ClientImport:
    """A file of clients of which nothing can come in, and which may be known already; it changes nothing here."""
    rows = CLIENT_ROWS if seat.hotel_code == "lujiazui" else b"\n".join(CLIENT_ROWS.split(b"\n")[:2])
    run = take_in_clients(actor=seat, hotel=seat.hotel, name=name, chunks=[rows])
    table = client_table(run)
    mapping = guessed({one.place: one.name for one in table.columns()})
    map_clients(actor=seat, run=run, table=table, wish=Wish(mapping))
    begin_check(actor=seat, run=run)
    return check_clients(actor=seat, run=run, table=table)


def bring_clients_in(seat: Seat, name: str) -> ClientImport:
    """The same, let in all the same: both rows stay outside."""
    run = upload_and_check(seat, name)
    begin_import(actor=seat, run=run)
    return carry_out_clients(actor=seat, run=run, table=client_table(run))


# Visits


def build_visits(world: World, now: datetime) -> None:
    """Chen's, one in every state; one of another team's; one of another hotel's."""
    yesterday = now - timedelta(days=1)
    chen = world.seat("chen")
    read = visited(chen, world.huaxing, yesterday.replace(hour=10, minute=0), [world.wangfang], result="order")
    at(yesterday.replace(hour=17, minute=30), read_report, actor=world.seat("zhou"), visit=read, reader=world.zhou, comment="跟进会议报价。")  # fmt: skip
    visited(chen, world.jinyuan, yesterday.replace(hour=14, minute=0), [], result="interested")
    attach_file(actor=chen, visit=world.reported_visit, name="前台.png", file=BytesIO(PNG))
    back = at(now - timedelta(hours=2), planned, chen, world.jinyuan, now.replace(hour=8, minute=30), [])
    at(now.replace(hour=8, minute=10), leave, chen, back)
    at(now.replace(hour=9, minute=10), come_back, actor=chen, visit=back)
    planned(chen, world.huaxing, now.replace(hour=15, minute=0), [world.wangfang])
    planned(chen, world.jinyuan, now.replace(hour=16, minute=30), [], confirmed=False)
    out = planned(world.seat("xu"), world.yuanyang, now.replace(hour=9, minute=30), [world.zeng])
    leave(world.seat("xu"), out)
    visited(
        world.seat("sun"),
        world.donghai,
        yesterday.replace(hour=11, minute=0),
        [],
        result="refused",
        refusal_reason="价格",
    )
    attach_file(actor=world.seat("sun"), visit=world.sun_s_reported_visit, name="机坪.png", file=BytesIO(PNG))
    planned(world.seat("sun"), world.minjiang, now.replace(hour=14, minute=0), [world.qiu])
    visited(world.seat("ye"), world.hubin, yesterday.replace(hour=9, minute=0), [world.ren], result="trial")
    attach_file(actor=world.seat("ye"), visit=world.ye_s_reported_visit, name="前台.png", file=BytesIO(PNG))
    planned(world.seat("ye"), world.xizi, now.replace(hour=10, minute=0), [])
    for seat in (chen, world.seat("sun"), world.seat("ye")):
        propose_visits(actor=seat, hotel=seat.hotel, staff=seat.staff)


def planned(seat: Seat, account: Any, start: datetime, people: Iterable[Any], *, confirmed: bool = True) -> Visit:
    """A visit of half an hour, with an appointment or still without."""
    account.refresh_from_db()
    return plan_visit(
        actor=seat, hotel=seat.hotel, account=account, staff=seat.staff, start=start, end=start + timedelta(minutes=30),
        purpose="return_visit", purpose_text="季度回访", people=people, place=account.address or "客户公司",
        confirmed_how="phone" if confirmed else "", confirmed_with="前台" if confirmed else "",
    )  # fmt: skip


def leave(seat: Seat, visit: Visit) -> None:
    """Check the whole kit and go."""
    kit = [item["key"] for item in KIT_ITEMS.at(seat.hotel_code, visit.day)]
    check_kit(actor=seat, visit=visit, ticked=kit, appearance=True)
    go_out(actor=seat, visit=visit)


def visited(seat: Seat, account: Any, start: datetime, people: Iterable[Any], *, result: str, **talk: Any) -> Visit:
    """A visit from plan to report, at its own time."""
    visit: Visit = at(start - timedelta(hours=1), planned, seat, account, start, people)
    at(start - timedelta(minutes=20), leave, seat, visit)
    at(start + timedelta(minutes=50), come_back, actor=seat, visit=visit)
    at(
        start + timedelta(minutes=55), write_report, actor=seat, visit=visit, submission_key=uuid5(KEYS, f"{seat.hotel_code} {visit.number}"),
        met_from=start, met_to=start + timedelta(minutes=25), result=result, note="谈得不错。", **talk,
    )  # fmt: skip
    return visit


def at(moment: datetime, act: Any, *args: Any, **kwargs: Any) -> Any:
    with time_machine.travel(moment, tick=False):
        return act(*args, **kwargs)


# Follow-ups


def build_follow_ups(world: World, now: datetime) -> None:
    """One that is due today, one that is late, one done; another team's and another hotel's."""
    chen, sun, ye, today = world.seat("chen"), world.seat("sun"), world.seat("ye"), now.date()
    add_followup(actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=today, what="寄会议报价", account=world.huaxing)
    at(now - timedelta(days=5), add_followup, actor=chen, hotel=chen.hotel, owner=chen.staff,
       due_on=today - timedelta(days=4), what="补寄宣传册", account=world.jinyuan)  # fmt: skip
    done = add_followup(
        actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=today, what="确认发票抬头", account=world.huaxing
    )
    complete_followup(actor=chen, followup=done, result="已确认")
    add_followup(actor=sun, hotel=sun.hotel, owner=sun.staff, due_on=today, what="回复机组用房", account=world.donghai)
    add_followup(actor=ye, hotel=ye.hotel, owner=ye.staff, due_on=today, what="约外事处", account=world.hubin)


# Hand-overs


def build_hand_overs(world: World, now: datetime) -> None:
    """A small thing to do was given from one colleague to another: in a team of each leader, and at the other hotel."""
    for leader, giver, taker in (("zhou", "chen", "zhou"), ("wu", "sun", "wu"), ("du", "ye", "du")):
        seat, owner = world.seat(leader), getattr(world, giver)
        task = add_followup(
            actor=world.seat(giver), hotel=seat.hotel, owner=owner, due_on=now.date(), what=f"交接 {giver}"
        )
        hand_over(
            actor=seat, hotel=seat.hotel, person=owner, reason="调休",
            steps=[Step("followup", task, getattr(world, taker))],
        )  # fmt: skip
        cancel_followup(actor=seat, followup=task, reason="办完了")


# The fact book


def build_facts(world: World, now: datetime) -> None:
    """A product focus at each hotel, one with a brochure."""
    lin, du = world.seat("lin"), world.seat("du")
    for seat, title in ((lin, "冬季会议季"), (du, "湖景婚宴")):
        add_fact(
            actor=seat, hotel=seat.hotel, kind="focus", title=title, text="本季主推", starts_on=date(2026, 11, 1),
            checked_on=now.date(),
        )  # fmt: skip
    attach_to_fact(actor=lin, fact=world.focus, name="会议手册.png", file=BytesIO(PNG))


# Positions and deputies


def build_positions(world: World, now: datetime) -> None:
    """The card of the director at each hotel; somebody of each team is away next week."""
    for seat in (world.seat("lin"), world.seat("du")):
        place = seat.staff.memberships.get(hotel=seat.hotel)
        card = add_position(
            actor=seat, hotel=seat.hotel, title="营销总监", department=place.department,
            duties=[("每周读完下属的拜访报告", "activities/visits/")],
        )  # fmt: skip
        hold_position(actor=seat, place=place, card=card)
    monday = now.date() + timedelta(days=5)
    for leader, absent in (("zhou", "chen"), ("wu", "sun"), ("du", "ye")):
        seat = world.seat(leader)
        name_deputy(
            actor=seat, hotel=seat.hotel, absent=getattr(world, absent), deputy=seat.staff, kinds=["discount"],
            starts_on=monday, ends_on=monday + timedelta(days=4), reason="年假",
        )  # fmt: skip
