"""A client and what belongs to it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models.sorting import Tag, Territory
from roomnight.organization.models import Hotel, Staff


class AccountKind(models.TextChoices):
    """What sort of client (ACC-01)."""

    CORPORATE = "corporate", _("Corporate")
    TRAVEL_AGENCY = "travel_agency", _("Travel agency")
    ONLINE_CHANNEL = "online_channel", _("Online channel")
    GOVERNMENT = "government", _("Government")
    CONFERENCE = "conference", _("Conference organiser")
    ASSOCIATION = "association", _("Association")
    AIRLINE_CREW = "airline_crew", _("Airline crew")
    INDIVIDUAL = "individual", _("Individual VIP")
    TENANT = "tenant", _("Property tenant")
    KEY_ACCOUNT = "key_account", _("Key account")
    OTHER = "other", _("Other")


class Stage(models.TextChoices):
    """Where a client stands with the hotel (ACC-02)."""

    LEAD = "lead", _("Lead")
    TARGET = "target", _("Target")
    NEGOTIATING = "negotiating", _("Negotiating")
    ACTIVE = "active", _("Active")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")
    INVALID = "invalid", _("Invalid")
    BLACKLISTED = "blacklisted", _("Blacklisted")


class Importance(models.TextChoices):
    IMPORTANT = "important", _("Important")
    ORDINARY = "ordinary", _("Ordinary")


class Grade(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class Account(models.Model):
    """A client 客户单位: company, agency, authority or person that brings business to one hotel (ACC-01).

    One that turned out to be a second record of another is `merged_into` that one and stays for its address only (ACC-04).
    `room_nights_12m` and its neighbours, and `agreement_until`, are published by the floors above: lists need no sums.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="accounts")
    code = models.CharField(_("code"), max_length=24)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    mnemonic = models.CharField(_("mnemonic"), max_length=24, blank=True)
    kind = models.CharField(_("type"), max_length=20, choices=AccountKind, default=AccountKind.CORPORATE)
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    segment = models.CharField(_("market segment"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=40, blank=True)
    district = models.CharField(_("district"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    invoice_title = models.CharField(_("invoice title"), max_length=160, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent account")
    )
    staff_size = models.PositiveIntegerField(_("staff size"), null=True, blank=True)
    potential_room_nights = models.PositiveIntegerField(_("potential room nights a year"), null=True, blank=True)
    potential_meetings = models.PositiveIntegerField(_("potential meetings a year"), null=True, blank=True)
    potential_covers = models.PositiveIntegerField(_("potential covers a year"), null=True, blank=True)
    financial_standing = models.TextField(_("financial standing"), blank=True)
    financial_source = models.CharField(_("source of the standing"), max_length=120, blank=True)
    financial_as_of = models.DateField(_("standing as of"), null=True, blank=True)
    importance = models.CharField(_("importance"), max_length=10, choices=Importance, default=Importance.ORDINARY)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)
    credit_grade = models.CharField(_("credit grade"), max_length=4, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.LEAD)
    owner = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("owner")
    )
    co_owner = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="co_owned_accounts", verbose_name=_("co-owner")
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("territory")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="accounts", verbose_name=_("tags"))
    remarks = models.TextField(_("remarks"), blank=True)
    media_note = models.CharField(_("news about the client"), max_length=300, blank=True)
    media_noted_on = models.DateField(_("news of"), null=True, blank=True)
    referred_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("referred by")
    )
    agreement_until = models.DateField(_("agreement until"), null=True, blank=True)
    custom = models.JSONField(_("custom fields"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    client_since = models.DateField(_("client since"), null=True, blank=True)
    company_day = models.DateField(_("company day"), null=True, blank=True)
    city_room_nights = models.PositiveIntegerField(
        _("room nights a year in the city, all hotels"), null=True, blank=True
    )
    card_told_on = models.DateField(null=True)
    verified_on = models.DateField(_("last verified on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False,
        verbose_name=_("merged into"),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    room_nights_12m = models.IntegerField(_("room nights, 12 months"), default=0)
    room_nights_prior_12m = models.IntegerField(_("room nights, the 12 months before"), default=0)
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=14, decimal_places=2, default=0)
    last_arrival_on = models.DateField(_("last arrival"), null=True, blank=True)
    last_visit_on = models.DateField(_("last visit"), null=True, blank=True)
    next_action_on = models.DateField(_("next action"), null=True, blank=True)
    next_action = models.CharField(_("next action"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "code"], name="clients_code_once_a_hotel"),
            models.CheckConstraint(
                condition=models.Q(co_owner=None) | ~models.Q(co_owner=models.F("owner")),
                name="clients_two_different_owners",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "-room_nights_12m", "-id"], name="clients_by_production"),
            models.Index(fields=["hotel", "owner", "-room_nights_12m", "-id"], name="clients_by_owner"),
            models.Index(fields=["hotel", "name", "id"], name="clients_by_name"),
            models.Index(fields=["hotel", "stage", "-room_nights_12m"], name="clients_by_stage"),
            models.Index(fields=["hotel", "next_action_on"], name="clients_by_next_action"),
            models.Index(fields=["hotel", "last_visit_on"], name="clients_by_last_visit"),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="clients_merged_account"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class CompetitorUse(models.Model):
    """Another hotel that a client uses, with its share of the client's nights and the price paid there."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="competitors")
    hotel_name = models.CharField(_("competitor"), max_length=80)
    share_percent = models.PositiveSmallIntegerField(_("share %"), null=True, blank=True)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, null=True, blank=True)
    advantages = models.CharField(_("its advantages"), max_length=200, blank=True)
    noted_on = models.DateField(_("noted on"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "hotel_name"], name="clients_competitor_once")]


class ExternalId(models.Model):
    """The number another system knows an account by; (hotel, kind, value) names one account."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="external_ids")
    hotel = models.ForeignKey(Hotel, models.PROTECT)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "kind", "value"], name="clients_external_id_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class AccountShare(models.Model):
    """A colleague who may work on an account although it is somebody else's (ORG-03)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="shares")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="shared_accounts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "staff"], name="clients_share_once")]


class StageChange(models.Model):
    """One step of a client from stage to stage, kept with time, person and reason (ACC-02)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="stage_changes")
    at = models.DateTimeField(auto_now_add=True)
    old = models.CharField(max_length=12, choices=Stage)
    new = models.CharField(max_length=12, choices=Stage)
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=60)
