"""One visit, from its appointment to the leader's comment: a page with the next step on top, and the buttons that do it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.activities import access, words
from roomnight.activities.commands import (
    attach_file,
    cancel_visit,
    change_plan,
    check_kit,
    come_back,
    confirm_appointment,
    go_out,
    miss_visit,
    note_talk,
    read_report,
)
from roomnight.activities.forms import (
    CommentForm,
    ConfirmForm,
    FilesForm,
    KitForm,
    NotesForm,
    OutForm,
    ReasonForm,
    clock_time,
)
from roomnight.activities.models import Need, Visit, VisitReport, VisitState
from roomnight.activities.queries import thanks_for
from roomnight.activities.queries.results import MADE
from roomnight.activities.rules import kits
from roomnight.clients.models import Contact
from roomnight.kernel.calendar import at_local
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused

ENDED = (VisitState.CANCELLED, VisitState.MISSED)


def kit_of(visit: Visit) -> list[dict[str, Any]]:
    """The kit list of the visit's day with what was said about each item (VIS-04)."""
    said = {item.key: item for item in visit.kit.all()}
    english = get_language() == "en"
    return [
        {
            "key": item["key"],
            "label": item["en"] if english else item["zh"],
            "is_ticked": item["key"] in said and not said[item["key"]].waiver_reason,
            "waiver": said[item["key"]].waiver_reason if item["key"] in said else "",
            "is_answered": item["key"] in said,
        }
        for item in kits.KIT_ITEMS.at(visit.hotel.code, visit.day)
    ]


def kit_form(items: list[dict[str, Any]], visit: Visit, data: Any = None) -> KitForm:
    """The kit as a form; first seen with everything ticked that was ticked before."""
    initial: dict[str, Any] = {f"item_{item['key']}": item["is_ticked"] for item in items}
    return KitForm(
        data,
        items=[(item["key"], item["label"]) for item in items],
        waivers={item["key"]: item["waiver"] for item in items},
        initial=initial | {"appearance": visit.appearance_confirmed},
    )


def form_for(step: str, seat: Seat, visit: Visit, people: list[Contact], kit: list[dict[str, Any]]) -> BaseForm | None:
    """The form that does the next step, as it is first seen."""
    match step:
        case "confirm":
            names = "、".join(person.label for person in people)[:80]
            return ConfirmForm(initial={"appointment": "agreed", "confirmed_with": names})
        case "kit":
            return kit_form(kit, visit)
        case "out":
            back = visit.planned_end + timedelta(minutes=30)
            return OutForm(initial={"destination": visit.place, "back_by": clock_time(back, seat)})
        case "read":
            return CommentForm()
    return None


def _notes(visit: Visit) -> NotesForm:
    """The notes of the talk as they stand, which another device may be writing too."""
    form = NotesForm(initial={"notes": visit.talk_notes})
    form.stands_on(visit)
    return form


def visit_page(
    request: DeskRequest,
    visit: Visit,
    form: BaseForm | None = None,
    files_form: FilesForm | None = None,
    notes_form: NotesForm | None = None,
) -> HttpResponse:
    """The page of a visit; a form that is given is the one that was sent and not accepted."""
    seat = request.seat
    kit = kit_of(visit)
    is_whole = all(item["is_answered"] for item in kit) and visit.appearance_confirmed
    step = words.next_step(visit, is_whole)
    is_mine = visit.staff_id == seat.staff.pk
    if visit.state == VisitState.REPORTED and not is_mine:
        step = "read"
    may_read = step == "read" and not is_mine and access.may(seat, visit, "approve")
    acts = (is_mine and seat.may("activities.visit", "edit") and step != "read") or may_read
    may_edit = access.may(seat, visit, "edit")
    report = getattr(visit, "report", None)
    ahead = visit.state in (VisitState.PLANNED, VisitState.CONFIRMED)
    everybody = access.people_of(visit)
    people = [person for person in everybody if person.is_planned]  # type: ignore[attr-defined]
    is_over = report is not None or visit.state in words.REPORTABLE
    context = {
        "visit": visit,
        "report": report,
        "step": step,
        "step_words": words.NEXT_STEP[step],
        "steps": [] if visit.is_logged or visit.state in ENDED else words.steps(visit, step),
        "form": form or (form_for(step, seat, visit, people, kit) if acts else None),
        "notes_form": notes_form or _notes(visit) if is_mine and visit.state in words.REPORTABLE else None,
        "acts": acts,
        "is_mine": is_mine,
        "tone": words.VISIT_TONES[VisitState(visit.state)],
        "people": people,
        "points": [line for line in visit.points.splitlines() if line.strip()],
        "kit": kit,
        "shows_focus": step == "kit" and seat.may("organization.fact"),
        "kit_missing": [item["label"] for item in kit if not item["is_answered"]],
        "due": words.report_due_words(visit, timezone.now()) if visit.state in words.REPORTABLE else None,
        "shows_after": visit.state in MADE and seat.may("pms.production"),
        "may_order": is_over and seat.may("orders.order", "create"),
        "may_change": ahead and may_edit,
        "may_miss": may_edit and (ahead or visit.state in words.REPORTABLE),
        "thanks": thanks_for(visit.account, seat.today) if ahead and is_mine else None,
        "follow_ups": follow_up_rows(seat, visit) if report else [],
        "files": list(access.attachments(visit)) if is_over else [],
        "files_form": files_form or (FilesForm() if is_mine and is_over else None),
        "met": [person for person in everybody if person.is_met],  # type: ignore[attr-defined]
        "result_tone": words.RESULT_TONES.get(report.result, "") if report else "",
        "likes": likes_words(report, everybody) if report else [],
        "needs_words": [Need(need).label for need in report.needs] if report else [],
    }
    refused_form = form or files_form or notes_form
    return page(request, "activities/visit.html", context, form_status(refused_form) if refused_form else 200)


def follow_up_rows(seat: Seat, visit: Visit) -> list[dict[str, Any]]:
    """What came of a visit, as far as this person may see it (VIS-09)."""
    found = access.follow_ups(seat).filter(visit=visit).order_by("due_on", "id")
    return [words.follow_up_row(seat, one) for one in found]


def likes_words(report: VisitReport, people: list[Contact]) -> list[tuple[str, str]]:
    """What was learned of whom."""
    names = {str(person.pk): person.label for person in people}
    return [(names.get(key, ""), likes) for key, likes in report.likes.items()]


@needs("activities.visit")
def visit(request: DeskRequest, pk: int) -> HttpResponse:
    """One visit: where it stands, the next step large, plan, kit, outing, report and what followed."""
    return visit_page(request, access.visit(request.seat, pk))


@needs("activities.visit", "edit")
@require_POST
def confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """The appointment stands, or one goes without for a reason (VIS-03)."""
    found = access.visit(request.seat, pk, "edit")
    form = ConfirmForm(request.POST)
    if form.is_valid():
        data = form.agreed()
        with refusals(form):
            if data["is_cold_call"]:
                change_plan(actor=request.seat, visit=found, revision=found.revision, **data)
                return done(request, found.get_absolute_url(), _("Noted as a cold call."))
            confirm_appointment(actor=request.seat, visit=found, how=data["confirmed_how"], whom=data["confirmed_with"])
            return done(request, found.get_absolute_url(), _("The appointment stands."))
    return visit_page(request, access.visit(request.seat, pk, "edit"), form)


@needs("activities.visit", "edit")
@require_POST
def kit(request: DeskRequest, pk: int) -> HttpResponse:
    """What is taken along, and the look in the mirror (VIS-04)."""
    found = access.visit(request.seat, pk, "edit")
    form = kit_form(kit_of(found), found, request.POST)
    if form.is_valid():
        with refusals(form):
            check_kit(
                actor=request.seat,
                visit=found,
                ticked=form.ticked(),
                waived=form.waived(),
                appearance=form.cleaned_data["appearance"],
            )
            whole = len({*form.ticked(), *form.waived()}) == len(form.items) and form.cleaned_data["appearance"]
            said = _("The kit is complete.") if whole else _("Kept. The kit is not complete yet.")
            return done(request, found.get_absolute_url(), said)
    return visit_page(request, access.visit(request.seat, pk, "edit"), form)


@needs("activities.visit", "edit")
@require_POST
def out(request: DeskRequest, pk: int) -> HttpResponse:
    """Go out: the server writes the time; the place one is at only with consent (VIS-05)."""
    seat = request.seat
    found = access.visit(seat, pk, "edit")
    form = OutForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        where = (data["latitude"], data["longitude"])
        consent = data["location_consent"] and None not in where
        with refusals(form):
            go_out(
                actor=seat,
                visit=found,
                destination=data["destination"],
                expected_back=at_local(found.day, data["back_by"], seat.zone) if data["back_by"] else None,
                location=where if consent else None,
                consent=consent,
            )
            return done(request, found.get_absolute_url(), _("You are out. Good luck with the visit."))
    return visit_page(request, access.visit(seat, pk, "edit"), form)


@needs("activities.visit", "edit")
@require_POST
def back(request: DeskRequest, pk: int) -> HttpResponse:
    """Back from the client: on to the report, which is asked for now (VIS-07)."""
    found = access.visit(request.seat, pk, "edit")
    try:
        come_back(actor=request.seat, visit=found)
    except Refusal as refusal:
        return refused(request, found.get_absolute_url(), refusal)
    if found.state == VisitState.RETURNED:
        return done(request, request.seat.url("activities:report", pk=pk), _("You are back. Now the report."))
    return done(request, found.get_absolute_url(), _("You are back."))


@needs("activities.visit", "edit")
@require_POST
def notes(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep notes of the talk for the report."""
    found = access.visit(request.seat, pk, "edit")
    form = NotesForm(request.POST, initial={"notes": found.talk_notes})
    form.stands_on(found)
    if form.is_valid():
        try:
            note_talk(actor=request.seat, visit=found, notes=form.cleaned_data["notes"])
        except Refusal as refusal:
            return refused(request, found.get_absolute_url(), refusal)
        return done(request, found.get_absolute_url(), _("Notes kept."))
    return visit_page(request, found, notes_form=form)


@needs("activities.visit", "edit")
@require_POST
def files(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep photos and papers with the visit."""
    found = access.visit(request.seat, pk, "edit")
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return visit_page(request, found, files_form=form)
    for one in form.cleaned_data["photos"]:
        attach_file(actor=request.seat, visit=found, name=one.name or "", file=one)
    return done(request, found.get_absolute_url(), _("Kept with the visit."))


@needs("activities.visit")
def file(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """One photo or paper, only ever as a download (SEC-05)."""
    kept = access.attachments(access.visit(request.seat, pk)).filter(pk=file).first()
    if kept is None:
        raise Http404(str(file))
    path = stored_path(Path(settings.MEDIA_ROOT), kept.sha256)
    disposition = content_disposition_header(as_attachment=True, filename=kept.name)
    return HttpResponse(path.read_bytes(), content_type=kept.media_type, headers={"Content-Disposition": disposition})


@needs("activities.visit", "approve")
@require_POST
def read(request: DeskRequest, pk: int) -> HttpResponse:
    """The leader has read the report and says something to it; on to the next one that waits."""
    seat = request.seat
    found = access.visit(seat, pk, "approve")
    form = CommentForm(request.POST)
    if form.is_valid():
        with refusals(form):
            read_report(actor=seat, visit=found, reader=seat.staff, comment=form.cleaned_data["comment"])
            following = access.to_read(seat).first()
            url = following.get_absolute_url() if following else found.get_absolute_url()
            return done(request, url, _("Read. %(name)s sees your comment.") % {"name": found.staff.label})
    return visit_page(request, access.visit(seat, pk), form)


@needs("activities.visit", "edit")
def cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Call a visit off, with the reason."""
    return _end(
        request, pk, cancel_visit, _("Call the visit off"), _("The visit is called off; its time is free again.")
    )


@needs("activities.visit", "edit")
def miss(request: DeskRequest, pk: int) -> HttpResponse:
    """Nobody was met, or nobody went: why."""
    return _end(request, pk, miss_visit, _("Nobody was met"), _("Noted as not met."))


def _end(request: DeskRequest, pk: int, command: Any, title: str, said: str) -> HttpResponse:
    found = access.visit(request.seat, pk, "edit")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            command(actor=request.seat, visit=found, reason=form.cleaned_data["reason"])
            return done(request, found.get_absolute_url(), said)
    context = {
        "form": form,
        "title": title,
        "subject": found.account.label,
        "back": found.get_absolute_url(),
        "when": found.planned_start,
    }
    return page(request, "activities/reason.html", context, form_status(form))
