"""What follows when an agreement is signed: copies to departments, and reminders before its end (AGR-04, AGR-05)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.agreements.models.agreements import Agreement
from roomnight.organization.models import Department, Staff


class AgreementCopy(models.Model):
    """The copy of a signed agreement that a department got, and who acknowledged it (AGR-04)."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="copies")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    sent_at = models.DateTimeField(_("sent"))
    acknowledged_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "department"], name="agreements_copy_once"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None, acknowledged_by=None)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="agreements_acknowledged_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "sent_at"],
                condition=models.Q(acknowledged_at=None),
                name="agreements_copies_open",
            )
        ]

    @property
    def hotel_code(self) -> str:
        return self.agreement.hotel.code


class RenewalNotice(models.Model):
    """The reminder so many days before an agreement's end, which is given once (AGR-05)."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notices")
    days = models.PositiveSmallIntegerField()
    given_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "days"], name="agreements_notice_once")]
