"""Who looks after a client."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models.accounts import Account
from roomnight.organization.models import Staff


class PoolCause(models.TextChoices):
    """Why a client lies in the open pool."""

    NEW = "new", _("Never had an owner")
    RELEASED = "released", _("Put back by hand")
    EXPIRED = "expired", _("Protection ran out")
    UNPRODUCTIVE = "unproductive", _("No arrival and no visit for long")
    TOO_MANY = "too_many", _("Too many open leads")


class Ownership(models.Model):
    """Who looked after an account from when to when; the open row is the present owner (OWN-05).

    A row without a person is a time in the open pool; `cause` (a PoolCause) says why it came there, nothing that it is new.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="ownerships")
    staff = models.ForeignKey(Staff, models.PROTECT, null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    cause = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at=None), name="clients_one_open_ownership"
            )
        ]
