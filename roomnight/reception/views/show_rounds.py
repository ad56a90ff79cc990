"""Tours of clients through the house (RCP-10)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.organization.access import leader_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.reception import access, commands
from roomnight.reception.forms.receptions import DeskForm, OpinionsForm, ShowRoundForm, now_at
from roomnight.reception.models import ShowRound
from roomnight.ui.page import done, form_status, page, refusals

ROWS = 100


@needs("reception.show_round")
def show_rounds(request: DeskRequest) -> HttpResponse:
    """The tours ahead and those made, latest first."""
    seat = request.seat
    found = access.show_rounds(seat).select_related("guide")
    now = now_at(seat)
    context = {
        "ahead": list(found.filter(starts_at__gte=now).order_by("starts_at")[:ROWS]),
        "made": list(found.filter(starts_at__lt=now).order_by("-starts_at")[:ROWS]),
        "may_create": seat.may("reception.show_round", "create"),
    }
    return page(request, "reception/show_rounds.html", context)


@needs("reception.show_round")
def show_round(request: DeskRequest, pk: int) -> HttpResponse:
    """One tour, and what the visitors thought."""
    one = access.show_round(request.seat, pk)
    may_edit = access.show_rounds(request.seat, "edit").filter(pk=pk).exists()
    context = {"one": one, "may_edit": may_edit, "is_over": one.starts_at <= now_at(request.seat)}
    return page(request, "reception/show_round.html", context)


@needs("reception.show_round", "create")
def show_round_new(request: DeskRequest) -> HttpResponse:
    """Plan a tour, or enter one."""
    seat = request.seat
    account = access.asked_account(seat, request.GET.get("account", ""))
    initial = {
        "starts_at": now_at(seat), "guide": seat.staff.pk, "people": 2, **({"company": account.label} if account else {}),
    }  # fmt: skip
    form = ShowRoundForm(request.POST or None, one=None, people=access.people(seat), initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            one = commands.plan_show_round(actor=seat, hotel=seat.hotel, account=account, **form.cleaned_data)
            return done(request, one.get_absolute_url(), _("Kept."))
    return _form(request, form, _("A tour of the house"), seat.url("reception:show_rounds"))


@needs("reception.show_round", "edit")
def show_round_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a tour."""
    seat = request.seat
    one = access.show_round(seat, pk, "edit")
    form = ShowRoundForm(request.POST or None, one=one, people=access.people(seat))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.change_show_round(actor=seat, show_round=one, revision=one.revision, **form.cleaned_data)
            return done(request, one.get_absolute_url(), _("Saved."))
    return _form(request, form, one.label, one.get_absolute_url())


@needs("reception.show_round", "edit")
def show_round_opinions(request: DeskRequest, pk: int) -> HttpResponse:
    """What the visitors thought; it goes to the head."""
    seat = request.seat
    one: ShowRound = access.show_round(seat, pk, "edit")
    form = OpinionsForm(request.POST or None, one=one)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.note_opinions(
                actor=seat, show_round=one, head=leader_of(seat.staff, seat.hotel), **form.cleaned_data
            )
            return done(request, one.get_absolute_url(), _("Kept."))
    return _form(request, form, one.label, one.get_absolute_url())


def _form(request: DeskRequest, form: DeskForm, title: str, back: str) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "action": _("Save"),
        "back": back,
        "detail": "",
        "facts": [],
    }
    return page(request, "ui/small_form.html", context, form_status(form))
