"""Guests who change their room (FO-02)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models import Hotel, Staff
from roomnight.procedures.models import Case


class Cause(models.TextChoices):
    """Why a room is changed (forms §18); the same words as on the form of the procedure."""

    FACILITY = "facility", _("Facility or equipment")
    NOISE = "noise", _("Noise")
    DIRECTION = "direction", _("Floor or direction")
    BED = "bed", _("Bed")
    PEOPLE = "people", _("Number of people")
    PRICE = "price", _("Price")
    HOTEL = "hotel", _("The hotel's own move")
    UPGRADE = "upgrade", _("Upgrade")
    SAFETY = "safety", _("Safety")
    OTHER = "other", pgettext_lazy("cause", "Another cause")


class AskedFor(models.TextChoices):
    GUEST = "guest", pgettext_lazy("room change", "The guest")
    HOTEL = "hotel", _("The hotel")


class Tick(models.TextChoices):
    """What has to go along when a guest changes rooms."""

    KEYS = "keys", _("Old keys are back, new ones given")
    FOLIO = "folio", _("PMS and folio changed")
    HOUSEKEEPING = "housekeeping", _("Housekeeping has checked the old room")
    LUGGAGE = "luggage", _("Luggage moved")
    DEPARTMENTS = "departments", _("Departments told")


class ChangeState(models.TextChoices):
    """How a change of room stands 办理中 → 已换房 / 未换 / 撤回."""

    OPEN = "open", pgettext_lazy("room change", "Under way")
    MOVED = "moved", pgettext_lazy("room change", "Changed")
    STAYED = "stayed", pgettext_lazy("room change", "Not changed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RoomChange(models.Model):
    """A change of room 换房通知单: from where to where, why, at what price, and what has to go along (FO-02).

    It hangs by `stay_key` on the stay, and keeps no name. Where the hotel has its procedure in force a case does the work
    and says here how it ended; a guest whose room is secret is moved by the desk alone, by the ticks on the slip. Rates
    are of one night, in the hotel's currency; `charged_rate` is what the guest pays from then on.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="room_changes", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    stay_key = models.CharField(max_length=32)
    arrival = models.DateField(_("arrival"))
    departure = models.DateField(_("departure"))
    from_room = models.CharField(_("old room"), max_length=10)
    from_type = models.CharField(_("old type"), max_length=30)
    from_rate = models.DecimalField(_("old rate"), max_digits=10, decimal_places=2)
    to_room = models.CharField(_("new room"), max_length=10, blank=True)
    to_type = models.CharField(_("new type"), max_length=30, blank=True)
    to_rate = models.DecimalField(_("new rate"), max_digits=10, decimal_places=2, null=True)
    charged_rate = models.DecimalField(_("rate charged"), max_digits=10, decimal_places=2, null=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    cause_text = models.CharField(_("in words"), max_length=120, blank=True)
    hotel_fault = models.BooleanField(_("facility or equipment at fault"), default=False)
    cannot_be_repaired = models.BooleanField(_("cannot be repaired"), default=False)
    asked_for_by = models.CharField(_("asked for by"), max_length=6, choices=AskedFor, default=AskedFor.GUEST)
    wanted = models.CharField(_("wanted"), max_length=120, blank=True)
    is_free_upgrade = models.BooleanField(_("free upgrade"), default=False)
    ticks = models.JSONField(_("done"), default=list)
    state = models.CharField(_("state"), max_length=9, choices=ChangeState, default=ChangeState.OPEN)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="reception_change_number_once"),
            models.UniqueConstraint(
                fields=["hotel", "stay_key"], condition=models.Q(state="open"), name="reception_one_change_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(to_room="") | ~models.Q(state="moved"), name="reception_moved_to_a_room"
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "-id"], name="reception_changes"),
            models.Index(fields=["hotel", "asked_at"], name="reception_changes_by_day"),
            models.Index(fields=["hotel", "stay_key"], name="reception_change_stay"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_beyond_repair(self) -> bool:
        """Whether the hotel's own facility is at fault and cannot be repaired: then the change is unconditional."""
        return self.hotel_fault and self.cannot_be_repaired
