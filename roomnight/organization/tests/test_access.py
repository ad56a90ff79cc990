"""Who sits where, and how far their rights reach."""

import pytest
from django.http import Http404

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.access import assignable, colleagues, fellow, hotels, leader_of, seat_at, staff_by_feed_key
from roomnight.organization.commands import place_staff, renew_feed_key
from roomnight.organization.models import Department, Membership, Staff
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from tests.world import LAKESIDE, LUJIAZUI


@pytest.mark.rule("ORG-03")
def test_nobody_has_a_seat_at_a_hotel_where_they_do_not_work(world):
    for person in Staff.objects.filter(is_administrator=False):
        for hotel in (LUJIAZUI, LAKESIDE, "nowhere"):
            if person.memberships.filter(hotel__code=hotel).exists():
                assert seat_at(person, hotel).hotel.code == hotel
            else:
                with pytest.raises(Http404):
                    seat_at(person, hotel)


def test_the_installation_s_administrator_sits_everywhere(world):
    assert seat_at(world.admin, LAKESIDE).may("organization.staff", "create")
    assert [hotel.code for hotel in hotels(world.admin)] == [LAKESIDE, LUJIAZUI]
    assert [hotel.code for hotel in hotels(world.yuan)] == [LAKESIDE, LUJIAZUI]
    assert [hotel.code for hotel in hotels(world.chen)] == [LUJIAZUI]
    with pytest.raises(Http404):
        seat_at(world.admin, "nowhere")


@pytest.mark.rule("SEC-02")
def test_what_is_not_granted_is_refused(world):
    """For every role and every grant of another role: not held unless the table says so."""
    cells = {(resource, action) for role in SHIPPED_ROLES for resource, action, _scope in role.cells()}
    for place in Membership.objects.filter(hotel=world.lujiazui).select_related("role", "staff"):
        seat = seat_at(place.staff, LUJIAZUI)
        shipped = next(role for role in SHIPPED_ROLES if role.code == place.role.code)
        held = {(resource, action): scope for resource, action, scope in shipped.cells()}
        for resource, action in cells | {("clients.account", "delete"), ("no.such", "read")}:
            assert seat.may(resource, action) is ((resource, action) in held)
            assert seat.scope(resource, action) == held.get((resource, action))


@pytest.mark.parametrize(
    ("who", "team"),
    [
        ("zhou", {"zhou", "chen", "xu"}),
        ("wu", {"wu", "sun"}),
        ("lin", {"lin", "tang", "zhou", "chen", "xu", "wu", "sun", "ma"}),
        ("chen", {"chen"}),
    ],
)
def test_a_team_is_everybody_below_in_the_line_of_leaders(world, who, team):
    assert set(Staff.objects.filter(pk__in=world.seat(who).team_ids).values_list("username", flat=True)) == team


def test_a_team_follows_when_somebody_gets_another_leader(world):
    place_staff(
        actor=OPERATOR,
        staff=world.xu,
        hotel=world.lujiazui,
        department="sales",
        role="sales-executive",
        leader=world.wu,
    )
    assert world.xu.pk in world.seat("wu").team_ids
    assert world.xu.pk not in world.seat("zhou").team_ids


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("chen", {"chen"}),
        ("zhou", {"zhou", "chen", "xu"}),
        ("lin", {"lin", "tang", "zhou", "chen", "xu", "wu", "sun", "ma"}),
    ],
)
def test_whom_work_can_be_given_to(world, who, names):
    assert {staff.username for staff in assignable(world.seat(who))} == names


def test_colleagues_are_those_of_the_hotel_who_still_work_there(world):
    Staff.objects.filter(username="sun").update(is_active=False)
    seen = {place.staff.username for place in colleagues(world.seat("lin"))}
    assert {"chen", "zheng", "yuan"} <= seen
    assert not {"sun", "ye", "qian", "admin"} & seen
    assert not colleagues(world.seat("chen"))


def test_a_fellow_of_another_hotel_is_a_stranger(world):
    assert fellow(world.seat("lin"), world.chen.pk) == world.chen
    with pytest.raises(Http404):
        fellow(world.seat("lin"), world.ye.pk)


def test_leaders_are_known_by_hotel(world):
    assert leader_of(world.chen, world.lujiazui) == world.zhou
    assert leader_of(world.chen, world.lakeside) is None


@pytest.mark.rule("BRD-03")
def test_a_calendar_address_leads_to_its_owner_while_they_work_here(world):
    assert staff_by_feed_key("") is None
    key = renew_feed_key(actor=world.seat("chen"), staff=world.chen)
    assert staff_by_feed_key(key) == world.chen
    Staff.objects.filter(pk=world.chen.pk).update(is_active=False)
    assert staff_by_feed_key(key) is None


@pytest.mark.rule("ORG-01")
def test_departments_belong_to_one_hotel(world):
    both = Department.objects.filter(kind="sales").values_list("hotel__code", flat=True)
    assert sorted(both) == [LAKESIDE, LUJIAZUI]
