"""How a client settles, on the page of its account; and the credit clients of whoever signed with them (CRD-10, CRD-12)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone

from roomnight.credit import access
from roomnight.credit.models import money
from roomnight.credit.queries.ageing import PARTS, ageing_of
from roomnight.credit.queries.collecting import due_of_all, due_soon
from roomnight.credit.queries.dossier import bar, state_of
from roomnight.credit.queries.words import bucket_words
from roomnight.credit.views.collecting import step_rows
from roomnight.credit.views.disputes import hours_left
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

LATEST = 3
MINE = 60
WEEK = timedelta(days=6)


@needs("credit.account")
def settling(request: DeskRequest, pk: int) -> HttpResponse:
    """What is open and how old it is, open disputes, the latest statements and promises: a piece of the account's page."""
    seat, now = request.seat, timezone.now()
    one = access.credit_account(seat, pk)
    names, age = bucket_words(), ageing_of(one, seat.today)
    disputes = access.disputes(seat).filter(credit=one, resolved_at=None).select_related("assigned_to", "credit__hotel")
    steps = access.dunning_steps(seat).filter(credit=one, done_at=None).select_related("credit__hotel", "assigned_to")
    context = {
        "one": one, "parts": [(names[part], money(getattr(age, part)), part) for part in PARTS], "total": money(age.total),
        "disputes": [(row, hours_left(row, now)) for row in disputes.order_by("due_at", "pk")],
        "statements": list(access.statements(seat).filter(credit=one).select_related("credit__hotel").order_by("-ends_on")[:LATEST]),
        "promises": list(one.promises.all()[:LATEST]), "steps": step_rows(seat, list(steps)[:LATEST]),
        "may_draw": one.closed_on is None and seat.may("credit.statement", "create"),
        "may_dispute": seat.may("credit.dispute", "create"),
    }  # fmt: skip
    return page(request, "credit/settling.html", context)


@needs("credit.account")
def of_the_day(request: DeskRequest) -> HttpResponse:
    """On the day of whoever signed with credit clients: what is due this week and late, disputes with the hours left, steps to
    take (CRD-10). Nothing for those who signed with none."""
    seat, now = request.seat, timezone.now()
    known = ("credit__hotel", "credit__account", "assigned_to")
    disputes = access.disputes(seat).filter(assigned_to__in=seat.stands_for, resolved_at=None).select_related(*known)
    steps = access.dunning_steps(seat).filter(assigned_to__in=seat.stands_for, done_at=None)
    accounts = access.credit_accounts(seat).filter(responsible__in=seat.stands_for, closed_on=None)
    due = due_of_all(accounts, seat.today, seat.today + WEEK)
    rows = [(row, hours_left(row, now)) for row in disputes.order_by("due_at", "pk")[:LATEST]]
    context = {"due": due, "disputes": rows, "steps": steps.count(), "is_empty": not (due or rows or steps.exists())}
    return page(request, "credit/of_the_day.html", context)


@needs("credit.account")
def mine(request: DeskRequest) -> HttpResponse:
    """The credit clients one signed with, or of whom one stands in: what is due this week, what is late, disputes with the
    hours left, and what is to be done to collect (CRD-10)."""
    seat, now = request.seat, timezone.now()
    found = access.credit_accounts(seat).filter(responsible__in=seat.stands_for, closed_on=None)
    accounts = list(found.select_related("hotel", "account", "responsible").order_by("-balance_cents", "pk")[:MINE])
    soon = due_soon(accounts, seat.today, seat.today + WEEK)
    disputes = access.disputes(seat).filter(assigned_to__in=seat.stands_for, resolved_at=None)
    steps = access.dunning_steps(seat).filter(assigned_to__in=seat.stands_for, done_at=None)
    known = ("credit__hotel", "credit__account", "assigned_to")
    context = {
        "rows": [
            {"one": one, "state": state_of(one), "bar": bar(one), "week": soon[one.pk].week, "late": soon[one.pk].late}
            for one in accounts
        ],
        "week": sum(row.week for row in soon.values()), "late": sum(row.late for row in soon.values()),
        "disputes": [(row, hours_left(row, now)) for row in disputes.select_related(*known).order_by("due_at", "pk")[:MINE]],
        "steps": step_rows(seat, list(steps.select_related(*known).order_by("oldest_due_on", "pk")[:MINE])),
    }  # fmt: skip
    return page(request, "credit/mine.html", context)
