"""Asking the people of a procedure's roles to read its version in force, reminding them once, and signing (PRC-10)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Membership
from roomnight.procedures.models import ProcedureReading, ProcedureVersion, VersionState
from roomnight.procedures.queries.charts import chart_of
from roomnight.procedures.rules.catalogue import readers_of
from roomnight.ui.addresses import address


@command
def ask_readers(*, actor: Actor, hotel: Hotel) -> Any:
    """Ask everybody at a hotel to read the versions in force in which their role has steps, where they were not asked yet.

    Whoever drew or approved a version knows what it says. Returns how many were asked; UNCHANGED where nobody was.
    """
    versions = list(
        ProcedureVersion.objects.filter(
            procedure__hotel=hotel, procedure__is_retired=False, state=VersionState.EFFECTIVE
        )
        .select_related("procedure__hotel")
        .defer("source", "tables")
    )
    people = list(
        Membership.objects.filter(hotel=hotel, staff__is_active=True).select_related("staff", "role", "department")
    )
    asked = set(ProcedureReading.objects.filter(version__in=versions).values_list("version", "staff"))
    new: dict[str, list[ProcedureVersion]] = defaultdict(list)
    rows = []
    for version in versions:
        procedure, readers = version.procedure, readers_of(chart_of(version), version.procedure.read_by)
        for place in people:
            concerned = place.role.code in readers.roles or (
                readers.department and place.department.kind == procedure.department
            )
            knows = place.staff.username in (version.made_by, version.approved_by)
            if concerned and not knows and (version.pk, place.staff_id) not in asked:
                rows.append(ProcedureReading(version=version, staff=place.staff, asked_at=timezone.now()))
                new[place.staff.username].append(version)
    if not rows:
        return UNCHANGED
    ProcedureReading.objects.bulk_create(rows, ignore_conflicts=True)
    for username, found in sorted(new.items()):
        _ask(username, hotel, found)
    told = {version.pk: version for found in new.values() for version in found}
    record_many((one, {"asked": sum(row.version_id == one.pk for row in rows)}) for one in told.values())
    return len(rows)


def _ask(username: str, hotel: Hotel, versions: list[ProcedureVersion]) -> None:
    """One line behind somebody's bell, whatever the number of procedures."""
    if len(versions) == 1:
        tell(username, versions[0], gettext_noop("Please read and sign: %(procedure)s V%(number)s"))
        return
    notify(
        username, gettext_noop("Please read and sign %(count)s procedures"), hotel_code=hotel.code,
        url=address("procedures:catalogue", hotel.code), count=len(versions),
    )  # fmt: skip


def tell(username: str, version: ProcedureVersion, message: str) -> None:
    """A line behind somebody's bell that leads to the version."""
    procedure = version.procedure
    notify(
        username, message, hotel_code=procedure.hotel.code,
        url=address("procedures:read", procedure.hotel.code, pk=version.pk),
        procedure=f"{procedure.code} {procedure.title}", number=version.number,
    )  # fmt: skip


@command
def sign_reading(*, actor: Actor, reading: ProcedureReading) -> Any:
    """Sign for having read a version: only whoever was asked, and once."""
    if reading.staff.username != actor.code:
        raise Refusal("reading.other", _("Everybody signs for themselves."))
    now = timezone.now()
    if not ProcedureReading.objects.filter(pk=reading.pk, signed_at=None).update(signed_at=now):
        return UNCHANGED
    reading.signed_at = now
    record(reading, version=str(reading.version), signed=actor.code)
    return reading


@command
def remind_reader(*, actor: Actor, reading: ProcedureReading) -> Any:
    """Remind whoever has not signed, once, whatever the number of workers."""
    waiting = ProcedureReading.objects.filter(pk=reading.pk, signed_at=None, reminded_at=None)
    if not waiting.update(reminded_at=timezone.now()):
        return UNCHANGED
    tell(reading.staff.username, reading.version, gettext_noop("Still to be read: %(procedure)s V%(number)s"))
    record(reading, version=str(reading.version), reminded=reading.staff.username)
    return reading
