"""The people at a client."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models.accounts import Account
from roomnight.organization.models import Staff


class Contact(models.Model):
    """A person at a client 联系人 (ACC-03). One who changes company is moved, and the history comes along."""

    class DecisionRole(models.TextChoices):
        DECIDER = "decider", _("Decision maker")
        BOOKER = "booker", _("Booker")
        PAYER = "payer", _("Payer")
        USER = "user", _("User")
        GATEKEEPER = "gatekeeper", _("Gatekeeper")

    class Salutation(models.TextChoices):
        MR = "mr", _("Mr")
        MS = "ms", _("Ms")

    class Attitude(models.TextChoices):
        """How the person stands to us."""

        FOR = "for", _("For us")
        NEUTRAL = "neutral", pgettext_lazy("attitude", "Neutral")
        AGAINST = "against", _("Against us")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("Email")
        QQ = "qq", _("QQ")
        VISIT = "visit", _("Visit")

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    salutation = models.CharField(_("salutation"), max_length=4, choices=Salutation, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    job_title = models.CharField(_("job title"), max_length=60, blank=True)
    decision_role = models.CharField(_("role in the decision"), max_length=12, choices=DecisionRole, blank=True)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    qq = models.CharField(_("QQ"), max_length=20, blank=True)
    messaging_keeper = models.ForeignKey(
        Staff,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("colleague who keeps the messaging contact"),
    )
    other_way = models.CharField(_("another way to reach"), max_length=120, blank=True)
    home_address = models.CharField(_("home address"), max_length=200, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=10, choices=Channel, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    birthday_month = models.PositiveSmallIntegerField(_("birthday month"), null=True, blank=True)
    birthday_day = models.PositiveSmallIntegerField(_("birthday day"), null=True, blank=True)
    birthday_is_lunar = models.BooleanField(_("lunar birthday"), default=False)
    preferences = models.JSONField(_("preferences"), default=dict, blank=True)
    consent_purpose = models.CharField(_("consent for"), max_length=120, blank=True)
    consent_given_on = models.DateField(_("consent given on"), null=True, blank=True)
    consent_how = models.CharField(_("consent obtained how"), max_length=120, blank=True)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )
    attitude = models.CharField(_("attitude"), max_length=8, choices=Attitude, blank=True)
    closeness = models.PositiveSmallIntegerField(_("closeness, 1 to 5"), null=True, blank=True)
    keeper = models.ForeignKey(
        Staff, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("our person for this contact")
    )
    verified_on = models.DateField(_("last verified on"), null=True, blank=True)
    card_told_on = models.DateField(null=True)
    remarks = models.TextField(_("remarks"), blank=True)
    is_active = models.BooleanField(_("still there"), default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False,
        verbose_name=_("merged into"),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closeness=None) | models.Q(closeness__range=(1, 5)), name="clients_closeness_1_to_5"
            )
        ]
        indexes = [
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="clients_merged_contact"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def hotel_code(self) -> str:
        return self.account.hotel.code


class Gift(models.Model):
    """A present given to a contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="gifts")
    given_on = models.DateField(_("given on"))
    what = models.CharField(pgettext_lazy("gift", "what"), max_length=120)
    value = models.DecimalField(_("value"), max_digits=10, decimal_places=2, null=True, blank=True)
    given_by = models.CharField(max_length=60)


class ContactMove(models.Model):
    """A contact left one account for another; both pages show it (ACC-03)."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="moves")
    old = models.ForeignKey(Account, models.PROTECT, related_name="contacts_left")
    new = models.ForeignKey(Account, models.PROTECT, related_name="contacts_joined")
    at = models.DateTimeField(auto_now_add=True)
    moved_by = models.CharField(max_length=60)
