"""The demo hotel: whole, believable, the same every time, and gone when it is removed."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.apps import apps

from roomnight.activities.models import FollowUp, Visit
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.orders.models import DepartmentNotice, FunctionSheet
from roomnight.organization.models import Hotel, Membership, Role, Staff
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from roomnight.pms.models import Booking
from roomnight.pms.queries.production import kept, recount
from roomnight.web.commands import remove_demo
from roomnight.web.demo.build import build_demo

FRIDAY = date(2026, 11, 13)
NOON = datetime(2026, 11, 13, 4, tzinfo=UTC)
KEPT_ON_PURPOSE = {"kernel.auditentry", "kernel.auditseal", "kernel_cache"}


def small_demo():
    with time_machine.travel(NOON):
        return build_demo(actor=OPERATOR, today=FRIDAY, count=30, days=3)


def rows_everywhere():
    """How many rows each table of the product holds."""
    models = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("roomnight.")]
    return {
        m._meta.label_lower: m._default_manager.count() for m in models if m._meta.label_lower not in KEPT_ON_PURPOSE
    }


def what_was_built(hotel):
    """What must be the same each time: clients, people, bookings and visits, without ids and moments of writing."""
    return {
        "accounts": list(
            Account.objects.filter(hotel=hotel)
            .order_by("code")
            .values_list("name", "stage", "grade", "owner__name", "room_nights_12m")
        ),
        "contacts": list(
            Contact.objects.filter(account__hotel=hotel).order_by("account__code", "pk").values_list("name", "mobile")
        ),
        "bookings": sorted(
            Booking.objects.filter(hotel=hotel).values_list("arrival", "nights", "revenue_cents", "status")
        ),
        "visits": sorted(Visit.objects.filter(hotel=hotel).values_list("day", "number", "account__name", "state")),
    }


@pytest.mark.rule("OPS-01")
def test_the_demo_is_a_whole_hotel_at_work(world):
    demo = small_demo()
    hotel = demo.hotel
    assert hotel.is_demo
    held = set(Membership.objects.filter(hotel=hotel).values_list("role__code", flat=True))
    assert held == {role.code for role in SHIPPED_ROLES}, "a named person for every role"
    assert Account.objects.filter(hotel=hotel).count() >= 30
    assert Account.objects.filter(hotel=hotel, owner=None).exists(), "some clients lie in the open pool"
    assert Account.objects.filter(hotel=hotel, room_nights_12m__gt=0).exists()
    assert kept(hotel) == recount(hotel)
    before = Visit.objects.filter(hotel=hotel, day__lt=FRIDAY)
    assert before.exists() and set(before.values_list("state", flat=True)) <= {"reported", "closed"}
    assert FollowUp.objects.filter(hotel=hotel, kind="thanks_call").exists()
    assert Visit.objects.filter(hotel=hotel, day=FRIDAY).exists()
    notices = DepartmentNotice.objects.filter(order__hotel=hotel)
    assert set(notices.values_list("answer", flat=True)) == {"", "accept", "problem"}
    assert notices.filter(ready_at__isnull=False).exists() and notices.filter(rung=1, answer="").exists(), "ready; late"
    assert notices.filter(base__isnull=False, answer="", superseded_at=None).exists(), "a change waits to be confirmed"
    assert FunctionSheet.objects.filter(item__order__hotel=hotel, superseded_at__isnull=False).exists()


@pytest.mark.rule("OPS-01")
def test_everybody_signs_in_with_the_password_shown(world, client):
    demo = small_demo()
    names = {person.username for person in demo.people}
    assert "demo-lin" in names, "a name in use at another hotel stays with its owner"
    for username in ("demo-lin", "shen"):
        client.logout()
        answer = client.post("/login/", {"login": username, "password": demo.password}, follow=True)
        assert answer.redirect_chain[-1][0] == "/h/demo/"


@pytest.mark.rule("OPS-01")
def test_the_same_seed_and_day_give_the_same_hotel_and_removal_leaves_nothing(world):
    before = rows_everywhere()
    first = what_was_built(small_demo().hotel)
    remove_demo(actor=OPERATOR, hotel=Hotel.objects.get(is_demo=True))
    assert rows_everywhere() == before
    again = small_demo()
    assert what_was_built(again.hotel) == first
    assert Role.objects.count() == len(SHIPPED_ROLES)


def test_there_is_one_demo_at_a_time_and_a_real_hotel_is_never_removed(world):
    small_demo()
    with pytest.raises(Refusal) as second:
        small_demo()
    assert second.value.code == "demo.exists"
    before = rows_everywhere()
    with pytest.raises(Refusal) as real:
        remove_demo(actor=OPERATOR, hotel=Hotel.objects.get(code="lujiazui"))
    assert real.value.code == "demo.real_hotel"
    assert rows_everywhere() == before


def test_a_demo_that_fails_half_way_leaves_nothing(world, monkeypatch):
    before = rows_everywhere()

    def stumble(*_args, **_kwargs):
        raise RuntimeError("no more")

    monkeypatch.setattr("roomnight.web.demo.build.import_bookings", stumble)
    with pytest.raises(RuntimeError):
        small_demo()
    assert rows_everywhere() == before
    assert not Staff.objects.filter(username="shen").exists()
