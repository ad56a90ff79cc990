"""How the PMS names our clients."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel


class Side(models.TextChoices):
    """As what an account stands on a booking. The two views are never added up."""

    COMPANY = "company", _("Company")
    AGENT = "agent", _("Agent")


class Party(models.Model):
    """A company or agent as rows of the PMS name it, by number, by name or by both, and the client it is (PMS-01).

    Without an account it waits for somebody to say which client is meant; its rows wait with it. `name_key` is the name
    without what differs from one typing to the next. `assigned_by` is empty where it was recognised by itself.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    code = models.CharField(_("number in the PMS"), max_length=60, blank=True)
    name = models.CharField(_("name in the PMS"), max_length=160, blank=True)
    name_key = models.CharField(max_length=160, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="named_in_pms")
    assigned_by = models.CharField(max_length=60, blank=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "side", "code", "name_key"], name="pms_party_once"),
            models.CheckConstraint(
                condition=~models.Q(code="") | ~models.Q(name_key=""), name="pms_party_has_number_or_name"
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "id"], condition=models.Q(account__isnull=True), name="pms_party_waiting")
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
