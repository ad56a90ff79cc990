"""Whose the demo's clients were and when, what is protected, which cards are due, what looks alike, and a file that was imported."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from roomnight.clients.commands import (
    add_contact,
    approve_extension,
    ask_extension,
    merge_accounts,
    merge_contacts,
    protect_account,
    register_account,
)
from roomnight.clients.commands.import_runs import (
    begin_check,
    begin_import,
    carry_out_clients,
    check_clients,
    decide_duplicates,
    map_clients,
    prepare_clients,
)
from roomnight.clients.commands.pairing import look_for_pairs
from roomnight.clients.commands.statements import make_statement
from roomnight.clients.models import Account, Contact, Importance, Ownership, Protection, Stage
from roomnight.clients.rules import may_be_protected
from roomnight.clients.rules.importing import Wish, guessed, knows
from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.tables import open_table
from roomnight.organization.models import Hotel, Staff
from roomnight.web.demo.people import MANAGER_OF, REPRESENTATIVES

KNOWN_DAYS = (760, 940)
CHANGED_DAYS = (60, 500)
POOLED_DAYS = (3, 75)
HANDED_ON_SHARE = 0.3
DAYS_LEFT = [1, 3, 6, 14, 25]
"""Until when the first clients of everybody's protection list stay on it."""
REASONS = [
    "客户预算下月才批，已约好下周二见采购总监",
    "对方在等集团协议价批复，预计两周内签约",
    "试住安排在下周，结果出来再定",
]
ROWS = [
    ("客户名称", "客户类型", "城市", "区县", "电话", "统一社会信用代码", "联系人", "手机", "职务"),
    (
        "上海临江会展服务有限公司",
        "会议公司",
        "上海市",
        "浦东新区",
        "021-58760011",
        "",
        "陆青",
        "13800138011",
        "会务总监",
    ),
    (
        "苏州湖畔半导体设备有限公司",
        "协议公司",
        "苏州市",
        "工业园区",
        "0512-67880012",
        "",
        "顾长风",
        "13800138012",
        "行政经理",
    ),
    (
        "杭州西溪数字传媒股份有限公司",
        "协议公司",
        "杭州市",
        "西湖区",
        "0571-87650013",
        "",
        "沈亦舟",
        "13800138013",
        "市场部主任",
    ),
    (
        "宁波甬江港口物流集团有限公司",
        "协议公司",
        "宁波市",
        "鄞州区",
        "0574-87110014",
        "",
        "励志明",
        "13800138014",
        "办公室主任",
    ),
    (
        "上海虹桥航空地面服务有限公司",
        "协议公司",
        "上海市",
        "长宁区",
        "021-62680015",
        "12345",
        "范思琪",
        "13800138015",
        "机组协调",
    ),
    (
        "上海徐汇滨江文化发展有限公司",
        "协议公司",
        "上海市",
        "徐汇区",
        "021-64330016",
        "",
        "白芷",
        "13800138016",
        "活动策划",
    ),
]
"""A list as a colleague brought it: the fifth client's credit code is not one."""


def keep(
    *, rng: random.Random, hotel: Hotel, today: date, staff: dict[str, Staff], accounts: Sequence[Account]
) -> None:
    """Give the clients a past and the sales office something to decide."""
    owners_over_time(rng, hotel, today, staff)
    verified(rng, hotel, today)
    protections(hotel, today, staff)
    alike(hotel, staff, accounts)
    imported(hotel, staff)


def at(hotel: Hotel, day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour, 30), ZoneInfo(hotel.timezone))


def owners_over_time(rng: random.Random, hotel: Hotel, today: date, staff: dict[str, Staff]) -> None:
    """Clients are known for two years; some were somebody else's before, and what lies in the pool was put there lately."""
    by_account: dict[int, list[Ownership]] = {}
    for one in Ownership.objects.filter(account__hotel=hotel).order_by("account", "pk"):
        by_account.setdefault(one.account_id, []).append(one)
    older: list[tuple[Ownership, datetime]] = []
    for account, rows in by_account.items():
        first = at(hotel, today - timedelta(days=rng.randrange(*KNOWN_DAYS)))
        if len(rows) > 1:
            pooled = at(hotel, today - timedelta(days=rng.randrange(*POOLED_DAYS)), 17)
            rows[0].started_at, rows[0].ended_at, rows[1].started_at = first, pooled, pooled
        elif rng.random() < HANDED_ON_SHARE:
            since = at(hotel, today - timedelta(days=rng.randrange(*CHANGED_DAYS)), 10)
            others = [staff[name] for name in REPRESENTATIVES if staff[name].pk != rows[0].staff_id]
            before = Ownership(account_id=account, staff=rng.choice(others), ended_at=since, reason="客户经理轮岗")
            older.append((before, first))
            rows[0].started_at = since
        else:
            rows[0].started_at = first
    changed = [one for rows in by_account.values() for one in rows]
    made = Ownership.objects.bulk_create([one for one, _since in older])
    for one, (_row, since) in zip(made, older, strict=True):
        one.started_at = since
    Ownership.objects.bulk_update([*changed, *made], ["started_at", "ended_at"], batch_size=200)


def verified(rng: random.Random, hotel: Hotel, today: date) -> None:
    """Most cards were looked over within their days, some were not."""
    accounts = list(Account.objects.filter(hotel=hotel).order_by("pk"))
    for one in accounts:
        usual = 90 if one.importance == Importance.IMPORTANT else 180
        one.verified_on = today - timedelta(
            days=rng.randrange(5, usual - 5) if rng.random() < 0.85 else usual + rng.randrange(3, 40)
        )
    weighty = [one for one in accounts if one.importance == Importance.IMPORTANT and one.owner_id]
    for one in {account.owner_id: account for account in weighty}.values():
        one.verified_on = today - timedelta(days=97)
    Account.objects.bulk_update(accounts, ["verified_on"], batch_size=200)
    days = {one.pk: one.verified_on for one in accounts}
    people = list(Contact.objects.filter(account__hotel=hotel).order_by("pk"))
    for person in people:
        person.verified_on = days[person.account_id]
    Contact.objects.bulk_update(people, ["verified_on"], batch_size=200)


def protections(hotel: Hotel, today: date, staff: dict[str, Staff]) -> None:
    """Everybody protects a few clients that are not won yet; two ask for more time, one has been given it."""
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    for place, name in enumerate(REPRESENTATIVES):
        person = staff[name]
        actor = Machine(person.username, hotel.code)
        open_ones = Account.objects.filter(hotel=hotel, owner=person).exclude(stage=Stage.ACTIVE).order_by("pk")
        wanted = [one for one in open_ones.select_related("hotel", "owner") if may_be_protected(one.stage)]
        made = []
        for account, left in zip(wanted, DAYS_LEFT, strict=False):
            one = protect_account(actor=actor, account=account, staff=person)
            until = today + timedelta(days=left)
            Protection.objects.filter(pk=one.pk).update(until=until, started_on=until - timedelta(days=30))
            made.append(Protection.objects.select_related("hotel", "account__hotel", "staff").get(pk=one.pk))
        if made and place < len(REASONS):
            request = ask_extension(actor=actor, protection=made[0], staff=person, reason=REASONS[place])
            if place == len(REASONS) - 1:
                leader = staff[MANAGER_OF[name]]
                manager = Machine(leader.username, hotel.code)
                approve_extension(actor=manager, request=request, decider=leader, answer="同意，月底前要有试住结果")
        make_statement(actor=Machine("system", hotel.code), hotel=hotel, staff=person, month=month)


def alike(hotel: Hotel, staff: dict[str, Staff], accounts: Sequence[Account]) -> None:
    """Two clients were entered twice, a branch beside its house; one pair and one person were put together already."""
    houses = [one for one in accounts if one.name.endswith("有限公司") and one.owner_id][:4]
    made: list[Account] = []
    for one, name in zip(houses, ("{}", "{}（筹）", "{}苏州分公司", "{}"), strict=False):
        core = one.name if "分公司" in name else one.name.removesuffix("有限公司")
        owner = staff[REPRESENTATIVES[len(made)]]
        keeper = Machine(owner.username, hotel.code)
        twin = register_account(
            actor=keeper, hotel=hotel, owner=owner, name=name.format(core), kind="corporate", phone=one.phone, city=one.city,
            district=one.district, why_another="电话登记，名称待核实",
        )  # fmt: skip
        made.append(twin)
    director = Machine(staff["shen"].username, hotel.code)
    if len(made) == len(houses) and len(made) > 3:  # noqa: PLR2004 (the fourth is put together)
        kept = Account.objects.select_related("hotel").get(pk=houses[3].pk)
        merge_accounts(actor=director, winner=kept, loser=made[3], revisions=(kept.revision, made[3].revision))
    person = (
        Contact.objects.filter(account__in=houses, mobile__gt="")
        .select_related("account__hotel")
        .order_by("pk")
        .first()
    )
    if person is not None:
        again = add_contact(
            actor=director, account=person.account, name=person.name, mobile=person.mobile, why_another="名片重复登记"
        )
        merge_contacts(actor=director, winner=person, loser=again, revisions=(person.revision, again.revision))
    while look_for_pairs(actor=Machine("system", hotel.code), hotel=hotel) is not UNCHANGED:
        pass


def imported(hotel: Hotel, staff: dict[str, Staff]) -> None:
    """A colleague's list of prospects came in as a file; one of its rows was turned away."""
    actor = Machine(staff["ye"].username, hotel.code)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "展会名片.csv"
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(ROWS)
        table = open_table(path, path.name, sheet="", knows=knows)
        run = prepare_clients(actor=actor, hotel=hotel, table=table, name=path.name)
        columns = guessed({one.place: one.name for one in table.columns()}, {})
        wish = Wish.from_config({"mapping": columns, "default_owner": staff["lin"].username})
        map_clients(actor=actor, run=run, table=table, wish=wish)
        begin_check(actor=actor, run=run)
        check_clients(actor=actor, run=run, table=table)
        decide_duplicates(actor=actor, run=run, otherwise="skip", decisions={})
        begin_import(actor=actor, run=run)
        carry_out_clients(actor=actor, run=run, table=table)
