"""Clients that may hang bills on account 挂账: the credit account, its limits over time, and what holds it (CRD-03, CRD-05, CRD-08)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel, Staff


def money(cents: int) -> Decimal:
    """Whole cents as an amount."""
    return Decimal(cents).scaleb(-2)


class CreditAccount(models.Model):
    """A client's account with the hotel 挂账户: up to where it may charge, and what it owes (CRD-03, CRD-04).

    A client has one that is open. That of a client which was merged into another goes along: it is charged no more
    (`merged_into`), keeps its lines, and what is owed on it counts against the one limit. `balance_cents` is the sum of
    the lines, `pending_cents` that of open authorisations; both change under the lock of this row only. A client that
    has paid in advance has a balance below nothing. `review_told_on` is the due day of the review that people were
    reminded of last.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="credit_accounts", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    account = models.ForeignKey(Account, models.PROTECT, related_name="credit_accounts", verbose_name=_("client"))
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="taken_over", db_index=False)
    responsible = models.ForeignKey(
        Staff, models.PROTECT, related_name="credit_accounts", verbose_name=_("representative who signed")
    )
    limit_cents = models.BigIntegerField(default=0)
    limit_until = models.DateField(_("limit until"), null=True, blank=True)
    scope = models.JSONField(_("may be charged"), default=list)
    deposit_cents = models.BigIntegerField(default=0)
    guarantee = models.CharField(_("guarantee"), max_length=200, blank=True)
    ledger_number = models.CharField(_("number in the PMS"), max_length=40, blank=True)
    review_on = models.DateField(_("limit to be reviewed on"), null=True, blank=True)
    review_told_on = models.DateField(null=True)
    is_on_hold = models.BooleanField(_("on hold"), default=False)
    balance_cents = models.BigIntegerField(default=0)
    pending_cents = models.BigIntegerField(default=0)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="credit_account_number_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(merged_into=None, closed_on=None), name="credit_one_open_account"
            ),
            models.CheckConstraint(condition=Q(limit_cents__gte=0), name="credit_limit_not_negative"),
            models.CheckConstraint(condition=Q(pending_cents__gte=0), name="credit_pending_not_negative"),
        ]
        indexes = [models.Index(fields=["hotel", "closed_on"], name="credit_accounts_of_hotel")]

    def __str__(self) -> str:
        return f"{self.number} {self.account.name}"

    def get_absolute_url(self) -> str:
        return reverse("credit:account", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.closed_on is None and self.merged_into_id is None

    @property
    def limit(self) -> Decimal:
        return money(self.limit_cents)

    @property
    def balance(self) -> Decimal:
        return money(self.balance_cents)

    @property
    def pending(self) -> Decimal:
        return money(self.pending_cents)

    @property
    def available(self) -> Decimal:
        """What may still be charged; below nothing where more is owed than the limit."""
        return money(self.limit_cents - self.balance_cents - self.pending_cents)

    @property
    def deposit(self) -> Decimal:
        return money(self.deposit_cents)


class LimitLine(models.Model):
    """A limit from a moment on: how much, until when, who set it and why (CRD-02, CRD-09). The last one is in force."""

    credit = models.ForeignKey(CreditAccount, models.CASCADE, related_name="limits")
    cents = models.BigIntegerField()
    until = models.DateField(_("until"), null=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=60)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["set_at", "pk"]

    @property
    def amount(self) -> Decimal:
        return money(self.cents)


class HoldKind(models.TextChoices):
    """Why nothing may be charged for the time being."""

    OVERDUE = "overdue", _("Overdue for too long")
    OVER_LIMIT = "over_limit", _("Over the limit")
    BY_HAND = "by_hand", pgettext_lazy("credit hold", "By decision")


class Hold(models.Model):
    """Nothing may be charged from `since` until it is released: both are recorded with who and why (CRD-08)."""

    credit = models.ForeignKey(CreditAccount, models.CASCADE, related_name="holds")
    kind = models.CharField(_("why"), max_length=12, choices=HoldKind)
    since = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)
    values = models.JSONField(default=dict)
    held_by = models.CharField(max_length=60)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=60, blank=True)
    release_reason = models.CharField(_("why it was released"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credit", "kind"], condition=Q(released_at=None), name="credit_held_once_for_a_reason"
            )
        ]
        ordering = ["since", "pk"]

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def told(self) -> dict[str, Any]:
        """What the sentence about it needs."""
        return dict(self.values)
