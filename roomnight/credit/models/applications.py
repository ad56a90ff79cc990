"""The application for credit 《挂帐申请表》: what the client says, what finance found, and what was decided (CRD-01, CRD-02)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.agreements.models import Agreement, Settlement
from roomnight.clients.models import Account
from roomnight.credit.models.accounts import CreditAccount
from roomnight.organization.models import Hotel, Staff

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "null": True, "blank": True}


class ApplicationKind(models.TextChoices):
    """What is applied for."""

    NEW = "new", _("New account")
    RAISE = "raise", _("Higher limit")
    RENEW = "renew", pgettext_lazy("application for credit", "Renewal for a year")
    TEMPORARY = "temporary", _("Higher limit for a time")
    SIGNERS = "signers", _("Other people who may sign")
    CLOSE = "close", _("Closing of the account")


class ApplicationState(models.TextChoices):
    """How far an application has come."""

    DRAFT = "draft", pgettext_lazy("application for credit", "Draft")
    REVIEW = "review", pgettext_lazy("application for credit", "Being decided")
    APPROVED = "approved", pgettext_lazy("application for credit", "Approved")
    REFUSED = "refused", pgettext_lazy("application for credit", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application for credit", "Withdrawn")


class Nature(models.TextChoices):
    """What sort of house the client is 单位性质."""

    GOVERNMENT = "government", _("Government")
    INSTITUTION = "institution", _("Public institution")
    STATE_OWNED = "state_owned", _("State-owned company")
    LISTED = "listed", _("Listed company")
    PRIVATE = "private", _("Private company")
    FOREIGN = "foreign", _("Foreign-invested company")
    TRAVEL_AGENCY = "travel_agency", pgettext_lazy("client's nature", "Travel agency")
    CONFERENCE = "conference", _("Conference organiser")


class GuaranteeKind(models.TextChoices):
    """What secures the limit."""

    NONE = "none", pgettext_lazy("guarantee", "None")
    PREPAID = "prepaid", _("Paid in advance")
    DEPOSIT = "deposit", pgettext_lazy("guarantee", "Deposit")
    BANK = "bank", _("Bank guarantee")
    PERSON = "person", _("A person's guarantee")
    PARENT = "parent", _("Guarantee of the parent company")


class InvoiceKind(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary invoice")
    SPECIAL = "special", _("Special VAT invoice")


class PaymentWay(models.TextChoices):
    """How the client pays what it owes."""

    TRANSFER = "transfer", _("Bank transfer")
    CHEQUE = "cheque", _("Cheque")
    CASH = "cash", pgettext_lazy("payment", "Cash")
    CARD = "card", pgettext_lazy("payment", "Card")
    WALLET = "wallet", _("WeChat or Alipay of the company")


class CheckWay(models.TextChoices):
    """How finance looked into the client."""

    REGISTER = "register", _("Company register")
    COURT = "court", _("Public list of debtors in default")
    VISIT = "visit", _("Visit on site")
    PHONE = "phone", _("Telephone calls to the references")


class CreditApplication(models.Model):
    """A client's application for credit 挂帐申请 (CRD-01).

    A draft may lack anything; what was handed in is whole. `answers` are those of the scorecard (question to answer), and
    `scored` keeps each with its points and words as they were when the grade was worked out. `paid_grade` is the client's
    newest grade by its payments; the `grade` that counts is the worse of both (CRD-13). `chain` are the roles that
    decide, one after the other, `position` the place of the one it waits for (`waits_for`); a changed amount begins the
    chain anew with the next `round`. `granted` is the smallest limit that anybody in this round agreed to.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="credit_applications", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="credit_applications", verbose_name=_("client"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ApplicationKind, default=ApplicationKind.NEW)
    state = models.CharField(_("state"), max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT)
    responsible = models.ForeignKey(
        Staff, models.PROTECT, related_name="credit_applications", verbose_name=_("representative")
    )
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by"))
    submitted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)

    client_name = models.CharField(_("client's full name"), max_length=160, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    licence_until = models.DateField(_("licence valid until"), null=True, blank=True)
    nature = models.CharField(_("nature"), max_length=14, choices=Nature, blank=True)
    registered_capital = models.DecimalField(_("registered capital"), **{**MONEY, "max_digits": 16})
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    registered_address = models.CharField(_("registered address"), max_length=200, blank=True)
    billing_address = models.CharField(_("billing address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    bank = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    invoice_title = models.CharField(_("invoice title"), max_length=160, blank=True)
    invoice_kind = models.CharField(_("kind of invoice"), max_length=8, choices=InvoiceKind, blank=True)
    business_contact = models.CharField(_("business contact"), max_length=120, blank=True)
    finance_contact = models.CharField(_("finance contact"), max_length=120, blank=True)
    statement_contact = models.CharField(_("who checks the statements"), max_length=120, blank=True)

    limit = models.DecimalField(_("limit asked for"), **MONEY)
    until = models.DateField(_("until"), null=True, blank=True)
    monthly_use = models.DecimalField(_("expected use a month"), **MONEY)
    use_note = models.TextField(_("what it will be used for, and why more is needed"), max_length=1000, blank=True)
    scope = models.JSONField(_("to be charged"), default=list, blank=True)
    settlement = models.CharField(_("settlement"), max_length=12, choices=Settlement, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("days to pay after the statement"), null=True, blank=True)
    payment_ways = models.JSONField(_("ways of paying"), default=list, blank=True)
    guarantee_kind = models.CharField(_("guarantee"), max_length=8, choices=GuaranteeKind, blank=True)
    guarantee_note = models.CharField(_("guarantor or document"), max_length=160, blank=True)
    guarantee_until = models.DateField(_("guarantee valid until"), null=True, blank=True)
    deposit = models.DecimalField(_("deposit"), **MONEY)
    references = models.TextField(_("credit references"), max_length=1000, blank=True)
    signers = models.JSONField(_("who is to sign"), default=list, blank=True)
    truthful_by = models.CharField(_("declared to be true by"), max_length=80, blank=True)
    truthful_on = models.DateField(_("declared on"), null=True, blank=True)

    answers = models.JSONField(default=dict, blank=True)
    scored = models.JSONField(default=list, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    grade = models.CharField(_("credit grade"), max_length=4, blank=True)
    paid_grade = models.CharField(_("grade by payments"), max_length=4, blank=True)

    check_ways = models.JSONField(_("how the credit was checked"), default=list, blank=True)
    check_findings = models.TextField(_("what was found"), max_length=2000, blank=True)
    is_clear = models.BooleanField(_("nothing speaks against it"), null=True)
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    chain = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    waits_for = models.CharField(max_length=60, blank=True)
    asked = models.DecimalField(**MONEY)
    granted = models.DecimalField(_("limit granted"), **MONEY)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("reason"), max_length=500, blank=True)
    credit = models.ForeignKey(CreditAccount, models.PROTECT, null=True, related_name="applications", db_index=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="credit_applications")
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="credit_application_number_once"),
            models.CheckConstraint(
                condition=Q(state="review") & ~Q(waits_for="") | ~Q(state="review") & Q(waits_for=""),
                name="credit_application_waits_for_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "waits_for"], name="credit_applications_lists"),
            models.Index(fields=["account", "state"], name="credit_applications_of_client"),
            models.Index(fields=["credit"], condition=Q(credit__isnull=False), name="credit_applications_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.client_name or self.account.name}"

    def get_absolute_url(self) -> str:
        return reverse("credit:application", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def amount(self) -> Decimal:
        """The limit it is about; nothing for signers and closing."""
        return self.limit or Decimal(0)

    @property
    def involved(self) -> set[int]:
        """Who has a hand in it and does not decide: who answers for the client, drafted it, handed it in."""
        return {pk for pk in (self.responsible_id, self.drafted_by_id, self.submitted_by_id) if pk is not None}


class OpinionKind(models.TextChoices):
    """What somebody said to an application."""

    SUBMITTED = "submitted", pgettext_lazy("application for credit", "Handed in")
    APPROVED = "approved", pgettext_lazy("opinion", "Agrees")
    RETURNED = "returned", pgettext_lazy("opinion", "Returns it to be corrected")
    REFUSED = "refused", pgettext_lazy("opinion", "Refuses")
    CHECKED = "checked", _("Credit checked")
    WITHDRAWN = "withdrawn", pgettext_lazy("application for credit", "Withdrawn")


class Opinion(models.Model):
    """What was said on an application's way, by whom, when, in which role and round (CRD-02). Never changed.

    `on_behalf_of` is who is away and for whom it was said; `limit` the limit agreed to.
    """

    application = models.ForeignKey(CreditApplication, models.CASCADE, related_name="opinions")
    kind = models.CharField(max_length=10, choices=OpinionKind)
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(null=True)
    role = models.CharField(max_length=60, blank=True)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("who"))
    on_behalf_of = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    limit = models.DecimalField(_("limit"), **MONEY)
    note = models.TextField(_("opinion"), max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "position"],
                condition=Q(kind="approved"),
                name="credit_step_approved_once",
            ),
            models.UniqueConstraint(
                fields=["application", "round", "staff"],
                condition=Q(kind="approved"),
                name="credit_nobody_approves_two_steps",
            ),
        ]
        ordering = ["at", "pk"]
