"""One task: what it is about, how it is done, its form, and what comes next (PRC-04, PRC-11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import DepartmentKind
from roomnight.organization.rules.qualifications import QUALIFICATIONS
from roomnight.procedures import access, words
from roomnight.procedures.commands import claim_task, complete_task, hand_over_task, put_back_task
from roomnight.procedures.forms import SchemaForm, schema_form, spec_of, values_of
from roomnight.procedures.models import Case, CaseTask, TaskState
from roomnight.procedures.queries.cases import following, known_of, latest_task, tasks_of, told_of
from roomnight.procedures.queries.charts import chart_of
from roomnight.procedures.rules.chart import Step
from roomnight.procedures.rules.steps import choosing, process_of
from roomnight.procedures.task_forms import DoneForm, HandOverForm, NoteForm, PaperForm, WayForm
from roomnight.ui.page import done, page, refusals, refused

CHOOSE = gettext_lazy("Choose how it goes on")


@dataclass
class Doing:
    """A task with all that its page needs: the step of the chart, its forms, whether the reader may do it."""

    task: CaseTask
    step: Step | None
    remark: DoneForm
    way: WayForm | None
    schema: SchemaForm | None

    @property
    def forms(self) -> list[forms.Form]:
        return [one for one in (self.way, self.schema, self.remark) if one is not None]

    def is_valid(self) -> bool:
        """Whether everything that was sent holds; each form is asked, so that each says what is wrong with it."""
        return sum(not one.is_valid() for one in self.forms) == 0

    def data(self) -> dict[str, Any]:
        """What was filled in, as the case keeps it."""
        if self.schema is not None:
            return values_of(self.schema)
        return self.way.data_of() if self.way is not None else {}

    def refuse(self, refusal: Refusal) -> None:
        """Say at the field that it is about, or above the form, why it cannot be done like this."""
        form = self.schema if self.schema is not None and refusal.field in self.schema.fields else None
        (form or self.remark).add_error(refusal.field if form is not None else None, refusal.message)

    @property
    def title(self) -> str:
        if self.way is not None and self.task.name == self.task.step:
            return str(CHOOSE)
        return self.task.label

    @property
    def instruction(self) -> str:
        """How it is to be done, in the language in force (PRC-11)."""
        if self.step is None:
            return ""
        english = get_language() == "en"
        return (self.step.instruction_en if english and self.step.instruction_en else self.step.instruction).strip()


def doing_of(task: CaseTask, data: Any = None) -> Doing:
    """A task made ready to be shown or, with what was sent, to be done."""
    chart = chart_of(task.case.version)
    gateway = choosing(chart, task.step)
    found = process_of(chart, task.step)
    way = None
    if gateway is not None:
        english = get_language() == "en"
        way = WayForm(data, process=gateway[0], gateway=gateway[1], english=english)
    schema = None
    if task.form_version is not None:
        schema = schema_form(spec_of(task.form_version))(data, known=task.case.data)
    step = gateway[1] if gateway else found[1] if found else None
    return Doing(task, step, DoneForm(data, prefix="about"), way, schema)


@needs("procedures.task")
def task(request: DeskRequest, number: str, pk: int) -> HttpResponse:
    """A task: read by whoever sees its case, done by whoever has it or may take it."""
    seat = request.seat
    case = access.case(seat, number)
    found = access.task(seat, case, pk)
    if request.method != "POST":
        return task_page(request, doing_of(found))
    if found.state not in access.WAITING:
        return refused(request, case_url(seat, case), Refusal("task.over", over_words(seat, found)))
    if not access.may_do(seat, found):
        raise Http404(str(pk))
    doing = doing_of(found, request.POST)
    if not doing.is_valid():
        return task_page(request, doing, 422)
    try:
        since = latest_task(case)
        complete_task(
            actor=seat, task=found, staff=seat.staff, data=doing.data(), note=doing.remark.cleaned_data["remark"]
        )
    except Refusal as refusal:
        if refusal.code in ("task.over", "task.taken"):
            return refused(request, case_url(seat, case), refusal)
        doing.refuse(refusal)
        return task_page(request, doing, 422)
    return after(request, case, since)


def case_url(seat: Seat, case: Case) -> str:
    return seat.url("procedures:case", number=case.number)


def over_words(seat: Seat, task: CaseTask) -> str:
    """Why a task cannot be done any more."""
    if task.state == TaskState.DONE and task.done_by is not None:
        if task.done_by_id == seat.staff.pk:
            return _("You have done this already.")
        return _("%(name)s has done this already.") % {"name": task.done_by.label}
    return _("This is not needed any more.")


def after(request: DeskRequest, case: Case, since: int) -> HttpResponse:
    """Say what comes next and who has it; on to it where it is one's own, else to the case."""
    seat = request.seat
    case = access.case(seat, case.number)
    coming = following(case, since)
    for one in coming:
        one.case, one.hotel = case, case.hotel
    mine = [one for one in coming if access.may_do(seat, one) and access.is_own(seat, one)]
    if coming:
        names = "; ".join(f"{doing_of(one).title}: {words.who_has(one)}" for one in coming)
        said = _("Done. Next: %(next)s.") % {"next": names}
    elif case.ended_at is not None:
        said = _("Done. The case is finished.")
    else:
        said = _("Done. The case goes on when the others are ready, or what it waits for has come.")
    if len(mine) == 1:
        return done(request, seat.url("procedures:task", number=case.number, pk=mine[0].pk), said)
    return done(request, case_url(seat, case), said)


def task_page(request: DeskRequest, doing: Doing, status: int = 200) -> HttpResponse:
    seat, found = request.seat, doing.task
    now = timezone.now()
    due, tone = words.due_words(found.due_at, now) if found.state in access.WAITING else ("", "")
    tasks = tasks_of(found.case)
    others = [one for one in tasks if one.pk != found.pk and one.state in access.WAITING][:10]
    told = told_of(found)
    sees = access.has_part(seat, found.case, tasks)
    context = {
        "doing": doing,
        "task": found,
        "case": found.case,
        "who": words.who_has(found),
        "due": due,
        "tone": tone,
        "may_do": access.may_do(seat, found),
        "may_claim": found.state == TaskState.OPEN and access.may_do(seat, found),
        "may_put_back": found.state == TaskState.CLAIMED and access.may_do(seat, found) and bool(found.person_id),
        "may_hand_over": access.may_hand_over(seat, found),
        "may_take_over": found.state == TaskState.CLAIMED
        and access.may_hand_over(seat, found)
        and not access.is_own(seat, found),
        "stands_in": found.person is not None and found.person_id != seat.staff.pk and access.is_own(seat, found),
        "asks_for": QUALIFICATIONS.get(found.qualification, ""),
        "department": DepartmentKind(found.department).label,
        "others": [(doing_of_title(one), words.who_has(one), words.due_words(one.due_at, now)) for one in others],
        "told": told,
        "known": known_of([one for one in tasks if one.pk != found.pk], sees_personal=sees),
        "done_answers": known_of([found], sees_personal=sees),
        "over": over_words(seat, found) if found.state not in access.WAITING else "",
        "files": list(access.files_of(found.case)),
        "note_form": NoteForm(),
        "paper_form": PaperForm(),
    }
    return page(request, "procedures/task.html", context, status)


def doing_of_title(task: CaseTask) -> str:
    """What a task is called beside another one."""
    return str(CHOOSE) if task.name == task.step and task.step.endswith(".choice") else task.label


def _task_here(request: DeskRequest, number: str, pk: int) -> CaseTask:
    """A task that this person may do, or 404."""
    found = access.task(request.seat, access.case(request.seat, number), pk)
    if found.state in access.WAITING and not access.may_do(request.seat, found) and found.person_id is None:
        raise Http404(str(pk))
    return found


@needs("procedures.task", "edit")
@require_POST
def claim(request: DeskRequest, number: str, pk: int) -> HttpResponse:
    """Take a task."""
    seat = request.seat
    found = _task_here(request, number, pk)
    url = seat.url("procedures:task", number=number, pk=pk)
    try:
        claim_task(actor=seat, task=found, staff=seat.staff)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("This is yours now."))


@needs("procedures.task", "edit")
@require_POST
def put_back(request: DeskRequest, number: str, pk: int) -> HttpResponse:
    """Put a task back on the list of the role."""
    seat = request.seat
    found = access.task(seat, access.case(seat, number), pk)
    if found.state in access.WAITING and not access.may_do(seat, found):
        raise Http404(str(pk))
    try:
        put_back_task(actor=seat, task=found)
    except Refusal as refusal:
        return refused(request, case_url(seat, found.case), refusal)
    return done(request, seat.url("procedures:tasks"), _("Back on the list."))


@needs("procedures.task", "edit")
def hand_over(request: DeskRequest, number: str, pk: int) -> HttpResponse:
    """Give a task to a colleague, or take it over, with the reason."""
    seat = request.seat
    found = access.task(seat, access.case(seat, number), pk)
    if found.state not in access.WAITING:
        return refused(request, case_url(seat, found.case), Refusal("task.over", over_words(seat, found)))
    if not access.may_hand_over(seat, found):
        raise Http404(str(pk))
    people = access.doers(seat).exclude(pk=found.person_id or 0)
    form = HandOverForm(request.POST or None, people=people, initial={"staff": request.GET.get("to")})
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            staff = form.cleaned_data["staff"]
            hand_over_task(actor=seat, task=found, staff=staff, note=form.cleaned_data["reason"])
            said = _("%(name)s has it now.") % {"name": staff.label}
            return done(request, case_url(seat, found.case), said)
    context = {"form": form, "task": found, "case": found.case, "title": _("Hand over"), "act": _("Hand over")}
    return page(request, "procedures/act.html", context, 422 if form.is_bound else 200)
