"""Authorities who want to know something of a guest (PRV-04)."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Hotel, Staff


class OfficialPaper(models.TextChoices):
    """The identity document that was seen."""

    POLICE = "police", _("Police officer's certificate")
    OFFICIAL = "official", _("Work certificate of the authority")
    RESIDENT = "resident", _("Resident identity card")


class AuthorityRequest(models.Model):
    """An authority's request 执法协查: the unit, the document that was seen, the reason, and what is asked (PRV-04).

    Append-only, as its steps are: database triggers refuse every change, and every deletion but that of the demo hotel. What came after is in `AuthorityStep`.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="authority_requests", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    at = models.DateTimeField(_("when"))
    taken_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    unit = models.CharField(_("unit"), max_length=120)
    officer = models.CharField(_("officer"), max_length=60)
    document_type = models.CharField(_("document"), max_length=10, choices=OfficialPaper)
    document_number = models.CharField(_("document number"), max_length=40)
    companions = models.CharField(_("others present"), max_length=200, blank=True)
    order_number = models.CharField(_("number of the order"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    asked_name = models.CharField(_("person asked for"), max_length=120)
    scope = models.CharField(_("what is wanted"), max_length=200)
    is_doubtful = models.BooleanField(_("in doubt"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "number"], name="reception_authority_number_once")]
        indexes = [models.Index(fields=["hotel", "-id"], name="reception_authorities")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class StepKind(models.TextChoices):
    VERIFIED = "verified", _("The unit confirmed it by telephone")
    DENIED = "denied", _("The unit knows nothing of it")
    PERMITTED = "permitted", _("Permitted")
    REFUSED = "refused", _("Refused")
    SHOWN = "shown", _("Shown")


class AuthorityStep(models.Model):
    """What was done about a request, by whom: verified by telephone, permitted by a second person, shown. Append-only (PRV-04)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    request = models.ForeignKey(AuthorityRequest, models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=StepKind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    shown = models.JSONField(_("shown"), default=list, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="reception_authority_step_once")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
