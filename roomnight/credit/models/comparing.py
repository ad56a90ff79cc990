"""A client's own list laid beside ours: what came of each line, kept as it was found (CRD-06)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from roomnight.credit.models.accounts import CreditAccount, money
from roomnight.credit.models.ledger import LedgerLine
from roomnight.credit.models.settling import Dispute, Statement


class Comparison(models.Model):
    """One comparison of a list that a client sent with a statement of ours, or with what was open then.

    `sums` are counts and amounts in cents by what came of the lines; together they are both lists, always.
    """

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="comparisons")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="comparisons")
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    sums = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("credit:comparison", kwargs={"hotel": self.hotel_code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code


class ComparedLine(models.Model):
    """What came of one line: `kind` as in `rules.comparing.KINDS`, theirs as the file had it, and our lines (`ours`, by number).

    A difference is explained by a note, or becomes a dispute.
    """

    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    row = models.PositiveIntegerField(null=True)
    on = models.DateField(_("date"), null=True)
    reference = models.CharField(_("bill or reference"), max_length=60, blank=True)
    text = models.CharField(_("what"), max_length=160, blank=True)
    their_cents = models.BigIntegerField(default=0)
    our_cents = models.BigIntegerField(default=0)
    line = models.ForeignKey(LedgerLine, models.PROTECT, null=True, related_name="compared")
    ours = models.JSONField(default=list)
    problem = models.CharField(max_length=40, blank=True)
    note = models.CharField(_("explanation"), max_length=300, blank=True)
    noted_by = models.CharField(max_length=60, blank=True)
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="compared")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comparison", "position"], name="credit_compared_once")]
        ordering = ["position"]

    @property
    def hotel_code(self) -> str:
        return self.comparison.hotel_code

    @property
    def theirs(self) -> Decimal:
        return money(self.their_cents)

    @property
    def held(self) -> Decimal:
        return money(self.our_cents)

    @property
    def difference(self) -> Decimal:
        return money(self.their_cents - self.our_cents)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.kind == "same" or bool(self.note) or self.dispute_id is not None
