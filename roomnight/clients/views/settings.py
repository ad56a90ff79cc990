"""What a hotel sorts its clients by: tags, territories, and fields of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients import access, commands
from roomnight.clients.forms.small import NameForm
from roomnight.clients.queries.own_fields import seen_own_fields
from roomnight.kernel.errors import Refusal
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures.rules.form_fields import (
    CHOICE,
    CHOICES,
    CLOCK,
    DAY,
    DOCUMENT,
    EMAIL,
    LONG,
    MOMENT,
    MONEY,
    NUMBER,
    PHONE,
    ROWS,
    TEXT,
    TICK,
    WHOLE,
)
from roomnight.ui.page import done, form_status, page, refusals, refused

KINDS = {
    TEXT: gettext_lazy("Text"), LONG: gettext_lazy("Long text"), CHOICE: gettext_lazy("Choice"),
    CHOICES: gettext_lazy("Several choices"), WHOLE: gettext_lazy("Whole number"), NUMBER: gettext_lazy("Number"),
    MONEY: gettext_lazy("Amount"), TICK: gettext_lazy("Yes or no"), DAY: gettext_lazy("Date"),
    MOMENT: gettext_lazy("Date and time"), CLOCK: gettext_lazy("Time"), EMAIL: gettext_lazy("Email"),
    PHONE: gettext_lazy("Phone"), DOCUMENT: gettext_lazy("Identity document"), ROWS: gettext_lazy("Small table"),
}  # fmt: skip
LENGTHS = {"tag": 40, "territory": 80}


def home(request: DeskRequest) -> str:
    return request.seat.url("clients:settings")


@needs("organization.hotel", "edit")
@require_GET
def settings_page(request: DeskRequest) -> HttpResponse:
    """Everything a hotel sorts its clients by, on one page."""
    seat = request.seat
    own = seen_own_fields(seat)
    context = {
        "own": own,
        "own_rows": [(one.words.in_(get_language()), one.name, str(KINDS[one.kind]), one.is_required) for one in own],
        "may_draw": seat.may("procedures.procedure", "edit"),
        "tags": list(access.tags(seat)),
        "territories": list(access.territories(seat)),
    }
    return page(request, "clients/settings.html", context)


def name_page(request: DeskRequest, form: NameForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": home(request)}
    return page(request, "clients/name.html", context, form_status(form))


def checked(what: str) -> str:
    if what not in LENGTHS:
        raise Http404(what)
    return what


@needs("organization.hotel", "edit")
def name_new(request: DeskRequest, what: str) -> HttpResponse:
    """Add a tag or a territory."""
    form = NameForm(request.POST or None, longest=LENGTHS[checked(what)])
    create: Callable[..., Any] = commands.create_tag if what == "tag" else commands.create_territory
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            create(actor=request.seat, hotel=request.seat.hotel, name=form.cleaned_data["name"])
            return done(request, home(request), _("Added."))
    return name_page(request, form, _("New tag") if what == "tag" else _("New territory"))


@needs("organization.hotel", "edit")
def name_edit(request: DeskRequest, what: str, pk: int) -> HttpResponse:
    """Rename a tag or a territory."""
    seat = request.seat
    row = access.tag(seat, pk) if checked(what) == "tag" else access.territory(seat, pk)
    form = NameForm(request.POST or None, longest=LENGTHS[what], over=row)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            if what == "tag":
                commands.rename_tag(actor=seat, tag=access.tag(seat, pk), name=form.cleaned_data["name"])
            else:
                commands.rename_territory(
                    actor=seat, territory=access.territory(seat, pk), name=form.cleaned_data["name"]
                )
            return done(request, home(request), _("Saved."))
    return name_page(request, form, _("Rename tag") if what == "tag" else _("Rename territory"))


@needs("organization.hotel", "edit")
@require_POST
def name_delete(request: DeskRequest, what: str, pk: int) -> HttpResponse:
    """Remove a tag, or a territory that no client lies in."""
    seat = request.seat
    try:
        if checked(what) == "tag":
            commands.delete_tag(actor=seat, tag=access.tag(seat, pk))
        else:
            commands.delete_territory(actor=seat, territory=access.territory(seat, pk))
    except Refusal as refusal:
        return refused(request, home(request), refusal)
    return done(request, home(request), _("Removed."))
