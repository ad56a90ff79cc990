"""Opening hotels, engaging people, giving them places and rights."""

import pytest

from roomnight import settings as product
from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.organization.commands import (
    create_hotel,
    create_staff,
    edit_hotel,
    ensure_administrator,
    place_staff,
    renew_feed_key,
    revoke_feed_key,
    set_preferences,
    ship_roles,
)
from roomnight.organization.models import Department, DepartmentKind, Grant, Group, Hotel, Membership, Role, Staff
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from tests.world import PASSWORD


@pytest.fixture
def untouched(world):
    """What must be the same after a refusal: every row of the organisation and every line of the audit."""

    def picture():
        tables = (Group, Hotel, Department, Staff, Role, Grant, Membership, AuditEntry)
        return [sorted(table.objects.values_list(), key=str) for table in tables]

    before = picture()
    yield
    assert picture() == before


@pytest.mark.rule("ORG-01")
def test_a_hotel_opens_with_its_departments_in_the_group(world):
    hotel = create_hotel(actor=OPERATOR, code="garden", name="云汀花园酒店", city="苏州", room_count=90)
    assert hotel.group == world.lujiazui.group == world.lakeside.group
    kinds = list(hotel.departments.order_by("pk").values_list("kind", flat=True))
    assert kinds == [kind.value for kind in DepartmentKind]
    assert len(kinds) == 13
    assert AuditEntry.objects.latest("pk").changes == {"code": "garden", "name": "云汀花园酒店"}


def test_a_code_in_use_is_refused_also_in_other_letters(untouched):
    with pytest.raises(Refusal) as refusal:
        create_hotel(actor=OPERATOR, code="Lujiazui", name="另一家")
    assert (refusal.value.code, refusal.value.field) == ("hotel.code_taken", "code")


def test_editing_says_what_changed_and_nothing_when_nothing_did(world):
    edit_hotel(actor=world.seat("guan"), hotel=world.lujiazui, name="云汀大酒店·陆家嘴", room_count=421)
    line = AuditEntry.objects.latest("pk")
    assert (line.changes, line.actor, line.hotel_code) == ({"room_count": [420, 421]}, "guan", "lujiazui")
    assert edit_hotel(actor=world.seat("guan"), hotel=world.lujiazui, room_count=421) is UNCHANGED


@pytest.mark.rule("ORG-02")
def test_the_shipped_roles_come_once_and_an_edited_one_stays_as_it_is(world):
    shipped = {
        (role.code, resource, action, scope) for role in SHIPPED_ROLES for resource, action, scope in role.cells()
    }
    assert set(Grant.objects.values_list("role__code", "resource", "action", "scope")) == shipped
    Grant.objects.filter(role__code="receptionist").delete()
    assert ship_roles(actor=OPERATOR) is UNCHANGED
    assert not Grant.objects.filter(role__code="receptionist").exists()


@pytest.mark.rule("ORG-02")
def test_a_person_has_one_place_a_hotel_and_may_work_at_several(world):
    place_staff(actor=OPERATOR, staff=world.chen, hotel=world.lakeside, department="sales", role="sales-manager")
    moved = place_staff(
        actor=OPERATOR, staff=world.chen, hotel=world.lujiazui, department="banquet", role="banquet-coordinator"
    )
    places = Membership.objects.filter(staff=world.chen).values_list("hotel__code", "department__kind", "role__code")
    assert set(places) == {("lujiazui", "banquet", "banquet-coordinator"), ("lakeside", "sales", "sales-manager")}
    assert moved.leader is None


@pytest.mark.parametrize(
    ("staff", "leader", "code"),
    [
        ("zhou", "chen", "staff.leader_circle"),
        ("zheng", "chen", "staff.leader_circle"),
        ("chen", "chen", "staff.leader_circle"),
        ("chen", "du", "staff.leader_elsewhere"),
    ],
)
def test_a_line_of_leaders_stays_in_the_house_and_does_not_run_in_a_circle(world, untouched, staff, leader, code):
    with pytest.raises(Refusal) as refusal:
        place_staff(
            actor=OPERATOR, staff=getattr(world, staff), hotel=world.lujiazui, department="sales", role="sales-manager",
            leader=getattr(world, leader),
        )  # fmt: skip
    assert (refusal.value.code, refusal.value.field) == (code, "leader")


@pytest.mark.rule("SEC-01")
@pytest.mark.parametrize(
    ("case", "username", "password", "code"),
    [
        ("too short", "newcomer", "ab-12-cd", "staff.weak_password"),
        ("known to everybody", "newcomer", "password123", "staff.weak_password"),
        ("digits only", "newcomer", "8274619350", "staff.weak_password"),
        ("like the name", "xiaoyan.ma.sales", "xiaoyan.ma.sales1", "staff.weak_password"),
        ("a name in use", "chen", PASSWORD, "staff.username_taken"),
        ("the same in other letters", "Chen", PASSWORD, "staff.username_taken"),
    ],
)
def test_weak_passwords_and_taken_names_are_refused(untouched, case, username, password, code):
    with pytest.raises(Refusal) as refusal:
        create_staff(actor=OPERATOR, username=username, name="新同事", password=password)
    assert refusal.value.code == code


@pytest.mark.rule("SEC-01")
def test_passwords_are_kept_as_strong_hashes_and_never_in_the_audit(world, settings):
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS  # the product's own; tests use a fast one
    staff = create_staff(actor=OPERATOR, username="newcomer", name="新同事", password=PASSWORD)
    assert staff.password.startswith("argon2$argon2id$")
    assert staff.check_password(PASSWORD)
    assert not AuditEntry.objects.filter(changes__icontains=PASSWORD).exists()


@pytest.mark.rule("SEC-01")
def test_the_first_administrator_gets_a_password_of_their_own_once(world):
    Staff.objects.filter(is_administrator=True).update(is_administrator=False, username="former")
    first = ensure_administrator(actor=OPERATOR)
    assert Staff.objects.get(is_administrator=True).check_password(first)
    assert ensure_administrator(actor=OPERATOR) is UNCHANGED
    assert Staff.objects.filter(is_administrator=True).count() == 1
    Staff.objects.filter(is_administrator=True).update(is_administrator=False, username="second")
    assert ensure_administrator(actor=OPERATOR) != first


@pytest.mark.parametrize("fields", [{"language": "fr"}, {"theme": "pink"}])
def test_preferences_that_do_not_exist_are_refused(world, untouched, fields):
    with pytest.raises(Refusal):
        set_preferences(actor=world.seat("chen"), staff=world.chen, **fields)


def test_preferences_are_one_s_own(world):
    set_preferences(actor=world.seat("chen"), staff=world.chen, language="en", theme="dark")
    world.chen.refresh_from_db()
    assert (world.chen.language, world.chen.theme) == ("en", "dark")
    assert set_preferences(actor=world.seat("chen"), staff=world.chen, language="en") is UNCHANGED


@pytest.mark.rule("BRD-03")
def test_a_calendar_address_is_renewed_and_revoked(world):
    chen = world.seat("chen")
    first = renew_feed_key(actor=chen, staff=world.chen)
    second = renew_feed_key(actor=chen, staff=world.chen)
    assert first != second
    assert len(second) >= 30
    revoke_feed_key(actor=chen, staff=world.chen)
    world.chen.refresh_from_db()
    assert world.chen.feed_key is None
    assert revoke_feed_key(actor=chen, staff=world.chen) is UNCHANGED
