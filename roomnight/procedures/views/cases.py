"""Cases: their list, one case with its way, history and waits, begun and called off by hand (PRC-03, PRC-05)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.files import stored_path
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures import access, subjects, words
from roomnight.procedures.commands import (
    attach_file,
    cancel_case,
    comment,
    deliver_message,
    go_on,
    log_export,
    start_case,
)
from roomnight.procedures.models import Case, CaseState, CaseTask, Wait
from roomnight.procedures.queries.cases import (
    drawn_states,
    following,
    has_drawing,
    history_of,
    labels_of,
    pulse,
    pulse_of,
    source_of,
    steps_of,
    task_counts,
    tasks_of,
    waits_of,
)
from roomnight.procedures.rules.steps import LATE
from roomnight.procedures.services import KEPT_MESSAGES
from roomnight.procedures.task_forms import NoteForm, PaperForm, ReasonForm, StartForm, SupplyForm, TrialForm
from roomnight.procedures.views.doing import case_url, doing_of
from roomnight.ui.keyset import Key, leaf
from roomnight.ui.lists import address, chips, pages, picked_day, tab
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS = 40
MOST_EXPORTED = 20_000
LATEST = (Key("id", descending=True),)
TABS = ("open", "stuck", "over", "trial", "all")
COLUMNS = (
    "id", "number", "subject_label", "state", "is_trial", "started_at", "ended_at", "started_by__name",
    "started_by__name_en", "version__number", "version__procedure__code", "version__procedure__title",
    "version__procedure__title_en",
)  # fmt: skip


def in_tab(seat: Seat, name: str) -> QuerySet[Case]:
    """The cases that a tab of the list holds; trials stand apart from all others (PRC-10)."""
    found = access.cases_for(seat).filter(is_trial=name == "trial")
    match name:
        case "stuck":
            return found.filter(state=CaseState.STUCK)
        case "over":
            return found.filter(state__in=(CaseState.DONE, CaseState.CANCELLED))
        case "open":
            return found.filter(state__in=(CaseState.RUNNING, CaseState.STUCK))
    return found


def narrowed(found: QuerySet[Case], request: DeskRequest) -> QuerySet[Case]:
    """The cases that the filters of the address leave."""
    query = request.GET
    if query.get("procedure", "").isdigit():
        found = found.filter(version__procedure=int(query["procedure"]))
    if query.get("q", "").strip():
        text = query["q"].strip()[:80]
        found = found.filter(Q(number__icontains=text) | Q(subject_label__icontains=text))
    if query.get("late"):
        late = access.tasks_for(request.seat).filter(state__in=access.WAITING, due_at__lt=timezone.now())
        found = found.filter(pk__in=late.values("case"))
    if first := picked_day(query.get("from", "")):
        found = found.filter(started_at__date__gte=first)
    if last := picked_day(query.get("until", "")):
        found = found.filter(started_at__date__lte=last)
    return found


@needs("procedures.task")
def cases(request: DeskRequest) -> HttpResponse:
    """The list of cases, by tab, procedure, words and days."""
    seat, query = request.seat, request.GET
    name = query.get("tab", "") if query.get("tab") in TABS else "open"
    found = narrowed(in_tab(seat, name), request)
    rows = leaf(found, COLUMNS, LATEST, ROWS, after=query.get("after", ""), before=query.get("before", ""))
    labels = {"open": _("In progress"), "stuck": _("Stuck"), "over": _("Over"), "trial": _("Trials"), "all": _("All")}
    procedures = access.procedures_of_tasks(seat)
    names = {
        "procedure": _("Procedure"),
        "q": _("Words"),
        "late": _("Late"),
        "from": _("From day"),
        "until": _("Until day"),
    }
    context = {
        "tab": name,
        "views": [tab(label, f"?tab={key}", key == name) for key, label in labels.items()],
        "rows": with_tasks(seat, rows.rows),
        "chips": chips(request, names, {"procedure": procedures, "late": {"1": _("yes")}}),
        "clear_url": f"?tab={name}",
        "procedures": procedures.items(),
        "query": {key: query.get(key, "") for key in names},
        "may_start": seat.may("procedures.task", "create"),
        "excel_url": seat.url("procedures:cases_excel") + address(request, tab=name)
        if seat.may("procedures.task", "export")
        else "",
        **pages(request, rows),
    }
    return page(request, "procedures/cases.html", context)


def with_tasks(seat: Seat, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a list of cases, each with how many of its tasks are done, open and late; one query for all."""
    counts = task_counts([row["id"] for row in rows], timezone.now())
    return [
        {
            **row,
            **counts.get(row["id"], {"done": 0, "waiting": 0, "late": 0}),
            "procedure": words.of_row(row, "version__procedure__title"),
            "starter": words.of_row(row, "started_by__name"),
            "state_words": CaseState(row["state"]).label,
            "tone": words.CASE_TONES[CaseState(row["state"])],
            "url": seat.url("procedures:case", number=row["number"]),
        }
        for row in rows
    ]


@needs("procedures.task", "export")
def cases_excel(request: DeskRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file; who took it is kept. Trials leave no trace in it (PRC-10)."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    within_export = access.cases_for(seat, "export")
    found = narrowed(in_tab(seat, name), request).filter(is_trial=False, pk__in=within_export.values("pk"))
    rows = list(found.order_by("-id").values(*COLUMNS)[:MOST_EXPORTED])
    log_export(actor=seat, hotel=seat.hotel, what="procedures.case", query=request.GET.urlencode(), rows=len(rows))
    heads = [
        _("Number"), _("Procedure"), _("Version"), _("About"), _("State"), _("Begun"), _("Begun by"), _("Ended"),
        _("Tasks done"), _("Tasks open"), _("Tasks late"),
    ]  # fmt: skip
    cells = [
        [
            row["number"], row["procedure"], row["version__number"], row["subject_label"], str(row["state_words"]),
            row["started_at"], row["starter"], row["ended_at"], row["done"], row["waiting"], row["late"],
        ]
        for row in with_tasks(seat, rows)
    ]  # fmt: skip
    response = HttpResponse(
        to_xlsx(_("Cases"), heads, cells, tz=seat.zone),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    file_name = f"{_('Cases')}-{seat.hotel.code}-{seat.today:%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return response


@needs("procedures.task")
def case(request: DeskRequest, number: str) -> HttpResponse:
    """One case: where it is, what is to be done, what happened. Who looks at it is told when it moves."""
    found = access.case(request.seat, number)
    if request.htmx and request.GET.get("seen") == pulse_of(found, timezone.now()):
        return HttpResponse(status=204)
    return case_page(request, found)


@needs("procedures.task")
def case_chart(request: DeskRequest, number: str) -> HttpResponse:
    """The flow chart that a case follows, for the drawing on its page."""
    found = access.case(request.seat, number)
    response = HttpResponse(source_of(found.version_id), content_type="application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def case_page(request: DeskRequest, found: Case, status: int = 200, **refused_forms: Any) -> HttpResponse:
    seat, now = request.seat, timezone.now()
    tasks, waits = tasks_of(found), waits_of(found)
    steps = steps_of(found, tasks, waits, now)
    open_tasks = [one for one in tasks if one.state in access.WAITING]
    leads = access.leads(seat, found, tasks)
    history = history_of(found, tasks, sees_personal=access.has_part(seat, found, tasks))
    counts = {state: sum(one.state == state for one in steps) for state in words.STEP_WORDS}
    context = {
        "pulse": pulse(history[0].event.pk if history else 0, tasks, now),
        "states": drawn_states(found, steps),
        "has_drawing": has_drawing(found.version),
        "case": found,
        "procedure": found.version.procedure,
        "tone": words.CASE_TONES[CaseState(found.state)],
        "steps": steps,
        "counts": counts,
        "late": counts[LATE],
        "now": [
            {
                "task": one,
                "title": doing_of(one).title,
                "who": words.who_has(one),
                "due": words.due_words(one.due_at, now),
                "may_do": access.may_do(seat, one) and access.is_own(seat, one),
                "url": seat.url("procedures:task", number=found.number, pk=one.pk),
            }
            for one in open_tasks
        ],
        "waits": [(labels.get(one.step, one.step), one, says_by_hand(found, one)) for one in waits]
        if (labels := {line.id: line.label for line in steps})
        else [],
        "history": history,
        "files": list(access.files_of(found)),
        "is_open": found.state in (CaseState.RUNNING, CaseState.STUCK),
        "why_stuck": words.why_words(found.why_stuck) if found.state == CaseState.STUCK else "",
        "may_lead": leads,
        "may_edit": seat.may(access.TASK, "edit"),
        "note_form": refused_forms.get("note_form") or NoteForm(),
        "paper_form": refused_forms.get("paper_form") or PaperForm(),
    }
    return page(request, "procedures/case.html", context, status)


@needs("procedures.task", "edit")
@require_POST
def say(request: DeskRequest, number: str) -> HttpResponse:
    """A word to the case, or to one task of it."""
    seat = request.seat
    found = access.case(seat, number)
    task, url = _about(request, found)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return case_page(request, found, 422, note_form=form)
    comment(actor=seat, case=found, note=form.cleaned_data["note"], task=task)
    return done(request, url, _("Noted."))


@needs("procedures.task", "edit")
@require_POST
def files(request: DeskRequest, number: str) -> HttpResponse:
    """Keep a photo or paper with the case."""
    seat = request.seat
    found = access.case(seat, number)
    task, url = _about(request, found)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return case_page(request, found, 422, paper_form=form)
    sent = form.cleaned_data["file"]
    attach_file(actor=seat, case=found, name=sent.name or "", file=sent, task=task)
    return done(request, url, _("Kept with the case."))


def _about(request: DeskRequest, found: Case) -> tuple[CaseTask | None, str]:
    """The task that a word or paper is about, if it came from a task's page, and where to go back to."""
    sent = request.POST.get("task", "")
    if not sent.isdigit():
        return None, case_url(request.seat, found)
    task = access.task(request.seat, found, int(sent))
    return task, request.seat.url("procedures:task", number=found.number, pk=task.pk)


@needs("procedures.task")
def file(request: DeskRequest, number: str, file: int) -> HttpResponse:
    """One photo or paper of a case, only ever as a download (SEC-05)."""
    kept = access.files_of(access.case(request.seat, number)).filter(pk=file).first()
    if kept is None:
        raise Http404(str(file))
    path = stored_path(Path(settings.MEDIA_ROOT), kept.sha256)
    disposition = content_disposition_header(as_attachment=True, filename=kept.name)
    return HttpResponse(path.read_bytes(), content_type=kept.media_type, headers={"Content-Disposition": disposition})


@needs("procedures.task", "approve")
def cancel(request: DeskRequest, number: str) -> HttpResponse:
    """Call a case off, with the reason."""
    seat = request.seat
    found = access.case(seat, number, "approve")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            cancel_case(actor=seat, case=found, reason=form.cleaned_data["reason"])
            return done(request, case_url(seat, found), _("Called off."))
    context = {"form": form, "case": found, "title": _("Call the case off"), "act": _("Call it off"), "is_danger": True}
    return page(request, "procedures/act.html", context, form_status(form))


@needs("procedures.task", "approve")
def case_go_on(request: DeskRequest, number: str) -> HttpResponse:
    """Let a stuck case try again, with what it lacked."""
    seat = request.seat
    found = access.case(seat, number, "approve")
    if found.state != CaseState.STUCK:
        return refused(request, case_url(seat, found), Refusal("case.not_stuck", _("This case is not stuck.")))
    names = words.missing_in(found.why_stuck)
    form = SupplyForm(request.POST if request.method == "POST" else None, names=names, labels=labels_of(found, names))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            go_on(actor=seat, case=found, data=form.data_of())
            return done(request, case_url(seat, found), _("The case goes on."))
    context = {
        "form": form, "case": found, "title": _("Let the case go on"), "act": _("Go on"),
        "why": words.why_words(found.why_stuck),
    }  # fmt: skip
    return page(request, "procedures/act.html", context, form_status(form))


def says_by_hand(case: Case, wait: Wait) -> bool:
    """Whether somebody can say that this has come: what a record tells by itself is said by hand in a drill only."""
    return bool(wait.message) and (case.is_trial or wait.message not in KEPT_MESSAGES)


@needs("procedures.task", "edit")
@require_POST
def case_news(request: DeskRequest, number: str) -> HttpResponse:
    """What the case waited for has happened: somebody who was told says so (PRC-03)."""
    seat = request.seat
    found = access.case(seat, number, "edit")
    news = next(
        (one for one in waits_of(found) if says_by_hand(found, one) and str(one.pk) == request.POST.get("wait")), None
    )
    if news is None or deliver_message(actor=seat, case=found, message=news.message, payload={}) is UNCHANGED:
        gone = Refusal("case.no_wait", _("The case does not wait for this any more."))
        return refused(request, case_url(seat, found), gone)
    return done(request, case_url(seat, found), _("Noted: the case goes on."))


@needs("procedures.task", "create")
def case_new(request: DeskRequest) -> HttpResponse:
    """Begin a case by hand: from a procedure, about a record that a page named, or as a trial of one version."""
    seat, query = request.seat, request.GET
    if query.get("version", "").isdigit():
        return _trial(request)
    about = subjects.named(seat, query.get("about", ""))
    if query.get("about") and about is None:
        raise Http404(query["about"])
    form = StartForm(
        request.POST or None, procedures=access.procedures_to_start(seat), is_about_record=about is not None,
        initial={"procedure": query.get("procedure", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            procedure = form.cleaned_data["procedure"]
            version = access.version_in_force(procedure)
            if version is None:
                raise Refusal("case.no_version", _("This procedure has no version in force."), field="procedure")
            started = start_case(
                actor=seat, version=version, starter=seat.staff,
                subject=about.subject if about else "",
                label=about.label if about else form.cleaned_data.get("label", ""),
                url=about.url if about else "",
            )  # fmt: skip
            return _begun(request, started)
    context = {"form": form, "about": about, "title": _("Begin a case"), "act": _("Begin")}
    return page(request, "procedures/start.html", context, form_status(form))


def _trial(request: DeskRequest) -> HttpResponse:
    """Try a version out: marked everywhere, and in no figure (PRC-08, PRC-10)."""
    seat = request.seat
    version = access.version_to_try(seat, int(request.GET["version"]))
    form = TrialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            label = form.cleaned_data["label"] or _("Trial")
            started = start_case(actor=seat, version=version, starter=seat.staff, label=label, is_trial=True)
            return _begun(request, started)
    context = {"form": form, "version": version, "title": _("Try it out"), "act": _("Begin the trial")}
    return page(request, "procedures/start.html", context, form_status(form))


def _begun(request: DeskRequest, started: Case) -> HttpResponse:
    """On to the first task where it is one's own, else to the case."""
    seat = request.seat
    found = access.case(seat, started.number)
    first = following(found, 0)
    for one in first:
        one.case, one.hotel = found, found.hotel
    mine = [one for one in first if access.may_do(seat, one) and access.is_own(seat, one)]
    said = _("Case %(number)s has begun.") % {"number": found.number}
    if len(mine) == 1:
        return done(request, seat.url("procedures:task", number=found.number, pk=mine[0].pk), said)
    return done(request, case_url(seat, found), said)
