"""What happened with a client, and what it is found by."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from roomnight.clients.models.accounts import Account
from roomnight.clients.models.people import Contact
from roomnight.kernel.search_index import TokensField
from roomnight.organization.models import Hotel, Staff


class TimelineEntry(models.Model):
    """One thing that happened with a client, written by whichever floor it happened on (ACC-06).

    `message` is an English gettext source with %(name)s places for `values`; `note` is what a person wrote.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="timeline")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="timeline")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    message = models.CharField(max_length=200)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-at", "-id"], name="clients_timeline")]


class SearchEntry(models.Model):
    """What an account or one of its contacts is found by. kernel.search makes the tokens; scope columns ride along."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    contact = models.OneToOneField(Contact, models.CASCADE, null=True, related_name="+")
    hotel = models.ForeignKey(Hotel, models.CASCADE, related_name="+")
    owner = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")
    co_owner = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")
    tokens = TokensField()

    class Meta:
        db_table = "clients_search"
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(contact=None), name="clients_search_account_once"
            )
        ]
