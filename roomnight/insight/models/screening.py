"""The year-end screening: each run with its parameters, and what it found of every client (SCR-01, SCR-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account, Grade
from roomnight.organization.models import Hotel, Staff
from roomnight.pms.models import Side


class RunState(models.TextChoices):
    """How far a screening is."""

    OPEN = "open", pgettext_lazy("screening", "Not signed off")
    SIGNED = "signed", pgettext_lazy("screening", "Signed off")


class Status(models.TextChoices):
    """What a score rests on."""

    OK = "ok", pgettext_lazy("screening", "Enough bookings")
    SMALL_SAMPLE = "small_sample", _("Provisional")
    NO_PRODUCTION = "no_production", _("No production")
    DORMANT = "dormant", _("No bookings")


class Action(models.TextChoices):
    """What is to be done with a client."""

    INVEST = "invest", _("Invest")
    KEEP = "keep", pgettext_lazy("proposed for a client", "Keep")
    IMPROVE = "improve", _("Improve")
    LET_GO = "let_go", _("Let go")


class ScreeningRun(models.Model):
    """One screening of a year's clients 年终筛选: companies, or agencies as a peer group of their own (SCR-06).

    `parameters` are all numbers it went by, `peers` the average client, `hotel_year` the hotel's own figures; with what is
    kept of each client they give the same result again. Of a year and peer group one run is signed off at most, and then
    nothing of it changes.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="screenings", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    side = models.CharField(_("peer group"), max_length=7, choices=Side)
    state = models.CharField(_("state"), max_length=6, choices=RunState, default=RunState.OPEN)
    as_of = models.DateField(_("as of"))
    parameters = models.JSONField(default=dict)
    peers = models.JSONField(default=dict)
    hotel_year = models.JSONField(default=dict)
    months = models.JSONField(_("months compared"), default=list)
    has_receivables = models.BooleanField(default=False)
    clients = models.PositiveIntegerField(_("clients"), default=0)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(max_length=60)
    signed_at = models.DateTimeField(_("signed off"), null=True)
    signed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=400, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hotel", "year", "side"], condition=Q(state="signed"), name="insight_one_screening_signed"
            ),
            models.CheckConstraint(
                condition=Q(state="open", signed_at=None, signed_by=None)
                | Q(state="signed", signed_at__isnull=False, signed_by__isnull=False),
                name="insight_signed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["hotel", "-year", "-id"], name="insight_screenings")]

    def __str__(self) -> str:
        return f"{self.year} {self.get_side_display()}"

    def get_absolute_url(self) -> str:
        return reverse("insight:screening", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.state == RunState.OPEN


class ScreeningResult(models.Model):
    """What a run found of one client, kept as it was then: facts, workings, points, rank, grade, what is proposed (SCR-03).

    `score` rests on `coverage` of a hundred points; points are None where their source is missing. `by_score` is the grade
    of the score alone, `proposed_grade` after small samples and old debts were held down; `grade` and `action` are what
    counts, with a `reason` where they were decided otherwise. `grade_before`, `score_before` and `coverage_before` are of
    the screening signed off for the year before.
    """

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="results", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="screenings")
    number = models.CharField(_("number in the PMS"), max_length=60, blank=True)
    rank = models.PositiveIntegerField(_("rank"))
    place = models.PositiveIntegerField()
    status = models.CharField(_("state"), max_length=13, choices=Status)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    coverage = models.PositiveSmallIntegerField(_("rests on points"))
    volume = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    profitability = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    safety = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    future = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    cooperation = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    revenue_cents = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    workings = models.JSONField(default=dict)
    by_score = models.CharField(max_length=1, choices=Grade)
    proposed_grade = models.CharField(max_length=1, choices=Grade)
    proposed_action = models.CharField(max_length=7, choices=Action)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade)
    action = models.CharField(_("action"), max_length=7, choices=Action)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    grade_before = models.CharField(_("grade the year before"), max_length=1, choices=Grade, blank=True)
    score_before = models.DecimalField(_("score the year before"), max_digits=5, decimal_places=2, null=True)
    coverage_before = models.PositiveSmallIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "account"], name="insight_screened_once_a_run"),
        ]
        indexes = [models.Index(fields=["run", "place"], name="insight_ranking")]

    def __str__(self) -> str:
        return f"{self.run.year} {self.account.name}"

    def get_absolute_url(self) -> str:
        return reverse("insight:score", kwargs={"hotel": self.hotel_code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.run.hotel.code

    @property
    def revenue(self) -> Decimal:
        return Decimal(self.revenue_cents).scaleb(-2)

    @property
    def change(self) -> Decimal | None:
        """How much better than the year before; None without one, or where it rested on other points."""
        if self.score_before is None or self.coverage_before != self.coverage:
            return None
        return self.score - self.score_before

    def points(self) -> dict[str, Any]:
        """By dimension; None where its source is missing."""
        return {name: getattr(self, name) for name in ("volume", "profitability", "safety", "future", "cooperation")}
