"""Making roles and what they grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Grant, Hotel, OfferedGrant, Role
from roomnight.organization.shipped_roles import SHIPPED_ROLES

Cell = tuple[str, str]
EDITS_ROLES = {"resource": "organization.role", "action": "edit"}


@command
def ship_roles(*, actor: Actor) -> Any:
    """Create the shipped roles that are missing, and give every role what this version ships for it and it was never
    offered before. What a hotel has edited stays as it is (ORG-02)."""
    given = 0
    for shipped in SHIPPED_ROLES:
        role, created = Role.objects.get_or_create(
            code=shipped.code, defaults={"name": shipped.name, "name_en": shipped.name_en, "rank": shipped.rank}
        )
        if created:
            record(role, created=shipped.code)
        for one in [role, *role.copies.all()]:
            given += _offer(one, shipped.cells())
    return given or UNCHANGED


def _offer(role: Role, cells: list[tuple[str, str, str]]) -> int:
    """Give a role the cells it was never offered; 1 if there were any."""
    known = set(role.offers.values_list("resource", "action"))
    new = [cell for cell in cells if cell[:2] not in known]
    if not new:
        return 0
    Grant.objects.bulk_create(
        (Grant(role=role, resource=resource, action=action, scope=scope) for resource, action, scope in new),
        ignore_conflicts=True,
    )
    OfferedGrant.objects.bulk_create(
        OfferedGrant(role=role, resource=resource, action=action) for resource, action, _scope in new
    )
    record(role, offered=[f"{resource}.{action} {scope}" for resource, action, scope in new])
    return 1


@command
def copy_role(*, actor: Actor, role: Role, name: str, name_en: str = "") -> Role:
    """A new role that may do what another one may, to be changed from there. Refuses a name in use."""
    _refuse_name(name, None)
    number = Role.objects.count()
    while Role.objects.filter(code=f"own-{number}").exists():
        number += 1
    copy = Role.objects.create(
        code=f"own-{number}", name=name, name_en=name_en or name, rank=role.rank, based_on=role.based_on or role
    )
    Grant.objects.bulk_create(
        Grant(role=copy, resource=one.resource, action=one.action, scope=one.scope) for one in role.grants.all()
    )
    OfferedGrant.objects.bulk_create(
        OfferedGrant(role=copy, resource=one.resource, action=one.action) for one in role.offers.all()
    )
    record(copy, name=name, copied_from=role.code)
    return copy


@command
def rename_role(*, actor: Actor, role: Role, name: str, name_en: str = "") -> Any:
    """Call a role otherwise. Refuses a name in use."""
    _refuse_name(name, role)
    changes = changed(role, name=name, name_en=name_en or name)
    if not changes:
        return UNCHANGED
    role.save(update_fields=list(changes))
    record(role, **changes)
    return role


@command
def set_grants(*, actor: Actor, role: Role, cells: Mapping[Cell, str]) -> Any:
    """Say what a role may do: by (resource, action) how far, "" for not at all; what is left out stays (ORG-02, SEC-02).

    Refused when it would leave a hotel without anybody who may edit roles.
    """
    before = hotels_with_editors()
    old = {(one.resource, one.action): one for one in role.grants.select_for_update()}
    changes: dict[str, Any] = {}
    for (resource, action), scope in cells.items():
        grant = old.get((resource, action))
        if (grant.scope if grant else "") == scope:
            continue
        changes[f"{resource}.{action}"] = (grant.scope if grant else "", scope)
        if not scope:
            Grant.objects.filter(role=role, resource=resource, action=action).delete()
        else:
            Grant.objects.update_or_create(role=role, resource=resource, action=action, defaults={"scope": scope})
    if not changes:
        return UNCHANGED
    refuse_without_editor(before)
    record(role, **changes)
    return role


def hotels_with_editors() -> set[int]:
    """The hotels where somebody who works there may edit roles. Those rights are held until the command ends."""
    editing = list(
        Grant.objects.select_for_update().filter(**EDITS_ROLES).order_by("pk").values_list("role", flat=True)
    )
    places = Hotel.objects.filter(memberships__staff__is_active=True, memberships__role__in=editing)
    return set(places.values_list("pk", flat=True))


def refuse_without_editor(before: set[int]) -> None:
    """After a change: no hotel may have lost its last person who may edit roles."""
    lost = before - hotels_with_editors()
    if lost:
        hotel = Hotel.objects.get(pk=min(lost))
        raise Refusal(
            "role.last_editor",
            _("Then nobody at %(hotel)s could edit roles any more. Give that right to somebody else first.")
            % {"hotel": hotel.label},
        )


def _refuse_name(name: str, role: Role | None) -> None:
    others = Role.objects.filter(name=name)
    if (others.exclude(pk=role.pk) if role else others).exists():
        raise Refusal("role.name_taken", _("There is a role of this name already."), field="name")
