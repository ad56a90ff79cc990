"""Keeping a register: written, corrected with the reason, declared void, signed. Nothing that stood there is lost (PRC-02)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at
from roomnight.procedures.commands.forms import lock
from roomnight.procedures.models import EntryChange, EntrySignature, FormVersion, RegisterEntry, VersionState
from roomnight.procedures.queries.forms import spec_of
from roomnight.procedures.rules.forms import check

Data = dict[str, Any]


@command
def add_entry(
    *, actor: Actor, version: FormVersion, staff: Staff, data: Data, at: datetime | None = None
) -> RegisterEntry:
    """Write a line into a register, under the next number; `at` is now, if nothing else is said. Refuses what the form does not take."""
    form, now = version.form, at or timezone.now()
    if not form.is_register or form.is_retired or version.state != VersionState.EFFECTIVE:
        raise Refusal("register.closed", _("This register is not kept any more."))
    kept = checked(version, data)
    lock(form)
    last = form.entries.aggregate(last=Max("number"))["last"] or 0
    entry = RegisterEntry.objects.create(
        hotel=form.hotel, form=form, version=version, number=last + 1, data=kept, made_by=staff, made_at=now,
        made_on=day_at(form.hotel, now),
    )  # fmt: skip
    record(entry, register=form.code, number=entry.number)
    return entry


@command
def correct_entry(
    *, actor: Actor, entry: RegisterEntry, version: FormVersion, staff: Staff, revision: int, data: Data, reason: str
) -> Any:
    """Put a line right. What stood there before stays to be read, with the reason and the name. UNCHANGED where it is the same."""
    _refuse_void(entry)
    _refuse_without(reason)
    kept = checked(version, data)
    if kept == entry.data:
        return UNCHANGED
    before = entry.data
    _move(entry, revision, data=kept, version=version)
    EntryChange.objects.create(entry=entry, at=timezone.now(), who=staff, reason=reason.strip(), before=before)
    names = sorted({*before, *kept})
    changes = {name: (before.get(name), kept.get(name)) for name in names if before.get(name) != kept.get(name)}
    record(entry, why=reason.strip(), **changes)
    return entry


@command
def void_entry(*, actor: Actor, entry: RegisterEntry, staff: Staff, reason: str) -> RegisterEntry:
    """Declare a line void: it stays, struck through, and no longer counts."""
    _refuse_void(entry)
    _refuse_without(reason)
    _move(entry, entry.revision, is_void=True, void_reason=reason.strip()[:300])
    EntryChange.objects.create(
        entry=entry, at=timezone.now(), who=staff, reason=reason.strip()[:300], before=entry.data, is_voiding=True
    )
    record(entry, is_void=(False, True), why=reason.strip())
    return entry


@command
def sign_entry(*, actor: Actor, entry: RegisterEntry, staff: Staff, place: int, revision: int) -> EntrySignature:
    """Sign a line as it stands, as one of those whom the form names. One person signs once; a correction asks again."""
    _refuse_void(entry)
    spec = spec_of(entry.version)
    if not 0 <= place < len(spec.signatures):
        raise Refusal("register.place", _("There is no such signature."))
    if entry.revision != revision:
        raise Refusal("record.changed_meanwhile", _("This line was corrected meanwhile: read it again."))
    try:
        with transaction.atomic():
            signature = EntrySignature.objects.create(
                entry=entry, place=place, who=staff, at=timezone.now(), revision=revision
            )
    except IntegrityError as clash:
        raise Refusal("register.signed", _("This is signed already, or you signed this line yourself.")) from clash
    record(entry, signed=spec.signatures[place].zh, revision=revision)
    return signature


def checked(version: FormVersion, data: Data) -> Data:
    """What the form keeps of it; refuses the first thing that cannot be right."""
    spec = spec_of(version)
    strange = sorted(data.keys() - spec.names)
    if strange:
        raise Refusal("register.form", _("The form has no field %(name)s.") % {"name": strange[0][:60]})
    kept, errors = check(spec, data)
    for name, faults in errors.items():
        raise Refusal("register.form", faults[0].message, field=name.partition(".")[0])
    return kept


def _refuse_void(entry: RegisterEntry) -> None:
    if entry.is_void:
        raise Refusal("register.void", _("This line is void."))


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise Refusal("register.reason", _("Say why."), field="reason")


def _move(entry: RegisterEntry, revision: int, **values: Any) -> None:
    """Change a line from the revision a person saw to the next; refuse when somebody else was first (ACC-10)."""
    found = RegisterEntry.objects.filter(pk=entry.pk, revision=revision, is_void=False)
    if not found.update(**values, revision=revision + 1):
        raise Refusal("record.changed_meanwhile", _("This line was corrected meanwhile: read it again."))
    for name, value in {**values, "revision": revision + 1}.items():
        setattr(entry, name, value)
