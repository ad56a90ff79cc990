"""Who has a client to themselves for a while, and what became of it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models.accounts import Account
from roomnight.organization.models import Hotel, Staff


class Basis(models.TextChoices):
    """Why it is this person's client 归属依据."""

    FIRST = "first", _("Registered first")
    CLAIMED = "claimed", _("Taken from the open pool")
    ASSIGNED = "assigned", _("Assigned")
    REFERRED = "referred", _("Referred")
    INHERITED = "inherited", _("Taken over from a colleague")


class ProtectionState(models.TextChoices):
    """What became of a protection."""

    ACTIVE = "active", _("Protected")
    WON = "won", _("Won")
    EXPIRED = "expired", _("Ran out")
    RELEASED = "released", _("Let go")
    HANDED_OVER = "handed_over", _("Handed over")
    VOID = "void", _("Void")


class Protection(models.Model):
    """A client on somebody's protection list 客户保护 (OWN-02): nobody else is to win it until the day is over.

    `until` is the last day. A client has one active protection at most; the database sees to that.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="protections", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="protections")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="protections")
    basis = models.CharField(_("because"), max_length=10, choices=Basis, default=Basis.FIRST)
    state = models.CharField(_("state"), max_length=12, choices=ProtectionState, default=ProtectionState.ACTIVE)
    started_on = models.DateField(_("since"))
    until = models.DateField(_("until"))
    renewed_on = models.DateField(_("renewed on"), null=True)
    renewed_by = models.CharField(max_length=10, blank=True)
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    told_on = models.DateField(null=True)
    ended_on = models.DateField(_("ended on"), null=True)
    end_reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="active"), name="clients_one_active_protection"
            ),
            models.CheckConstraint(
                condition=models.Q(state="active", ended_on=None)
                | ~models.Q(state="active") & ~models.Q(ended_on=None),
                name="clients_ended_protection_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "until"], name="clients_protection_due"),
            models.Index(fields=["staff", "state"], name="clients_protection_held"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class RequestState(models.TextChoices):
    """What was decided on something asked for."""

    ASKED = "asked", _("Asked")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    DROPPED = "dropped", _("No longer needed")


class ProtectionExtension(models.Model):
    """A wish to keep a client protected for longer; the leader decides (OWN-02)."""

    protection = models.ForeignKey(Protection, models.CASCADE, related_name="requests")
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.ASKED)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protection"], condition=models.Q(state="asked"), name="clients_one_open_extension"
            )
        ]

    @property
    def hotel_code(self) -> str:
        return self.protection.hotel.code


class ContactWithProtected(models.Model):
    """Somebody else came upon a protected client: both were told, and this is kept for a later dispute (OWN-03)."""

    class How(models.TextChoices):
        REGISTERED = "registered", _("tried to enter it")
        PLANNED = "planned", _("planned a visit")
        VISITED = "visited", _("visited it")

    protection = models.ForeignKey(Protection, models.CASCADE, related_name="contacts")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=How)
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protection", "staff", "how", "on"], name="clients_contact_told_once_a_day")
        ]


class PoolNotice(models.Model):
    """A client that is to go back to the open pool, announced to its owner (OWN-07)."""

    class Cause(models.TextChoices):
        UNPRODUCTIVE = "unproductive", _("No arrival and no visit for long")
        TOO_MANY = "too_many", _("Too many open leads")

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("Announced")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RELEASED = "released", _("Back in the open pool")

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="pool_notices", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="pool_notices")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="pool_notices")
    cause = models.CharField(max_length=12, choices=Cause)
    told_on = models.DateField()
    release_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.ANNOUNCED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="announced"), name="clients_one_pool_notice"
            )
        ]
        indexes = [models.Index(fields=["hotel", "state", "release_on"], name="clients_notice_due")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class ProtectionStatement(models.Model):
    """One person's protection list of a month as it was 保护名单月报, numbered and never changed: evidence (OWN-08).

    `rows` hold plain values by name; no later change of a client or a colleague touches them. The database refuses every
    update.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="protection_statements", db_index=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="protection_statements")
    staff_name = models.CharField(max_length=60)
    month = models.DateField(_("month"))
    number = models.CharField(_("number"), max_length=30)
    rows = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "staff", "month"], name="clients_statement_once"),
            models.UniqueConstraint(fields=["hotel", "number"], name="clients_statement_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
