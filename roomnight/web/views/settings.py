"""Settings: what can be set up, the values of the hotel's procedures, and the audit trail."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from roomnight.kernel.policy import POLICIES, set_policy
from roomnight.organization.http import DeskRequest, everyone_here, needs
from roomnight.organization.queries.policies import grounds, sources
from roomnight.organization.views.staff import upwards
from roomnight.ui.page import done, form_status, page, refusals
from roomnight.ui.policies import in_words
from roomnight.web import navigation
from roomnight.web.forms import PolicyForm
from roomnight.web.queries import audit_lines, policy_history

AUDIT_ROWS = 50


AREAS = {
    "clients": _lazy("Clients"),
    "activities": _lazy("Visits & follow-up"),
    "pms": _lazy("Production and guests"),
    "agreements": _lazy("Agreements"),
    "procedures": _lazy("Procedures"),
    "reception": _lazy("Reception"),
    "service": _lazy("Complaints and letters"),
    "organization": _lazy("Organisation"),
}
"""What the values of an app are about, in the order of the list."""


@everyone_here
def settings_page(request: DeskRequest) -> HttpResponse:
    """What can be set up here, and what a new hotel does first."""
    here = next((link for link in navigation.links(request.seat, request.path) if link.icon == "settings"), None)
    parts: dict[str, list[navigation.Link]] = {}
    for place in here.children if here else []:
        parts.setdefault(str(place.part), []).append(place)
    return page(
        request,
        "web/settings.html",
        {"parts": parts.items(), "may_edit_hotel": request.seat.may("organization.hotel", "edit")},
    )


@needs("organization.policy")
def policies(request: DeskRequest) -> HttpResponse:
    """Every number of the hotel's procedures: the value today, where it comes from, and whether the hotel departs from it (POL-03)."""
    seat = request.seat
    areas: dict[str, list[dict[str, Any]]] = {area: [] for area in AREAS}
    rests_on = grounds(seat)
    for key, policy in sorted(POLICIES.items()):
        value = policy.at(seat.hotel_code, seat.today)
        areas.setdefault(key.split(".")[0], []).append(
            {
                "policy": policy,
                "key": key,
                "value": in_words(policy, value),
                "default": in_words(policy, policy.default) if value != policy.default else "",
                "is_own": value != policy.default,
                "ground": rests_on[key],
            }
        )
    parts = [(AREAS.get(area, area), rows) for area, rows in areas.items() if rows]
    return page(request, "web/policies.html", {"parts": parts, "count": len(POLICIES), **upwards(request)})


@needs("organization.policy")
def policy(request: DeskRequest, key: str) -> HttpResponse:
    """One value: its history and, for who may, a new one from a day on."""
    found = POLICIES.get(key)
    if found is None:
        raise Http404(key)
    seat = request.seat
    may_edit = seat.may("organization.policy", "edit")
    value = found.at(seat.hotel_code, seat.today)
    form = PolicyForm(found, value, seat.today, request.POST if may_edit and request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals(form):
            set_policy(actor=seat, key=key, hotel_code=seat.hotel_code, **form.cleaned_data)
            return done(request, seat.url("web:policy", key=key), _("Kept; it holds from the day you named."))
    lines = policy_history(key, seat.hotel_code)
    form.stand_on({str(one.effective_from): one.value for one in lines if one.hotel_code})
    versions = sources(one.source for one in lines)
    history = [
        {
            "effective_from": one.effective_from,
            "value": in_words(found, one.value) if one.value is not None else _("no longer set here"),
            "set_by": one.set_by,
            "reason": one.reason,
            "version": versions.get(one.source),
        }
        for one in lines
    ]
    context = {
        "policy": found,
        "value": in_words(found, value),
        "default": in_words(found, found.default) if value != found.default else "",
        "history": history,
        "form": form,
        "may_edit": may_edit,
        "ground": grounds(seat)[key],
        **upwards(request, (_("Policy values"), seat.url("web:policies"))),
    }
    return page(request, "web/policy.html", context, form_status(form))


@needs("kernel.audit")
def audit(request: DeskRequest) -> HttpResponse:
    """Who changed what, when and from where; newest first (SEC-03)."""
    who, what = request.GET.get("who", "").strip(), request.GET.get("what", "").strip()
    before = request.GET.get("before", "")
    lines = audit_lines(
        request.seat.hotel_code,
        who=who,
        what=what,
        before=int(before) if before.isdigit() else None,
        limit=AUDIT_ROWS + 1,
    )
    older = lines[AUDIT_ROWS - 1]["id"] if len(lines) > AUDIT_ROWS else None
    return page(
        request,
        "web/audit.html",
        {"lines": lines[:AUDIT_ROWS], "who": who, "what": what, "older": older, **upwards(request)},
    )
