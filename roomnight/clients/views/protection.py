"""The protection list 保护名单: who has which client to themselves, until when, and what was asked (OWN-02, OWN-07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients import access, commands
from roomnight.clients.forms.small import DecideForm, ReasonForm
from roomnight.clients.models import Account, Protection, ProtectionState, RequestState
from roomnight.clients.queries.protection import left_words, room_on_list
from roomnight.clients.rules import PROTECTION_DAYS, PROTECTION_NOTICE_DAYS, notice_due
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS = 200
LOOK_BACK = timedelta(days=180)
TABS = {
    "active": gettext_lazy("Protected"),
    "asked": gettext_lazy("Extensions asked for"),
    "leaving": gettext_lazy("Going to the pool"),
    "ended": gettext_lazy("Ended"),
}
ENDED_TONES = {ProtectionState.WON: "good", ProtectionState.EXPIRED: "late"}


@needs("clients.protection")
@require_GET
def protection_list(request: DeskRequest) -> HttpResponse:
    """What is protected, what was asked, what goes to the pool, and what has ended, within reach."""
    seat = request.seat
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "active"
    base = seat.url("clients:protections")
    context: dict[str, Any] = {
        "tab": tab,
        "views": [
            {"label": label, "url": f"{base}?tab={key}", "current": key == tab, "count": None}
            for key, label in TABS.items()
        ],
        "room": room_on_list(seat) if seat.may("clients.protection", "create") else None,
        "rows": ROWS_OF[tab](seat),
        "most": ROWS,
    }
    return page(request, "clients/protections.html", context)


def visible(seat: Seat, found: Iterable[Account]) -> set[int]:
    """Which of these clients the person may open."""
    return set(access.accounts_or_pool(seat).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))


def active_rows(seat: Seat) -> list[dict[str, Any]]:
    """The protections in force, those that run out first on top, with what was asked about them."""
    today = seat.today
    notice = PROTECTION_NOTICE_DAYS.at(seat.hotel_code, today)
    found = list(
        access.protections(seat)
        .filter(state=ProtectionState.ACTIVE)
        .select_related("account", "staff")
        .order_by("until", "pk")[:ROWS]
    )
    asked = set(
        access.extensions(seat)
        .filter(state=RequestState.ASKED, protection__in=[one.pk for one in found])
        .values_list("protection", flat=True)
    )
    return [
        {
            **_row(seat, one),
            "left": left_words(one.until, today),
            "tone": "late" if one.until < today else "soon" if notice_due(one.until, today, notice) else "go",
            "asked": one.pk in asked,
            "may_extend": one.staff_id == seat.staff.pk and one.pk not in asked,
        }
        for one in found
    ]


def ended_rows(seat: Seat) -> list[dict[str, Any]]:
    """What has ended within half a year, the latest first."""
    found = access.protections(seat).exclude(state=ProtectionState.ACTIVE).filter(ended_on__gte=seat.today - LOOK_BACK)
    rows = found.select_related("account", "staff").order_by("-ended_on", "-pk")[:ROWS]
    return [
        {**_row(seat, one), "left": one.get_state_display(), "tone": ENDED_TONES.get(ProtectionState(one.state), "")}
        for one in rows
    ]


def _row(seat: Seat, one: Protection) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "account": one.account,
        "who": one.staff.label,
        "basis": one.get_basis_display(),
        "started_on": one.started_on,
        "until": one.until,
        "renewed_on": one.renewed_on,
        "extensions": one.extensions,
        "ended_on": one.ended_on,
        "end_reason": one.end_reason,
    }


def asked_rows(seat: Seat) -> list[dict[str, Any]]:
    """What was asked: open requests first, then those decided, the latest on top."""
    decidable = set(access.extensions_to_decide(seat).values_list("pk", flat=True))
    found = (
        access.extensions(seat)
        .select_related("protection__account", "protection__staff", "decided_by")
        .order_by("decided_at", "-pk")
    )
    waiting = list(found.filter(state=RequestState.ASKED)[:ROWS])
    decided = list(found.exclude(state=RequestState.ASKED).order_by("-decided_at")[:20])
    return [
        {
            "pk": one.pk,
            "account": one.protection.account,
            "who": one.protection.staff.label,
            "until": one.protection.until,
            "reason": one.reason,
            "asked_at": one.asked_at,
            "state": one.get_state_display(),
            "tone": {"asked": "soon", "approved": "good"}.get(one.state, ""),
            "answer": one.answer if one.decided_by else _(one.answer) if one.answer else "",
            "decided_by": one.decided_by.label if one.decided_by else "",
            "may_decide": one.pk in decidable,
        }
        for one in [*waiting, *decided]
    ]


def leaving_rows(seat: Seat) -> list[dict[str, Any]]:
    """What is announced for the open pool, soonest first."""
    found = access.pool_notices(seat).select_related("account", "staff").order_by("release_on", "pk")[:ROWS]
    return [
        {
            "account": one.account,
            "who": one.staff.label,
            "cause": one.get_cause_display(),
            "told_on": one.told_on,
            "release_on": one.release_on,
        }
        for one in found
    ]


ROWS_OF = {"active": active_rows, "asked": asked_rows, "leaving": leaving_rows, "ended": ended_rows}


@needs("clients.protection", "create")
@require_POST
def protect(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a client of one's own on the protection list."""
    seat = request.seat
    account = access.account(seat, pk)
    home = seat.url("web:account", pk=pk)
    try:
        made = commands.protect_account(actor=seat, account=account, staff=seat.staff)
    except Refusal as refusal:
        return refused(request, home, refusal)
    return done(request, home, _("Protected until %(day)s.") % {"day": made.until})


@needs("clients.protection", "edit")
def extend(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask for more days, with the reason."""
    seat = request.seat
    one = access.protection(seat, pk, "edit")
    back = f"{seat.url('clients:protections')}?tab=active"
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.ask_extension(actor=seat, protection=one, staff=seat.staff, **form.cleaned_data)
            return done(request, back, _("Asked. Until it is decided the client stays protected."))
    days = PROTECTION_DAYS.at(seat.hotel_code, seat.today)
    context = {
        "form": form,
        "account": one.account,
        "title": _("Ask for an extension"),
        "action": _("Ask"),
        "now": _("Protected until %(day)s. An extension adds %(n)d days; your leader decides.")
        % {"day": one.until, "n": days},
        "cancel_url": back,
    }
    return page(request, "clients/decision.html", context, form_status(form))


@needs("clients.protection", "approve")
def extension(request: DeskRequest, pk: int) -> HttpResponse:
    """Decide on an extension that somebody asked for."""
    seat = request.seat
    asked = access.extension(seat, pk)
    back = f"{seat.url('clients:protections')}?tab=asked"
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        with refusals(form):
            if form.cleaned_data["decision"] == "approve":
                commands.approve_extension(actor=seat, request=asked, decider=seat.staff, answer=answer)
                return done(request, back, _("Approved."))
            commands.refuse_extension(actor=seat, request=asked, decider=seat.staff, answer=answer)
            return done(request, back, _("Refused."))
    context = {
        "form": form,
        "asked": asked,
        "one": asked.protection,
        "account": asked.protection.account,
        "days": PROTECTION_DAYS.at(seat.hotel_code, seat.today),
        "is_open": asked.state == RequestState.ASKED and asked.asked_by_id != seat.staff.pk,
        "cancel_url": back,
    }
    return page(request, "clients/extension.html", context, form_status(form))
