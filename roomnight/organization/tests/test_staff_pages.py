"""The staff pages: finding a colleague, new particulars, another place, another hotel, leaving and coming back."""

import pytest

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import HANDLERS
from roomnight.kernel.models import AuditEntry
from roomnight.organization.commands import (
    deactivate_staff,
    edit_staff,
    move_staff,
    place_at_hotel,
    place_staff,
    take_back_staff,
)
from roomnight.organization.events import StaffDeactivated
from roomnight.organization.models import Membership, Role
from tests.world import PASSWORD, WORLD_NOW

HERE = "/h/lujiazui/settings/staff"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()


@pytest.fixture
def nothing_held(monkeypatch):
    """The people of the world hold clients; here nobody asks for them."""
    monkeypatch.setitem(HANDLERS, StaffDeactivated, [])


def names(client, **asked):
    return [place.staff.username for place in client.get(f"{HERE}/", asked).context["people"]]


def place_of(staff, hotel="lujiazui"):
    return Membership.objects.get(staff=staff, hotel__code=hotel)


# Finding


def test_the_list_is_found_and_narrowed(world, browse, nothing_held):
    guan = browse("guan")
    sales = world.lujiazui.departments.get(kind="sales").pk
    manager = Role.objects.get(code="sales-manager").pk
    assert "chen" in names(guan)
    assert names(guan, q="思远") == ["chen"]
    assert names(guan, q="siyuan") == ["chen"]
    assert names(guan, role=manager) == ["wu", "zhou"]
    assert set(names(guan, department=sales)) == {"lin", "tang", "zhou", "wu", "chen", "xu", "sun", "ma"}
    deactivate_staff(actor=world.seat("guan"), staff=world.xu, on=TODAY, reason="离职")
    assert "xu" not in names(guan)
    assert names(guan, state="left") == ["xu"]
    assert "xu" in names(guan, state="all")
    assert "没有符合这些条件的人" in guan.get(f"{HERE}/", {"q": "查无此人"}).content.decode()


def test_a_person_s_page_shows_place_and_team(world, browse):
    html = browse("lin").get(f"{HERE}/{world.zhou.pk}/").content.decode()
    assert f"{HERE}/{world.lin.pk}/" in html
    assert f"{HERE}/{world.chen.pk}/" in html
    assert f"{HERE}/{world.zhou.pk}/edit/" not in html
    assert f"{HERE}/{world.zhou.pk}/edit/" in browse("guan").get(f"{HERE}/{world.zhou.pk}/").content.decode()


# Changing


def test_particulars_change_and_the_second_of_two_is_told(world, browse):
    guan, url = browse("guan"), f"{HERE}/{world.chen.pk}/edit/"
    seen = guan.get(url).context["form"]["seen"].value()
    sent = {
        "seen": seen,
        "name": "陈思远",
        "name_en": "Siyuan Chen",
        "phone": "13900000001",
        "email": "",
        "language": "en",
    }
    assert guan.post(url, sent).status_code == 302
    world.chen.refresh_from_db()
    assert (world.chen.phone, world.chen.language) == ("13900000001", "en")
    assert AuditEntry.objects.latest("pk").changes == {"phone": ["", "13900000001"], "language": ["zh-hans", "en"]}
    late = guan.post(url, {**sent, "phone": "13900000002"})
    assert late.status_code == 422
    assert "13900000002" in late.content.decode()
    world.chen.refresh_from_db()
    assert world.chen.phone == "13900000001"


@pytest.mark.rule("ORG-02")
def test_a_person_moves_to_another_department_role_leader_and_title(world):
    place = place_of(world.chen)
    banquet = world.lujiazui.departments.get(kind="banquet")
    move_staff(
        actor=world.seat("guan"), place=place, department=banquet,
        role=Role.objects.get(code="banquet-coordinator"), leader=world.lin, title="宴会销售",
    )  # fmt: skip
    moved = place_of(world.chen)
    assert (moved.department, moved.role.code, moved.leader, moved.title) == (
        banquet, "banquet-coordinator", world.lin, "宴会销售",
    )  # fmt: skip
    assert not world.seat("chen").may("clients.account", "create")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"department": "elsewhere"}, "staff.department_elsewhere"),
        ({"department": "retired"}, "staff.department_retired"),
        ({"leader": "du"}, "staff.leader_elsewhere"),
        ({"leader": "chen"}, "staff.leader_circle"),
    ],
)
def test_a_move_that_cannot_be_is_refused(world, wish, code):
    place = place_of(world.zhou)
    security = world.lujiazui.departments.get(kind="security")
    security.is_retired = True
    security.save(update_fields=["is_retired"])
    departments = {"elsewhere": world.lakeside.departments.first(), "retired": security}
    wanted = {"department": place.department, "role": place.role, "leader": place.leader}
    for name, value in wish.items():
        wanted[name] = (
            departments[value] if name == "department" else getattr(world, value) if name == "leader" else value
        )
    before = AuditEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        move_staff(actor=world.seat("guan"), place=place, **wanted)
    assert refusal.value.code == code
    assert AuditEntry.objects.count() == before
    kept = place_of(world.zhou)
    assert (kept.leader, kept.department.kind) == (world.lin, "sales")


@pytest.mark.rule("ORG-02")
def test_a_person_works_at_two_hotels_in_one_department_each(world, browse):
    admin, url = browse("admin"), f"{HERE}/{world.chen.pk}/hotels/"
    sales = world.lakeside.departments.get(kind="sales")
    sent = {
        "at": "lakeside",
        "department": sales.pk,
        "role": Role.objects.get(code="sales-manager").pk,
        "leader": world.du.pk,
    }
    assert admin.post(url, {**sent, "leader": world.zhou.pk}).status_code == 422  # no leader at that hotel
    assert admin.post(url, sent).status_code == 302
    assert world.seat("chen", "lakeside").scope("clients.account") == "team"
    assert world.seat("chen").scope("clients.account") == "shared"
    with pytest.raises(Refusal) as refusal:
        place_at_hotel(actor=OPERATOR, staff=world.chen, hotel=world.lakeside, department=sales,
                       role=Role.objects.get(code="sales-manager"), leader=None)  # fmt: skip
    assert refusal.value.code == "staff.works_there"
    # guan administers one of the two hotels only: who signs in is not guan's to decide any more.
    assert browse("guan").get(f"{HERE}/{world.chen.pk}/edit/").status_code == 404
    assert browse("guan").post(f"{HERE}/{world.chen.pk}/password/").status_code == 404
    assert browse("guan").get(f"{HERE}/{world.chen.pk}/move/").status_code == 200


def test_who_administers_one_hotel_cannot_place_people_at_another(world, browse):
    sales = world.lakeside.departments.get(kind="sales")
    sent = {"at": "lakeside", "department": sales.pk, "role": Role.objects.get(code="sales-manager").pk}
    browse("guan").post(f"{HERE}/{world.chen.pk}/hotels/", sent)
    assert not Membership.objects.filter(staff=world.chen, hotel=world.lakeside).exists()


# The password


@pytest.mark.rule("SEC-01")
def test_a_new_password_is_shown_once_and_ends_the_sessions(world, browse):
    chen, guan = browse("chen"), browse("guan")
    answer = guan.post(f"{HERE}/{world.chen.pk}/password/")
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert password not in str(AuditEntry.objects.latest("pk").changes)
    world.chen.refresh_from_db()
    assert world.chen.check_password(password)
    assert chen.get("/h/lujiazui/").status_code == 302
    assert password not in guan.get(f"{HERE}/{world.chen.pk}/").content.decode()


@pytest.mark.rule("SEC-02")
def test_nobody_takes_over_the_installation_by_its_administrator_s_password(world, browse):
    place_staff(
        actor=OPERATOR, staff=world.admin, hotel=world.lujiazui, department="administration", role="administrator"
    )
    for act in ("password", "take-back"):
        assert browse("guan").post(f"{HERE}/{world.admin.pk}/{act}/").status_code == 404
    for act in ("edit", "deactivate"):
        assert browse("guan").get(f"{HERE}/{world.admin.pk}/{act}/").status_code == 404
    world.admin.refresh_from_db()
    assert world.admin.check_password(PASSWORD)


# Leaving


@pytest.mark.rule("ORG-04")
def test_who_leaves_is_signed_out_at_once_and_nothing_is_deleted(world, browse, client, nothing_held):
    zhou, guan = browse("zhou"), browse("guan")
    assert zhou.get("/h/lujiazui/").status_code == 200
    answer = guan.post(f"{HERE}/{world.zhou.pk}/deactivate/", {"on": "2026-11-18", "reason": "离职"})
    assert answer.status_code == 302
    assert zhou.get("/h/lujiazui/").status_code == 302
    client.post("/login/", {"login": "zhou", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    world.zhou.refresh_from_db()
    assert (world.zhou.is_active, world.zhou.left_on) == (False, TODAY)
    assert place_of(world.zhou).title == ""
    assert {place_of(world.chen).leader, place_of(world.xu).leader} == {world.lin}
    left = AuditEntry.objects.filter(command="organization.deactivate_staff").latest("pk")
    assert left.changes["reason"] == "离职"


@pytest.mark.rule("ORG-04")
def test_who_comes_back_gets_a_new_password_and_no_old_session_revives(world, browse, nothing_held):
    xu, guan = browse("xu"), browse("guan")
    deactivate_staff(actor=world.seat("guan"), staff=world.xu, on=TODAY, reason="离职")
    answer = guan.post(f"{HERE}/{world.xu.pk}/take-back/")
    world.xu.refresh_from_db()
    assert (world.xu.is_active, world.xu.left_on) == (True, None)
    assert world.xu.check_password(answer.context["password"])
    assert xu.get("/h/lujiazui/").status_code == 302


@pytest.mark.parametrize(
    ("who", "whom", "reason", "code"),
    [
        ("guan", "chen", " ", "staff.reason"),
        ("guan", "guan", "离职", "staff.oneself"),
        ("guan", "admin", "离职", "staff.last_administrator"),
    ],
)
def test_leaving_is_refused(world, nothing_held, who, whom, reason, code):
    with pytest.raises(Refusal) as refusal:
        deactivate_staff(actor=world.seat(who), staff=getattr(world, whom), on=TODAY, reason=reason)
    assert refusal.value.code == code
    assert getattr(world, whom).is_active


def test_the_last_day_is_not_in_the_future(world, browse, nothing_held):
    answer = browse("guan").post(f"{HERE}/{world.xu.pk}/deactivate/", {"on": "2026-12-31", "reason": "离职"})
    assert answer.status_code == 422
    world.xu.refresh_from_db()
    assert world.xu.is_active


def test_who_is_gone_is_neither_edited_into_a_password_nor_placed(world, nothing_held):
    deactivate_staff(actor=world.seat("guan"), staff=world.xu, on=TODAY, reason="离职")
    with pytest.raises(Refusal):
        place_at_hotel(actor=OPERATOR, staff=world.xu, hotel=world.lakeside, leader=None,
                       department=world.lakeside.departments.first(), role=Role.objects.first())  # fmt: skip
    with pytest.raises(Refusal):
        take_back_staff(actor=OPERATOR, staff=world.chen)
    with pytest.raises(Refusal):
        edit_staff(actor=OPERATOR, staff=world.xu, language="fr")
