"""The frame: navigation by grant, the palette, the bell, settings."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import translation

from roomnight.kernel import audit
from roomnight.kernel.models import AuditEntry, Notification, PolicyValue
from roomnight.kernel.notify import notify
from roomnight.organization.models import Membership, Role, Staff
from roomnight.web.navigation import links

HERE = "/h/lujiazui"


def labels(found):
    return {str(link.label): labels(link.children) for link in found}


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize(
    ("who", "sections"),
    [
        (
            "chen",
            {"我的一天", "客户", "拜访跟进", "协议与挂账", "订单", "前台", "流程", "接待", "客户关怀", "洞察", "设置"},
        ),
        (
            "lin",
            {"我的一天", "客户", "拜访跟进", "协议与挂账", "订单", "前台", "流程", "接待", "客户关怀", "洞察", "设置"},
        ),
        ("luo", {"我的一天", "客户", "拜访跟进", "协议与挂账", "订单", "前台", "流程", "接待", "客户关怀", "设置"}),
        ("song", {"我的一天", "拜访跟进", "协议与挂账", "订单", "前台", "流程", "接待", "客户关怀", "洞察", "设置"}),
        ("guan", {"我的一天", "客户", "拜访跟进", "协议与挂账", "订单", "流程", "接待", "客户关怀", "洞察", "设置"}),
    ],
)
def test_navigation_hides_what_is_not_granted(world, who, sections):
    with translation.override("zh-hans"):
        assert set(labels(links(world.seat(who), f"{HERE}/"))) == sections


def test_one_place_of_the_navigation_is_the_current_one(world):
    found = links(world.seat("lin"), f"{HERE}/clients/pool/")
    current = [link for link in found if link.current]
    assert [link.key for link in current] == ["c"]
    assert [child.url for child in current[0].children if child.current] == [f"{HERE}/clients/pool/"]


@pytest.mark.parametrize(
    ("page", "place"),
    [("halls/", "diary/"), ("halls/7/", "diary/"), ("comments/", "comments/"), ("notices/3/", "notices/"), ("12/", "")],
)
def test_a_page_of_orders_marks_its_own_place(world, page, place):
    section = next(link for link in links(world.seat("lin"), f"{HERE}/orders/{page}") if link.current)
    assert [child.url for child in section.children if child.current] == [f"{HERE}/orders/{place}"]


@pytest.mark.rule("UI-02")
def test_the_palette_finds_clients_and_pages(world, browse):
    html = browse("chen").get(f"{HERE}/palette/", {"q": "日历"}).content.decode()
    assert f'href="{HERE}/activities/calendar/"' in html
    empty = browse("chen").get(f"{HERE}/palette/").content.decode()
    assert f'href="{HERE}/activities/visits/log/"' in empty
    assert (
        f'href="{HERE}/settings/audit/"' not in browse("chen").get(f"{HERE}/palette/", {"q": "审计"}).content.decode()
    )
    assert f'href="{HERE}/settings/audit/"' in browse("lin").get(f"{HERE}/palette/", {"q": "审计"}).content.decode()


def test_the_bell_speaks_the_persons_language_and_is_read_once(world, browse):
    notify("chen", "%(name)s is your client now", hotel_code="lujiazui", name="恒睿")
    notify("sun", "%(name)s is your client now", hotel_code="lujiazui", name="别家")
    before = Notification.objects.filter(recipient="chen", read_at=None).count()
    client = browse("chen")
    html = client.get(f"{HERE}/bell/").content.decode()
    assert "恒睿" in html and "别家" not in html and "is your client now" not in html
    client.post(f"{HERE}/bell/read/")
    assert before and not Notification.objects.filter(recipient="chen", read_at=None).exists()
    assert Notification.objects.filter(recipient="sun", read_at=None).exists()


@pytest.mark.rule("POL-03")
def test_a_policy_value_is_changed_from_a_day_on_by_who_may(world, at_work, browse):
    path = f"{HERE}/settings/policies/activities.visit_max_minutes/"
    answer = browse("lin").post(path, {"value": "40", "effective_from": "2026-12-01", "reason": "年末旺季"})
    assert answer.status_code == 302
    row = PolicyValue.objects.get(key="activities.visit_max_minutes", hotel_code="lujiazui")
    assert (row.value, row.effective_from, row.set_by) == (40, date(2026, 12, 1), "lin")
    assert "年末旺季" in browse("lin").get(path).content.decode()


@pytest.mark.rule("ACC-10")
def test_two_people_set_one_value_for_one_day_and_the_second_is_asked(world, at_work, browse):
    path = f"{HERE}/settings/policies/activities.visit_max_minutes/"
    first, second = browse("lin"), browse("zheng")
    seen = second.get(path).context["form"].fields["seen"].initial
    sent = {"effective_from": "2026-12-01", "reason": "年末旺季", "seen": seen}
    assert first.post(path, {**sent, "value": "40"}).status_code == 302
    late = second.post(path, {**sent, "value": "50"})
    assert late.status_code == 422
    assert "40" in late.context["form"].errors["value"][0] and late.context["form"]["value"].value() == "50"
    assert PolicyValue.objects.get(key="activities.visit_max_minutes").value == 40
    knowingly = {**sent, "value": "50", "seen": late.context["form"].data["seen"]}
    assert second.post(path, knowingly).status_code == 302
    assert PolicyValue.objects.get(key="activities.visit_max_minutes").value == 50


@pytest.mark.rule("POL-03")
@pytest.mark.parametrize(
    ("who", "value", "status"), [("lin", "九十", 422), ("lin", "-5", 422), ("zhou", "40", 200), ("chen", "40", 403)]
)
def test_a_wrong_value_and_who_may_not_change_nothing(world, at_work, browse, who, value, status):
    path = f"{HERE}/settings/policies/activities.visit_max_minutes/"
    before = AuditEntry.objects.count()
    answer = browse(who).post(path, {"value": value, "effective_from": "2026-12-01", "reason": "x"})
    assert answer.status_code == status
    if status == 422:
        assert value in answer.content.decode()
    assert not PolicyValue.objects.filter(key="activities.visit_max_minutes").exists()
    assert AuditEntry.objects.count() == before


STAFF = {
    "name": "新同事",
    "username": "newone",
    "password": "long-enough-2026",
    "leader": "",
    "title": "",
    "phone": "",
    "email": "",
    "language": "zh-hans",
    "name_en": "",
}


def newcomer(world, **more):
    """A new colleague for the sales department, as the form sends one."""
    place = {
        "department": world.lujiazui.departments.get(kind="sales").pk,
        "role": Role.objects.get(code="sales-representative").pk,
    }
    return STAFF | place | more


@pytest.mark.rule("ORG-02")
def test_a_colleague_is_added_with_a_place_or_not_at_all(world, browse):
    client = browse("guan")
    weak = client.post(f"{HERE}/settings/staff/new/", newcomer(world, password="12345"))
    assert weak.status_code == 422 and "新同事" in weak.content.decode()
    taken = client.post(f"{HERE}/settings/staff/new/", newcomer(world, username="chen"))
    assert taken.status_code == 422
    assert not Staff.objects.filter(username="newone").exists()
    assert client.post(f"{HERE}/settings/staff/new/", newcomer(world)).status_code == 302
    place = Membership.objects.get(staff__username="newone")
    assert (place.hotel.code, place.role.code, place.department.kind) == ("lujiazui", "sales-representative", "sales")


@pytest.mark.rule("SEC-03")
def test_the_audit_trail_shows_who_changed_what_and_only_of_this_hotel(world, browse):
    browse("guan").post(f"{HERE}/settings/staff/new/", newcomer(world))
    html = browse("lin").get(f"{HERE}/settings/audit/", {"who": "guan"}).content.decode()
    assert "<b>新建员工</b>" in html and "organization.create_staff" in html and "web 127.0.0.1" in html
    for what in ("organization.create_staff", "新建员工", "员工", "organization.staff"):
        assert "<b>新建员工</b>" in browse("lin").get(f"{HERE}/settings/audit/", {"what": what}).content.decode()
    assert "<b>新建员工</b>" not in browse("lin").get(f"{HERE}/settings/audit/", {"what": "登记客户"}).content.decode()
    assert (
        "organization.create_staff"
        not in browse("du").get("/h/lakeside/settings/audit/", {"who": "guan"}).content.decode()
    )


def test_policy_list_and_set_on_the_command_line(world, capsys):
    call_command("policy", "set", "activities.visit_max_minutes", "45", "--hotel", "lujiazui", "--from", "2026-12-01")
    call_command("policy", "list", "--hotel", "lujiazui", "--as-of", "2026-11-30")
    before = json.loads(capsys.readouterr().out)
    call_command("policy", "list", "--hotel", "lujiazui", "--as-of", "2026-12-01")
    after = json.loads(capsys.readouterr().out)
    assert (before["activities.visit_max_minutes"], after["activities.visit_max_minutes"]) == (30, 45)
    entry = AuditEntry.objects.filter(command="kernel.set_policy").latest("pk")
    assert (entry.actor, entry.changes["value"]) == ("operator", [30, 45])


@pytest.mark.rule("SEC-03")
def test_the_operator_verifies_the_trail_and_a_broken_line_is_named(world, capsys, monkeypatch):
    audit.seal()
    call_command("verify_audit")
    assert json.loads(capsys.readouterr().out)["broken_entry"] is None
    first = AuditEntry.objects.order_by("pk").first()
    monkeypatch.setattr(audit, "link", lambda previous, entry: "0" * 64 if entry.pk == first.pk else previous)
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit")
    assert stopped.value.code == 1
    assert json.loads(capsys.readouterr().out)["broken_entry"] == first.pk


def test_what_an_import_brought_about_a_client_stands_with_the_clients(world, browse):
    answer = browse("lin").get(f"{HERE}/imports/clients/{world.huaxing.pk}/folios/")
    shell = answer.context["shell"]
    marked = [link.url for link in shell.nav if link.current]
    assert marked == [f"{HERE}/clients/"]
