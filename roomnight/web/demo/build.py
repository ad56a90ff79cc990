"""Building and removing the demo hotel."""

from __future__ import annotations

import csv
import random
import secrets
import tempfile
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from roomnight.clients.commands import (
    add_contact,
    create_territory,
    link_external_id,
    register_account,
    release_account,
)
from roomnight.clients.commands.competitors import CompetitorRow
from roomnight.clients.models import Account
from roomnight.kernel.commands import Actor, Machine
from roomnight.kernel.errors import Refusal
from roomnight.organization.commands import create_hotel, ship_roles
from roomnight.organization.models import Hotel, Role, Staff
from roomnight.web.commands import engage_people
from roomnight.web.demo.answers import answer_notices
from roomnight.web.demo.complaints import complain
from roomnight.web.demo.contracts import sign_contracts
from roomnight.web.demo.desk import attend
from roomnight.web.demo.evaluating import evaluate_clients
from roomnight.web.demo.exceptions import go_wrong
from roomnight.web.demo.feeds import import_feeds
from roomnight.web.demo.following import follow_orders
from roomnight.web.demo.functions import hold_functions
from roomnight.web.demo.house import furnish
from roomnight.web.demo.invention import COLUMNS, Invented, bookings, clients
from roomnight.web.demo.keeping import keep
from roomnight.web.demo.ledgers import open_credit
from roomnight.web.demo.life import PAST_DAYS, live
from roomnight.web.demo.opinions import ask_opinions
from roomnight.web.demo.orders import take_orders
from roomnight.web.demo.own_fields import ask_more, more_of
from roomnight.web.demo.people import PEOPLE, REPRESENTATIVES
from roomnight.web.demo.registers import keep_registers
from roomnight.web.demo.removal import remove_everything_of
from roomnight.web.demo.rulebook import write_rules
from roomnight.web.demo.screening import screen_clients
from roomnight.web.demo.service_desk import attend_desk
from roomnight.web.demo.silence import listen
from roomnight.web.demo.training import train
from roomnight.web.demo.visitors import receive

CODE = "demo"
NAME = "云汀大酒店（上海陆家嘴店）"
NAME_EN = "Yunting Grand Hotel Shanghai Lujiazui"
POOL_SHARE = 0.15
TERRITORIES = {
    "浦东": ["浦东新区"],
    "浦西": ["黄浦区", "静安区", "徐汇区", "长宁区", "杨浦区", "闵行区"],
    "长三角": [],
}


@dataclass(frozen=True)
class DemoPerson:
    """A person of the demo as shown after it was built."""

    name: str
    username: str
    role: str


@dataclass(frozen=True)
class Demo:
    """What was built: the hotel, everybody's password, and the people."""

    hotel: Hotel
    password: str
    people: list[DemoPerson]


def build_demo(*, actor: Actor, today: date, seed: int = 1, count: int = 200, days: int = PAST_DAYS) -> Demo:
    """Build the demo hotel as of a day; the same seed and day give the same data. Refuses when there is one already.

    What fails half-way is taken out again.
    """
    if Hotel.objects.filter(is_demo=True).exists():
        raise Refusal("demo.exists", _("There is a demo hotel already."))
    ship_roles(actor=actor)
    hotel = create_hotel(
        actor=actor,
        code=CODE,
        name=NAME,
        name_en=NAME_EN,
        city="上海市",
        district="浦东新区",
        room_count=386,
        is_demo=True,
    )
    password = secrets.token_urlsafe(9)
    try:
        staff = fill(actor, hotel, password, today, random.Random(seed), count, days)  # noqa: S311
    except BaseException:
        with transaction.atomic():
            remove_everything_of(hotel)
        raise
    roles = dict(Role.objects.values_list("code", "name"))
    people = [DemoPerson(p.name, staff[p.username].username, p.title or roles[p.role]) for p in PEOPLE]
    return Demo(hotel, password, people)


def fill(
    actor: Actor, hotel: Hotel, password: str, today: date, rng: random.Random, count: int, days: int
) -> dict[str, Staff]:
    """People, clients, reservations, and what the people did with the clients."""
    staff = engage_people(actor=actor, hotel=hotel, password=password)
    furnish(actor=actor, hotel=hotel, staff=staff, today=today)
    train(hotel=hotel, staff=staff, today=today)
    invented = list(clients(rng, today, count))
    accounts = register_clients(actor, rng, hotel, invented, staff)
    import_bookings(rng, today, invented, hotel)
    import_feeds(today, invented, hotel, count)
    live(rng=rng, hotel=hotel, today=today, staff=staff, accounts=accounts, days=days)
    keep(rng=rng, hotel=hotel, today=today, staff=staff, accounts=accounts)
    write_rules(hotel=hotel, staff=staff)
    receive(hotel=hotel, staff=staff, accounts=accounts)
    sign_contracts(hotel=hotel, staff=staff, accounts=accounts, today=today)
    open_credit(hotel=hotel, staff=staff, accounts=accounts, today=today)
    take_orders(hotel=hotel, staff=staff, accounts=accounts, today=today)
    attend(hotel=hotel, staff=staff, today=today)
    complain(hotel=hotel, staff=staff, accounts=accounts)
    attend_desk(hotel=hotel, staff=staff, today=today)
    hold_functions(rng=random.Random(rng.random()), hotel=hotel, today=today, staff=staff, accounts=accounts)  # noqa: S311
    answer_notices(hotel=hotel, staff=staff)
    follow_orders(hotel=hotel, staff=staff)
    go_wrong(hotel=hotel, staff=staff)
    keep_registers(rng=rng, hotel=hotel, today=today, staff=staff)
    screen_clients(hotel=hotel, staff=staff, today=today)
    ask_opinions(rng=random.Random(count), hotel=hotel, staff=staff, accounts=accounts)  # noqa: S311
    evaluate_clients(hotel=hotel, staff=staff, today=today)
    listen(hotel=hotel, today=today)
    return staff


def register_clients(
    actor: Actor, rng: random.Random, hotel: Hotel, invented: list[Invented], staff: dict[str, Staff]
) -> list[Account]:
    """Register every invented client with its people and the number the PMS knows it by; some lie in the open pool."""
    ask_more(actor, hotel)
    areas = {name: create_territory(actor=actor, hotel=hotel, name=name) for name in TERRITORIES}
    accounts = []
    for one in invented:
        owner = staff[rng.choice(REPRESENTATIVES)]
        keeper = Machine(owner.username, hotel.code)
        in_pool = one.fields["importance"] == "ordinary" and rng.random() < POOL_SHARE
        stage = "active" if one.nights_a_month else rng.choice(["lead", "target", "negotiating"])
        rows = [CompetitorRow(name, share, price) for name, share, price in one.competitors]
        area = next(
            areas[name] for name, places in TERRITORIES.items() if not places or one.fields["district"] in places
        )
        account = register_account(
            actor=keeper, hotel=hotel, owner=owner, stage=stage, territory=area, competitors=rows,
            custom=more_of(one.number), **one.fields,
        )  # fmt: skip
        for person in one.contacts:
            add_contact(actor=keeper, account=account, **person)
        link_external_id(actor=actor, account=account, kind=one.side, value=str(one.number))
        if in_pool:
            release_account(actor=keeper, account=account, reason="客户经理调岗，暂无人跟进")
        accounts.append(account)
    return accounts


def import_bookings(rng: random.Random, today: date, invented: list[Invented], hotel: Hotel) -> None:
    """Bring two years of invented reservations in, by the same way a hotel's own file takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reservations.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(bookings(rng, today, invented, hotel.name))
        quiet: Any = StringIO()
        call_command(
            "import_bookings",
            str(path),
            profile="hotel-booking-demand",
            map=[f"{hotel.name}={hotel.code}"],
            stdout=quiet,
            stderr=quiet,
        )
