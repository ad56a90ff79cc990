"""How a client's credit is judged over time: its grade each quarter, and the yearly review of its limit (CRD-09)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.credit.models.accounts import CreditAccount, money
from roomnight.organization.models import Staff


class Grading(models.Model):
    """The credit grade of a client for a quarter, as it was worked out then (CRD-09). Never changed.

    `parts` are the figures, each with its points and the bound it kept; `facts` what they were worked out from, amounts
    in cents; `parameters` the hotel's bounds of that day. `points` is None where nothing was to be paid: the grade stayed
    as it was. `by_points` is the grade of the points, where something overdue for too long held the grade down.
    """

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="gradings", db_index=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    grade = models.CharField(_("credit grade"), max_length=4, blank=True)
    before = models.CharField(_("grade before"), max_length=4, blank=True)
    by_points = models.CharField(max_length=4, blank=True)
    points = models.PositiveSmallIntegerField(pgettext_lazy("grading", "points"), null=True)
    parts = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credit", "starts_on"], name="credit_graded_once_a_quarter")]
        ordering = ["-starts_on", "-pk"]

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def is_changed(self) -> bool:
        return self.points is not None and self.grade != self.before


class ReviewDecision(models.TextChoices):
    """What came of the review of a limit."""

    KEEP = "keep", pgettext_lazy("review of a limit", "Keep the limit")
    LOWER = "lower", pgettext_lazy("review of a limit", "Lower it")
    RAISE = "raise", pgettext_lazy("review of a limit", "Raise it")


class LimitReview(models.Model):
    """The review of a client's limit, at least once a year: who looked at it, what was decided and why (CRD-09). Never changed."""

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="reviews")
    due_on = models.DateField(_("was due on"), null=True)
    decision = models.CharField(_("decision"), max_length=5, choices=ReviewDecision)
    before_cents = models.BigIntegerField()
    after_cents = models.BigIntegerField()
    grade = models.CharField(_("credit grade"), max_length=4, blank=True)
    opinion = models.CharField(_("opinion"), max_length=400)
    reviewed_at = models.DateTimeField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("who"))
    next_on = models.DateField(_("next review on"))

    class Meta:
        ordering = ["-reviewed_at", "-pk"]

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def after(self) -> Decimal:
        return money(self.after_cents)
