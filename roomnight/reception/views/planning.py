"""The plan: hours and their cost, who joins, handing it in, what has to be ready, what is to be done together."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.http import DeskRequest, needs
from roomnight.reception import access, commands, words
from roomnight.reception.forms.receptions import (
    AnswerForm,
    CostForm,
    HandInForm,
    HostForm,
    ItemForm,
    LineForm,
    PreparationForm,
    SendForm,
    WorkForm,
)
from roomnight.reception.models import UNDECIDED, Reception
from roomnight.reception.queries.standards import allowed, budget_of
from roomnight.reception.views.receptions import small_form
from roomnight.ui.page import done, page, refused


def _standard(request: DeskRequest, one: Reception) -> list[tuple[str, Any]]:
    return [(_("Level"), one.get_level_display()), (_("Guests"), one.people), *words.meal_budgets(request.seat, one)]


@needs("reception.reception", "edit")
def line_new(request: DeskRequest, pk: int) -> HttpResponse:
    """An hour more in the plan (RCP-03)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    start = seat.local(words.next_start(one)).replace(second=0, microsecond=0)
    initial = {"starts_at": start, "responsible": one.assistant_id or one.contact_person_id or one.applicant_id}
    form = LineForm(request.POST or None, line=None, people=access.people(seat), initial=initial)
    return small_form(
        request, one, form, lambda data: commands.add_line(actor=seat, reception=one, **data),
        title=_("Add to the programme"), action=_("Add"), said=_("Added."), facts=_standard(request, one),
    )  # fmt: skip


@needs("reception.reception", "edit")
def line_edit(request: DeskRequest, pk: int, line: int) -> HttpResponse:
    """Change an hour of the plan."""
    seat = request.seat
    found = access.line(seat, pk, line)
    form = LineForm(request.POST or None, line=found, people=access.people(seat))
    return small_form(
        request, access.reception(seat, pk, "edit"), form,
        lambda data: commands.change_line(actor=seat, line=found, revision=found.revision, **data),
        title=found.what, action=_("Save"), said=_("Saved."), facts=_standard(request, found.reception),
    )  # fmt: skip


@needs("reception.reception", "edit")
@require_POST
def line_remove(request: DeskRequest, pk: int, line: int) -> HttpResponse:
    """Take an hour out of the plan."""
    return _one_button(
        request,
        pk,
        lambda: commands.remove_line(actor=request.seat, line=access.line(request.seat, pk, line)),
        _("Taken out."),
    )


@needs("reception.reception", "approve")
@require_POST
def line_approve(request: DeskRequest, pk: int, line: int) -> HttpResponse:
    """Agree to a cost above the standard, beforehand (RCP-02)."""
    seat = request.seat
    found = access.line(seat, pk, line, "approve")
    return _one_button(
        request, pk, lambda: commands.approve_over(actor=seat, line=found, staff=seat.staff), _("Agreed to.")
    )


@needs("reception.reception", "edit")
def line_cost(request: DeskRequest, pk: int, line: int) -> HttpResponse:
    """What it came to (RCP-09)."""
    seat = request.seat
    found = access.line(seat, pk, line)
    one = access.reception(seat, pk, "edit")
    limit = allowed(found, budget_of(one, found.part))
    facts = [(_("Planned cost"), words.amount(seat, found.planned)), (_("Allowed"), words.amount(seat, limit))]
    return small_form(
        request, one, CostForm(request.POST or None, line=found),
        lambda data: commands.enter_cost(actor=seat, line=found, actual=data["actual"], note=data["note"]),
        title=_("What “%(what)s” cost") % {"what": found.what}, action=_("Keep"), said=_("Kept."), facts=facts,
    )  # fmt: skip


@needs("reception.reception", "edit")
def host_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask one of us to join (RCP-03)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    form = HostForm(request.POST or None, people=access.people(seat))
    facts = [(_("By the standard"), words.company(one)), (_("Arrival"), words.moment(seat, one.arrives_at))]
    return small_form(
        request, one, form, lambda data: commands.ask_host(actor=seat, reception=one, **data),
        title=_("Ask somebody to join"), action=_("Invite"), said=_("Asked."), facts=facts,
    )  # fmt: skip


@needs("reception.reception")
def host_answer(request: DeskRequest, pk: int, host: int) -> HttpResponse:
    """Say whether one joins, or enter it for somebody."""
    seat = request.seat
    asked = access.host(seat, pk, host)
    one = access.reception(seat, pk)
    return small_form(
        request, one, AnswerForm(request.POST or None),
        lambda data: commands.answer_host(actor=seat, asked=asked, answer=data["answer"]),
        title=asked.label, action=_("Keep"), said=_("Kept."), facts=[(_("Joins"), asked.part or "–")],
    )  # fmt: skip


@needs("reception.reception", "edit")
def hand_in(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand in the plan: three copies (RCP-03)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    facts = [
        (_("Arrival"), words.moment(seat, one.arrives_at)),
        (_("To be handed in by"), words.plan_due(one)),
        (_("Copies"), words.copies(one)),
    ]
    return small_form(
        request, one, HandInForm(request.POST or None),
        lambda data: commands.hand_in_plan(actor=seat, reception=one, staff=seat.staff, **data),
        title=_("Hand in the plan"), action=_("Hand it in"), said=_("The plan is handed in."), facts=facts,
    )  # fmt: skip


@needs("reception.reception", "edit")
def preparation_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Something more to have ready (RCP-05)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    initial = {"owner": one.assistant_id or one.applicant_id, "due_at": seat.local(one.arrives_at)}
    form = PreparationForm(request.POST or None, people=access.people(seat), initial=initial)
    return small_form(
        request, one, form, lambda data: commands.add_preparation(actor=seat, reception=one, **data),
        title=_("Something to have ready"), action=_("Add"), said=_("Added."),
    )  # fmt: skip


@needs("reception.reception")
@require_POST
def preparation_tick(request: DeskRequest, pk: int, item: int) -> HttpResponse:
    """It is ready, or not after all."""
    seat = request.seat
    found = access.preparation(seat, pk, item)
    is_done = request.POST.get("done") == "1"
    return _one_button(
        request, pk, lambda: commands.tick_preparation(actor=seat, item=found, staff=seat.staff, is_done=is_done), ""
    )


@needs("reception.reception")
def items(request: DeskRequest, pk: int) -> HttpResponse:
    """What guests and house want to do together: a piece of the reception's page."""
    seat = request.seat
    one = access.reception(seat, pk)
    context = {
        "one": one, "items": list(one.items.select_related("owner")), "may_edit": access.may(seat, one, "edit"),
        "is_decided": one.state not in UNDECIDED,
    }  # fmt: skip
    return page(request, "reception/items.html", context)


@needs("reception.reception", "edit")
def item_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Something to do together (RCP-07)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    return small_form(
        request, one, ItemForm(request.POST or None, initial={"raised_by": "guests"}),
        lambda data: commands.raise_item(actor=seat, reception=one, **data),
        title=_("Something to do together"), action=_("Add"), said=_("Added."),
    )  # fmt: skip


@needs("reception.reception", "edit")
def item_edit(request: DeskRequest, pk: int, item: int) -> HttpResponse:
    """Answer it, agree, put it in writing."""
    seat = request.seat
    found = access.item(seat, pk, item)
    return small_form(
        request, access.reception(seat, pk, "edit"), WorkForm(request.POST or None, item=found),
        lambda data: commands.work_on_item(actor=seat, item=found, revision=found.revision, **data),
        title=found.what, action=_("Save"), said=_("Saved."), facts=[(_("Raised by"), found.get_raised_by_display())],
    )  # fmt: skip


@needs("reception.reception", "edit")
def item_send(request: DeskRequest, pk: int, item: int) -> HttpResponse:
    """It was sent: somebody follows it up."""
    seat = request.seat
    found = access.item(seat, pk, item)
    one = access.reception(seat, pk, "edit")
    form = SendForm(request.POST or None, people=access.people(seat), initial={"owner": one.applicant_id})
    return small_form(
        request, one, form, lambda data: commands.send_item(actor=seat, item=found, **data),
        title=found.what, action=_("Sent"), said=_("Sent, and on somebody's list."), facts=[(_("As written down"), found.wording or "–")],
    )  # fmt: skip


def _one_button(request: DeskRequest, pk: int, act: Any, said: str) -> HttpResponse:
    url = request.seat.url("reception:reception", pk=pk)
    try:
        act()
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, said)
