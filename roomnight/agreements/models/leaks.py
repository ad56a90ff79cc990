"""Stays of agreement clients that were booked elsewhere (AGR-07)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel, Staff
from roomnight.pms.models import Booking


class LeakState(models.TextChoices):
    """What was made of it."""

    OPEN = "open", pgettext_lazy("leaked stay", "To decide")
    ACCEPTED = "accepted", pgettext_lazy("leaked stay", "Theirs")
    REFUSED = "refused", pgettext_lazy("leaked stay", "Not theirs")


class Leak(models.Model):
    """A stay that was booked elsewhere and is likely a client's 协议外预订, and what a person said of it (AGR-07).

    `evidence` is a list of {"kind", "why", "points", "text"}, `kinds` the sorts of it with commas around each; `points` is
    how sure it is. A refused one stays, so that it is not brought up again. Of an accepted stay there is one client only.
    """

    hotel = models.ForeignKey(Hotel, models.CASCADE, related_name="leaks", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="leaks", verbose_name=_("client"))
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="+", db_index=False)
    booking_number = models.CharField(_("booking number"), max_length=160, blank=True)
    arrival = models.DateField(_("arrival"))
    state = models.CharField(_("state"), max_length=8, choices=LeakState, default=LeakState.OPEN)
    points = models.PositiveSmallIntegerField(_("how sure"))
    kinds = models.CharField(max_length=40)
    evidence = models.JSONField(default=list)
    found_at = models.DateTimeField(auto_now_add=True)
    is_told = models.BooleanField(default=False)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "account"], name="agreements_leak_once"),
            models.UniqueConstraint(
                fields=["booking"], condition=models.Q(state="accepted"), name="agreements_leak_of_one_client"
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "-arrival", "-id"], name="agreements_leaks"),
            models.Index(
                fields=["hotel", "id"],
                condition=models.Q(is_told=False, state="open"),
                name="agreements_leaks_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.arrival}"

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def revenue(self) -> Decimal:
        """Room revenue of the stay, in the hotel's currency."""
        return self.booking.revenue


class LeakSearch(models.Model):
    """Up to which of the reservations that say something a hotel's stays were looked through."""

    hotel = models.OneToOneField(Hotel, models.CASCADE, related_name="+")
    trace = models.BigIntegerField(default=0)
