"""How far a role may decide, and who decides for whom while somebody is away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.organization import access, authority
from roomnight.organization.authority import acting_for, limits_on
from roomnight.organization.commands import end_delegation, name_deputy, set_limit
from roomnight.organization.forms import DeputyForm, LimitForm
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import UNITS, ApprovalKind
from roomnight.organization.views.staff import upwards
from roomnight.ui.page import done, form_status, page, refusals

SHOWN_CHANGES = 30


@needs("organization.limit")
def limits(request: DeskRequest) -> HttpResponse:
    """Who may decide what up to how much, today; what was changed and from when; for who may, a new limit from a day on."""
    seat = request.seat
    may_edit = seat.may("organization.limit", "edit")
    form = LimitForm(request.POST if request.method == "POST" and may_edit else None, seat)
    if form.is_bound and form.is_valid():
        with refusals(form):
            set_limit(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, seat.url("organization:limits"), _("Kept; it holds from the day you named."))
    roles = list(access.roles().select_related("based_on"))
    now = limits_on(seat.hotel, roles, seat.today)
    rows = [
        {"role": role, "cells": [(kind, now[(role.pk, kind.value)]) for kind in ApprovalKind]}
        for role in roles
        if any(now[(role.pk, kind.value)] is not None for kind in ApprovalKind)
    ]
    context = {
        "heads": [(kind.label, UNITS[kind]) for kind in ApprovalKind],
        "rows": rows,
        "changes": list(authority.limit_rows(seat)[:SHOWN_CHANGES]),
        "today": seat.today,
        "form": form,
        "may_edit": may_edit,
        **upwards(request),
    }
    return page(request, "organization/limits.html", context, form_status(form))


@needs("organization.delegation")
def deputies(request: DeskRequest) -> HttpResponse:
    """Who decides for whom: now, later, and before; and for whom oneself decides today."""
    seat = request.seat
    found = list(authority.delegations(seat)[:200])
    ending = {one.pk for one in authority.absentees(seat)} if seat.may("organization.delegation", "create") else set()
    rows = [
        {"one": one, "is_over": bool(one.ended_by) or one.ends_on < seat.today, "is_now": is_now(one, seat.today),
         "may_end": one.absent_id in ending}
        for one in found
    ]  # fmt: skip
    context = {
        "rows": rows,
        "acting": acting_for(seat, seat.today),
        "may_name": seat.may("organization.delegation", "create"),
        **upwards(request),
    }
    return page(request, "organization/deputies.html", context)


def is_now(one: Any, today: Any) -> bool:
    """Whether the deputy decides today."""
    return not one.ended_by and one.starts_on <= today <= one.ends_on


@needs("organization.delegation", "create")
def deputy_new(request: DeskRequest) -> HttpResponse:
    """Name a deputy for oneself or, as the leader, for somebody who is ill."""
    seat = request.seat
    form = DeputyForm(request.POST or None, seat)
    here = seat.url("organization:deputies")
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            name_deputy(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, here, _("Saved."))
    context = {
        "form": form,
        "title": _("Name a deputy"),
        "action": _("Save"),
        "cancel_url": here,
        **upwards(request, (_("Deputies"), here)),
    }
    return page(request, "organization/decision.html", context, form_status(form))


@needs("organization.delegation", "create")
@require_POST
def deputy_end(request: DeskRequest, pk: int) -> HttpResponse:
    """Back early: from today on nobody decides for them."""
    found = authority.delegation(request.seat, pk)
    end_delegation(actor=request.seat, delegation=found, today=request.seat.today)
    return done(request, request.seat.url("organization:deputies"), _("Ended."))
