"""Surveys: whom to ask, the link, the answer by telephone, one of them (SAT-01)."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access, commands
from roomnight.service.forms.surveys import AnswerForm, AskForm, DropForm
from roomnight.service.models import Survey, SurveyState
from roomnight.service.rules.survey_values import SURVEY_DAYS
from roomnight.service.views.complaints import asked_account
from roomnight.service.words import score_tone
from roomnight.ui.page import page, refused
from roomnight.ui.small_forms import small_form

TABS: Final = ("draft", "sent", "answered", "low")
ROWS: Final = 50


def in_tab(seat: Seat, name: str) -> QuerySet[Survey]:
    """The surveys that a tab holds; what is longer ago than a link is open is not asked about any more."""
    found = access.surveys(seat)
    match name:
        case "sent":
            return found.filter(state=SurveyState.SENT).order_by("sent_at", "pk")
        case "answered":
            return found.filter(state=SurveyState.ANSWERED).order_by("-answered_at", "-pk")
        case "low":
            return found.filter(state=SurveyState.ANSWERED, is_low=True).order_by("-answered_at", "-pk")
    since = seat.today - timedelta(days=SURVEY_DAYS.at(seat.hotel_code, seat.today))
    return found.filter(state=SurveyState.DRAFT, happened_on__gte=since).order_by("-happened_on", "-pk")


@needs("service.survey")
def survey_list(request: DeskRequest) -> HttpResponse:
    """Whom to ask, who has not answered yet, and what was answered."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "draft"
    labels = {
        "draft": pgettext("survey", "To send"), "sent": pgettext("survey", "Waiting for the answer"),
        "answered": pgettext("survey", "Answered"), "low": pgettext("surveys", "Low scores"),
    }  # fmt: skip
    rows = list(in_tab(seat, name).select_related("hotel", "account", "order", "representative")[: ROWS + 1])
    context = {
        "tab": name, "has_more": len(rows) > ROWS, "now": timezone.now(),
        "rows": [{"one": one, "tone": score_tone(one)} for one in rows[:ROWS]],
        "views": [{"label": label, "url": f"?tab={tab}", "current": tab == name} for tab, label in labels.items()],
        "may_create": seat.may("service.survey", "create"),
    }  # fmt: skip
    return page(request, "service/surveys.html", context)


@needs("service.survey", "create")
def survey_new(request: DeskRequest) -> HttpResponse:
    """Ask a client about something that was not noted by itself."""
    seat = request.seat
    account = asked_account(seat, request.GET.get("account", ""))
    form = AskForm(request.POST if request.method == "POST" else None, seat=seat, account=account)
    made: list[Survey] = []

    def do(data: dict[str, Any]) -> None:
        given = {"account": account, **data} if account is not None else data
        made.append(commands.draft_survey(actor=seat, hotel=seat.hotel, **given))

    answer = small_form(
        request, form, do, title=_("Ask a client"), action=_("Note it"), said=_("Noted: now send the link, or ask by telephone."),
        back=seat.url("service:surveys"), detail=account.name if account else "",
    )  # fmt: skip
    return redirect(made[0].get_absolute_url()) if made else answer


@needs("service.survey")
def survey(request: DeskRequest, pk: int) -> HttpResponse:
    """One survey: what is asked about, what was answered, and what came of it."""
    seat = request.seat
    one = access.survey(seat, pk)
    context = {
        "one": one, "tone": score_tone(one), "may_edit": one.is_waiting and access.may_survey(seat, one, "edit"),
        "is_over": one.state == SurveyState.SENT and one.expires_at is not None and one.expires_at <= timezone.now(),
        "sees_client": seat.may("clients.account"), "sees_order": one.order is not None and seat.may("orders.order"),
        "sees_complaint": one.complaint is not None and access.may(seat, one.complaint, "read"),
    }  # fmt: skip
    return page(request, "service/survey.html", context)


@needs("service.survey", "edit")
def survey_send(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the link and show it, this once: to copy, or as a picture for the client's phone. A visit by GET goes back."""
    seat = request.seat
    one = access.survey(seat, pk, "edit")
    if request.method != "POST":
        return redirect(one.get_absolute_url())
    try:
        token = commands.send_survey(actor=seat, survey=one, by=seat.staff, revision=one.revision)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    link = request.build_absolute_uri(reverse("survey:answer", kwargs={"token": token}))
    drawing = base64.b64encode(get_adapter().build_totp_svg(link).encode()).decode()
    response = page(
        request,
        "service/survey_link.html",
        {"one": one, "link": link, "picture": f"data:image/svg+xml;base64,{drawing}"},
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@needs("service.survey", "edit")
def survey_take(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask by telephone and write the answer down."""
    seat = request.seat
    one = access.survey(seat, pk, "edit")
    form = AnswerForm(request.POST if request.method == "POST" else None, survey=one, by_phone=True)
    return small_form(
        request, form, lambda data: commands.take_survey(actor=seat, survey=one, by=seat.staff, **data),
        title=_("Ask by telephone"), action=_("Keep the answer"), said=_("Kept."), back=one.get_absolute_url(), detail=one.number,
        facts=facts_of(one),
    )  # fmt: skip


@needs("service.survey", "edit")
def survey_drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Do not ask after all."""
    seat = request.seat
    one = access.survey(seat, pk, "edit")
    form = DropForm(request.POST if request.method == "POST" else None, survey=one)
    return small_form(
        request, form, lambda data: commands.drop_survey(actor=seat, survey=one, revision=one.revision, **data),
        title=_("Do not ask"), action=_("Do not ask"), said=_("Kept."), back=one.get_absolute_url(), detail=one.number,
        facts=facts_of(one),
    )  # fmt: skip


def facts_of(one: Survey) -> list[tuple[Any, Any]]:
    """What a survey is about, beside a form."""
    found: list[tuple[Any, Any]] = [
        (_("Client"), one.account.name), (pgettext("survey", "Asked about"), one.get_about_display()),
        (_("When it was"), f"{one.happened_on:%Y-%m-%d}"),
    ]  # fmt: skip
    if one.contact is not None:
        found.insert(1, (_("Person at the client"), one.contact.name))
    if one.order is not None:
        found.append((_("Order"), f"{one.order.number} {one.order.title}"))
    return found
