"""What happens to a colleague after the first day: new particulars, another place, another hotel, leaving and coming back."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.organization.commands.roles import hotels_with_editors, refuse_without_editor
from roomnight.organization.commands.staff import LANGUAGES, refuse_circle
from roomnight.organization.events import StaffDeactivated
from roomnight.organization.models import Department, Hotel, Membership, Role, Staff


@command
def edit_staff(*, actor: Actor, staff: Staff, **fields: Any) -> Any:
    """Change a person's name, phone, email or language (ORG-02)."""
    if fields.get("language", "en") not in LANGUAGES:
        raise Refusal("staff.preference", _("There is no such choice."), field="language")
    changes = changed(staff, **fields)
    if not changes:
        return UNCHANGED
    staff.save(update_fields=list(changes))
    record(staff, **changes)
    return staff


@command
def move_staff(
    *,
    actor: Actor,
    place: Membership,
    department: Department,
    role: Role,
    leader: Staff | None,
    title: str = "",
) -> Any:
    """Put a person into another department, role or title of the same hotel, or under another leader (ORG-02).

    Refuses a department of another hotel or one that is retired, a leader from elsewhere, and a circle of leaders.
    """
    refuse_department(place.hotel, department, place.department)
    if leader is not None and leader.pk != place.leader_id:
        refuse_circle(place.staff, leader, place.hotel)
    editors = hotels_with_editors()
    changes = changed(place, department=department, role=role, leader=leader, title=title.strip())
    if not changes:
        return UNCHANGED
    place.save(update_fields=list(changes))
    refuse_without_editor(editors)
    record(place, staff=place.staff.username, **changes)
    return place


@command
def place_at_hotel(
    *,
    actor: Actor,
    staff: Staff,
    hotel: Hotel,
    department: Department,
    role: Role,
    leader: Staff | None,
    title: str = "",
) -> Membership:
    """Let a person work at one more hotel of the group as well (ORG-02)."""
    if not staff.is_active:
        raise Refusal("staff.left", _("%(name)s has left.") % {"name": staff.label})
    refuse_department(hotel, department, None)
    if leader is not None:
        refuse_circle(staff, leader, hotel)
    place, created = Membership.objects.get_or_create(
        staff=staff,
        hotel=hotel,
        defaults={"department": department, "role": role, "leader": leader, "title": title.strip()},
    )
    if not created:
        raise Refusal("staff.works_there", _("%(name)s works at this hotel already.") % {"name": staff.label})
    record(
        place, staff=staff.username, hotel=hotel.code, department=str(department), role=role.code,
        leader=leader.username if leader else "",
    )  # fmt: skip
    return place


@command
def deactivate_staff(*, actor: Actor, staff: Staff, on: date, reason: str) -> Any:
    """A person leaves: signed out at once and cannot sign in; their name stays on everything they did (ORG-04).

    Whoever reported to them reports to their leader now. Refused while they still hold something that a floor above says
    must be handed over, for oneself, and for the installation's last administrator.
    """
    if not staff.is_active:
        return UNCHANGED
    if not reason.strip():
        raise Refusal("staff.reason", _("Say why."), field="reason")
    if staff.username == actor.code:
        raise Refusal("staff.oneself", _("Nobody takes away their own access."))
    others = Staff.objects.select_for_update().filter(is_administrator=True, is_active=True)
    if staff.is_administrator and not [one for one in others if one.pk != staff.pk]:
        raise Refusal("staff.last_administrator", _("This is the installation's last administrator."))
    emit(StaffDeactivated(staff.pk))
    editors = hotels_with_editors()
    for place in list(staff.memberships.all()):
        Membership.objects.filter(hotel=place.hotel_id, leader=staff).update(leader=place.leader_id)
    # Without a password the sessions of the old one end, and do not revive when the person is taken back.
    staff.set_unusable_password()
    changes = changed(staff, is_active=False, left_on=on, feed_key=None)
    staff.save(update_fields=[*changes, "password"])
    refuse_without_editor(editors)
    changes.pop("feed_key", None)
    record(staff, **changes, reason=reason.strip())
    return staff


@command
def take_back_staff(*, actor: Actor, staff: Staff) -> str:
    """A person who had left works here again, in the place they had; returns their new password, to be told once (ORG-04)."""
    if staff.is_active:
        raise Refusal("staff.here", _("%(name)s works here.") % {"name": staff.label})
    password = secrets.token_urlsafe(12)
    staff.set_password(password)
    changes = changed(staff, is_active=True, left_on=None, must_change_password=True)
    staff.save(update_fields=[*changes, "password"])
    record(staff, **changes)
    return password


def refuse_department(hotel: Hotel, department: Department, present: Department | None) -> None:
    """A department must be this hotel's, and in use unless the person is in it already."""
    if department.hotel_id != hotel.pk:
        raise Refusal("staff.department_elsewhere", _("This department is another hotel's."), field="department")
    if department.is_retired and department != present:
        raise Refusal("staff.department_retired", _("This department is no longer in use."), field="department")
