"""Roles and what they grant: the matrix, copies, the last person who may edit, and what a new version brings."""

from importlib import import_module

import pytest
from django.apps import apps

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import HANDLERS
from roomnight.kernel.models import AuditEntry
from roomnight.organization.commands import (
    copy_role,
    deactivate_staff,
    move_staff,
    rename_role,
    set_grants,
    ship_roles,
)
from roomnight.organization.events import StaffDeactivated
from roomnight.organization.models import Grant, Membership, OfferedGrant, Role
from roomnight.organization.resources import LABELS, resources
from roomnight.organization.shipped_roles import SHIPPED_ROLES, ShippedRole
from tests.world import WORLD_NOW

HERE = "/h/lujiazui/settings/roles"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def role(code):
    return Role.objects.get(code=code)


def granted(code):
    return set(Grant.objects.filter(role__code=code).values_list("resource", "action", "scope"))


def shipped(code):
    return set(next(one for one in SHIPPED_ROLES if one.code == code).cells())


def sent(form):
    return {name: form[name].value() or "" for name in form.fields}


# The matrix


@pytest.mark.rule("ORG-02")
def test_what_a_role_may_do_is_edited_and_holds_at_once(world, browse):
    admin, url = browse("admin"), f"{HERE}/{role('sales-representative').pk}/"
    chen = browse("chen")
    assert chen.get("/h/lujiazui/clients/pool/").status_code == 200
    form = admin.get(url).context["form"]
    wish = sent(form) | {"clients.pool.read": "", "activities.visit.read": "team"}
    assert admin.post(url, wish).status_code == 302
    assert chen.get("/h/lujiazui/clients/pool/").status_code == 403
    assert world.seat("chen").scope("activities.visit") == "team"
    line = AuditEntry.objects.filter(command="organization.set_grants").latest("pk")
    assert line.changes == {"clients.pool.read": ["hotel", ""], "activities.visit.read": ["own", "team"]}
    assert admin.post(url, sent(admin.get(url).context["form"])).status_code == 302
    assert AuditEntry.objects.filter(command="organization.set_grants").count() == 1


def test_a_reach_that_is_not_offered_is_refused(world, browse):
    admin, url = browse("admin"), f"{HERE}/{role('sales-clerk').pk}/"
    form = sent(admin.get(url).context["form"])
    assert admin.post(url, form | {"pms.import.read": "own"}).status_code == 422
    assert granted("sales-clerk") == shipped("sales-clerk")


@pytest.mark.rule("ORG-03")
def test_a_role_held_at_another_hotel_is_not_one_hotel_s_to_change(world, browse):
    guan, url = browse("guan"), f"{HERE}/{role('sales-representative').pk}/"
    page = guan.get(url)
    assert not page.context["may_edit"]
    guan.post(url, sent(page.context["form"]) | {"clients.pool.read": ""})
    assert granted("sales-representative") == shipped("sales-representative")
    own = f"{HERE}/{role('receptionist').pk}/"
    assert not guan.get(own).context["may_edit"]  # lu works at the other hotel
    assert guan.get(f"{HERE}/{role('banquet-coordinator').pk}/").context["may_edit"]


def test_a_copy_starts_with_the_same_and_goes_its_own_way(world, browse):
    guan = browse("guan")
    original = role("sales-representative")
    answer = guan.post(f"{HERE}/{original.pk}/copy/", {"name": "见习销售代表", "name_en": "Trainee"})
    copy = Role.objects.get(name="见习销售代表")
    assert answer["Location"] == f"{HERE}/{copy.pk}/"
    assert granted(copy.code) == shipped("sales-representative")
    assert (copy.based_on, copy.rank) == (original, original.rank)
    set_grants(actor=world.seat("guan"), role=copy, cells={("clients.account", "create"): ""})
    assert granted("sales-representative") == shipped("sales-representative")
    assert ("clients.account", "create", "shared") not in granted(copy.code)
    again = guan.post(f"{HERE}/{original.pk}/copy/", {"name": "见习销售代表"})
    assert again.status_code == 422
    second = copy_role(actor=OPERATOR, role=copy, name="再见习")
    assert second.based_on == original


def test_a_name_is_changed_and_never_given_twice(world):
    rename_role(actor=OPERATOR, role=role("receptionist"), name="前台", name_en="Front desk")
    assert role("receptionist").name == "前台"
    with pytest.raises(Refusal) as refusal:
        rename_role(actor=OPERATOR, role=role("receptionist"), name="总经理")
    assert (refusal.value.code, refusal.value.field) == ("role.name_taken", "name")
    assert rename_role(actor=OPERATOR, role=role("receptionist"), name="前台", name_en="Front desk") is UNCHANGED


# The last who may


def take_the_right_away(world):
    set_grants(actor=world.seat("guan"), role=role("administrator"), cells={("organization.role", "edit"): ""})


def move_guan(world):
    place = Membership.objects.get(staff=world.guan)
    move_staff(
        actor=world.seat("admin"), place=place, department=place.department, role=role("sales-clerk"), leader=None
    )


def let_guan_go(world):
    deactivate_staff(actor=world.seat("admin"), staff=world.guan, on=WORLD_NOW.date(), reason="离职")


@pytest.mark.rule("ORG-02")
@pytest.mark.parametrize("act", [take_the_right_away, move_guan, let_guan_go], ids=lambda act: act.__name__)
def test_the_last_who_may_edit_roles_keeps_that_right(world, monkeypatch, act):
    monkeypatch.setitem(HANDLERS, StaffDeactivated, [])
    before = granted("administrator"), AuditEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        act(world)
    assert refusal.value.code == "role.last_editor"
    assert (granted("administrator"), AuditEntry.objects.count()) == before
    # With a second person who may, it goes.
    place = Membership.objects.get(staff=world.ma)
    deputy = copy_role(actor=OPERATOR, role=role("administrator"), name="副管理员")
    move_staff(actor=OPERATOR, place=place, department=place.department, role=deputy, leader=None)
    act(world)


# A new version


@pytest.fixture
def with_a_new_resource(monkeypatch):
    """This version ships halls to be seen by representatives, and an old resource gets a new action."""
    table = [
        ShippedRole(
            one.code, one.name, one.name_en, one.rank, one.grants + "\n orders.hall: rc hotel\n clients.pool: x hotel"
        )
        if one.code == "sales-representative"
        else one
        for one in SHIPPED_ROLES
    ]
    monkeypatch.setattr("roomnight.organization.commands.roles.SHIPPED_ROLES", table)


NEW = {("orders.hall", "read", "hotel"), ("orders.hall", "create", "hotel"), ("clients.pool", "export", "hotel")}


@pytest.mark.rule("ORG-02")
def test_a_new_version_grants_what_is_new_and_leaves_what_was_edited(world, with_a_new_resource):
    edited = {("clients.account", "create"): "", ("activities.visit", "read"): "team"}
    set_grants(actor=OPERATOR, role=role("sales-representative"), cells=edited)
    copy = copy_role(actor=OPERATOR, role=role("sales-representative"), name="见习销售代表")
    mine = granted("sales-representative")
    others = {one.code: granted(one.code) for one in SHIPPED_ROLES if one.code != "sales-representative"}
    assert ship_roles(actor=OPERATOR) == 2
    assert granted("sales-representative") == mine | NEW
    assert granted(copy.code) == mine | NEW
    assert {code: granted(code) for code in others} == others
    assert ship_roles(actor=OPERATOR) is UNCHANGED


def test_what_was_taken_away_after_it_was_offered_stays_away(world, with_a_new_resource):
    ship_roles(actor=OPERATOR)
    set_grants(actor=OPERATOR, role=role("sales-representative"), cells={("orders.hall", "create"): ""})
    assert ship_roles(actor=OPERATOR) is UNCHANGED
    assert ("orders.hall", "create", "hotel") not in granted("sales-representative")


def test_what_a_hotel_granted_by_itself_is_not_overwritten(world, with_a_new_resource):
    Grant.objects.create(role=role("sales-representative"), resource="orders.hall", action="read", scope="own")
    ship_roles(actor=OPERATOR)
    assert ("orders.hall", "read", "own") in granted("sales-representative")
    assert ("orders.hall", "read", "hotel") not in granted("sales-representative")


@pytest.mark.rule("ORG-02")
def test_a_database_of_the_version_before_gets_what_came_since_and_keeps_its_edits(world):
    """As that version left it: roles and grants, but nothing that says what was offered."""
    released = import_module("roomnight.organization.migrations.0006_offer_what_was_shipped")
    known = {part.split(":")[0].strip() for cells in released.OFFERED.values() for part in cells.split(";")}
    Grant.objects.exclude(resource__in=known).delete()
    OfferedGrant.objects.all().delete()
    set_grants(
        actor=OPERATOR,
        role=role("sales-manager"),
        cells={("clients.account", "export"): "", ("clients.pool", "read"): ""},
    )
    released.offer(apps, None)
    shipped_then = [one for one in SHIPPED_ROLES if one.code in released.OFFERED]
    before = {one.code: granted(one.code) for one in shipped_then}
    assert ("organization.role", "edit", "hotel") not in before["administrator"]
    ship_roles(actor=OPERATOR)
    for one in shipped_then:
        came = granted(one.code) - before[one.code]
        assert before[one.code] <= granted(one.code)
        assert came == {
            cell for cell in one.cells() if cell[0] not in known or not offered_then(released, one.code, cell)
        }
    assert ("organization.role", "edit", "hotel") in granted("administrator")
    assert not {
        cell
        for cell in granted("sales-manager")
        if cell[:2] in {("clients.account", "export"), ("clients.pool", "read")}
    }


def offered_then(released, code, cell):
    letters = {word: letter for letter, word in released.ACTIONS.items()}
    offered = released.OFFERED.get(code, "")
    cells = dict((word.strip() for word in part.split(":")) for part in offered.split(";") if part)
    return letters[cell[1]] in cells.get(cell[0], "")


def test_every_resource_has_words():
    assert [one.name for one in resources() if one.name not in LABELS] == []
    assert [name for name in LABELS if name not in {one.name for one in resources()}] == []
