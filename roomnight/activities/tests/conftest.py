"""Visits of the small world, made by the people in it: on Friday 20 November 2026, two days after the world was built."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model

from roomnight.activities.commands import (
    check_kit,
    come_back,
    confirm_appointment,
    go_out,
    log_visit,
    plan_visit,
    write_report,
)
from roomnight.activities.events import ComplaintHeard, OrderAskedFor, VisitReported
from roomnight.activities.models import Visit, VisitReport
from roomnight.activities.rules.kits import KIT_ITEMS
from roomnight.clients.models import Account
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import HANDLERS, Event, on
from roomnight.kernel.models import AuditEntry
from tests.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = date(2026, 11, 20)
BUSINESS = ("activities", "clients", "organization", "kernel")
KIT = [item["key"] for item in KIT_ITEMS.default]


def moment(clock: str, day: date = FRIDAY) -> datetime:
    """A time of the hotel's clock, on Friday if no day is given."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every business record, the audit and the bells among them."""
    models: list[type[Model]] = [model for label in BUSINESS for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


@contextmanager
def refused(code: str, field: str | None = None) -> Generator[None, None, None]:
    """What happens inside is refused with this code, and nothing at all has changed."""
    before = everything()
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code
    assert str(caught.value)
    if field is not None:
        assert caught.value.field == field
    after = everything()
    assert {label for label in before if before[label] != after[label]} == set()


def lines_of(subject: Model) -> list[tuple[str, str]]:
    """(command, actor) of every audit line about a record, in order."""
    found = AuditEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}").order_by("id")
    return list(found.values_list("command", "actor"))


class Office:
    """The sales people of the small world at work, with the clock in hand."""

    def __init__(self, world: World, clock: time_machine.Traveller) -> None:
        self.world, self.clock = world, clock

    def at(self, clock: str, day: date = FRIDAY) -> None:
        """Let it be this time."""
        self.clock.move_to(moment(clock, day))

    def plan(self, who: str, account: Account, start: str = "10:00", minutes: int = 30, **plan: Any) -> Visit:
        """A plan without appointment, unless one is given."""
        seat, day = self.world.seat(who), plan.pop("day", FRIDAY)
        begins = moment(start, day)
        return plan_visit(**{
            "actor": seat, "hotel": seat.hotel, "account": account, "staff": seat.staff, "start": begins,
            "end": begins + timedelta(minutes=minutes), "purpose": "return_visit", "place": "世纪大道 100 号", **plan,
        })  # fmt: skip

    def agreed(self, who: str, account: Account, start: str = "10:00", **plan: Any) -> Visit:
        """A plan with an appointment."""
        visit = self.plan(who, account, start, **plan)
        return confirm_appointment(actor=self.world.seat(who), visit=visit, how="phone", whom="王芳")

    def ready(self, who: str, account: Account, start: str = "10:00", **plan: Any) -> Visit:
        """A plan with an appointment and the kit checked."""
        visit = self.agreed(who, account, start, **plan)
        check_kit(actor=self.world.seat(who), visit=visit, ticked=KIT, appearance=True)
        return visit

    def out(self, who: str, account: Account, start: str = "10:00", **plan: Any) -> Visit:
        """Somebody is out on a visit."""
        return go_out(actor=self.world.seat(who), visit=self.ready(who, account, start, **plan))

    def back(self, who: str, account: Account, start: str = "10:00", *, until: str = "11:15", **plan: Any) -> Visit:
        """Somebody has come back from a visit and owes the report; it is a quarter past eleven."""
        visit = self.out(who, account, start, **plan)
        self.at(until, plan.get("day", FRIDAY))
        come_back(actor=self.world.seat(who), visit=visit)
        return visit

    def report(self, who: str, visit: Visit, **talk: Any) -> VisitReport:
        """The report of a talk that went normally, from ten to twenty past, unless something else is said."""
        usual = {
            "submission_key": uuid4(), "met_from": moment("10:00", visit.day), "met_to": moment("10:20", visit.day),
            "result": "interested", "people_text": "王经理",
        }  # fmt: skip
        return write_report(actor=self.world.seat(who), visit=visit, **{**usual, **talk})

    def log(self, who: str, account: Account, **talk: Any) -> VisitReport:
        """A visit logged afterwards that went normally."""
        seat = self.world.seat(who)
        usual = {
            "submission_key": uuid4(), "met_from": moment("09:00"), "met_to": moment("09:25"), "purpose": "return_visit",
            "result": "interested", "confirmed_how": "phone", "people_text": "王经理",
        }  # fmt: skip
        return log_visit(actor=seat, hotel=seat.hotel, account=account, staff=seat.staff, **{**usual, **talk})


@pytest.fixture
def office(world: World) -> Generator[Office, None, None]:
    """It is nine on Friday morning."""
    with time_machine.travel(moment("09:00"), tick=False) as clock:
        yield Office(world, clock)


@pytest.fixture
def emitted() -> Generator[list[Event], None, None]:
    """The events of activities, in the order in which they happened, as a floor above would hear them."""
    found: list[Event] = []
    for kind in (ComplaintHeard, OrderAskedFor, VisitReported):
        on(kind)(found.append)
    yield found
    for kind in (ComplaintHeard, OrderAskedFor, VisitReported):
        HANDLERS[kind].remove(found.append)
