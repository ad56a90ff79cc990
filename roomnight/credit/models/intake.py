"""What became of the lines that the PMS sent (CRD-04)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from roomnight.clients.models import Account
from roomnight.credit.models.ledger import LedgerLine, RefusedCharge
from roomnight.organization.models import Hotel
from roomnight.pms.models import FolioLine, Payment


class Posting(models.Model):
    """A line of the PMS as the ledger took it: the line it became, or the charge that waits for a decision.

    `content` is the PMS line's when it was looked at, `account` the client it was for: where either differs it is looked at
    again. `version` counts how often it was, so that every line it became has a key of its own. Neither a line nor a
    decision: there was nothing to enter, or it is on the ledger no more.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+")
    folio = models.OneToOneField(FolioLine, models.PROTECT, null=True, related_name="posting")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="posting")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    content = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    line = models.OneToOneField(LedgerLine, models.PROTECT, null=True, related_name="posting")
    refused = models.OneToOneField(RefusedCharge, models.PROTECT, null=True, related_name="posting")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(folio=None, payment__isnull=False) | Q(folio__isnull=False, payment=None),
                name="credit_posting_is_of_one",
            )
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
