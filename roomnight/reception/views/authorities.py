"""An authority asks: documents, call, permission, and only then what is asked for (PRV-04)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import knows_confidential
from roomnight.reception.access.desk import authority_request, authority_requests
from roomnight.reception.commands import (
    permit_authority,
    show_to_authority,
    take_authority_request,
    verify_authority,
)
from roomnight.reception.commands.authorities import WORDS, awaited, steps_done
from roomnight.reception.forms.authorities import SHOWABLE, AuthorityForm, PermitForm, ShowForm, VerifyForm
from roomnight.reception.models import AuthorityRequest, StepKind
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS: Final = 50


@needs("reception.authority")
def authority_list(request: DeskRequest) -> HttpResponse:
    """Every request of an authority, latest first."""
    seat = request.seat
    rows = list(authority_requests(seat).prefetch_related("steps")[:ROWS])
    shown = [(one, awaited(one, {step.kind for step in one.steps.all()})) for one in rows]
    context = {"rows": shown, "may_take": seat.may("reception.authority", "create")}
    return _no_store(page(request, "reception/authorities.html", context))


@needs("reception.authority", "create")
def authority_new(request: DeskRequest) -> HttpResponse:
    """Write down who asks for what, with their documents in hand."""
    seat = request.seat
    form = AuthorityForm(*((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = take_authority_request(actor=seat, hotel=seat.hotel, by=seat.staff, **form.cleaned_data)
            return done(request, seat.url("reception:authority", pk=made.pk), _("Kept; security is told."))
    return page(request, "reception/authority_new.html", {"form": form, **_upwards(request)}, form_status(form))


@needs("reception.authority")
def authority_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One request: what is known, what was done, and what comes next."""
    return _authority(request, authority_request(request.seat, pk))


def _authority(request: DeskRequest, found: AuthorityRequest, form: Any = None) -> HttpResponse:
    seat = request.seat
    steps = list(found.steps.select_related("by").order_by("pk"))
    due = awaited(found, {one.kind for one in steps})
    sees = _sees_guests(request)
    context = {
        "found": found,
        "steps": [
            {"one": one, "shown": _in_words(one.shown) if sees else [], "is_shown": one.kind == StepKind.SHOWN}
            for one in steps
        ],
        "sees": sees,
        "due": due,
        "form": form or _form_for(request, due),
        "own": found.taken_by_id == seat.staff.pk,
        **_upwards(request),
    }  # fmt: skip
    return _no_store(page(request, "reception/authority.html", context, form_status(form) if form else 200))


def _sees_guests(request: DeskRequest) -> bool:
    """Whether this person may read what was shown; to all others every answer looks alike (PRV-03)."""
    return knows_confidential(request.seat) and request.seat.may("pms.guest")


def _in_words(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = dict(SHOWABLE)
    found = []
    for one in shown:
        values = {name: value for name, value in one.items() if name != "name"}
        if "in_house" in values:
            values["in_house"] = _("In house") if values["in_house"] else _("Arriving")
        found.append(
            {"name": one["name"], "values": [(labels.get(name, name), value) for name, value in values.items()]}
        )
    return found


def _form_for(request: DeskRequest, due: str) -> Any:
    seat = request.seat
    match due:
        case "verify":
            return VerifyForm() if seat.may("reception.authority", "create") else None
        case "permit":
            return PermitForm() if seat.may("reception.authority", "approve") else None
        case "show":
            return ShowForm() if seat.may("reception.authority", "create") else None
    return None


@needs("reception.authority", "create")
@require_POST
def authority_verify(request: DeskRequest, pk: int) -> HttpResponse:
    """What the unit said on the telephone."""
    seat, found = request.seat, authority_request(request.seat, pk, "create")
    if over := _is_over(request, found, "verify"):
        return over
    form = VerifyForm(request.POST)
    if form.is_valid():
        with refusals(form):
            verify_authority(actor=seat, request=found, by=seat.staff, **form.cleaned_data)
            return done(request, seat.url("reception:authority", pk=pk), _("Kept."))
    return _authority(request, found, form)


@needs("reception.authority", "approve")
@require_POST
def authority_permit(request: DeskRequest, pk: int) -> HttpResponse:
    """Security permits it or not."""
    seat, found = request.seat, authority_request(request.seat, pk, "approve")
    if over := _is_over(request, found, "permit"):
        return over
    form = PermitForm(request.POST)
    if form.is_valid():
        with refusals(form):
            permit_authority(actor=seat, request=found, by=seat.staff, **form.cleaned_data)
            return done(request, seat.url("reception:authority", pk=pk), _("Kept."))
    return _authority(request, found, form)


@needs("reception.authority", "create")
@require_POST
def authority_show(request: DeskRequest, pk: int) -> HttpResponse:
    """Look up what was asked; it is kept what was shown."""
    seat, found = request.seat, authority_request(request.seat, pk, "create")
    if over := _is_over(request, found, "show"):
        return over
    form = ShowForm(request.POST)
    if form.is_valid():
        with refusals(form):
            show_to_authority(
                actor=seat, request=found, by=seat.staff, knows_confidential=knows_confidential(seat),
                fields=form.cleaned_data["fields_shown"], note=form.cleaned_data["note"],
            )  # fmt: skip
            return done(request, seat.url("reception:authority", pk=pk), _("What was shown is kept."))
    return _authority(request, found, form)


def _is_over(request: DeskRequest, found: AuthorityRequest, step: str) -> HttpResponse | None:
    """Back to the request, with what comes first, where this is not the next step."""
    due = awaited(found, steps_done(found))
    if due == step:
        return None
    return refused(
        request, request.seat.url("reception:authority", pk=found.pk), Refusal("authority.step", _(WORDS[due]))
    )


def _upwards(request: DeskRequest) -> dict[str, Any]:
    url = request.seat.url("reception:authorities")
    return {"crumbs": [(_("Requests by authorities"), url)], "back_url": url}


def _no_store(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
