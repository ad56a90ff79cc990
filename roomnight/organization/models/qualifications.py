"""What staff were trained and examined for (TGT-05)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models.hotels import Hotel
from roomnight.organization.models.people import Staff


class ExamResult(models.TextChoices):
    """How an examination ended."""

    PASSED = "passed", pgettext_lazy("examination", "Passed")
    FAILED = "failed", pgettext_lazy("examination", "Not passed")


class StaffQualification(models.Model):
    """A training with its examination 上岗资格: what for, when, with which result, until when it holds, who entered it.

    Nothing is altered or deleted: a renewal is one more row, and what is withdrawn says why. Only what was passed holds.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="qualifications")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="qualifications", verbose_name=_("colleague"))
    kind = models.CharField(_("qualification"), max_length=40)
    course = models.CharField(_("course"), max_length=120)
    examined_by = models.CharField(_("examiner"), max_length=60, blank=True)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    result = models.CharField(pgettext_lazy("examination", "result"), max_length=8, choices=ExamResult)
    note = models.CharField(pgettext_lazy("examination", "note"), max_length=200, blank=True)
    granted_on = models.DateField(_("day of the examination"))
    valid_until = models.DateField(_("valid until"), null=True)
    granted_by = models.CharField(max_length=60)
    granted_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result=ExamResult.FAILED, valid_until=None)
                | Q(result=ExamResult.PASSED, valid_until__gte=F("granted_on")),
                name="organization_qualification_holds_if_passed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | ~Q(withdrawn_reason=""),
                name="organization_qualification_withdrawn_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "kind", "staff", "valid_until"], name="organization_who_is_qualified"),
            models.Index(fields=["hotel", "valid_until"], name="organization_qualified_until"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
