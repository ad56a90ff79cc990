"""The documents that ship with Roomnight come into a hotel as version 1 (POL-05)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.events import emit
from roomnight.kernel.policy import plain
from roomnight.organization.events import HotelSupplied
from roomnight.organization.models import (
    Department,
    GovernedValue,
    Hotel,
    Part,
    PolicyDocument,
    PolicyParty,
    PolicyVersion,
    Role,
    VersionState,
)
from roomnight.organization.rules.policies import pages_of
from roomnight.organization.shipped_documents import SHIPPED_DOCUMENTS, ShippedDocument
from roomnight.organization.working_days import day_at


@command
def supply_hotel(*, actor: Actor, hotel: Hotel) -> Any:
    """Bring a hotel everything that ships with Roomnight and that it lacks; the floors above bring theirs."""
    ship_documents(actor=actor, hotel=hotel)
    emit(HotelSupplied(hotel.pk))
    return UNCHANGED


@command
def ship_documents(*, actor: Actor, hotel: Hotel) -> Any:
    """Create the shipped documents that a hotel lacks, in force from today, and add new values to those it has not replaced.

    They state the values as shipped and lay nothing down, so that what was set before stays in force.
    """
    known = dict(PolicyDocument.objects.filter(hotel=hotel).exclude(shipped_code="").values_list("shipped_code", "pk"))
    departments = {one.kind: one for one in Department.objects.filter(hotel=hotel).order_by("-pk")}
    roles = {role.code: role for role in Role.objects.all()}
    done = 0
    for code, shipped in sorted(SHIPPED_DOCUMENTS.items()):
        if code not in known:
            ship(hotel, shipped, departments, roles)
            done += 1
        else:
            done += add_new_values(known[code], shipped)
    return done or UNCHANGED


def ship(hotel: Hotel, shipped: ShippedDocument, departments: dict[str, Department], roles: dict[str, Role]) -> None:
    """Write one document with its first version."""
    purpose, body = shipped.texts("zh")
    purpose_en, body_en = shipped.texts("en")
    today = day_at(hotel, timezone.now())
    taken = PolicyDocument.objects.filter(hotel=hotel, serial=shipped.code).exists()
    document = PolicyDocument.objects.create(
        hotel=hotel, serial=f"{shipped.code}-RN" if taken else shipped.code, department=departments[shipped.department],
        shipped_code=shipped.code,
    )  # fmt: skip
    version = PolicyVersion.objects.create(
        document=document, number=1, state=VersionState.EFFECTIVE, is_shipped=True, subject=shipped.subject,
        subject_en=shipped.subject_en, purpose=purpose, purpose_en=purpose_en, body=body, body_en=body_en,
        pages=pages_of(purpose, body), approver_role=roles.get("general-manager"), effective_on=today, in_force_from=today,
    )  # fmt: skip
    PolicyParty.objects.bulk_create(
        [
            *(named(version, Part.EXECUTION, departments.get(kind)) for kind in shipped.executing),
            *(named(version, Part.OVERSIGHT, departments.get(kind)) for kind in shipped.supervising),
            *(named(version, Part.RESPONSIBILITY, roles[code]) for code in shipped.responsible if code in roles),
        ]
    )
    GovernedValue.objects.bulk_create(
        GovernedValue(version=version, key=one.key, value=plain(one.default)) for one in shipped.policies()
    )
    record(version, shipped=shipped.code, subject=shipped.subject)


def named(version: PolicyVersion, part: str, one: Department | Role | None) -> PolicyParty:
    """A department or role with its part in a version."""
    if isinstance(one, Role):
        return PolicyParty(version=version, part=part, role=one)
    return PolicyParty(version=version, part=part, department=one)


def add_new_values(document_id: int, shipped: ShippedDocument) -> int:
    """A value that came with a newer Roomnight joins its document while that is still the shipped one."""
    version = PolicyVersion.objects.filter(document=document_id, is_shipped=True, state=VersionState.EFFECTIVE).first()
    if version is None:
        return 0
    present = set(version.values.values_list("key", flat=True))
    missing = [one for one in shipped.policies() if one.key not in present]
    GovernedValue.objects.bulk_create(
        GovernedValue(version=version, key=one.key, value=plain(one.default)) for one in missing
    )
    if missing:
        record(version, added=[one.key for one in missing])
    return len(missing)
