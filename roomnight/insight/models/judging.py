"""What no data can tell of a client: its standing, judged by its owner and reviewed (SCR-02)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel, Staff

ONE_TO_FIVE = [MinValueValidator(1), MaxValueValidator(5)]


class JudgementState(models.TextChoices):
    """How far a judgement is."""

    ASKED = "asked", _("To judge")
    ENTERED = "entered", _("To review")
    REVIEWED = "reviewed", _("Reviewed")


class Judgement(models.Model):
    """What its owner thinks of a client's future in a year: standing in the trade and way of business, 1 to 5 (SCR-02).

    It counts once somebody else has reviewed it; until then the screening shows it as missing. One that is asked for has a
    day by which it is due (SCR-06).
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="judgements", verbose_name=_("client"))
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=8, choices=JudgementState, default=JudgementState.ASKED)
    due_on = models.DateField(_("due on"), null=True)
    trade = models.PositiveSmallIntegerField(_("standing in the trade"), null=True, validators=ONE_TO_FIVE)
    way = models.PositiveSmallIntegerField(_("way of business"), null=True, validators=ONE_TO_FIVE)
    ground = models.CharField(_("ground"), max_length=400, blank=True)
    entered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(_("entered"), null=True)
    reviewed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    remark = models.CharField(_("remark"), max_length=400, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "year"], name="insight_judged_once_a_year"),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(trade__range=(1, 5), way__range=(1, 5), entered_by__isnull=False),
                name="insight_judged_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["hotel", "year", "state"], name="insight_judgements")]
        ordering = ["-year", "account"]

    def __str__(self) -> str:
        return f"{self.year} {self.account.name}"

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def standing(self) -> float | None:
        """The mean of both."""
        return (self.trade + self.way) / 2 if self.trade and self.way else None
