"""Guests who want to be left alone, and who looked at whom."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models import Hotel
from roomnight.pms.rules.guests import FULL, NONE, ROOM_SECRET, SCREENED


class Level(models.IntegerChoices):
    """How confidential a guest is (forms §19)."""

    ORDINARY = NONE, pgettext_lazy("confidentiality", "Ordinary")
    SCREENED = SCREENED, _("Calls screened")
    ROOM_SECRET = ROOM_SECRET, _("Room number secret")
    FULL = FULL, _("Not here for anybody")


class AskedBy(models.TextChoices):
    GUEST = "guest", _("The guest")
    ORGANISER = "organiser", _("The organiser")
    SECURITY = "security", _("Security")


class LiftedHow(models.TextChoices):
    PASSWORD = "password", _("The guest, by password")  # noqa: S105
    IN_PERSON = "in_person", _("The guest, in person")
    DEPARTURE = "departure", _("At departure")


class Confidentiality(models.Model):
    """A guest's wish not to be known here 免查/保密房, from when, and how far it goes (PRV-03).

    It hangs by `stay_key` on the stay, not on a line of one list or on a room, so that a later list and another room
    keep it. `whole_booking` covers everybody on the booking, as it must before the guest stands in any list. The
    password, agreed with the guest, is kept as a hash only. Without `ends_on` it holds until departure.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    stay_key = models.CharField(max_length=32)
    guest_name = models.CharField(_("guest"), max_length=120)
    booking_number = models.CharField(_("booking number"), max_length=60, blank=True)
    whole_booking = models.BooleanField(_("everybody on the booking"), default=False)
    arrival = models.DateField(_("arrival"))
    departure = models.DateField(_("departure"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    rate_secret = models.BooleanField(_("rate secret"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    password = models.CharField(max_length=128, blank=True)
    exceptions = models.JSONField(_("exceptions"), default=list, blank=True)
    asked_by = models.CharField(_("asked for by"), max_length=10, choices=AskedBy, default=AskedBy.GUEST)
    made_by = models.CharField(_("made by"), max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    told = models.JSONField(_("told"), default=list)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_how = models.CharField(max_length=10, choices=LiftedHow, blank=True)
    lifted_by = models.CharField(max_length=60, blank=True)
    lifted_document = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hotel", "stay_key"], condition=models.Q(lifted_at=None), name="pms_confidential_once"
            ),
            models.CheckConstraint(
                condition=models.Q(level__range=(SCREENED, FULL)) | models.Q(rate_secret=True),
                name="pms_confidential_says_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hotel", "booking_number"], condition=models.Q(lifted_at=None), name="pms_confidential_booking"
            )
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class LookupKind(models.TextChoices):
    """On what occasion somebody looked."""

    REVEALED = "revealed", _("Behind the mask")
    GUEST_PAGE = "guest_page", _("The guest's page")
    ENQUIRY = "enquiry", _("A visitor's enquiry")
    AUTHORITY = "authority", _("An authority's request")
    CONFIDENTIAL = "confidential", _("A confidential guest's record")


class GuestLookup(models.Model):
    """Somebody looked for a guest: who, when, why, and what was shown; nothing shown is a line as well (PRV-01).

    Append-only: database triggers refuse every change, and every deletion but that of the demo hotel. The stay is named
    by its key alone; `asked` is what was asked for in words.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("when"))
    who = models.CharField(_("who"), max_length=60)
    kind = models.CharField(_("occasion"), max_length=12, choices=LookupKind)
    reason = models.CharField(_("why"), max_length=200)
    asked = models.CharField(_("asked for"), max_length=160, blank=True)
    stay_key = models.CharField(max_length=32, blank=True)
    shown = models.JSONField(_("shown"), default=list, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [
            models.Index(fields=["hotel", "-id"], name="pms_lookups"),
            models.Index(fields=["hotel", "stay_key", "-id"], name="pms_lookups_of_stay"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
