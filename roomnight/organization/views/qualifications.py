"""Who is trained and examined for what: the list of people, one person's records, entering and withdrawing (TGT-05)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from roomnight.organization import access, qualifications
from roomnight.organization.commands import grant_qualification, withdraw_qualification
from roomnight.organization.forms import QualificationForm, WithdrawQualificationForm
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Membership, StaffQualification
from roomnight.organization.qualifications import QUALIFICATION, kinds_of, sheets
from roomnight.organization.rules.qualifications import (
    ENDS_SOON,
    HOLDS,
    REMINDER_DAYS,
    holds_on,
    state_on,
)
from roomnight.organization.views.staff import upwards
from roomnight.organization.words import cell, standings_of, words_of
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

ROWS = 60
CHOICES = {
    "": gettext_lazy("Everybody"),
    HOLDS: gettext_lazy("Qualified"),
    ENDS_SOON: gettext_lazy("Ends soon"),
    "lacks": gettext_lazy("Not qualified, or not any more"),
}


@needs(QUALIFICATION)
def qualification_list(request: DeskRequest) -> HttpResponse:
    """Everybody within reach with what they are qualified for today, found by department, kind and state."""
    seat = request.seat
    kinds = kinds_of(seat.hotel_code, seat.today)
    asked = {name: request.GET.get(name, "") for name in ("department", "kind", "state")}
    start = int(request.GET["start"]) if request.GET.get("start", "").isdigit() else 0
    found = access.colleagues(seat, QUALIFICATION)
    if asked["department"].isdigit():
        found = found.filter(department=int(asked["department"]))
    rows = [one for one in sheets(seat, list(found)) if fits(one, asked["kind"], asked["state"])]
    rows.sort(key=lambda one: not any(each.one for each in one.standings))  # who has something to show stands first
    query = request.GET.copy()

    def to(first: int) -> str:
        query["start"] = str(first)
        return f"?{query.urlencode()}"

    context = {
        "kinds": kinds.items(),
        "rows": [(one.place, [cell(each) for each in one.standings]) for one in rows[start : start + ROWS]],
        "count": len(rows),
        "asked": asked,
        "choices": CHOICES.items(),
        "departments": list(access.departments(seat.hotel)) if seat.scope(QUALIFICATION) != "own" else [],
        "next": to(start + ROWS) if len(rows) > start + ROWS else "",
        "previous": to(max(0, start - ROWS)) if start else "",
        **upwards(request),
    }
    return page(request, "organization/qualifications.html", context)


def fits(sheet: qualifications.Sheet, kind: str, state: str) -> bool:
    """Whether a person is among those asked for, in this kind or in any."""
    if state not in (HOLDS, ENDS_SOON, "lacks"):
        return True
    states = {one.state for one in sheet.standings if kind in ("", one.kind)}
    if state == "lacks":
        return bool(states - {HOLDS, ENDS_SOON})
    return bool(states & ({HOLDS, ENDS_SOON} if state == HOLDS else {ENDS_SOON}))


def to_list(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    """The way back to the list of qualifications."""
    return upwards(request, (_("Qualifications"), request.seat.url("organization:qualifications")), *steps)


def home_of(request: DeskRequest, staff_id: int) -> str:
    return request.seat.url("organization:qualifications_of", pk=staff_id)


def lines_of(request: DeskRequest, place: Membership) -> list[dict[str, Any]]:
    """Everything kept about a person's training, newest first, with its state today."""
    seat = request.seat
    kinds = kinds_of(seat.hotel_code, seat.today)
    days = REMINDER_DAYS.at(seat.hotel_code, seat.today)
    found = []
    for one in qualifications.qualifications(seat).filter(staff=place.staff_id):
        state = state_on(one, seat.today, days)
        words, tone = words_of(state, (one.valid_until - seat.today).days if one.valid_until else 0)
        holds = holds_on(one, seat.today)
        found.append({"one": one, "kind": kinds.get(one.kind, one.kind), "words": words, "tone": tone, "holds": holds})
    return found


@needs(QUALIFICATION)
def qualifications_of(request: DeskRequest, pk: int) -> HttpResponse:
    """One person: where they stand in each kind, and every course and examination."""
    seat = request.seat
    place = access.place_within(seat, pk, QUALIFICATION, "read")
    context = {
        "place": place,
        "staff": place.staff,
        "standings": standings_of(seat, place),
        "lines": lines_of(request, place),
        "may_enter": may_enter(request, pk),
        "may_withdraw": seat.may(QUALIFICATION, "edit")
        and access.colleagues(seat, QUALIFICATION, "edit").filter(staff=pk).exists(),
        **to_list(request),
    }
    return page(request, "organization/qualifications_of.html", context)


def may_enter(request: DeskRequest, pk: int) -> bool:
    """Whether the seat may enter an examination of this person: never its own."""
    seat = request.seat
    if pk == seat.staff.pk or not seat.may(QUALIFICATION, "create"):
        return False
    return access.colleagues(seat, QUALIFICATION, "create").filter(staff=pk).exists()


@needs(QUALIFICATION, "create")
def qualification_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Enter a course with its examination; `?kind=` is what is renewed."""
    seat = request.seat
    place = access.place_within(seat, pk, QUALIFICATION, "create")
    kind = request.GET.get("kind", "")
    like: StaffQualification | None = qualifications.qualifications(seat).filter(staff=pk, kind=kind).first()
    form = QualificationForm(request.POST or None, seat, kind=kind, like=like)
    return small_form(
        request, form, lambda data: grant_qualification(actor=seat, hotel=seat.hotel, staff=place.staff, **data),
        title=_("Training and examination"), action=_("Enter"), said=_("Entered."), detail=place.staff.label,
        back=home_of(request, pk),
    )  # fmt: skip


@needs(QUALIFICATION, "edit")
def qualification_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """From today on somebody may no longer do it."""
    seat = request.seat
    one = qualifications.qualification(seat, pk, "edit")
    label = kinds_of(seat.hotel_code, seat.today).get(one.kind, one.kind)
    form = WithdrawQualificationForm(request.POST or None, one)
    return small_form(
        request, form, lambda data: withdraw_qualification(actor=seat, qualification=one, **data),
        title=_("Withdraw the qualification “%(kind)s”") % {"kind": label}, action=pgettext("qualification", "Withdraw"), said=pgettext("qualification", "Withdrawn."),
        detail=one.staff.label, back=home_of(request, one.staff_id),
        facts=[(_("Valid until"), one.valid_until or "–"), (_("What it means"), _("From today on. What was done before stays as it is."))],
    )  # fmt: skip
