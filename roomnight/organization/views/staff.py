"""Who works here: the list, a person's page, and everything that changes about a colleague (ORG-02, ORG-04)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.kernel.text import clean
from roomnight.organization import access
from roomnight.organization.authority import delegations_of
from roomnight.organization.commands import (
    deactivate_staff,
    edit_staff,
    engage_staff,
    move_staff,
    place_at_hotel,
    reset_password,
    take_back_staff,
)
from roomnight.organization.forms import JoinForm, LeaveForm, PersonForm, PlaceForm, StaffForm
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Membership
from roomnight.organization.qualifications import QUALIFICATION
from roomnight.organization.words import standings_of
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS = 100
STATES = ("active", "left", "all")


def upwards(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    """The way back from a page of the settings: crumbs for the desk, an arrow for the phone."""
    crumbs = [(_("Settings"), request.seat.url("web:settings")), *steps]
    return {"crumbs": crumbs, "back_url": crumbs[-1][1]}


def to_staff(request: DeskRequest, place: Membership | None = None) -> dict[str, Any]:
    """The way back to the staff list, and to a person on it."""
    steps = [(_("Organisation"), request.seat.url("organization:staff"))]
    if place is not None:
        steps.append((place.staff.label, request.seat.url("organization:person", pk=place.staff_id)))
    return upwards(request, *steps)


def narrowed(found: QuerySet[Membership], asked: dict[str, str]) -> QuerySet[Membership]:
    """The places that the filters of the staff list leave."""
    if asked["state"] != "all":
        found = found.filter(staff__is_active=asked["state"] == "active")
    for name in ("department", "role"):
        if asked[name].isdigit():
            found = found.filter(**{name: int(asked[name])})
    for word in clean(asked["q"]).split():
        names = ("staff__name", "staff__name_en", "staff__username", "staff__phone", "title")
        hit = Q()
        for name in names:
            hit |= Q(**{f"{name}__icontains": word})
        found = found.filter(hit)
    return found


@needs("organization.staff")
def staff_list(request: DeskRequest) -> HttpResponse:
    """Who works here, in which department, with which role, under whom; found by name, narrowed by department, role and
    whether they still do (ORG-02)."""
    seat = request.seat
    asked = {name: request.GET.get(name, "")[:60] for name in ("q", "department", "role", "state")}
    asked["state"] = asked["state"] if asked["state"] in STATES else "active"
    start = int(request.GET["start"]) if request.GET.get("start", "").isdigit() else 0
    found = narrowed(access.places(seat), asked).order_by("role__rank", "staff__username")
    rows = list(found[start : start + ROWS + 1])
    query = request.GET.copy()

    def to(first: int) -> str:
        query["start"] = str(first)
        return f"?{query.urlencode()}"

    context = {
        "people": rows[:ROWS],
        "asked": asked,
        "is_narrowed": any(asked[name] for name in ("q", "department", "role")) or asked["state"] != "active",
        "departments": list(access.departments(seat.hotel)),
        "roles": list(access.roles()),
        "states": [
            ("active", _("Working here")),
            ("left", pgettext("people of a hotel", "Left")),
            ("all", _("Everybody")),
        ],
        "next": to(start + ROWS) if len(rows) > ROWS else "",
        "previous": to(max(0, start - ROWS)) if start else "",
        "may_add": seat.may("organization.staff", "create"),
        **upwards(request),
    }
    return page(request, "organization/staff.html", context)


@needs("organization.staff", "create")
def staff_new(request: DeskRequest) -> HttpResponse:
    """A new colleague; nothing is kept unless all of it is right."""
    form = StaffForm(request.POST or None, seat=request.seat)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            given = dict(form.cleaned_data)
            where = {name: given.pop(name) for name in ("department", "role", "leader", "title")}
            staff = engage_staff(actor=request.seat, hotel=request.seat.hotel, person=given, place=where)
            url = request.seat.url("organization:person", pk=staff.pk)
            return done(request, url, _("%(name)s can sign in now.") % {"name": staff.label})
    return page(request, "organization/staff_new.html", {"form": form, **to_staff(request)}, form_status(form))


@needs("organization.staff")
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """One colleague: where in the hotel, under whom, who reports to them, how to reach them."""
    seat = request.seat
    place = access.place(seat, pk)
    staff = place.staff
    may_manage = access.may_manage(seat, staff)
    context = {
        "place": place,
        "staff": staff,
        "may_hold": seat.may("organization.position", "edit"),
        "delegations": list(delegations_of(staff, seat.hotel, seat.today)),
        "standings": standings_of(seat, place) if seat.may(QUALIFICATION) else [],
        "team": list(access.colleagues(seat).filter(leader=staff)),
        "elsewhere": list(access.places_elsewhere(seat, staff)),
        "may_move": seat.may("organization.staff", "edit"),
        "may_manage": may_manage,
        "may_deactivate": may_manage and staff.pk != seat.staff.pk,
        "may_hand_over": seat.may("clients.account", "approve"),
        "may_join": may_manage and staff.is_active and access.hotels_to_join(seat, staff).exists(),
        **to_staff(request),
    }
    return page(request, "organization/person.html", context)


def managed(request: DeskRequest, pk: int) -> Membership:
    """A person whom the seat may manage, or 404."""
    place = access.place(request.seat, pk, "edit")
    if not access.may_manage(request.seat, place.staff):
        raise Http404(str(pk))
    return place


def home_of(request: DeskRequest, place: Membership) -> str:
    """The person's own page."""
    return request.seat.url("organization:person", pk=place.staff_id)


def decision(request: DeskRequest, place: Membership, form: Any, title: str, action: str) -> HttpResponse:
    """A page with one form about a person."""
    context = {
        "form": form,
        "title": title,
        "detail": place.staff.label,
        "action": action,
        "cancel_url": home_of(request, place),
        **to_staff(request, place),
    }
    return page(request, "organization/decision.html", context, form_status(form))


@needs("organization.staff", "edit")
def person_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a person's name, phone, email, language."""
    place = managed(request, pk)
    form = PersonForm(request.POST or None, place.staff)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            edit_staff(actor=request.seat, staff=place.staff, **form.cleaned_data)
            return done(request, home_of(request, place), _("Saved."))
    return decision(request, place, form, _("Particulars"), _("Save"))


@needs("organization.staff", "edit")
def person_move(request: DeskRequest, pk: int) -> HttpResponse:
    """Another department, role, leader or title."""
    place = access.place(request.seat, pk, "edit")
    form = PlaceForm(request.POST or None, request.seat, place)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            move_staff(actor=request.seat, place=place, **form.cleaned_data)
            return done(request, home_of(request, place), _("Saved."))
    return decision(request, place, form, _("Another place"), _("Save"))


@needs("organization.staff", "edit")
def person_join(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a person work at another hotel of the group as well: which one, then where in it."""
    place = managed(request, pk)
    hotels = list(access.hotels_to_join(request.seat, place.staff))
    sent = request.POST if request.method == "POST" else request.GET
    hotel = next((one for one in hotels if one.code == sent.get("at", "")), hotels[0] if len(hotels) == 1 else None)
    if hotel is None:
        context = {
            "hotels": hotels,
            "title": _("Work at another hotel as well"),
            "detail": place.staff.label,
            **to_staff(request, place),
        }
        return page(request, "organization/join.html", context)
    form = JoinForm(request.POST or None, request.seat, hotel)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            given = dict(form.cleaned_data)
            given.pop("at")
            place_at_hotel(actor=request.seat, staff=place.staff, hotel=hotel, **given)
            return done(request, home_of(request, place), _("Saved."))
    return decision(request, place, form, _("A place at %(hotel)s") % {"hotel": hotel.label}, _("Save"))


@needs("organization.staff", "edit")
@require_POST
def person_password(request: DeskRequest, pk: int) -> HttpResponse:
    """A new password, shown once."""
    place = managed(request, pk)
    try:
        password = reset_password(actor=request.seat, staff=place.staff)
    except Refusal as refusal:
        return refused(request, home_of(request, place), refusal)
    return shown_once(request, place, password, _("New password"))


def shown_once(request: DeskRequest, place: Membership, password: str, title: str) -> HttpResponse:
    """The page that shows a password; no cache keeps it."""
    context = {"place": place, "password": password, "title": title, **to_staff(request, place)}
    response = page(request, "organization/password.html", context)
    patch_cache_control(response, no_store=True, private=True)
    return response


@needs("organization.staff", "edit")
def person_deactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """A person leaves. What they hold is handed over first."""
    place = managed(request, pk)
    form = LeaveForm(request.POST or None, request.seat)
    if request.method == "POST" and form.is_valid():
        try:
            deactivate_staff(actor=request.seat, staff=place.staff, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.code == "staff.still_holds" and request.seat.may("clients.account", "approve"):
                return refused(request, request.seat.url("web:hand_over", pk=pk), refusal)
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            said = _("%(name)s cannot sign in any more.") % {"name": place.staff.label}
            return done(request, home_of(request, place), said)
    return decision(request, place, form, _("Deactivate"), _("Deactivate"))


@needs("organization.staff", "edit")
@require_POST
def person_take_back(request: DeskRequest, pk: int) -> HttpResponse:
    """A person who had left works here again, with a new password shown once."""
    place = managed(request, pk)
    try:
        password = take_back_staff(actor=request.seat, staff=place.staff)
    except Refusal as refusal:
        return refused(request, home_of(request, place), refusal)
    return shown_once(request, place, password, _("Works here again"))
