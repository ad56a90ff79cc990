"""The small world itself: everything in it is really there, and it comes back after a test that commits."""

import pytest

from roomnight.clients.models import Account
from roomnight.organization.models import Membership, Role
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from tests.world import CLIENTS, CONTACTS, RECORDS, STAFF


def test_every_shipped_role_has_somebody(world):
    held = set(Membership.objects.filter(hotel=world.lujiazui).values_list("role__code", flat=True))
    assert held == {role.code for role in SHIPPED_ROLES} == set(Role.objects.values_list("code", flat=True))


def test_everybody_and_everything_is_found_by_name(world):
    for hotel, people in STAFF.items():
        for one in people:
            assert world.seat(one.username, hotel).hotel == getattr(world, hotel)
    for client in CLIENTS:
        assert getattr(world, client.key).name == client.name
    for account, key, particulars in CONTACTS:
        assert getattr(world, key).account == getattr(world, account)
        assert getattr(world, key).name == particulars["name"]


@pytest.mark.parametrize("run", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_no_trace(world, run):
    assert Account.objects.filter(name="踪迹").count() == 0
    assert world.chen.name == "陈思远"
    Account.objects.create(hotel=world.lujiazui, name="踪迹", code="X-1")


def test_everything_that_happened_is_found_by_name(world):
    found = {name: getattr(world, name) for name in RECORDS}
    assert {name for name, one in found.items() if one.pk is None} == set()
    assert (world.done_import.created, world.done_import.rejected) == (world.done_import.rows_read - 1, 1)
    assert world.huaxing.room_nights_12m > 0
