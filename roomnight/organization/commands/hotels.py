"""Making hotels, their departments, and their own word on a working day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Day
from roomnight.organization.commands.shipped_policies import supply_hotel
from roomnight.organization.models import (
    Department,
    DepartmentKind,
    Group,
    Hotel,
)


@command
def create_hotel(
    *,
    actor: Actor,
    code: str,
    name: str,
    name_en: str = "",
    city: str = "",
    district: str = "",
    room_count: int = 0,
    timezone: str = "Asia/Shanghai",
    currency: str = "CNY",
    is_demo: bool = False,
) -> Hotel:
    """Open a hotel with its usual departments and everything that ships with Roomnight, in the installation's group (made on the way). Refuses a code in use."""
    if Hotel.objects.filter(code__iexact=code).exists():
        raise Refusal("hotel.code_taken", _("A hotel with this code exists already."), field="code")
    group = Group.objects.order_by("pk").first() or Group.objects.create(name=name, name_en=name_en)
    hotel = Hotel.objects.create(
        group=group, code=code, name=name, name_en=name_en, city=city, district=district, room_count=room_count,
        timezone=timezone, currency=currency, is_demo=is_demo,
    )  # fmt: skip
    Department.objects.bulk_create(Department(hotel=hotel, kind=kind) for kind in DepartmentKind)
    supply_hotel(actor=actor, hotel=hotel)
    record(hotel, code=code, name=name)
    return hotel


@command
def edit_hotel(*, actor: Actor, hotel: Hotel, **fields: Any) -> Any:
    """Change a hotel's particulars."""
    changes = changed(hotel, **fields)
    if not changes:
        return UNCHANGED
    hotel.save(update_fields=list(changes))
    record(hotel, **changes)
    return hotel


@command
def add_department(*, actor: Actor, hotel: Hotel, kind: str, name: str = "", name_en: str = "") -> Department:
    """A further department, such as a second restaurant: of a kind there is, with a name of its own (ORG-01)."""
    if kind not in DepartmentKind.values:
        raise Refusal("department.kind", _("There is no such choice."), field="kind")
    _refuse_department_name(hotel, kind, name, None)
    department = Department.objects.create(hotel=hotel, kind=kind, name=name, name_en=name_en)
    record(department, hotel=hotel.code, kind=kind, name=name)
    return department


@command
def edit_department(*, actor: Actor, department: Department, name: str, name_en: str, is_retired: bool) -> Any:
    """Call a department otherwise, or retire it. Refused while somebody works there."""
    if is_retired and department.memberships.filter(staff__is_active=True).exists():
        raise Refusal("department.in_use", _("People work in this department; move them first."), field="is_retired")
    _refuse_department_name(department.hotel, department.kind, name, department)
    changes = changed(department, name=name, name_en=name_en, is_retired=is_retired)
    if not changes:
        return UNCHANGED
    department.save(update_fields=list(changes))
    record(department, **changes)
    return department


def _refuse_department_name(hotel: Hotel, kind: str, name: str, department: Department | None) -> None:
    same = Department.objects.filter(hotel=hotel, kind=kind, name=name)
    if (same.exclude(pk=department.pk) if department else same).exists():
        raise Refusal("department.name_taken", _("There is a department of this kind and name already."), field="name")


@command
def set_day(*, actor: Actor, hotel: Hotel, on: date, is_working: bool, name: str = "") -> Day:
    """The hotel's own word on a day: it works although the country rests, or the other way round (ORG-05)."""
    day, created = Day.objects.update_or_create(
        hotel_code=hotel.code, date=on, defaults={"is_working": is_working, "name": name}
    )
    record(day, date=on, is_working=is_working, name=name, created=created)
    return day


@command
def withdraw_day(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """The country's calendar holds again for a day."""
    day = Day.objects.filter(hotel_code=hotel.code, date=on).first()
    if day is None:
        return UNCHANGED
    record(day, date=on, withdrawn=True, is_working=day.is_working, name=day.name)
    day.delete()
    return on
