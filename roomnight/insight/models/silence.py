"""Who is falling silent, as it was worked out on a day: the model that was fitted, its proof, and each client (CHU-01)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side


class SilenceRun(models.Model):
    """One working out for the companies or the agencies of a hotel 沉默预警.

    `limits` are the hotel's values it went by, `rhythm` the parameters found, with the log-likelihood, the number of
    clients they rest on and what a day of each month counts; empty where too few ever came again. `proof` says what each
    rule would have said on past month-ends. With the reservations as they were known on the day they give it all again.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="silences", db_index=False)
    side = models.CharField(_("peer group"), max_length=7, choices=Side)
    as_of = models.DateField(_("as of"))
    limits = models.JSONField(default=dict)
    rhythm = models.JSONField(default=dict)
    proof = models.JSONField(default=dict)
    clients = models.PositiveIntegerField(_("clients"), default=0)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["hotel", "side", "-id"], name="insight_silences")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.get_side_display()}"

    def get_absolute_url(self) -> str:
        return reverse("insight:churn", kwargs={"hotel": self.hotel.code}) + f"?side={self.side}"

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class SilentClient(models.Model):
    """A client that any rule puts on alert, of the latest run of its side: each rule's verdict and what it rests on.

    `p_alive`, `p_none` (no arrival within the days after which it would be proposed as lost) and `expected` (arrivals in
    180 days) are the model's, None without one. `is_too_little` where its arrivals are too few for the model to speak.
    `on_the_books` counts live reservations. Rows are in the order of `place`: the least likely to come first.
    """

    run = models.ForeignKey(SilenceRun, models.PROTECT, related_name="rows", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="silences")
    place = models.PositiveIntegerField()
    arrivals = models.PositiveIntegerField(_("days of arrival"))
    last_arrival = models.DateField(_("last arrival"))
    usual_gap = models.DecimalField(_("usual gap"), max_digits=9, decimal_places=2, null=True)
    p_alive = models.FloatField(null=True)
    p_none = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    by_model = models.BooleanField(default=False)
    by_days = models.BooleanField(default=False)
    by_month = models.BooleanField(default=False)
    by_gap = models.BooleanField(default=False)
    is_too_little = models.BooleanField(default=False)
    on_the_books = models.PositiveIntegerField(_("on the books"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "account"], name="insight_silent_once_a_run")]
        indexes = [models.Index(fields=["run", "place"], name="insight_silent_order")]

    def __str__(self) -> str:
        return self.account.label

    def days_since(self, day: date) -> int:
        """Days from the last arrival to a day."""
        return (day - self.last_arrival).days

    def verdicts(self) -> dict[str, Any]:
        """By rule, whether it alerts; None where the model cannot tell."""
        return {
            "model": None if self.is_too_little or self.p_none is None else self.by_model,
            "days": self.by_days,
            "month": self.by_month,
            "gap": None if self.is_too_little else self.by_gap,
        }
