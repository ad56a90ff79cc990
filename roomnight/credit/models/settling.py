"""How an account is settled: statements, disputes, promises, and what is done when nobody pays (CRD-06, CRD-07, CRD-08)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.agreements.models import Language
from roomnight.credit.models.accounts import CreditAccount, money
from roomnight.organization.models import Staff


class StatementState(models.TextChoices):
    DRAWN = "drawn", _("Drawn up")
    SENT = "sent", pgettext_lazy("statement", "Sent")
    CONFIRMED = "confirmed", pgettext_lazy("statement", "Confirmed")
    DISPUTED = "disputed", pgettext_lazy("statement", "Disputed")


class Statement(models.Model):
    """What a client is told it owes, once a settlement period 结算单 (CRD-06).

    It holds the lines dated up to `ends_on` that stood on none before. `closing_cents` is `opening_cents`, the closing of
    the statement before, and the sum of its lines; both `charges_cents` and `credits_cents` are sums of the lines'
    amounts, the latter not above nothing. `ageing` is what was open when it was drawn up, in cents by bucket.
    """

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="statements", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    due_on = models.DateField(_("to be paid by"))
    opening_cents = models.BigIntegerField()
    charges_cents = models.BigIntegerField()
    credits_cents = models.BigIntegerField()
    closing_cents = models.BigIntegerField()
    line_count = models.PositiveIntegerField()
    ageing = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=StatementState, default=StatementState.DRAWN)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=60)
    sent_at = models.DateTimeField(null=True)
    sent_to = models.CharField(_("sent to"), max_length=160, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(_("answered by"), max_length=80, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credit", "number"], name="credit_statement_number_once"),
            models.UniqueConstraint(fields=["credit", "ends_on"], name="credit_one_statement_a_period"),
            models.CheckConstraint(
                condition=Q(closing_cents=models.F("opening_cents") + models.F("charges_cents") + models.F("credits_cents")),
                name="credit_statement_adds_up",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["credit", "-ends_on"], name="credit_statements_of_account")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("credit:statement", kwargs={"hotel": self.hotel_code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def opening(self) -> Decimal:
        return money(self.opening_cents)

    @property
    def charges(self) -> Decimal:
        return money(self.charges_cents)

    @property
    def credits(self) -> Decimal:
        return money(self.credits_cents)

    @property
    def closing(self) -> Decimal:
        return money(self.closing_cents)


class Outcome(models.TextChoices):
    """How a dispute ended."""

    CLIENT_RIGHT = "client_right", _("The client is right")
    PARTLY = "partly", _("The client is partly right")
    HOTEL_RIGHT = "hotel_right", _("The bill is right")


class Dispute(models.Model):
    """A problem of a client who pays on account 疑义: about a line of the ledger, or while it is consuming (CRD-07).

    It is the representative's who signed, to be resolved by `due_at`; later it is the director's (`level` 1), then the
    general manager's (2). While it is open the line is left out of dunning.
    """

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="disputes")
    line = models.ForeignKey("credit.LedgerLine", models.PROTECT, null=True, related_name="disputes")
    text = models.CharField(_("what the client says"), max_length=400)
    said_by = models.CharField(_("who says so"), max_length=80, blank=True)
    cents = models.BigIntegerField(null=True)
    assigned_to = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("to resolve"))
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=60)
    due_at = models.DateTimeField(_("to resolve by"))
    level = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    resolution = models.CharField(_("how it was resolved"), max_length=400, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=60, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(resolved_at=None, line__isnull=False), name="credit_disputed_once"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, outcome="") | Q(resolved_at__isnull=False) & ~Q(outcome=""),
                name="credit_dispute_ends_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["next_step_at"], condition=Q(resolved_at=None), name="credit_disputes_to_raise")
        ]

    def get_absolute_url(self) -> str:
        return reverse("credit:dispute", kwargs={"hotel": self.hotel_code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def amount(self) -> Decimal | None:
        return None if self.cents is None else money(self.cents)


class Promise(models.Model):
    """A client's word to pay so much by a day, and whether it was kept (CRD-12)."""

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="promises")
    cents = models.BigIntegerField()
    promised_on = models.DateField(_("said on"))
    due_on = models.DateField(_("by"))
    said_by = models.CharField(_("who promised"), max_length=80)
    note = models.CharField(_("note"), max_length=200, blank=True)
    noted_by = models.CharField(max_length=60)
    is_kept = models.BooleanField(_("kept"), null=True)
    judged_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0), name="credit_promise_is_something")]
        indexes = [models.Index(fields=["due_on"], condition=Q(is_kept=None), name="credit_promises_open")]
        ordering = ["-due_on", "-pk"]

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.cents)


class DunningWay(models.TextChoices):
    """How a client was reached."""

    PHONE = "phone", pgettext_lazy("dunning", "By phone")
    VISIT = "visit", pgettext_lazy("dunning", "By a visit")
    EMAIL = "email", pgettext_lazy("dunning", "By e-mail")
    POST = "post", pgettext_lazy("dunning", "By post")


class DunningStep(models.Model):
    """A step of the dunning ladder that a client has reached 催收 (CRD-08): what is to be done, and what was done.

    `step` is its code in the hotel's ladder, `oldest_due_on` the day the oldest undisputed open line was due: the ladder
    begins anew once that has been paid.
    """

    credit = models.ForeignKey(CreditAccount, models.PROTECT, related_name="dunning")
    step = models.CharField(_("step"), max_length=24)
    oldest_due_on = models.DateField()
    cents = models.BigIntegerField()
    reached_on = models.DateField(_("reached on"))
    assigned_to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("to do"))
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=60, blank=True)
    how = models.CharField(pgettext_lazy("dunning", "how"), max_length=6, choices=DunningWay, blank=True)
    spoken_to = models.CharField(_("with whom"), max_length=80, blank=True)
    note = models.CharField(_("what came of it"), max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credit", "oldest_due_on", "step"], name="credit_dunned_once_a_step")
        ]
        ordering = ["-reached_on", "-pk"]

    @property
    def hotel_code(self) -> str:
        return self.credit.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.cents)


class DunningLetter(models.Model):
    """A letter that asks a client to pay 催款函 (CRD-08): what was overdue on its day, in the client's language.

    The PDF hangs on this row; `cents` is what the letter asks for, `pay_by` the day until which. Letters are never changed:
    another one has a number of its own.
    """

    step = models.ForeignKey(DunningStep, models.PROTECT, related_name="letters")
    number = models.CharField(_("number"), max_length=24)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    on = models.DateField(_("date"))
    pay_by = models.DateField(_("to be paid by"))
    cents = models.BigIntegerField()
    line_count = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "language", "on"], name="credit_one_letter_a_day"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="credit_letter_asks_for_something"),
        ]
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def hotel_code(self) -> str:
        return self.step.credit.hotel.code

    @property
    def amount(self) -> Decimal:
        return money(self.cents)
