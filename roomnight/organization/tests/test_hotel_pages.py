"""Departments, the hotels of the group, and the working days."""

from datetime import date

import pytest

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Day
from roomnight.organization.commands import add_department, edit_department, place_staff, set_day, withdraw_day
from roomnight.organization.models import Department
from roomnight.organization.working_days import calendar_of

HERE = "/h/lujiazui/settings"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def department(world, kind):
    return world.lujiazui.departments.get(kind=kind, name="")


@pytest.mark.rule("ORG-01")
def test_a_department_is_renamed_and_found_under_its_name(world, browse):
    guan, sales = browse("guan"), department(world, "sales")
    sent = {"name": "营销中心", "name_en": "Sales Centre"}
    assert guan.post(f"{HERE}/departments/{sales.pk}/", sent).status_code == 302
    assert "营销中心" in browse("lin").get(f"{HERE}/departments/").content.decode()
    assert "营销中心" in browse("lin").get(f"{HERE}/staff/{world.chen.pk}/").content.decode()
    assert AuditEntry.objects.latest("pk").changes["name"] == ["", "营销中心"]
    place_staff(actor=OPERATOR, staff=world.chen, hotel=world.lujiazui, department="sales", role="sales-executive")


@pytest.mark.rule("ORG-01")
def test_a_second_restaurant_is_added_and_retired(world, browse):
    guan = browse("guan")
    assert guan.post(f"{HERE}/departments/new/", {"kind": "food_beverage", "name": "云顶西餐厅"}).status_code == 302
    second = Department.objects.get(name="云顶西餐厅")
    assert guan.post(f"{HERE}/departments/new/", {"kind": "food_beverage", "name": "云顶西餐厅"}).status_code == 422
    edit_department(actor=OPERATOR, department=second, name="云顶西餐厅", name_en="", is_retired=True)
    chooser = guan.get(f"{HERE}/staff/new/").context["form"].fields["department"]
    assert second not in chooser.queryset
    assert second.pk in Department.objects.values_list("pk", flat=True)


def test_a_department_with_people_is_not_retired(world):
    with pytest.raises(Refusal) as refusal:
        edit_department(actor=OPERATOR, department=department(world, "sales"), name="", name_en="", is_retired=True)
    assert (refusal.value.code, refusal.value.field) == ("department.in_use", "is_retired")
    assert not department(world, "sales").is_retired
    with pytest.raises(Refusal):
        add_department(actor=OPERATOR, hotel=world.lujiazui, kind="casino", name="赌场")


@pytest.mark.rule("ORG-01")
def test_the_group_s_hotels_as_far_as_one_works_there(world, browse):
    here = f"{HERE}/hotels/"
    assert [one.code for one in browse("yuan").get(here).context["hotels"]] == ["lakeside", "lujiazui"]
    assert [one.code for one in browse("chen").get(here).context["hotels"]] == ["lujiazui"]
    assert "云汀湖滨酒店" not in browse("chen").get(here).content.decode()


@pytest.mark.rule("ORG-05")
def test_the_hotel_s_own_word_on_a_day_beats_the_calendar_until_withdrawn(world, browse):
    guan, saturday = browse("guan"), date(2026, 11, 21)
    url = f"{HERE}/working-days/"
    assert not calendar_of(world.lujiazui, saturday).is_working_day(saturday)
    assert guan.post(url, {"on": "2026-11-21", "is_working": "1", "name": "旺季值班"}).status_code == 302
    assert calendar_of(world.lujiazui, saturday).is_working_day(saturday)
    assert not calendar_of(world.lakeside, saturday).is_working_day(saturday)
    assert "旺季值班" in browse("zhou").get(url).content.decode()
    browse("zhou").post(url, {"withdraw": "2026-11-21"})  # may see, may not decide
    assert Day.objects.filter(date=saturday).exists()
    guan.post(url, {"withdraw": "2026-11-21"})
    assert not calendar_of(world.lujiazui, saturday).is_working_day(saturday)
    assert AuditEntry.objects.latest("pk").changes["withdrawn"] is True


def test_a_day_is_said_once_and_may_be_said_anew(world):
    set_day(actor=world.seat("guan"), hotel=world.lujiazui, on=date(2026, 12, 24), is_working=False, name="平安夜")
    set_day(actor=world.seat("guan"), hotel=world.lujiazui, on=date(2026, 12, 24), is_working=True, name="")
    assert Day.objects.get(hotel_code="lujiazui", date=date(2026, 12, 24)).is_working
    withdraw_day(actor=world.seat("guan"), hotel=world.lujiazui, on=date(2026, 12, 24))
    assert not Day.objects.filter(hotel_code="lujiazui").exists()
