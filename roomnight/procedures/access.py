"""Which procedures somebody sees, writes and decides about; whose tasks, cases and registers one may see or touch (PRC-02, PRC-04, ORG-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment
from roomnight.organization.access import Seat
from roomnight.organization.models import Membership, Role, Scope, Staff
from roomnight.procedures.models import (
    Case,
    CaseTask,
    EntryChange,
    EntrySignature,
    Form,
    FormUse,
    FormVersion,
    Procedure,
    ProcedureReading,
    ProcedureVersion,
    RegisterEntry,
    TaskState,
    VersionState,
)

PROCEDURE = "procedures.procedure"
OPEN_TO_READERS = (VersionState.APPROVED, VersionState.EFFECTIVE, VersionState.SUPERSEDED)
HEAVY = ("source", "tables")


def _reach(seat: Seat, action: str) -> Q:
    """The hotel's procedures, or with a narrower right those that the person's own department owns."""
    scope = seat.scope(PROCEDURE, action)
    if scope is None:
        return Q(pk__in=[])
    here = Q(hotel=seat.hotel.pk)
    return here if scope == Scope.HOTEL else here & Q(department=department_of(seat))


def department_of(seat: Seat) -> str:
    """The kind of department this person works in here; none for a visitor."""
    return seat.membership.department.kind if seat.membership is not None else ""


def covers(seat: Seat, procedure: Procedure, action: str) -> bool:
    """Whether this right covers a procedure that one sees; the same as `_reach` without a query."""
    scope = seat.scope(PROCEDURE, action)
    return scope == Scope.HOTEL or (scope is not None and procedure.department == department_of(seat))


def procedures_for(seat: Seat, action: str = "read") -> QuerySet[Procedure]:
    """The procedures within reach."""
    return Procedure.objects.filter(_reach(seat, action)).select_related("hotel", "policy_document")


def procedure(seat: Seat, pk: int, action: str = "read") -> Procedure:
    """One procedure, or 404."""
    found = procedures_for(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def sees_drafts(seat: Seat, found: Procedure) -> bool:
    """Whether this person sees versions that are not approved yet: those who write and those who decide."""
    return covers(seat, found, "edit") or covers(seat, found, "approve")


def versions_for(seat: Seat, found: Procedure) -> list[ProcedureVersion]:
    """The versions of a procedure that this person may see, the latest first, without their files."""
    rows = found.versions.order_by("-number").defer(*HEAVY)
    versions = list(rows if sees_drafts(seat, found) else rows.filter(state__in=OPEN_TO_READERS))
    for one in versions:
        one.procedure = found
    return versions


def version(seat: Seat, pk: int, action: str = "read", states: tuple[str, ...] = ()) -> ProcedureVersion:
    """One version in one of these states (any, where none is given) of a procedure within reach, or 404."""
    rows = ProcedureVersion.objects.filter(pk=pk, procedure__in=Procedure.objects.filter(_reach(seat, action)))
    found = rows.select_related("procedure__hotel", "procedure__policy_document").first()
    if found is None or (states and found.state not in states):
        raise Http404(str(pk))
    if found.state not in OPEN_TO_READERS and not sees_drafts(seat, found.procedure):
        raise Http404(str(pk))
    return found


def to_read(seat: Seat) -> QuerySet[ProcedureReading]:
    """What this person was asked to read here and has not signed for: versions in force only, the oldest first."""
    return (
        ProcedureReading.objects.filter(
            staff=seat.staff.pk, signed_at=None, version__state=VersionState.EFFECTIVE,
            version__procedure__hotel=seat.hotel.pk, version__procedure__is_retired=False,
        )
        .select_related("version__procedure")
        .defer("version__source", "version__tables")
        .order_by("asked_at", "pk")
    )  # fmt: skip


def reading_of(seat: Seat, found: ProcedureVersion) -> ProcedureReading | None:
    """The request to this person to read a version, if there is one."""
    return ProcedureReading.objects.filter(version=found.pk, staff=seat.staff.pk).select_related("staff").first()


def roles() -> QuerySet[Role]:
    """Every role, in the order of rank."""
    return Role.objects.order_by("rank", "code")


def names_of(usernames: set[str]) -> dict[str, str]:
    """What the people are called who made, submitted or approved a version."""
    people = Staff.objects.filter(username__in={one for one in usernames if one})
    return {one.username: one.label for one in people}


def forms_here(seat: Seat) -> QuerySet[Form]:
    """The forms of the hotel that a step may name."""
    return Form.objects.filter(hotel=seat.hotel.pk, is_retired=False).order_by("code")


# ---- tasks and cases

TASK = "procedures.task"
WAITING = (TaskState.OPEN, TaskState.CLAIMED)


def given_to(seat: Seat) -> Q:
    """Tasks that lie with this person by name, or with somebody for whom they stand in today."""
    people = seat.stands_for
    return Q(person=people[0]) if len(people) == 1 else Q(person__in=people)


def free_for(seat: Seat) -> Q:
    """Tasks that nobody has taken, of this person's role, or of the department where no role is named."""
    roles, kinds = {role for role, _kind in seat.posts}, departments_of(seat)
    if not roles:
        return Q(pk__in=[])
    return Q(person=None) & (Q(role__in=roles) | Q(role=None, department__in=kinds))


def departments_of(seat: Seat) -> list[str]:
    """The kinds of department this person works in, or stands in for, here."""
    return sorted({kind for _role, kind in seat.posts})


def _tasks_within(seat: Seat, action: str) -> Q:
    scope = seat.scope(TASK, action)
    own = given_to(seat) | free_for(seat) | Q(done_by=seat.staff.pk)
    own |= Q(case__is_trial=True, case__started_by=seat.staff.pk)
    match scope:
        case None:
            return Q(pk__in=[])
        case Scope.HOTEL:
            return Q()
        case Scope.DEPARTMENT:
            return own | Q(department__in=departments_of(seat)) | Q(person__in=seat.department_ids)
        case Scope.TEAM:
            return own | Q(person__in=seat.team_ids)
    return own


def tasks_for(seat: Seat, action: str = "read") -> QuerySet[CaseTask]:
    """The tasks within reach: one's own, those one may take, the department's, the hotel's. `approve` are those one may
    call off with their case, `edit` those one may take or hand over."""
    return CaseTask.objects.filter(_tasks_within(seat, action), hotel=seat.hotel.pk)


def department_tasks(seat: Seat) -> QuerySet[CaseTask]:
    """What is on the list of this person's department, whoever has it; nothing for who sees only their own."""
    if seat.scope(TASK) not in (Scope.DEPARTMENT, Scope.HOTEL):
        return CaseTask.objects.none()
    return CaseTask.objects.filter(hotel=seat.hotel.pk, department__in=departments_of(seat))


def _cases_within(seat: Seat, action: str) -> Q:
    scope = seat.scope(TASK, action)
    involved = CaseTask.objects.filter(case=OuterRef("pk"))
    mine = given_to(seat) | (free_for(seat) & Q(state=TaskState.OPEN)) | Q(done_by=seat.staff.pk)
    own = Q(started_by__in=seat.stands_for) | Q(Exists(involved.filter(mine)))
    match scope:
        case None:
            return Q(pk__in=[])
        case Scope.HOTEL:
            return Q()
        case Scope.DEPARTMENT:
            kinds = departments_of(seat)
            ours = Q(version__procedure__department__in=kinds) | Q(started_by__in=seat.department_ids)
            return own | ours | Q(Exists(involved.filter(department__in=kinds)))
        case Scope.TEAM:
            return own | Q(started_by__in=seat.team_ids) | Q(Exists(involved.filter(person__in=seat.team_ids)))
    return own


def cases_for(seat: Seat, action: str = "read") -> QuerySet[Case]:
    """The cases within reach: those one began or has a part in, the department's, the hotel's."""
    return Case.objects.filter(_cases_within(seat, action), hotel=seat.hotel.pk)


def case(seat: Seat, number: str, action: str = "read") -> Case:
    """One case by its number, with procedure and starter, or 404."""
    found = cases_for(seat, action).filter(number=number).select_related("hotel", "version__procedure", "started_by")
    one = found.defer("version__source", "version__tables").first()
    if one is None:
        raise Http404(number)
    return one


def leads(seat: Seat, case_: Case, tasks: Sequence[CaseTask]) -> bool:
    """Whether this person may call off a case that is read already, or let it go on; the scopes of `cases_for`."""
    match seat.scope(TASK, "approve"):
        case Scope.HOTEL:
            return case_.hotel_id == seat.hotel.pk
        case Scope.DEPARTMENT:
            kinds = departments_of(seat)
            ours = case_.version.procedure.department in kinds or any(one.department in kinds for one in tasks)
            return ours or has_part(seat, case_, tasks)
        case None:
            return False
    return has_part(seat, case_, tasks)


def has_part(seat: Seat, case_: Case, tasks: Sequence[CaseTask]) -> bool:
    """Whether this person began a case, or has or had something to do in it: who sees the personal data in it."""
    if case_.started_by_id in seat.stands_for:
        return True
    mine = set(seat.stands_for)
    return any({one.person_id, one.done_by_id} & mine or (one.state in WAITING and is_own(seat, one)) for one in tasks)


def task(seat: Seat, case_: Case, pk: int) -> CaseTask:
    """One task of a case that is already within reach, or 404: whoever sees the case sees what is done in it."""
    found = (
        CaseTask.objects.filter(case=case_, pk=pk).select_related("role", "person", "done_by", "form_version").first()
    )
    if found is None:
        raise Http404(str(pk))
    found.case, found.hotel = case_, case_.hotel
    return found


def is_own(seat: Seat, task_: CaseTask) -> bool:
    """Whether a task is this person's to do: given to them, free for their role or department, or of their own trial."""
    if task_.person_id is not None:
        return task_.person_id in seat.stands_for or _own_trial(seat, task_)
    roles = {role for role, _kind in seat.posts}
    if task_.role_id is not None:
        return task_.role_id in roles or _own_trial(seat, task_)
    return task_.department in departments_of(seat) or _own_trial(seat, task_)


def _own_trial(seat: Seat, task_: CaseTask) -> bool:
    return task_.case.is_trial and task_.case.started_by_id == seat.staff.pk


def may_do(seat: Seat, task_: CaseTask) -> bool:
    """Whether this person may take and do a task that waits and that they see. What a colleague has is handed over first."""
    if task_.state not in WAITING or not seat.may(TASK, "edit"):
        return False
    return is_own(seat, task_) or (task_.person_id is None and _reaches(seat, task_, "edit"))


def may_hand_over(seat: Seat, task_: CaseTask) -> bool:
    """Whether this person may give a task to somebody else: what they have themselves, and what is within their reach."""
    if task_.state not in WAITING or not seat.may(TASK, "edit"):
        return False
    return is_own(seat, task_) or _reaches(seat, task_, "edit")


def _reaches(seat: Seat, task_: CaseTask, action: str) -> bool:
    """The scopes of `tasks_for` wider than one's own, for a task that is already read."""
    match seat.scope(TASK, action):
        case Scope.HOTEL:
            return task_.hotel_id == seat.hotel.pk
        case Scope.DEPARTMENT:
            return task_.department in departments_of(seat) or task_.person_id in seat.department_ids
        case Scope.TEAM:
            return task_.person_id in seat.team_ids
    return False


def procedures_to_start(seat: Seat) -> QuerySet[Procedure]:
    """The procedures that can be begun by hand: those with a version in force."""
    found = Procedure.objects.filter(hotel=seat.hotel.pk, is_retired=False)
    return found.filter(versions__state=VersionState.EFFECTIVE).order_by("code")


def procedures_of_tasks(seat: Seat) -> dict[str, str]:
    """The hotel's procedures by id, to choose among tasks and cases."""
    return {str(one.pk): one.label for one in Procedure.objects.filter(hotel=seat.hotel.pk).order_by("code")}


def version_to_try(seat: Seat, pk: int) -> ProcedureVersion:
    """A version that this person may try out before or after it is in force, or 404: for who may write procedures (PRC-08)."""
    found = ProcedureVersion.objects.filter(pk=pk, procedure__hotel=seat.hotel.pk).select_related("procedure__hotel")
    one = found.defer("source", "tables").first()
    if one is None or not seat.may("procedures.procedure", "edit"):
        raise Http404(str(pk))
    return one


def version_in_force(procedure_: Procedure) -> ProcedureVersion | None:
    """The version by which a new case is run."""
    found = ProcedureVersion.objects.filter(procedure=procedure_, state=VersionState.EFFECTIVE)
    return found.select_related("procedure__hotel").defer("source", "tables").first()


def doers(seat: Seat) -> QuerySet[Staff]:
    """The colleagues at this hotel who may do tasks: to whom one can be handed."""
    here = Membership.objects.filter(
        hotel=seat.hotel, staff__is_active=True, role__grants__resource=TASK, role__grants__action="edit"
    )
    return Staff.objects.filter(pk__in=here.values("staff")).order_by("username")


def cases_about(seat: Seat, subject: str) -> QuerySet[Case]:
    """The cases about a record (`app.model:pk`) that this person may see, latest first."""
    found = cases_for(seat).filter(subject=subject).select_related("version__procedure")
    return found.defer("engine_state", "data", "marks", "version__source", "version__tables").order_by("-pk")


def files_of(case_: Case) -> QuerySet[Attachment]:
    """The papers of a case that is already within reach."""
    return Attachment.objects.filter(subject=subject_of(case_)).order_by("pk")


# ---- registers and forms: a register belongs to a department, and only it and those above read and keep it (PRC-02)

REGISTER, PERSONAL = "procedures.register", "procedures.personal"


def registers(seat: Seat, action: str = "read") -> QuerySet[Form]:
    """The registers that are kept at this hotel and that the seat may use so: all, or those of its department."""
    scope = seat.scope(REGISTER, action)
    found = Form.objects.filter(hotel=seat.hotel, use=FormUse.REGISTER, versions__state=VersionState.EFFECTIVE)
    if scope is None:
        return found.none()
    return found if scope == Scope.HOTEL else found.filter(department=department_of(seat))


def register(seat: Seat, code: str, action: str = "read") -> FormVersion:
    """The version in force of a register, with its form; or 404."""
    found = FormVersion.objects.select_related("form").filter(
        form__in=registers(seat, action), form__code=code, state=VersionState.EFFECTIVE
    )
    version = found.first()
    if version is None:
        raise Http404(code)
    version.form.hotel = seat.hotel
    return version


def entries(form: Form) -> QuerySet[RegisterEntry]:
    """The lines of a register that somebody was let at."""
    return RegisterEntry.objects.filter(form=form).select_related("made_by")


def entry(seat: Seat, code: str, number: int, action: str = "read") -> RegisterEntry:
    """One line of a register, or 404. Whoever may only change their own finds only those to change."""
    version = register(seat, code, action)
    found = entries(version.form).select_related("version").filter(number=number)
    if seat.scope(REGISTER, action) == Scope.OWN:
        found = found.filter(made_by=seat.staff)
    one = found.first()
    if one is None:
        raise Http404(str(number))
    one.form, one.hotel = version.form, seat.hotel
    return one


def entry_changes(one: RegisterEntry) -> list[EntryChange]:
    """What was done to a line that somebody was let at, the latest first."""
    return list(one.changes.select_related("who").order_by("-pk"))


def entry_signatures(one: RegisterEntry) -> list[EntrySignature]:
    """Who signed a line that somebody was let at, in order."""
    return list(one.signatures.select_related("who"))


def written_on(found: Sequence[Form], day: date) -> dict[int, int]:
    """How many lines each register got on a day."""
    counted = RegisterEntry.objects.filter(form__in=found, made_on=day, is_void=False).values("form")
    return {row["form"]: row["count"] for row in counted.annotate(count=Count("pk"))}


def may_change(seat: Seat, one: RegisterEntry) -> bool:
    """Whether the seat may correct this line or declare it void."""
    scope = seat.scope(REGISTER, "edit")
    if scope is None or one.is_void:
        return False
    if scope == Scope.OWN:
        return one.made_by_id == seat.staff.pk and one.form.department == department_of(seat)
    return scope == Scope.HOTEL or one.form.department == department_of(seat)


def sees_personal(seat: Seat, form: Form) -> bool:
    """Whether the seat reads the personal data in a form's fields; all others see stars."""
    scope = seat.scope(PERSONAL)
    return scope == Scope.HOTEL or scope is not None and form.department == department_of(seat)


def forms(seat: Seat) -> QuerySet[Form]:
    """The hotel's forms with their versions."""
    versions = Prefetch("versions", FormVersion.objects.defer("source").order_by("-number"))
    found = Form.objects.filter(hotel=seat.hotel).prefetch_related(versions)
    return found if seat.may(PROCEDURE) else found.none()


def form(seat: Seat, code: str) -> Form:
    """One form of the hotel, or 404."""
    found = Form.objects.filter(hotel=seat.hotel, code=code).first() if seat.may(PROCEDURE) else None
    if found is None:
        raise Http404(code)
    found.hotel = seat.hotel
    return found


def form_versions(one: Form) -> list[FormVersion]:
    """Every version of a form, the newest first."""
    found = list(FormVersion.objects.filter(form=one).order_by("-number"))
    for version in found:
        version.form = one
    return found
