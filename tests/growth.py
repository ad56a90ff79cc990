"""More of everything, to see whether a page asks more of the database the more there is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

from roomnight.activities.commands import add_followup
from roomnight.clients.commands import (
    add_contact,
    create_territory,
    register_account,
    save_view,
    share_account,
    tag_accounts,
)
from roomnight.kernel.commands import OPERATOR, subject_of
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import create_staff, place_staff
from roomnight.procedures.commands import attach_file, comment
from tests.bookings import Stay, csv_of
from tests.world import PASSWORD, WORLD_NOW, World, client_fields
from tests.world_cases import begun
from tests.world_work import bring_in, planned, visited

HALF_HOUR = timedelta(minutes=30)


def grow(world: World, count: int) -> None:
    """`count` more clients, people, visits, reports, follow-ups, colleagues, imports and settings, all within sight of chen."""
    before = world.lujiazui.accounts.count()
    for number in range(before, before + count):
        grow_clients(world, number)
        grow_work(world, number)
        grow_house(world, number)
        grow_cases(world, number)


def grow_clients(world: World, number: int) -> None:
    chen = world.seat("chen")
    account = register_account(
        actor=chen, hotel=chen.hotel, name=f"新客户 {number}", owner=chen.staff, district=f"区 {number}",
        territory=create_territory(actor=OPERATOR, hotel=chen.hotel, name=f"片区 {number}"),
    )  # fmt: skip
    register_account(actor=chen, hotel=chen.hotel, name=f"公海客户 {number}")
    add_contact(actor=chen, account=account, name=f"联系人 {number}", email=f"c{number}@example.com")
    add_contact(actor=chen, account=world.huaxing, name=f"华星同事 {number}", email=f"h{number}@example.com")
    tag_accounts(actor=chen, hotel=chen.hotel, accounts=[account, world.huaxing], name=f"标签 {number}")
    share_account(actor=chen, account=account, staff=world.xu)
    save_view(
        actor=chen, hotel=chen.hotel, staff=chen.staff, page="accounts", name=f"视图 {number}", query="", is_shared=True
    )
    asked = {f"field_{one}": {"type": "string", "title": f"字段 {one}"} for one in range(number + 1)}
    client_fields(chen.hotel, asked)


def grow_work(world: World, number: int) -> None:
    """A visit ahead, one made and reported, one to be read, tasks; each in a half hour of its own."""
    chen, sun = world.seat("chen"), world.seat("sun")
    ahead = free(WORLD_NOW + timedelta(days=2), number)
    planned(chen, world.huaxing, ahead, [world.wangfang])
    visited(chen, world.huaxing, free(WORLD_NOW - timedelta(days=40), number), [world.wangfang], result="interested")
    visited(sun, world.minjiang, free(WORLD_NOW - timedelta(days=40), number), [world.qiu], result="trial")
    for due in (WORLD_NOW.date(), WORLD_NOW.date() + timedelta(days=3)):
        add_followup(
            actor=chen, hotel=chen.hotel, owner=chen.staff, due_on=due, what=f"事项 {number}", account=world.huaxing
        )


def grow_cases(world: World, number: int) -> None:
    """A case about a client, with its first step done, a word said and a paper kept."""
    chen = world.seat("chen")
    subject = subject_of(world.huaxing)
    begun(chen, world.visit_version, f"来访 {number}", subject=subject)
    case, task = world.case, world.case_task
    comment(actor=chen, case=case, note=f"留言 {number}", task=task)
    attach_file(actor=chen, case=case, name=f"{number}.txt", file=BytesIO(f"第 {number} 页".encode()), task=task)


def free(first: datetime, number: int) -> datetime:
    """A time of day that no other number has: four visits a day."""
    return (first + timedelta(days=number // 4)).replace(hour=9, minute=0) + (number % 4) * 4 * HALF_HOUR


def grow_house(world: World, number: int) -> None:
    lin = world.seat("lin")
    staff = create_staff(actor=OPERATOR, username=f"new{number}", name=f"新同事 {number}", password=PASSWORD)
    place_staff(
        actor=OPERATOR, staff=staff, hotel=lin.hotel, department="sales", role="sales-representative", leader=world.zhou
    )
    set_policy(
        actor=lin, key="activities.visit_max_minutes", value=30 + number, hotel_code="lujiazui",
        effective_from=date(2027, 1, 1) + timedelta(days=number), reason="调整",
    )  # fmt: skip
    stays = [Stay(date(2026, 11, 1) + timedelta(days=number), company="40", rate=f"{number}.00")]
    bring_in(lin, f"预订-{number}.csv", csv_of(stays, [Stay(date(2026, 11, 1), rate=f"wrong {number}").cells()]))
