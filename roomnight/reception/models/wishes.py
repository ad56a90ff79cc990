"""What guests wish for (FO-04)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models import DepartmentKind, Hotel, Staff


class WishState(models.TextChoices):
    OPEN = "open", pgettext_lazy("wish", "On its way")
    RECEIVED = "received", _("Received")
    DONE = "done", pgettext_lazy("wish", "Fulfilled")


class Wish(models.Model):
    """A guest's wish 客人嘱托 that some department noted, for the department he meets next, with its receipt (FO-04).

    Who notes it `is_by_room` knows a room and no name; it is shown to its departments whoever sleeps there. The guest of
    that room, by the list, is kept in `stay_key` and `person_key`, by which the front desk finds the wish at this stay and,
    where it `is_lasting`, at the next.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="wishes", db_index=False)
    room = models.CharField(_("room"), max_length=60, blank=True)
    stay_key = models.CharField(max_length=32, blank=True)
    person_key = models.CharField(max_length=32, blank=True)
    is_by_room = models.BooleanField(default=False)
    text = models.CharField(_("wish"), max_length=300)
    noted_by = models.ForeignKey(Staff, models.PROTECT, related_name="noted_wishes")
    noted_in = models.CharField(_("noted in"), max_length=20, choices=DepartmentKind)
    noted_at = models.DateTimeField(_("noted"))
    for_department = models.CharField(_("for"), max_length=20, choices=DepartmentKind)
    needed_by = models.DateTimeField(_("before"))
    is_lasting = models.BooleanField(_("keep for the next stay"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=WishState, default=WishState.OPEN)
    received_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("received"), null=True)
    done_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["hotel", "for_department", "state"], name="reception_wishes_for"),
            models.Index(fields=["hotel", "stay_key"], name="reception_wish_stay"),
            models.Index(fields=["hotel", "person_key"], name="reception_wish_person"),
            models.Index(fields=["needed_by"], condition=models.Q(state="open"), name="reception_wishes_late"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
