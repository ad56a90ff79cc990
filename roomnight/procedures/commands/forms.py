"""The way of a form: drafted as a schema, submitted, approved by somebody else, in force; and what it lets pass (PRC-02, PRC-08)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import DepartmentKind, Hotel
from roomnight.organization.working_days import day_at
from roomnight.procedures.models import Case, CaseTask, Form, FormUse, FormVersion, ProcedureVersion, VersionState
from roomnight.procedures.queries.charts import steps_of
from roomnight.procedures.queries.forms import spec_of
from roomnight.procedures.rules.forms import BadForm, FormSpec, check, figures, parse_schema, read_form

SHOWN = 20
IN_HAND = (VersionState.DRAFT, VersionState.SUBMITTED)
Data = dict[str, Any]


# ---- writing


@command
def create_form(
    *, actor: Actor, hotel: Hotel, code: str, department: str, use: str = FormUse.TASK, source: str, note: str = ""
) -> FormVersion:
    """Begin a form with the draft of its first version; its titles are those of the schema. Refuses a code in use."""
    taken = Refusal("form.code_taken", _("A form with this code exists already."), field="code")
    if Form.objects.filter(hotel=hotel, code__iexact=code).exists():
        raise taken
    if department not in DepartmentKind.values or use not in FormUse.values:
        raise Refusal("form.choice", _("There is no such choice."), field="department")
    refuse_second(hotel, use)
    spec = spec_from(source)
    words = {"title": spec.title.zh, "title_en": spec.title.en}
    try:
        with transaction.atomic():
            form = Form.objects.create(hotel=hotel, code=code, department=department, use=use, **words)
    except IntegrityError as clash:  # somebody else was first, this moment
        raise taken from clash
    version = _draft(form, 1, source, note, actor.code)
    record(version, code=code, title=form.title, use=use)
    return version


@command
def begin_form_version(*, actor: Actor, form: Form, source: str, note: str = "") -> FormVersion:
    """Begin the next version. Refused while one is being written or waits for approval."""
    lock(form)
    if form.versions.filter(state__in=IN_HAND).exists():
        raise Refusal("form.in_hand", _("The next version is being written already."))
    version = _draft(form, _next_number(form), source, note, actor.code)
    record(version, begun=version.number)
    return version


@command
def edit_form_version(*, actor: Actor, version: FormVersion, revision: int, source: str, note: str) -> Any:
    """Change a draft. `revision` is the one the person saw: what somebody else wrote meanwhile is not overwritten (ACC-10)."""
    refuse_unless(version, VersionState.DRAFT)
    spec = spec_from(source)
    sha256 = hash_of(source)
    if (sha256, note) == (version.sha256, version.note):
        return UNCHANGED
    before = version.sha256
    move(
        version, revision, source=source, sha256=sha256, note=note,
        writers=sorted({*version.writers, actor.code}),
    )  # fmt: skip
    if version.number == 1:
        _take_titles(version.form, spec)
    record(version, source=(before[:12], sha256[:12]), note=note)
    return version


@command
def discard_form_version(*, actor: Actor, version: FormVersion) -> FormVersion:
    """Lay a draft aside; it stays among the versions as one that never held."""
    refuse_unless(version, VersionState.DRAFT)
    move(version, version.revision, state=VersionState.WITHDRAWN)
    record(version, state=("draft", "withdrawn"))
    return version


@command
def retire_form(*, actor: Actor, form: Form) -> Any:
    """Let a form no longer be filled in; what was written with it stays. Refused while a procedure in force asks for it."""
    if form.is_retired:
        return UNCHANGED
    lock(form)
    used_by = [str(one.procedure) for one in _charts_with(form)]
    if used_by:
        raise Refusal(
            "form.in_use",
            _("Still filled in by: %(procedures)s. Take it out of these charts, or retire the procedures, first.")
            % {"procedures": pgettext("between items of a list", ", ").join(used_by)},
        )
    form.is_retired = True
    form.save(update_fields=["is_retired"])
    record(form, is_retired=(False, True))
    return form


def _charts_with(form: Form) -> list[ProcedureVersion]:
    """The versions that hold now, or will, and have a step with this form."""
    versions = ProcedureVersion.objects.filter(
        procedure__hotel=form.hotel_id, procedure__is_retired=False,
        state__in=(VersionState.EFFECTIVE, VersionState.APPROVED),
    )  # fmt: skip
    found = versions.select_related("procedure").defer("source", "tables").order_by("procedure__code", "number")
    return [one for one in found if any(step.form == form.code for step in steps_of(one).values())]


# ---- approving


@command
def submit_form_version(*, actor: Actor, version: FormVersion) -> FormVersion:
    """Hand a draft in for approval."""
    refuse_unless(version, VersionState.DRAFT)
    move(
        version, version.revision, state=VersionState.SUBMITTED, submitted_by=actor.code, submitted_at=timezone.now(),
        returned_reason="",
    )  # fmt: skip
    record(version, state=("draft", "submitted"))
    return version


@command
def return_form_version(*, actor: Actor, version: FormVersion, reason: str) -> FormVersion:
    """Give a submitted version back to whoever wrote it, with the reason."""
    refuse_unless(version, VersionState.SUBMITTED)
    if not reason.strip():
        raise Refusal("form.reason", _("Say why."), field="reason")
    move(version, version.revision, state=VersionState.DRAFT, returned_reason=reason.strip()[:300])
    record(version, state=("submitted", "draft"), reason=reason.strip())
    for username in {*version.writers, version.submitted_by}:
        notify(
            username, gettext_noop("The form %(form)s was returned: %(reason)s"), hotel_code=version.hotel_code,
            form=version.form.title, reason=reason.strip()[:120],
        )  # fmt: skip
    return version


@command
def approve_form_version(*, actor: Actor, version: FormVersion, revision: int) -> FormVersion:
    """Let a submitted version hold from now on; the one before is superseded, and what was begun with it stays with it.

    Refused for whoever wrote or submitted it: nobody approves their own (POL-02).
    """
    refuse_unless(version, VersionState.SUBMITTED)
    if actor.code in {*version.writers, version.submitted_by}:
        raise Refusal("form.own", _("Nobody approves what they wrote or submitted."))
    spec = spec_from(version.source)
    _put_in_force(version, revision, actor.code)
    _take_titles(version.form, spec)
    record(version, state=("submitted", "effective"))
    return version


@command
def install_form(
    *, actor: Actor, hotel: Hotel, code: str, department: str, use: str = FormUse.TASK, source: str
) -> Any:
    """Give a hotel a form that ships, or its newer version, in force at once.

    Where the hotel has a version of its own, the shipped one comes as a draft and changes nothing; where one is being
    written, it waits. UNCHANGED where the hotel has it already.
    """
    spec, sha256 = spec_from(source), hash_of(source)
    form = Form.objects.filter(hotel=hotel, code=code).first()
    if form is None:
        form = Form.objects.create(
            hotel=hotel, code=code, department=department, use=use, is_shipped=True, title=spec.title.zh,
            title_en=spec.title.en,
        )  # fmt: skip
    lock(form)
    versions = list(form.versions.order_by("number"))
    if any(one.sha256 == sha256 for one in versions) or any(one.state in IN_HAND for one in versions):
        return UNCHANGED
    version = _draft(form, _next_number(form), source, "", "")
    if not any(one.writers for one in versions):
        _put_in_force(version, version.revision, "")
        _take_titles(form, spec)
    record(version, shipped=code, number=version.number, state=version.state)
    return version


def _draft(form: Form, number: int, source: str, note: str, who: str) -> FormVersion:
    spec_from(source)
    return FormVersion.objects.create(
        form=form, number=number, source=source, sha256=hash_of(source), note=note, made_by=who,
        writers=[who] if who else [],
    )  # fmt: skip


def _next_number(form: Form) -> int:
    return max(form.versions.values_list("number", flat=True), default=0) + 1


def _put_in_force(version: FormVersion, revision: int, who: str) -> None:
    form, now = version.form, timezone.now()
    lock(form)
    form.versions.filter(state=VersionState.EFFECTIVE).update(state=VersionState.SUPERSEDED)
    move(
        version, revision, state=VersionState.EFFECTIVE, approved_by=who, approved_at=now,
        effective_from=day_at(form.hotel, now),
    )  # fmt: skip


def _take_titles(form: Form, spec: FormSpec) -> None:
    form.title, form.title_en = spec.title.zh, spec.title.en
    form.save(update_fields=["title", "title_en"])


# ---- guards


def refuse_second(hotel: Hotel, use: str) -> None:
    """All fields of clients stand on one form: two would ask for the same under two names (ACC-01)."""
    known = Form.objects.filter(hotel=hotel, use=FormUse.ACCOUNT, is_retired=False).first()
    if use == FormUse.ACCOUNT and known is not None:
        raise Refusal(
            "form.account_once",
            _("The fields of clients stand on the form %(form)s already: begin its next version, or retire it first.")
            % {"form": known.label},
            field="use",
        )


def hash_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def spec_from(source: str) -> FormSpec:
    """What a schema asks for; refuses one that is not understood, with every path and reason."""
    try:
        return read_form(parse_schema(source))
    except BadForm as bad:
        lines = [f"{one.path or '/'}: {one.message}" for one in bad.problems[:SHOWN]]
        raise Refusal("form.schema", "\n".join(lines), field="source") from bad


def lock(form: Form) -> None:
    """Decisions about one form are taken one after the other."""
    list(Form.objects.select_for_update(no_key=True).filter(pk=form.pk))


def refuse_unless(version: FormVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise Refusal(
            "form.state",
            _("This cannot be done with a version that is: %(state)s.") % {"state": version.get_state_display()},
        )


def move(version: FormVersion, revision: int, **values: Any) -> None:
    """Change a version from the revision a person saw to the next; refuse when somebody else was first (ACC-10)."""
    found = FormVersion.objects.filter(pk=version.pk, revision=revision, state=version.state)
    if not found.update(**values, revision=revision + 1):
        raise Refusal("record.changed_meanwhile", _("Somebody changed this version meanwhile: look at it again."))
    for name, value in {**values, "revision": revision + 1}.items():
        setattr(version, name, value)


# ---- at tasks


def form_in_force(hotel: Hotel, code: str) -> FormVersion | None:
    """The version of a form with which a task is filled in from now on; none where the hotel has no such form in force."""
    if not code:
        return None
    found = FormVersion.objects.filter(form__hotel=hotel, form__code=code, state=VersionState.EFFECTIVE)
    return found.first()


def checked_answers(task: CaseTask, case: Case, data: Data) -> tuple[Data, Data]:
    """What is kept of a task's form, and the same as the case reckons with it. Refuses what the form does not take (PRC-02)."""
    if task.form_version is None:
        return data, data
    spec = spec_of(task.form_version)
    strange = sorted(data.keys() - spec.names)
    if strange:
        raise Refusal("task.form", _("The form has no field %(name)s.") % {"name": strange[0][:60]})
    kept, errors = check(spec, data, case.data)
    for name, faults in errors.items():
        one = spec.field(name.partition(".")[0])
        label = one.words.zh if one is not None else name
        raise Refusal("task.form", f"{label}: {faults[0].message}", field=name)
    return kept, figures(spec, kept, case.data)
