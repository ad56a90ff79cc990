"""The ledger of a credit account: lines that are never changed, what was matched with what, and charges on their way (CRD-04, CRD-05)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.agreements.models import Agreement, Signatory
from roomnight.credit.models.accounts import CreditAccount, money
from roomnight.credit.models.settling import Statement
from roomnight.organization.models import Hotel
from roomnight.pms.models import RevenueKind


class LineKind(models.TextChoices):
    """What a line is."""

    CHARGE = "charge", pgettext_lazy("ledger line", "Charge")
    PAYMENT = "payment", pgettext_lazy("ledger line", "Payment")
    ADJUSTMENT = "adjustment", pgettext_lazy("ledger line", "Adjustment")
    WRITE_OFF = "write_off", _("Write-off")
    REVERSAL = "reversal", _("Reversal")


class Source(models.TextChoices):
    """Which way a line came in."""

    PMS = "pms", _("PMS")
    HAND = "hand", pgettext_lazy("ledger line", "By hand")
    FILE = "file", pgettext_lazy("ledger line", "From a file")
    API = "api", _("Interface")


class LedgerLine(models.Model):
    """One line of a client's account 台账 (CRD-04): what is charged is above nothing, what is paid below.

    Lines are added, never changed or deleted; a correction is a reversal, which names what it reverses, and a new line.
    The database itself refuses to change anything but the last three columns: `open_cents`, what of the line is not
    matched yet (of the sign of the amount; the sum over an account is its balance), and the `statement` it stands on.
    `balance_cents` is the account's after this line, `due_on` the day a charge is to be paid. `source_key` names
    the line in the system it came from: it comes in once.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="lines", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    on = models.DateField(_("date"))
    due_on = models.DateField(_("due on"))
    amount_cents = models.BigIntegerField()
    balance_cents = models.BigIntegerField()
    revenue_kind = models.CharField(_("for"), max_length=10, choices=RevenueKind, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    reference = models.CharField(_("bill or reference"), max_length=60, blank=True)
    description = models.CharField(_("what"), max_length=160, blank=True)
    method = models.CharField(_("method"), max_length=60, blank=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    signatory = models.ForeignKey(Signatory, models.PROTECT, null=True, related_name="+")
    signed_by = models.CharField(_("signed by"), max_length=80, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    source = models.CharField(max_length=6, choices=Source)
    source_key = models.CharField(max_length=160, blank=True)
    override = models.CharField(_("let through because"), max_length=300, blank=True)
    entered_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    open_cents = models.BigIntegerField()
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="lines", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="credit_line_is_something"),
            models.CheckConstraint(
                condition=Q(open_cents__gte=0, open_cents__lte=F("amount_cents"))
                | Q(open_cents__lte=0, open_cents__gte=F("amount_cents")),
                name="credit_open_is_part_of_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="charge", amount_cents__gt=0)
                | Q(kind__in=["payment", "write_off"], amount_cents__lt=0)
                | Q(kind__in=["adjustment", "reversal"]),
                name="credit_line_has_its_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | ~Q(kind="reversal") & Q(reverses=None),
                name="credit_reversal_names_its_line",
            ),
            models.UniqueConstraint(
                fields=["hotel", "source_key"], condition=~Q(source_key=""), name="credit_line_comes_once"
            ),
        ]
        indexes = [
            models.Index(fields=["credit", "-on", "-id"], name="credit_lines_of_account"),
            models.Index(
                fields=["hotel", "credit", "due_on", "open_cents"],
                condition=~Q(open_cents=0),
                name="credit_open_lines",
            ),
            models.Index(fields=["credit", "reference"], condition=~Q(reference=""), name="credit_lines_by_bill"),
            models.Index(fields=["credit", "on"], condition=Q(statement=None), name="credit_lines_not_stated"),
            models.Index(fields=["statement"], condition=Q(statement__isnull=False), name="credit_lines_of_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}".strip()

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.amount_cents)

    @property
    def open(self) -> Decimal:
        return money(self.open_cents)

    @property
    def balance(self) -> Decimal:
        return money(self.balance_cents)


class Match(models.Model):
    """So much of a payment settles so much of a charge (CRD-06). Taking it back keeps the row 撤除核销."""

    debit = models.ForeignKey(LedgerLine, models.PROTECT, related_name="settled_by")
    credit = models.ForeignKey(LedgerLine, models.PROTECT, related_name="settles")
    cents = models.BigIntegerField()
    matched_at = models.DateTimeField()
    matched_by = models.CharField(max_length=60)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0), name="credit_match_is_something")]

    @property
    def hotel_code(self) -> str:
        return self.debit.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.cents)


class AuthorisationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("authorisation", "Open")
    CAPTURED = "captured", _("Charged")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", pgettext_lazy("authorisation", "Expired")


class Authorisation(models.Model):
    """An amount set aside for a charge to come 在途: a guest in the house, an order that is confirmed (CRD-05).

    It counts against the limit while it is open: until it is charged, released, or `until` is over. `key` is the word of the
    system that asked for it: what is asked again under it is the same.
    """

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="authorisations")
    cents = models.BigIntegerField()
    on = models.DateField(_("for the day"))
    until = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=AuthorisationState, default=AuthorisationState.OPEN)
    revenue_kind = models.CharField(_("for"), max_length=10, choices=RevenueKind, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    reference = models.CharField(_("bill or reference"), max_length=60)
    signatory = models.ForeignKey(Signatory, models.PROTECT, null=True, related_name="+")
    signed_by = models.CharField(_("signed by"), max_length=80, blank=True)
    line = models.OneToOneField(LedgerLine, models.PROTECT, null=True, related_name="authorisation")
    override = models.CharField(_("let through because"), max_length=300, blank=True)
    key = models.CharField(max_length=120, blank=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="credit_authorisation_is_something"),
            models.UniqueConstraint(
                fields=["credit", "reference"], condition=Q(state="open"), name="credit_authorised_once"
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="credit_authorised_once_for_a_key"),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(state="open"), name="credit_authorisations_open")]

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.cents)


class RefusedState(models.TextChoices):
    OPEN = "open", pgettext_lazy("refused charge", "To decide")
    LET_THROUGH = "let_through", _("Let through")
    SENT_BACK = "sent_back", _("Sent back")


class RefusedCharge(models.Model):
    """A charge that another system sent and that may not go through: somebody decides what becomes of it (CRD-05).

    `code` is the refusal's, `values` what its sentence needs. What is let through leads to its line.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(CreditAccount, models.PROTECT, null=True, related_name="refused")
    client_name = models.CharField(_("client"), max_length=160)
    on = models.DateField(_("date"))
    amount_cents = models.BigIntegerField()
    revenue_kind = models.CharField(_("for"), max_length=10, choices=RevenueKind, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    reference = models.CharField(_("bill or reference"), max_length=60, blank=True)
    description = models.CharField(_("what"), max_length=160, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=80, blank=True)
    source = models.CharField(max_length=6, choices=Source)
    source_key = models.CharField(max_length=160)
    code = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    came_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=12, choices=RefusedState, default=RefusedState.OPEN)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("reason"), max_length=300, blank=True)
    line = models.OneToOneField(LedgerLine, models.PROTECT, null=True, related_name="refusal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "source_key"], name="credit_refused_once")]
        indexes = [models.Index(fields=["hotel", "came_at"], condition=Q(state="open"), name="credit_refused_open")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.amount_cents)
