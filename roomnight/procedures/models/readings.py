"""Who was asked to read a version of a procedure, and signed for it (PRC-10)."""

from __future__ import annotations

from django.db import models

from roomnight.organization.models import Staff
from roomnight.procedures.models.charts import ProcedureVersion


class ProcedureReading(models.Model):
    """Somebody with a step in a procedure was asked to read this version of it, and signs for having done so 签收."""

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="readings")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="procedure_readings")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "signed_at"], name="procedures_to_read")]
        constraints = [models.UniqueConstraint(fields=["version", "staff"], name="procedures_reads_once")]

    @property
    def hotel_code(self) -> str:
        return self.version.procedure.hotel.code
