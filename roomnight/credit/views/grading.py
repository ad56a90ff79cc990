"""The credit grade of a client with how each point came about, and the yearly review of its limit (CRD-09)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.credit import access, commands
from roomnight.credit.forms.accounts import ReviewForm
from roomnight.credit.models import CreditAccount, Grading, money
from roomnight.credit.queries.ageing import ageing_of
from roomnight.credit.queries.grading import explained, grade_now, held_down, quarter_facts
from roomnight.credit.queries.granting import grade_named, said
from roomnight.credit.queries.turns import most_of
from roomnight.credit.rules.grading import quarter_before, quarter_name, quarter_of
from roomnight.credit.views.accounts import facts, small_form
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, page, refused

LATEST = 12
TONES = {"AAA": "good", "AA": "good", "A": "good", "BBB": "", "BB": "soon", "B": "soon", "C": "late"}


@needs("credit.account")
def grades(request: DeskRequest, pk: int) -> HttpResponse:
    """The grade of a client, quarter by quarter, each with its explanation; and how the running quarter stands."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    rows = list(access.gradings(one)[:LATEST])
    first, last = quarter_before(seat.today)
    is_missing = one.is_open and one.opened_on <= last and not any(row.starts_on == first for row in rows)
    context = {
        "one": one, "rows": [graded_row(one, row) for row in rows],
        "tone": TONES.get(one.account.credit_grade, ""), "allows": allowed(seat, one),
        "may_work_out": is_missing and seat.may("credit.account", "approve"), "missing": quarter_name(first),
    }  # fmt: skip
    return page(request, "credit/grades.html", context)


def graded_row(one: CreditAccount, row: Grading) -> dict[str, Any]:
    """A grade as the page shows it."""
    return {
        "one": row, "name": quarter_name(row.starts_on), "grade": row.grade, "points": row.points, "tone": TONES.get(row.grade, ""),
        "before": row.before if row.is_changed else "", "lines": explained(one, row.parts, row.facts),
        "held": held_down(row.facts["oldest"], row.grade) if row.by_points else "", "by_points": row.by_points,
    }  # fmt: skip


@needs("credit.account")
def running(request: DeskRequest, pk: int) -> HttpResponse:
    """How the grade would be if the quarter ended today: a piece of the page."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    first, _last = quarter_of(seat.today)
    found = quarter_facts(seat.hotel, [one], first, seat.today)[one.pk]
    given = grade_now(seat.hotel, one, found, seat.today)
    row = {
        "name": quarter_name(first), "grade": given.grade, "points": given.points, "tone": TONES.get(given.grade, ""),
        "lines": explained(one, given.kept(), found.kept()), "held": held_down(found.oldest, given.grade) if given.by_points else "",
        "by_points": given.by_points,
    }  # fmt: skip
    return page(request, "credit/_running.html", {"one": one, "row": row})


def allowed(seat: Seat, one: CreditAccount) -> str:
    """What the grade allows, in a sentence (CRD-13)."""
    grade = grade_named(one.account.credit_grade, seat.hotel_code, seat.today)
    if grade is None:
        return ""
    if grade.is_secured_only:
        return _("This grade allows credit only against a deposit of the whole limit or a bank guarantee.")
    if grade.deposit_percent:
        return _("This grade allows a limit of at most %(most)s, with a deposit of %(percent)s %% of it.") % {
            "most": said(seat.hotel, grade.most), "percent": grade.deposit_percent,
        }  # fmt: skip
    return _("This grade allows a limit of at most %(most)s, without a deposit.") % {
        "most": said(seat.hotel, grade.most)
    }


@needs("credit.account", "approve")
@require_POST
def work_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Work out the grade of the quarter that ended last, without waiting for the worker."""
    seat = request.seat
    one = access.credit_account(seat, pk, "approve")
    back = seat.url("credit:grades", pk=pk)
    try:
        made = commands.grade_account(actor=seat, credit=one)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("The grade of %(quarter)s is worked out.") % {"quarter": quarter_name(made.starts_on)})


@needs("credit.account", "approve")
def review(request: DeskRequest, pk: int) -> HttpResponse:
    """Review the limit: keep it, lower it, or raise it within what one may grant (CRD-09)."""
    seat = request.seat
    one = access.credit_account(seat, pk, "approve")
    known = [
        *facts(one), (_("Overdue"), said(seat.hotel, money(ageing_of(one, seat.today).overdue))),
        (_("Credit grade"), one.account.credit_grade or "–"),
        (pgettext("review of a limit", "Due"), one.review_on.isoformat() if one.review_on else "–"),
    ]  # fmt: skip
    return small_form(
        request, one, ReviewForm(request.POST or None, credit=one),
        lambda data: commands.review_limit(
            actor=seat, credit=one, staff=seat.staff, revision=one.revision, authority=most_of(seat, seat.today), **data
        ),
        title=_("Review the limit"), action=_("Enter the decision"), said=_("Reviewed."), facts=known,
    )  # fmt: skip
