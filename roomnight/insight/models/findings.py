"""What somebody read out of the composition of business, and what is to be done about it (MIX-03)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models import Hotel, Staff


class FindingState(models.TextChoices):
    """How far a finding is."""

    OPEN = "open", pgettext_lazy("finding", "Open")
    DONE = "done", pgettext_lazy("finding", "Dealt with")


class Finding(models.Model):
    """One finding 分析结论: what shows, what is done against it or with it, by whom and by when.

    `period` is the year or month of the figures it was read from, as the page of figures names it. Closing one takes an
    `outcome`.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="findings", db_index=False)
    period = models.CharField(_("figures of"), max_length=7)
    text = models.CharField(_("what shows"), max_length=600)
    countermeasure = models.CharField(_("countermeasure"), max_length=600)
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("done by"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=4, choices=FindingState, default=FindingState.OPEN)
    outcome = models.CharField(_("what came of it"), max_length=600, blank=True)
    written_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written down"))
    closed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("dealt with"), null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, closed_by=None, outcome="")
                | (Q(state="done", closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="insight_finding_closed_with_outcome",
            )
        ]
        indexes = [models.Index(fields=["hotel", "state", "due_on"], name="insight_findings")]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("insight:findings", kwargs={"hotel": self.hotel.code})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.state == FindingState.OPEN

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on < today
