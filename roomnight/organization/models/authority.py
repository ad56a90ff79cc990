"""Who may decide up to what, and who decides for whom while somebody is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models.hotels import Hotel
from roomnight.organization.models.people import Role, Staff


class ApprovalKind(models.TextChoices):
    """What somebody may decide up to a limit."""

    CREDIT = "credit", _("Credit limit of a client")
    DISCOUNT = "discount", _("Discount on the rate")
    COMPENSATION = "compensation", _("Compensation for a complaint")
    FREE_NIGHT = "free_night", _("Free nights")
    UPGRADE = "upgrade", _("Free upgrade")
    LATE_CHECK_OUT = "late_check_out", _("Late check-out")


UNITS = {
    ApprovalKind.CREDIT: _("yuan"),
    ApprovalKind.DISCOUNT: _("percent off"),
    ApprovalKind.COMPENSATION: _("yuan a case"),
    ApprovalKind.FREE_NIGHT: _("nights a case"),
    ApprovalKind.UPGRADE: _("categories"),
    ApprovalKind.LATE_CHECK_OUT: _("hours"),
}


class AuthorityLimit(models.Model):
    """How far a role may go in one kind of decision at one hotel, from a day on until the next such row; no limit value
    means not at all. Two rows cannot hold on one day: there is one for each first day, and the next ends it."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="authority_limits")
    kind = models.CharField(_("decision"), max_length=16, choices=ApprovalKind)
    role = models.ForeignKey(Role, models.PROTECT, related_name="authority_limits")
    limit = models.DecimalField(_("limit"), max_digits=14, decimal_places=2, null=True)
    starts_on = models.DateField(_("from"))
    set_by = models.CharField(max_length=60)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hotel", "kind", "role", "starts_on"], name="organization_one_limit_from_a_day"
            ),
            models.CheckConstraint(condition=Q(limit=None) | Q(limit__gte=0), name="organization_limit_not_negative"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class Delegation(models.Model):
    """While somebody is away 请假, a deputy decides for them: which kinds, from when to when. One deputy a kind and day."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="delegations")
    absent = models.ForeignKey(Staff, models.PROTECT, related_name="delegations_given", verbose_name=_("who is away"))
    deputy = models.ForeignKey(Staff, models.PROTECT, related_name="delegations_taken", verbose_name=_("deputy"))
    kinds = models.JSONField(_("decisions"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    named_by = models.CharField(max_length=60)
    named_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="organization_nobody_deputises_oneself"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="organization_delegation_ends_later"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def kind_labels(self) -> list[str]:
        """The decisions in words."""
        return [str(ApprovalKind(kind).label) for kind in self.kinds]


class DelegationDay(models.Model):
    """One kind of decision of one person on one day is in a deputy's hands. The unique row is what forbids two deputies."""

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="days")
    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+")
    absent = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ApprovalKind)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "absent", "kind", "day"], name="organization_one_deputy_a_day")
        ]
