"""Letters, suggestions, requests for help; the notice board (SVC-04, SVC-06)."""

from __future__ import annotations

from typing import Final

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access, commands
from roomnight.service.forms.letters import AnswerLetterForm, LetterForm, OutcomeForm, PinForm
from roomnight.service.models import Letter, LetterState, Verdict
from roomnight.ui.page import done, page
from roomnight.ui.small_forms import small_form

TABS: Final = ("open", "suggestions", "answered")
ROWS: Final = 50
ON_BOARD: Final = 30


def in_tab(seat: Seat, name: str) -> QuerySet[Letter]:
    """The letters that a tab holds."""
    found = access.letters(seat)
    match name:
        case "suggestions":
            return found.filter(verdict=Verdict.ACCEPTED, told_at=None).order_by("answered_at", "pk")
        case "answered":
            return found.filter(state=LetterState.ANSWERED).order_by(F("answered_at").desc(), "-pk")
    return found.filter(state=LetterState.OPEN).order_by("due_on", "pk")


@needs("service.letter")
def letter_list(request: DeskRequest) -> HttpResponse:
    """Letters to answer, suggestions under way, and what was answered."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    labels = {
        "open": pgettext("letters", "To answer"), "suggestions": _("Suggestions under way"),
        "answered": pgettext("letters", "Answered"),
    }  # fmt: skip
    rows = list(in_tab(seat, name).select_related("hotel", "account", "owner", "carried_out_by")[: ROWS + 1])
    context = {
        "tab": name, "has_more": len(rows) > ROWS, "rows": rows[:ROWS], "today": seat.today,
        "views": [{"label": label, "url": f"?tab={tab}", "current": tab == name} for tab, label in labels.items()],
        "may_create": seat.may("service.letter", "create"),
    }  # fmt: skip
    return page(request, "service/letters.html", context)


@needs("service.letter", "create")
def letter_new(request: DeskRequest) -> HttpResponse:
    """Register a letter or call that is no complaint."""
    seat = request.seat
    form = LetterForm(request.POST if request.method == "POST" else None, seat=seat, people=access.people(seat))
    return small_form(
        request, form, lambda data: commands.register_letter(actor=seat, hotel=seat.hotel, by=seat.staff, **data),
        title=_("A letter or call"), action=_("Register"), said=_("Registered."), back=seat.url("service:letters"),
        detail=_("Thanks, suggestions and requests for help. What is a complaint is taken down as one."),
    )  # fmt: skip


@needs("service.letter")
def letter(request: DeskRequest, pk: int) -> HttpResponse:
    """One letter: what it says, what was answered, what became of it."""
    seat = request.seat
    one = access.letter(seat, pk)
    may_edit = access.letters(seat, "edit").filter(pk=pk).exists() if seat.may("service.letter", "edit") else False
    context = {
        "one": one, "today": seat.today, "may_edit": may_edit, "may_pin": seat.may("service.board", "edit"),
        "is_untold": one.verdict == Verdict.ACCEPTED and one.told_at is None,
        "sees_client": one.account is not None and seat.may("clients.account"),
    }  # fmt: skip
    return page(request, "service/letter.html", context)


@needs("service.letter", "edit")
def letter_answer(request: DeskRequest, pk: int) -> HttpResponse:
    """What was answered."""
    seat = request.seat
    one = access.letter(seat, pk, "edit")
    form = AnswerLetterForm(request.POST if request.method == "POST" else None, letter=one, people=access.people(seat))
    return small_form(
        request, form,
        lambda data: commands.answer_letter(actor=seat, letter=one, by=seat.staff, revision=one.revision, **data),
        title=_("Answer"), action=_("Keep the answer"), said=_("Kept."), back=one.get_absolute_url(), detail=one.number,
        facts=[(_("Sender"), one.sender), (_("What it says"), one.text)],
    )  # fmt: skip


@needs("service.letter", "edit")
def letter_outcome(request: DeskRequest, pk: int) -> HttpResponse:
    """The client was told what became of the suggestion."""
    seat = request.seat
    one = access.letter(seat, pk, "edit")
    return small_form(
        request, OutcomeForm(request.POST if request.method == "POST" else None),
        lambda data: commands.tell_outcome(actor=seat, letter=one, revision=one.revision, **data),
        title=_("What became of the suggestion"), action=_("The client was told"), said=_("Kept."),
        back=one.get_absolute_url(), detail=one.number, facts=[(_("What it says"), one.text)],
    )  # fmt: skip


@needs("service.board", "edit")
def letter_pin(request: DeskRequest, pk: int) -> HttpResponse:
    """Put it on the notice board."""
    seat = request.seat
    one = access.letter(seat, pk)
    return small_form(
        request, PinForm(request.POST if request.method == "POST" else None),
        lambda data: commands.pin_letter(actor=seat, letter=one, by=seat.staff, **data),
        title=_("Put it on the notice board"), action=_("Put it on the board"), said=_("On the board."),
        back=one.get_absolute_url(), detail=one.number, facts=[(_("Sender"), one.sender), (_("What it says"), one.text)],
    )  # fmt: skip


@needs("service.board", "edit")
@require_POST
def letter_unpin(request: DeskRequest, pk: int) -> HttpResponse:
    """Take it off the board."""
    one = access.letter(request.seat, pk)
    commands.unpin_letter(actor=request.seat, letter=one)
    return done(request, one.get_absolute_url(), _("Taken off the board."))


@needs("service.board")
def board(request: DeskRequest) -> HttpResponse:
    """What clients write and say, for everybody who works here."""
    rows = list(access.board(request.seat)[:ON_BOARD])
    context = {"rows": rows, "sees_letters": request.seat.may("service.letter")}
    return page(request, "service/board.html", context)
