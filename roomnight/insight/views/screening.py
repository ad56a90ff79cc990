"""The year-end screening: its runs, the ranking, one client's score, decisions, the sign-off (SCR-01, SCR-03)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.clients.models import Grade
from roomnight.insight import access, commands
from roomnight.insight.forms.screening import DecisionForm, RunForm, SignForm
from roomnight.insight.models import Action, ScreeningResult, Status
from roomnight.insight.queries.explained import explained
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import Side
from roomnight.ui.lists import address, chips
from roomnight.ui.page import done, page, refusals
from roomnight.ui.small_forms import small_form

ROWS: Final = 50
RUNS: Final = 60
YEARS: Final = 5
TONES: Final = {"A": "good", "B": "go", "C": "soon", "D": "late"}


@needs("insight.screening")
def screenings(request: DeskRequest) -> HttpResponse:
    """Every screening that was worked out, the latest year first."""
    runs = list(access.screenings(request.seat)[:RUNS])
    context = {"rows": runs, "may_create": request.seat.may("insight.screening", "create")}
    return page(request, "insight/screenings.html", context)


@needs("insight.screening", "create")
def screening_new(request: DeskRequest) -> HttpResponse:
    """Work out the screening of a year (SCR-01)."""
    seat = request.seat
    this = seat.today.year
    years = [this - back for back in range(YEARS)]
    usual = this if seat.today.month == 12 else this - 1  # noqa: PLR2004
    form = RunForm(request.POST or None, years=years, initial={"year": usual, "side": Side.COMPANY})
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            run = commands.run_screening(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, run.get_absolute_url(), _("Worked out: %(n)d clients.") % {"n": run.clients})
    context = {
        "form": form, "title": _("Work out a screening"), "action": _("Work it out"), "back": seat.url("insight:screenings"),
        "detail": _("Every client with bookings up to the end of the year is scored; owners are asked for what must be judged."),
        "facts": (),
    }  # fmt: skip
    return page(request, "ui/small_form.html", context, 422 if form.is_bound and form.errors else 200)


def filtered(request: DeskRequest, found: QuerySet[ScreeningResult]) -> QuerySet[ScreeningResult]:
    """The results that the address asks for."""
    asked = request.GET
    for name, choices in (("grade", Grade), ("status", Status), ("action", Action)):
        if asked.get(name) in choices.values:
            found = found.filter(**{name: asked[name]})
    if asked.get("moved") == "1":
        found = found.exclude(grade_before="").exclude(grade_before=F("grade"))
    text = asked.get("q", "").strip()[:80]
    return found.filter(Q(account__name__icontains=text) | Q(number=text)) if text else found


@needs("insight.screening")
def screening(request: DeskRequest, pk: int) -> HttpResponse:
    """The ranking of one run, of the clients within reach: score, what it rests on, grade, change, action (SCR-03)."""
    seat = request.seat
    run = access.screening(seat, pk)
    within_reach = access.results(seat, run)
    found = filtered(request, within_reach)
    after = request.GET.get("after", "")
    rows = list(found.filter(place__gt=int(after))[: ROWS + 1] if after.isdigit() else found[: ROWS + 1])
    sums = grade_sums(within_reach)
    context = {
        "run": run, "rows": [row_of(one) for one in rows[:ROWS]], "sums": sums, "sees_all": access.sees_all(seat),
        "next": address(request, after=str(rows[ROWS - 1].place)) if len(rows) > ROWS else "",
        "first": address(request) if after else "", "filters": filters_of(request), "q": request.GET.get("q", ""),
        "chips": chips(request, chip_names(), {"grade": dict(Grade.choices), "status": dict(Status.choices), "action": dict(Action.choices)}),
        "weights": run.parameters.get("weights", {}), "chart": grade_chart(sums), "heads": [_("Grade"), _("Clients"), _("The year before")],
        "table": [[one["grade"], one["clients"], one["before"]] for one in sums],
        "may_run": run.is_open and seat.may("insight.screening", "create"),
        "may_sign": run.is_open and seat.may("insight.screening", "approve"),
        "may_try": seat.may("insight.screening", "approve"),
    }  # fmt: skip
    return page(request, "insight/screening.html", context)


def chip_names() -> dict[str, Any]:
    """The filters in words."""
    return {"grade": _("Grade"), "status": _("State"), "action": _("Action"), "q": _("Client")}


def filters_of(request: DeskRequest) -> list[dict[str, Any]]:
    """The selects above the ranking."""
    parts = (("grade", _("Grade"), Grade), ("status", _("State"), Status), ("action", _("Action"), Action))
    return [
        {"name": name, "label": label, "options": choices.choices, "value": request.GET.get(name, "")}
        for name, label, choices in parts
    ]


def row_of(one: ScreeningResult) -> dict[str, Any]:
    """A result as the ranking shows it."""
    change = one.change
    return {
        "one": one, "tone": TONES.get(one.grade, ""), "status_tone": "soon" if one.status == Status.SMALL_SAMPLE else "",
        "is_decided": (one.grade, one.action) != (one.proposed_grade, one.proposed_action),
        "change": "" if change is None else f"{change:+.2f}", "is_worse": change is not None and change < 0,
        "regraded": one.grade_before if one.grade_before and one.grade_before != one.grade else "",
    }  # fmt: skip


def grade_sums(found: QuerySet[ScreeningResult]) -> list[dict[str, Any]]:
    """By grade: how many clients, their revenue, and how many had it the year before."""
    rows = found.order_by().values_list("grade").annotate(Count("pk"), Sum("revenue_cents"))
    now = {grade: (clients, int(cents)) for grade, clients, cents in rows}
    before = dict(found.order_by().exclude(grade_before="").values_list("grade_before").annotate(Count("pk")))
    total = sum(cents for _clients, cents in now.values())
    sums = []
    for grade in Grade.values:
        clients, cents = now.get(grade, (0, 0))
        sums.append({
            "grade": grade, "clients": clients, "before": before.get(grade, 0), "tone": TONES[grade],
            "revenue": round(cents / 100), "share": round(100 * cents / total) if total else 0,
        })  # fmt: skip
    return sums


def grade_chart(sums: list[dict[str, Any]]) -> dict[str, Any]:
    """Clients of each grade as bars, the year before as a line across each."""
    has_before = any(one["before"] for one in sums)
    return {
        "labels": [one["grade"] for one in sums],
        "this": [one["clients"] for one in sums],
        "last": [one["before"] if has_before else None for one in sums],
        "names": {"this": _("this year"), "last": _("a year before")},
        "unit": _("clients"),
    }


@needs("insight.screening")
def score(request: DeskRequest, pk: int) -> HttpResponse:
    """One client's score: every point with its inputs, formula and weight (SCR-01, SCR-02)."""
    seat = request.seat
    one = access.result(seat, pk)
    parts = explained(one)
    context = {
        "one": one, "run": one.run, "row": row_of(one), "parts": parts,
        "judgement": access.judgement_of(seat, one.account, one.run.year),
        "may_decide": one.run.is_open and seat.may("insight.screening", "edit"),
        "has_client": seat.may("clients.account"),
    }  # fmt: skip
    return page(request, "insight/score.html", context)


@needs("insight.screening", "edit")
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Another grade or action than was worked out, with the reason (SCR-03)."""
    seat = request.seat
    one = access.result(seat, pk, "edit")
    facts = [
        (_("Score"), _("%(score)s of 100, on %(coverage)d points") % {"score": one.score, "coverage": one.coverage}),
        (_("Worked out"), f"{one.proposed_grade} · {Action(one.proposed_action).label}"),
        (_("State"), one.get_status_display()),
    ]
    return small_form(
        request, DecisionForm(request.POST or None, result=one),
        lambda data: commands.decide_result(actor=seat, result=one, revision=one.revision, **data),
        title=_("Decide on this client"), action=_("Keep the decision"), said=_("Decided."), back=one.get_absolute_url(),
        detail=one.account.label, facts=facts,
    )  # fmt: skip


@needs("insight.screening", "approve")
def sign(request: DeskRequest, pk: int) -> HttpResponse:
    """The director signs off: frozen, and the grades stand with the clients (SCR-03)."""
    seat = request.seat
    run = access.screening(seat, pk)
    sums = grade_sums(access.results(seat, run))
    facts: list[tuple[Any, Any]] = [
        (_("Worked out"), run.as_of), (_("Clients"), run.clients),
        *((_("Grade %(grade)s") % {"grade": one["grade"]}, one["clients"]) for one in sums),
    ]  # fmt: skip
    return small_form(
        request, SignForm(request.POST or None),
        lambda data: commands.sign_screening(actor=seat, run=run, staff=seat.staff, note=data["note"]),
        title=_("Sign off the screening"), action=_("Sign off"), said=_("Signed off: the grades stand with the clients now."),
        back=run.get_absolute_url(), detail=str(run), facts=facts,
    )  # fmt: skip
