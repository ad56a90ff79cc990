"""Taking people on, placing them, and what they set for themselves."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.locks import lift
from roomnight.organization.models import (
    Department,
    Hotel,
    Membership,
    Role,
    Staff,
    Theme,
)

LANGUAGES = {"zh-hans", "en"}


@command
def create_staff(
    *,
    actor: Actor,
    username: str,
    name: str,
    password: str,
    name_en: str = "",
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    is_administrator: bool = False,
) -> Staff:
    """Give a person a way to sign in. Refuses a name in use and a password the rules find weak."""
    if Staff.objects.filter(username__iexact=username).exists():
        raise Refusal("staff.username_taken", _("Somebody signs in with this name already."), field="username")
    staff = Staff(
        username=username, name=name, name_en=name_en, phone=phone, email=email, language=language,
        is_administrator=is_administrator,
    )  # fmt: skip
    try:
        validate_password(password, staff)
    except ValidationError as weak:
        raise Refusal("staff.weak_password", " ".join(weak.messages), field="password") from weak
    staff.set_password(password)
    staff.save(force_insert=True)
    record(staff, username=username, name=name)
    return staff


@command
def place_staff(
    *,
    actor: Actor,
    staff: Staff,
    hotel: Hotel,
    department: Department | str,
    role: Role | str,
    leader: Staff | None = None,
    title: str = "",
) -> Membership:
    """Put a person into a department of a hotel with a role, or move them there; one place a hotel (ORG-02).

    A department may be named by its kind, a role by its code.
    Refuses a leader from elsewhere and a line of leaders that would run in a circle.
    """
    if leader is not None:
        refuse_circle(staff, leader, hotel)
    place, created = Membership.objects.update_or_create(
        staff=staff,
        hotel=hotel,
        defaults={
            "department": _department_of(hotel, department),
            "role": role if isinstance(role, Role) else Role.objects.get(code=role),
            "leader": leader,
            "title": title,
        },
    )
    record(
        place,
        staff=staff.username,
        department=place.department.kind,
        role=place.role.code,
        leader=leader.username if leader else "",
        created=created,
    )
    return place


@command
def engage_staff(*, actor: Actor, hotel: Hotel, person: dict[str, Any], place: dict[str, Any]) -> Staff:
    """Create a colleague and put them into their place, both or neither. At their first sign-in they choose a password (SEC-01)."""
    staff = create_staff(actor=actor, **person)
    staff.must_change_password = True
    staff.save(update_fields=["must_change_password"])
    record(place_staff(actor=actor, staff=staff, hotel=hotel, **place), engaged=staff.username)
    return staff


def _department_of(hotel: Hotel, wanted: Department | str) -> Department:
    if isinstance(wanted, Department):
        return wanted
    return Department.objects.filter(hotel=hotel, kind=wanted).earliest("is_retired", "pk")


def refuse_circle(staff: Staff, leader: Staff, hotel: Hotel) -> None:
    leaders = dict(Membership.objects.filter(hotel=hotel).values_list("staff_id", "leader_id"))
    if leader.pk not in leaders:
        raise Refusal("staff.leader_elsewhere", _("The leader does not work at this hotel."), field="leader")
    one: int | None = leader.pk
    while one is not None:
        if one == staff.pk:
            raise Refusal(
                "staff.leader_circle", _("This would make the line of leaders run in a circle."), field="leader"
            )
        one = leaders.get(one)


@command
def ensure_administrator(*, actor: Actor) -> Any:
    """Create the first administrator with a generated password and return it; UNCHANGED when there is one (SEC-01)."""
    if Staff.objects.filter(is_administrator=True).exists():
        return UNCHANGED
    password = secrets.token_urlsafe(12)
    staff = Staff(username="admin", name="系统管理员", name_en="Administrator", is_administrator=True)
    staff.set_password(password)
    staff.save(force_insert=True)
    record(staff, username="admin")
    return password


@command
def renew_administrator_password(*, actor: Actor) -> tuple[str, str]:
    """Give the first administrator a new generated password; returns user name and password (SEC-01). Only the operator calls it."""
    staff = Staff.objects.filter(is_administrator=True).order_by("pk").first()
    if staff is None:
        raise Refusal("staff.no_administrator", _("There is no administrator yet."))
    password = secrets.token_urlsafe(12)
    staff.set_password(password)
    staff.is_active = True
    staff.must_change_password = False
    staff.save(update_fields=["password", "is_active", "must_change_password"])
    lift(staff)
    record(staff, password="renewed")  # noqa: S106 (a word, not a password)
    return staff.username, password


@command
def set_preferences(*, actor: Actor, staff: Staff, **fields: str) -> Any:
    """A person's own language and theme."""
    if fields.get("language", "en") not in LANGUAGES or fields.get("theme", "auto") not in Theme.values:
        raise Refusal("staff.preference", _("There is no such choice."))
    changes = changed(staff, **fields)
    if not changes:
        return UNCHANGED
    staff.save(update_fields=list(changes))
    record(staff, **changes)
    return staff


@command
def renew_feed_key(*, actor: Actor, staff: Staff) -> str:
    """Give a person a new private calendar address; the old one stops working at once (BRD-03)."""
    staff.feed_key = secrets.token_urlsafe(24)
    staff.save(update_fields=["feed_key"])
    record(staff, feed="renewed")
    return staff.feed_key


@command
def revoke_feed_key(*, actor: Actor, staff: Staff) -> Any:
    """Close a person's calendar address."""
    if staff.feed_key is None:
        return UNCHANGED
    staff.feed_key = None
    staff.save(update_fields=["feed_key"])
    record(staff, feed="revoked")
    return staff


def remember_hotel(staff: Staff, hotel: Hotel) -> None:
    """Where this person worked last, so that signing in leads there. Convenience, not a business record."""
    if staff.last_hotel_id != hotel.pk:
        with transaction.atomic():
            Staff.objects.filter(pk=staff.pk).update(last_hotel=hotel)
