"""The way of a procedure's version: drawn, submitted, approved by somebody else, in force from a day, withdrawn (PRC-08).

The states and the guards are those of policy documents (docs/adr/0015-procedures-go-the-way-of-policies.md). Who may approve
is looked up here, by the name of whoever acts, so that it holds whatever way an approval comes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Grant, Hotel, Membership, Scope, Staff
from roomnight.organization.working_days import day_at
from roomnight.procedures.commands.charts import (
    add_version,
    digest,
    hold,
    put_in_force,
    refuse_unsound,
    refuse_without_forms,
)
from roomnight.procedures.models import Procedure, ProcedureVersion, VersionState
from roomnight.procedures.rules.catalogue import may_approve
from roomnight.ui.addresses import address

RESOURCE = "procedures.procedure"


# ---- the procedure itself


@command
def edit_procedure(*, actor: Actor, procedure: Procedure, **fields: Any) -> Any:
    """Change what is said about a procedure: titles, aim, owner department, policy document, who else reads it."""
    differing = changed(procedure, **fields)
    if not differing:
        return UNCHANGED
    procedure.revision += 1
    procedure.save(update_fields=[*differing, "revision"])
    record(procedure, **differing)
    return procedure


@command
def retire_procedure(*, actor: Actor, procedure: Procedure) -> Any:
    """Take a procedure out of use: no new cases, nobody is asked to read it; its running cases go on to their end."""
    return _turn(procedure, True)


@command
def bring_back_procedure(*, actor: Actor, procedure: Procedure) -> Any:
    """Take a retired procedure into use again."""
    return _turn(procedure, False)


def _turn(procedure: Procedure, is_retired: bool) -> Any:
    rows = Procedure.objects.filter(pk=procedure.pk, is_retired=not is_retired)
    if not rows.update(is_retired=is_retired):
        return UNCHANGED
    procedure.is_retired = is_retired
    record(procedure, is_retired=(not is_retired, is_retired))
    return procedure


# ---- drawing


@command
def redraw_version(
    *,
    actor: Actor,
    version: ProcedureVersion,
    revision: int,
    source: bytes,
    tables: Sequence[bytes] = (),
    note: str = "",
) -> Any:
    """Draw on a draft. One that was tried on a case keeps its chart, and what is drawn now becomes the next draft.

    Refused when somebody drew on it meanwhile: `revision` is the one that was opened (ACC-10).
    """
    refuse_unless(version, VersionState.DRAFT)
    refuse_unsound(source, list(tables))
    hold(version.procedure)
    kept = ProcedureVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT, revision=revision)
    sha256 = digest(source, list(tables))
    if (sha256, note) == (version.sha256, version.note):
        return UNCHANGED
    if version.cases.exists():
        if not kept.update(state=VersionState.WITHDRAWN, revision=revision + 1):
            raise _meanwhile()
        record(version, state=("draft", "withdrawn"))
        return add_version(
            actor=actor, procedure=version.procedure, source=source, tables=list(tables), note=note or version.note
        )
    values: dict[str, Any] = {
        "source": source, "tables": [one.decode() for one in tables], "sha256": sha256, "note": note,
        "redrawn_by": sorted({*version.redrawn_by, actor.code} - {version.made_by}), "revision": revision + 1,
    }  # fmt: skip
    if not kept.update(**values):
        raise _meanwhile()
    for name, value in values.items():
        setattr(version, name, value)
    record(version, sha256=sha256, note=note)
    return version


def _meanwhile() -> Refusal:
    return Refusal(
        "record.changed_meanwhile",
        _("Somebody changed this draft meanwhile. What you drew is kept here: save it as a new draft."),
    )


@command
def discard_version(*, actor: Actor, version: ProcedureVersion) -> ProcedureVersion:
    """Lay a draft aside; it stays among the versions as one that never held."""
    refuse_unless(version, VersionState.DRAFT)
    move(version, VersionState.DRAFT, VersionState.WITHDRAWN)
    record(version, state=("draft", "withdrawn"))
    return version


# ---- deciding


@command
def submit_version(*, actor: Actor, version: ProcedureVersion) -> ProcedureVersion:
    """Hand a draft in for approval. Refused while nobody but its makers could approve it, or a form that it names is missing."""
    refuse_unless(version, VersionState.DRAFT)
    refuse_without_forms(version)
    involved = {*version.makers, actor.code}
    waiting = [one for one in approvers_of(version.procedure) if may_approve(one.username, involved)]
    if not waiting:
        raise Refusal(
            "procedure.nobody_approves",
            _("Nobody else at the hotel may approve procedures: give somebody the right first."),
        )
    move(
        version, VersionState.DRAFT, VersionState.SUBMITTED, submitted_by=actor.code, submitted_at=timezone.now(),
        returned_reason="",
    )  # fmt: skip
    record(version, state=("draft", "submitted"))
    _tell([one.username for one in waiting], version, gettext_noop("For your approval: %(procedure)s V%(number)s"))
    return version


@command
def return_version(*, actor: Actor, version: ProcedureVersion, reason: str) -> ProcedureVersion:
    """Give a submitted version back to whoever drew it, with the reason."""
    refuse_unless(version, VersionState.SUBMITTED)
    approver_at(actor, version.procedure)
    if not reason.strip():
        raise Refusal("procedure.reason", _("Say why."), field="reason")
    move(version, VersionState.SUBMITTED, VersionState.DRAFT, returned_reason=reason.strip()[:500])
    record(version, state=("submitted", "draft"), reason=reason.strip())
    _tell(
        sorted(version.makers), version,
        gettext_noop("%(procedure)s V%(number)s was returned: %(reason)s"), reason=reason.strip()[:120],
    )  # fmt: skip
    return version


@command
def approve_version(
    *, actor: Actor, version: ProcedureVersion, revision: int, effective_from: date
) -> ProcedureVersion:
    """Approve a submitted version from a day on, not before today and after any other that waits for its day.

    `revision` is the drawing the person saw. Refused for whoever drew or submitted it, and for whoever may not approve.
    """
    procedure = version.procedure
    hold(procedure)
    version.refresh_from_db(fields=["state", "revision"])
    refuse_unless(version, VersionState.SUBMITTED)
    if version.revision != revision:
        raise Refusal("record.changed_meanwhile", _("The drawing was changed since you opened it: look at it again."))
    approver = approver_at(actor, procedure)
    if not may_approve(approver.username, version.makers):
        raise Refusal("procedure.own", _("Nobody approves what they drew or submitted."))
    today = today_at(procedure.hotel)
    refuse_without_forms(version)
    if effective_from < today:
        raise Refusal("procedure.past", _("A version cannot take effect in the past."), field="effective_from")
    later = procedure.versions.filter(state=VersionState.APPROVED, effective_from__gte=effective_from).first()
    if later is not None:
        raise _overlap(later)
    try:
        with transaction.atomic():
            move(
                version, VersionState.SUBMITTED, VersionState.APPROVED, approved_by=approver.username,
                approved_at=timezone.now(), effective_from=effective_from,
            )  # fmt: skip
    except IntegrityError as clash:
        raise Refusal("procedure.overlap", _("Another version begins on that day.")) from clash
    record(version, state=("submitted", "approved"), effective_from=effective_from)
    if effective_from <= today:
        put_in_force(actor=actor, version=version, on=effective_from)
    return version


def _overlap(later: ProcedureVersion) -> Refusal:
    return Refusal(
        "procedure.overlap",
        _("Version %(number)s begins on %(day)s: choose a later day, or withdraw that version first.")
        % {"number": later.number, "day": later.effective_from},
        field="effective_from",
    )


@command
def withdraw_version(*, actor: Actor, version: ProcedureVersion, reason: str) -> ProcedureVersion:
    """End a version: one still to come never takes effect, one in force ends today. Running cases keep it (PRC-03)."""
    hold(version.procedure)
    version.refresh_from_db(fields=["state"])
    refuse_unless(version, VersionState.APPROVED, VersionState.EFFECTIVE)
    approver_at(actor, version.procedure)
    if not reason.strip():
        raise Refusal("procedure.reason", _("Say why."), field="reason")
    old = VersionState(version.state)
    move(
        version, old, VersionState.WITHDRAWN, withdrawn_reason=reason.strip()[:500],
        withdrawn_on=today_at(version.procedure.hotel),
    )  # fmt: skip
    record(version, state=(old, "withdrawn"), reason=reason.strip())
    return version


# ---- who


def approvers_of(procedure: Procedure) -> list[Staff]:
    """Everybody at the hotel whose role may approve this procedure: those with the hotel's, and those of its department."""
    rights = Grant.objects.filter(resource=RESOURCE, action="approve")
    wide = rights.filter(scope=Scope.HOTEL).values("role")
    narrow = rights.exclude(scope=Scope.HOTEL).values("role")
    here = Membership.objects.filter(
        Q(role__in=wide) | Q(role__in=narrow, department__kind=procedure.department),
        hotel=procedure.hotel_id,
        staff__is_active=True,
    )
    return [one.staff for one in here.select_related("staff").order_by("staff__username")]


def approver_at(actor: Actor, procedure: Procedure) -> Staff:
    """Whoever acts, if they may approve this procedure. Refuses `procedure.not_approver`."""
    found = next((one for one in approvers_of(procedure) if one.username == actor.code), None)
    if found is None:
        raise Refusal("procedure.not_approver", _("You may not decide about this procedure."))
    return found


def _tell(usernames: Sequence[str], version: ProcedureVersion, message: str, **more: Any) -> None:
    """A line behind the bell of each that leads to the version."""
    procedure = version.procedure
    code = procedure.hotel.code
    url = f"{address('procedures:procedure', code, pk=procedure.pk)}?version={version.number}"
    for username in filter(None, usernames):
        notify(
            username, message, hotel_code=code, url=url, procedure=f"{procedure.code} {procedure.title}",
            number=version.number, **more,
        )  # fmt: skip


# ---- guards


def today_at(hotel: Hotel) -> date:
    """The hotel's local day."""
    return day_at(hotel, timezone.now())


def refuse_unless(version: ProcedureVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise Refusal(
            "procedure.state",
            _("This cannot be done with a version that is: %(state)s.") % {"state": version.get_state_display()},
        )


def move(version: ProcedureVersion, old: VersionState, new: VersionState, **fields: Any) -> None:
    """Change the state if nobody was faster."""
    values: dict[str, Any] = {"state": new, **fields}
    rows = ProcedureVersion.objects.filter(pk=version.pk, state=old)
    if not rows.update(**values, revision=version.revision + 1):
        raise Refusal("record.changed_meanwhile", _("Somebody decided about this version meanwhile."))
    for name, value in values.items():
        setattr(version, name, value)
    version.revision += 1
