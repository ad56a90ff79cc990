"""The page that a client opens by the link of a survey: no sign-in, one question first, then why (SAT-01).

Whoever has no right link learns nothing: a wrong one, one that was replaced or dropped, and one over its time get the same
page after the same work, and count towards the limit of tries from one address. Only an answered survey thanks whoever
still holds its link: that person has the signed secret, and would otherwise think the answer lost.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from roomnight.kernel.commands import Machine
from roomnight.kernel.errors import Refusal
from roomnight.organization.working_days import day_at
from roomnight.service import survey_links
from roomnight.service.access import survey_by_link
from roomnight.service.commands import answer_survey
from roomnight.service.forms.surveys import SCORES, AnswerForm
from roomnight.service.models import Survey, SurveyState
from roomnight.service.rules.survey_values import LOW_SCORE
from roomnight.ui.page import Request, form_status, page

GUEST = "guest"
"""How the audit trail names whoever answers by the link."""


def _hidden(response: HttpResponse) -> HttpResponse:
    """Neither kept by a browser, nor found by a search, nor told to the next site."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _found(request: Request, token: str) -> tuple[Survey | None, str, bool]:
    """The survey of the link, its digest, and whether this address has tried wrong ones too often. A right link is never
    counted: many guests come in by one address."""
    key_hash, is_signed = survey_links.read(token)
    one = survey_by_link(key_hash)
    if one is not None and is_signed:
        return one, key_hash, False
    limits = settings.PUBLIC_RATE_LIMITS
    usage = ratelimit.consume(request, app="roomnight.service", action="survey", config=limits, limit_get=True)
    return None, key_hash, usage is None


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str) -> HttpResponse:
    """The question, the reasons, and the thanks; looking at it uses nothing up."""
    one, key_hash, is_too_often = _found(request, token)
    if one is None:
        status = 429 if is_too_often else 404
        return _hidden(page(request, "service/answer_none.html", {"is_too_often": is_too_often}, status))
    if one.state == SurveyState.ANSWERED:
        return _hidden(page(request, "service/answer_thanks.html", {"one": one}))
    if request.method == "POST":
        form = AnswerForm(request.POST, survey=one)
        if form.is_valid():
            try:
                answer_survey(actor=Machine(GUEST, one.hotel.code), survey=one, key_hash=key_hash, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                return _hidden(redirect(request.path))
        return _asked(request, one, form, str(form.data.get("score", "")))
    score = request.GET.get("score", "")
    return _asked(request, one, AnswerForm(initial={"score": score}, survey=one), score)


def _asked(request: Request, one: Survey, form: AnswerForm, score: str) -> HttpResponse:
    """The first question; once it has a number, the second one with it."""
    chosen = int(score) if score in dict(SCORES) else None
    low = LOW_SCORE.at(one.hotel.code, day_at(one.hotel, timezone.now()))
    context = {
        "one": one, "form": form, "scores": SCORES, "chosen": chosen, "is_low": chosen is not None and chosen <= low,
        "may_be_called": one.contact is None,
    }  # fmt: skip
    return _hidden(page(request, "service/answer.html", context, form_status(form)))
