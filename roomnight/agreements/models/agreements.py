"""What the hotel and a client agreed on: term, rates, terms of payment, who may sign, and how the paper came about (AGR)."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel, Staff


class Kind(models.TextChoices):
    """What sort of agreement (AGR-01)."""

    CASH = "cash", _("Cash spending")
    CREDIT_SIGNING = "credit_signing", _("Credit signing")
    CREDIT_ACCOUNT = "credit_account", _("Credit account")
    CONFERENCE = "conference", _("Conference reception")
    TRAVEL_AGENCY = "travel_agency", pgettext_lazy("agreement", "Travel agency")
    KEY_ACCOUNT = "key_account", pgettext_lazy("agreement", "Key account")


CHARGING = (Kind.CREDIT_SIGNING, Kind.CREDIT_ACCOUNT)
"""The kinds under which a client's people sign instead of paying."""


class State(models.TextChoices):
    """How far an agreement has come (AGR-02)."""

    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    REVIEW = "review", _("In review")
    APPROVED = "approved", pgettext_lazy("agreement", "Approved")
    SIGNED = "signed", pgettext_lazy("agreement", "Signed")
    EFFECTIVE = "effective", pgettext_lazy("agreement", "Effective")
    EXPIRING = "expiring", _("Expiring")
    RENEWED = "renewed", _("Renewed")
    EXPIRED = "expired", _("Expired")
    TERMINATED = "terminated", _("Terminated")
    WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "Given up")
    LAPSED = "lapsed", pgettext_lazy("agreement", "Lapsed")


NEVER = (State.WITHDRAWN, State.LAPSED)
"""States of an agreement that did not come about."""
RUNNING = (State.EFFECTIVE, State.EXPIRING, State.RENEWED)
"""States of an agreement that has begun and not ended."""
HELD = (State.SIGNED, *RUNNING, State.EXPIRED, State.TERMINATED)
"""States of an agreement that both sides signed: it holds on the days from `starts_on` to `holds_until`."""


class Settlement(models.TextChoices):
    """When the client pays."""

    DEPARTURE = "departure", _("On departure")
    EVENT = "event", _("After each event")
    WEEKLY = "weekly", pgettext_lazy("settlement", "Weekly")
    HALF_MONTHLY = "half_monthly", _("Twice a month")
    MONTHLY = "monthly", pgettext_lazy("settlement", "Monthly")
    QUARTERLY = "quarterly", pgettext_lazy("settlement", "Quarterly")


def percent(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=5, decimal_places=2, null=True, blank=True)


class Agreement(models.Model):
    """An agreement of the hotel with a client 协议书 (AGR-01).

    It holds from `starts_on` to `holds_until`, both days included; the latter is `ends_on` unless it was terminated before.
    `lapse_told_on`: its representative was reminded that it lapses if it is not signed.
    The client's particulars are those of the day of drafting, as they stand on the paper. `periods` divides the term:
    each [first day, season] lasts until the day before the next. `blackouts` are [first, last] days without any rate.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="agreements", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    account = models.ForeignKey(Account, models.PROTECT, related_name="agreements", verbose_name=_("client"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    responsible = models.ForeignKey(Staff, models.PROTECT, related_name="agreements", verbose_name=_("representative"))
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    holds_until = models.DateField(_("holds until"))
    periods = models.JSONField(default=list)
    blackouts = models.JSONField(_("days without a rate"), default=list, blank=True, encoder=DjangoJSONEncoder)
    client_name = models.CharField(_("client's full name"), max_length=160)
    client_address = models.CharField(_("address"), max_length=200, blank=True)
    client_contact = models.CharField(_("contact person"), max_length=80, blank=True)
    client_phone = models.CharField(_("phone"), max_length=40, blank=True)
    client_tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    client_bank = models.CharField(_("bank"), max_length=120, blank=True)
    client_bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    dining_discount = percent(_("discount for dining"))
    meeting_discount = percent(_("discount for meeting rooms"))
    commission = percent(_("commission"))
    commitment_nights = models.PositiveIntegerField(_("room nights promised"), null=True, blank=True)
    commitment_revenue = models.DecimalField(
        _("room revenue promised"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    hold_until = models.TimeField(_("rooms are kept until"), null=True, blank=True)
    cancellation_terms = models.CharField(_("terms for cancelling"), max_length=300, blank=True)
    no_show_terms = models.CharField(_("terms for no-shows"), max_length=300, blank=True)
    settlement = models.CharField(_("settlement"), max_length=12, choices=Settlement, default=Settlement.DEPARTURE)
    payment_days = models.PositiveSmallIntegerField(_("days to pay after the statement"), null=True, blank=True)
    special_terms = models.TextField(_("special terms"), blank=True)
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews")
    )
    submitted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)
    lapse_told_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="agreements_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="agreements_end_after_start"),
            models.CheckConstraint(condition=Q(holds_until__lte=F("ends_on")), name="agreements_hold_no_longer"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=False)
                | Q(state__in=["draft", "review", "approved", "withdrawn", "lapsed"]),
                name="agreements_hold_when_signed",
            ),
            models.UniqueConstraint(
                fields=["renews"], condition=Q(renews__isnull=False) & ~Q(state__in=["withdrawn", "lapsed"]),
                name="agreements_renewed_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hotel", "state", "holds_until"], name="agreements_lists"),
            models.Index(fields=["account", "holds_until"], name="agreements_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.client_name}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:agreement", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        """Whether both sides are still bound to become or are bound."""
        return self.state not in (State.EXPIRED, State.TERMINATED, *NEVER)


class RateLine(models.Model):
    """One line of the price list: a room type, in one season or every season, for some nights of the week (AGR-01).

    `nights` are weekdays, 1 for the night from Monday to Tuesday. `floor` is the lowest rate without the director's word,
    as it was when the agreement was decided on. `is_linked`: the rate is given for the volume that was promised.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    room_type = models.CharField(_("room type"), max_length=40)
    season = models.CharField(_("season"), max_length=40, blank=True)
    nights = models.CharField(_("nights"), max_length=7)
    rate = models.DecimalField(_("rate"), max_digits=10, decimal_places=2)
    breakfasts = models.PositiveSmallIntegerField(_("breakfasts"), default=0)
    is_linked = models.BooleanField(_("for the promised volume"), default=False)
    floor = models.DecimalField(_("floor"), max_digits=10, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="agreements_line_place_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="agreements_rate_is_something"),
        ]
        ordering = ["position"]

    @property
    def is_below_floor(self) -> bool:
        return self.floor is not None and self.rate < self.floor


class RateCell(models.Model):
    """One night of the week of one season and room type, and the line that prices it: no night has two rates."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="cells", db_index=False)
    line = models.ForeignKey(RateLine, models.CASCADE, related_name="cells")
    room_type = models.CharField(max_length=40)
    season = models.CharField(max_length=40)
    night = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "room_type", "season", "night"], name="agreements_one_rate_a_night"
            ),
            models.CheckConstraint(condition=Q(night__range=(1, 7)), name="agreements_nights_of_a_week"),
        ]


class Signatory(models.Model):
    """Somebody at the client who may sign for it 有效签单人: in force from `starts_on` to `ends_on`, both included (AGR-01).

    `limit_each` is the most one signature may cover. A change is made on the client's letter. The specimen of the
    signature is a file that hangs on this row.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatories")
    name = models.CharField(_("name"), max_length=80)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    document_end = models.CharField(_("last four signs of the document"), max_length=4, blank=True)
    limit_each = models.DecimalField(_("limit each time"), max_digits=12, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    letter = models.CharField(_("client's letter"), max_length=120, blank=True)
    added_by = models.CharField(max_length=60)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "name", "starts_on"], name="agreements_signatory_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="agreements_signatory_ends_after_start"
            ),
        ]
        ordering = ["name", "starts_on"]

    def __str__(self) -> str:
        return self.name

    @property
    def hotel_code(self) -> str:
        return self.agreement.hotel.code


class Side(models.TextChoices):
    """Whose signed original."""

    OURS = "ours", _("Our original")
    THEIRS = "theirs", _("The client's original")


class Original(models.Model):
    """A signed original: whose, who signed, whether it bears the seal, and where it lies (AGR-03)."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="originals")
    side = models.CharField(_("original"), max_length=6, choices=Side)
    signed_for_us = models.CharField(_("signed for the hotel by"), max_length=80)
    signed_for_client = models.CharField(_("signed for the client by"), max_length=80)
    signed_on = models.DateField(_("signed on"))
    has_our_seal = models.BooleanField(_("with the hotel's seal"), default=False)
    has_client_seal = models.BooleanField(_("with the client's seal"), default=False)
    place = models.CharField(_("where it is kept"), max_length=160)
    registered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "side"], name="agreements_original_once")]
        ordering = ["side"]

    @property
    def hotel_code(self) -> str:
        return self.agreement.hotel.code


class Step(models.TextChoices):
    DRAFTED = "drafted", _("Drafted")
    CHANGED = "changed", pgettext_lazy("agreement", "Changed")
    SUBMITTED = "submitted", pgettext_lazy("agreement", "Handed in")
    APPROVED = "approved", pgettext_lazy("agreement", "Approved")
    RETURNED = "returned", _("Returned")
    SIGNED = "signed", pgettext_lazy("agreement", "Signed")
    BEGAN = "began", _("Took effect")
    ENDED = "ended", pgettext_lazy("agreement", "Ended")
    TERMINATED = "terminated", _("Terminated")
    RENEWED = "renewed", _("Renewed")
    WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "Given up")
    LAPSED = "lapsed", pgettext_lazy("agreement", "Lapsed")


class TrailLine(models.Model):
    """One step of an agreement: who did what, when, and their opinion."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="trail")
    at = models.DateTimeField()
    who = models.CharField(max_length=60)
    what = models.CharField(max_length=12, choices=Step)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
