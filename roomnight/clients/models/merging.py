"""Two records of one client: what they are looked up by, the pairs that were found, and the merges that were made."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models.accounts import Account
from roomnight.clients.models.people import Contact
from roomnight.kernel.models import Deed
from roomnight.organization.models import Hotel


class DuplicateKey(models.Model):
    """What a client, or a person there, is looked up by before a second one is made (ACC-04): a kind of key and its value.

    Rows with a contact are that person's telephone numbers and addresses; they count for the client as well.
    """

    hotel = models.ForeignKey(Hotel, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=40)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["hotel", "value", "kind", "account"], name="clients_duplicate_key")]


class Verdict(models.TextChoices):
    """What was made of two clients that are alike."""

    SAME = "same", _("The same client")
    PERHAPS = "perhaps", _("Perhaps the same")
    BRANCH = "branch", _("House and branch")


class DuplicatePair(models.Model):
    """Two clients of a hotel that are alike (ACC-04), the older first. `reasons` is a list of {"code", "values"}.

    One that somebody looked at and called different stays, so that it is not brought up again.
    """

    hotel = models.ForeignKey(Hotel, models.CASCADE, related_name="duplicate_pairs", db_index=False)
    one = models.ForeignKey(Account, models.CASCADE, related_name="+")
    other = models.ForeignKey(Account, models.CASCADE, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    points = models.PositiveSmallIntegerField(_("likeness"))
    reasons = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    found_at = models.DateTimeField(auto_now_add=True)
    dismissed_at = models.DateTimeField(_("called different at"), null=True)
    dismissed_by = models.CharField(_("called different by"), max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="clients_pair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="clients_pair_older_first"),
        ]
        indexes = [
            models.Index(
                fields=["hotel", "-points", "id"], condition=Q(dismissed_at=None), name="clients_pairs_to_look_at"
            )
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class DuplicateLook(models.Model):
    """How far the search for pairs has come at a hotel: everything changed until then was compared."""

    hotel = models.OneToOneField(Hotel, models.CASCADE, related_name="+")
    last_key = models.BigIntegerField(default=0)


class Merge(models.Model):
    """One client taken into another (ACC-04). `moved` counts what went along, by table; `deed` is how to take it back."""

    winner = models.ForeignKey(Account, models.PROTECT, related_name="+")
    loser = models.ForeignKey(Account, models.PROTECT, related_name="+")
    deed = models.ForeignKey(Deed, models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    merged_by = models.CharField(max_length=60)
