"""The procedures that ship with Roomnight come into a hotel, and newer ones after an upgrade (PRC-01, PRC-03)."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.procedures.commands.charts import digest
from roomnight.procedures.commands.forms import hash_of, install_form
from roomnight.procedures.models import Form, FormUse, FormVersion, Procedure, ProcedureVersion, VersionState
from roomnight.procedures.shipped import MAKER, ShippedForm, ShippedProcedure, shipped


@command
def install_shipped(*, actor: Actor, hotel: Hotel) -> Any:
    """Bring a hotel the shipped procedures that it lacks or has in an older version; running cases keep theirs.

    What a hotel drew itself stays in force: then the newer one comes as a draft, for somebody to look at.
    """
    known = {one.code: one for one in Procedure.objects.filter(hotel=hotel)}
    versions = ProcedureVersion.objects.filter(procedure__hotel=hotel, procedure__is_shipped=True)
    present = set(versions.values_list("procedure_id", "sha256"))
    in_force = dict(versions.filter(state=VersionState.EFFECTIVE).values_list("procedure_id", "made_by"))
    done = 0
    for one in shipped():
        procedure = known.get(one.code)
        if procedure is None:
            _add(_opened(hotel, one), one, takes_effect=True)
        elif procedure.is_shipped and (procedure.pk, digest(one.source, list(one.tables))) not in present:
            _add(procedure, one, takes_effect=in_force.get(procedure.pk) == MAKER)
        else:
            continue
        done += 1
    return done + _install_forms(actor, hotel) or UNCHANGED


def _install_forms(actor: Actor, hotel: Hotel) -> int:
    """The forms of all shipped procedures that the hotel has not in this version; how many were brought."""
    known = set(Form.objects.filter(hotel=hotel).values_list("code", flat=True))
    present = set(
        FormVersion.objects.filter(form__hotel=hotel, form__is_shipped=True).values_list("form__code", "sha256")
    )
    wanted = [(one, form) for one in shipped() for form in one.forms]
    done = 0
    for one, form in wanted:
        if form.code in known and (form.code, hash_of(form.source)) not in present:
            brought = install_form(
                actor=actor, hotel=hotel, code=form.code, department=one.department, use=_use(form), source=form.source
            )
            done += brought is not UNCHANGED
    if done:
        record(hotel, newer_forms=done)
    return done + _open_forms(hotel, [(one, form) for one, form in wanted if form.code not in known])


def _open_forms(hotel: Hotel, wanted: list[tuple[ShippedProcedure, ShippedForm]]) -> int:
    """Forms that are new to the hotel, all at once: what ships was examined before it shipped."""
    now = timezone.now()
    made = Form.objects.bulk_create(
        Form(
            hotel=hotel, code=form.code, department=one.department, use=_use(form), is_shipped=True,
            title=form.schema["title"], title_en=form.schema["x-title-en"],
        )
        for one, form in wanted
    )  # fmt: skip
    FormVersion.objects.bulk_create(
        FormVersion(
            form=form, number=1, source=shipped_form.source, sha256=hash_of(shipped_form.source),
            state=VersionState.EFFECTIVE, approved_at=now, effective_from=day_at(hotel, now),
        )
        for form, (_one, shipped_form) in zip(made, wanted, strict=True)
    )  # fmt: skip
    if made:
        record(hotel, shipped_forms=[form.code for form in made])
    return len(made)


def _use(form: ShippedForm) -> str:
    return FormUse.REGISTER if form.is_register else FormUse.TASK


def _opened(hotel: Hotel, one: ShippedProcedure) -> Procedure:
    return Procedure.objects.create(
        hotel=hotel, code=one.code, title=one.title, title_en=one.title_en, department=one.department,
        purpose=one.purpose, purpose_en=one.purpose_en, is_shipped=True, read_by=list(one.read_by),
    )  # fmt: skip


def _add(procedure: Procedure, one: ShippedProcedure, *, takes_effect: bool) -> None:
    """A further version; in force from today where the shipped one before it was."""
    last = procedure.versions.aggregate(last=Max("number"))["last"] or 0
    now = timezone.now()
    if takes_effect:
        procedure.versions.filter(state=VersionState.EFFECTIVE).update(state=VersionState.SUPERSEDED)
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=last + 1, source=one.source, tables=[table.decode() for table in one.tables],
        sha256=digest(one.source, list(one.tables)), made_by=MAKER,
        state=VersionState.EFFECTIVE if takes_effect else VersionState.DRAFT,
        approved_at=now if takes_effect else None, effective_from=day_at(procedure.hotel, now) if takes_effect else None,
    )  # fmt: skip
    record(version, shipped=one.code, version=one.version, number=version.number, state=version.state)
