"""What a role may do: the permission matrix, and new roles as copies (ORG-02)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.organization import access
from roomnight.organization.commands import copy_role, rename_role, set_grants
from roomnight.organization.forms import MatrixForm, RoleNameForm
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Action
from roomnight.organization.views.staff import upwards
from roomnight.ui.page import done, form_status, page, refusals


def to_roles(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    """The way back to the list of roles."""
    return upwards(request, (_("Roles and rights"), request.seat.url("organization:roles")), *steps)


@needs("organization.role")
def role_list(request: DeskRequest) -> HttpResponse:
    """The roles, and how many people here have each."""
    here = Q(memberships__hotel=request.seat.hotel, memberships__staff__is_active=True)
    rows = access.roles().select_related("based_on").annotate(people=Count("memberships", filter=here))
    return page(request, "organization/roles.html", {"rows": list(rows), **upwards(request)})


@needs("organization.role")
def role_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One role: who has it, and what it may do; changed by whoever may, at every hotel where it is held."""
    seat = request.seat
    role = access.role(pk)
    may_edit = access.may_edit_role(seat, role)
    form = MatrixForm(request.POST if request.method == "POST" and may_edit else None, role)
    if form.is_bound and form.is_valid():
        with refusals(form):
            set_grants(actor=seat, role=role, cells=form.cells())
            return done(request, seat.url("organization:role", pk=pk), _("Saved. It holds from the next page on."))
    context = {
        "role": role,
        "form": form,
        "rows": form.rows(),
        "actions": Action.labels,
        "may_edit": may_edit,
        "may_copy": seat.may("organization.role", "create"),
        "people": list(access.holders(seat, role)),
        **to_roles(request),
    }
    return page(request, "organization/role.html", context, form_status(form))


@needs("organization.role", "create")
def role_copy(request: DeskRequest, pk: int) -> HttpResponse:
    """A new role that starts with what this one may do."""
    role = access.role(pk)
    form = RoleNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            copy = copy_role(actor=request.seat, role=role, **form.cleaned_data)
            return done(request, request.seat.url("organization:role", pk=copy.pk), _("Added."))
    return name_page(request, role, form, _("New role as a copy"), _("Add"))


@needs("organization.role", "edit")
def role_name(request: DeskRequest, pk: int) -> HttpResponse:
    """Call a role otherwise."""
    role = access.role(pk)
    may_edit = access.may_edit_role(request.seat, role)
    form = RoleNameForm(request.POST if request.method == "POST" and may_edit else None, role)
    if form.is_bound and form.is_valid():
        with refusals(form):
            rename_role(actor=request.seat, role=role, **form.cleaned_data)
            return done(request, request.seat.url("organization:role", pk=pk), _("Saved."))
    return name_page(request, role, form, _("Rename"), _("Save"))


def name_page(request: DeskRequest, role: Any, form: Any, title: str, action: str) -> HttpResponse:
    """A page that asks for a role's name."""
    url = request.seat.url("organization:role", pk=role.pk)
    context = {
        "form": form,
        "title": title,
        "detail": role.label,
        "action": action,
        "cancel_url": url,
        **to_roles(request, (role.label, url)),
    }
    return page(request, "organization/decision.html", context, form_status(form))
