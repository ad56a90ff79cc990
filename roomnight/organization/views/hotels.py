"""The hotel itself, its departments, the other hotels of the group, and its working days."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roomnight.kernel.calendar import statutory_days
from roomnight.organization import access
from roomnight.organization.commands import add_department, edit_department, edit_hotel, set_day, withdraw_day
from roomnight.organization.forms import DayForm, DepartmentForm, HotelForm, NewDepartmentForm, WithdrawForm
from roomnight.organization.http import DeskRequest, everyone_here, needs
from roomnight.organization.views.staff import upwards
from roomnight.organization.working_days import HOLIDAY_COUNTRY, REST_WEEKDAYS, WORKDAY_END, WORKDAY_START, calendar_of
from roomnight.ui.page import done, form_status, page, refusals
from roomnight.ui.policies import in_words


@needs("organization.hotel", "edit")
def hotel_page(request: DeskRequest) -> HttpResponse:
    """The hotel's particulars; its code stays, it is in every address."""
    hotel = request.seat.hotel
    names = ["name", "name_en", "room_count", "city", "district", "timezone", "currency"]
    form = HotelForm(request.POST or None, initial={name: getattr(hotel, name) for name in names})
    del form.fields["code"]
    form.stands_on(hotel)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            edit_hotel(actor=request.seat, hotel=hotel, **form.cleaned_data)
            return done(request, request.seat.url("web:settings"), _("Kept."))
    return page(request, "organization/hotel.html", {"form": form, **upwards(request)}, form_status(form))


@everyone_here
def hotel_list(request: DeskRequest) -> HttpResponse:
    """The hotels of the group where this person works, each a way there (ORG-01)."""
    seat = request.seat
    return page(request, "organization/hotels.html", {"hotels": seat.hotels, "here": seat.hotel, **upwards(request)})


@needs("organization.staff")
def department_list(request: DeskRequest) -> HttpResponse:
    """The departments of the hotel and how many work in each (ORG-01)."""
    seat = request.seat
    found = access.departments(seat.hotel).annotate(
        people=Count("memberships", filter=Q(memberships__staff__is_active=True))
    )
    context = {"rows": list(found), "may_edit": seat.may("organization.hotel", "edit"), **upwards(request)}
    return page(request, "organization/departments.html", context)


def to_departments(request: DeskRequest) -> dict[str, Any]:
    """The way back to the departments."""
    url = request.seat.url("organization:departments")
    return {"cancel_url": url, **upwards(request, (_("Departments"), url))}


@needs("organization.hotel", "edit")
def department_new(request: DeskRequest) -> HttpResponse:
    """A further department."""
    form = NewDepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            add_department(actor=request.seat, hotel=request.seat.hotel, **form.cleaned_data)
            return done(request, request.seat.url("organization:departments"), _("Added."))
    context = {"form": form, "title": _("New department"), "action": _("Add"), **to_departments(request)}
    return page(request, "organization/decision.html", context, form_status(form))


@needs("organization.hotel", "edit")
def department_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Call a department otherwise, or retire it."""
    department = access.department(request.seat, pk)
    form = DepartmentForm(request.POST or None, department)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            edit_department(actor=request.seat, department=department, **form.cleaned_data)
            return done(request, request.seat.url("organization:departments"), _("Saved."))
    context = {
        "form": form,
        "title": department.label,
        "detail": department.get_kind_display(),
        "action": _("Save"),
        **to_departments(request),
    }
    return page(request, "organization/decision.html", context, form_status(form))


@needs("organization.policy")
def working_days(request: DeskRequest) -> HttpResponse:
    """When the office works: hours, rest days, the country's holidays, and the hotel's own word on a day (ORG-05)."""
    seat = request.seat
    may_edit = seat.may("organization.policy", "edit")
    sent = request.POST if request.method == "POST" and may_edit else None
    withdraw = WithdrawForm(sent if sent and "withdraw" in sent else None)
    form = DayForm(sent if sent and not withdraw.is_bound else None)
    here = seat.url("organization:working_days")
    if withdraw.is_bound and withdraw.is_valid():
        withdraw_day(actor=seat, hotel=seat.hotel, on=withdraw.cleaned_data["withdraw"])
        return done(request, here, _("The country's calendar holds again."))
    if form.is_bound and form.is_valid():
        with refusals(form):
            set_day(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, here, _("Saved."))
    policies = (WORKDAY_START, WORKDAY_END, REST_WEEKDAYS, HOLIDAY_COUNTRY)
    context = {
        "form": form,
        "may_edit": may_edit,
        "policies": [(one, in_words(one, one.at(seat.hotel_code, seat.today))) for one in policies],
        "own": list(access.own_days(seat)),
        "years": years_of(request),
        "today_works": calendar_of(seat.hotel, seat.today).is_working_day(seat.today),
        **upwards(request),
    }
    return page(request, "organization/working_days.html", context, form_status(form))


def years_of(request: DeskRequest) -> list[dict[str, Any]]:
    """This year's and next year's public holidays with their make-up days."""
    seat = request.seat
    country = HOLIDAY_COUNTRY.at(seat.hotel_code, seat.today)
    found = []
    for year in (seat.today.year, seat.today.year + 1):
        days = statutory_days(country, year, get_language() or "zh-hans")
        rows = [(day, name, False) for day, name in days.off.items() if day.year == year]
        rows += [(day, _("make-up working day"), True) for day in days.make_up if day.year == year]
        found.append({"year": year, "rows": sorted(rows)})
    return found
