"""Reservations from the PMS, and the production they make."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel
from roomnight.pms.models.parties import Party, Side


class BookingStatus(models.TextChoices):
    """What became of a reservation."""

    STAYED = "stayed", _("Stayed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("No-show")


class Booking(models.Model):
    """A reservation 预订 as the PMS tells it. With neither company nor agent it is the hotel's other business.

    `source_key` is its number there or, where there is none, the digest of its row and its place among equal rows.
    `content` is the digest of what was read; the same again means there is nothing to update. Money of the whole stay
    is in cents, so that sums are exact on every database. Parties are kept where the file names clients we have to
    recognise first; company and agent follow them. Of the guest's e-mail address only the domain is kept, of the telephone
    number what can be compared and not read. `trace` is empty where a reservation says nothing of where its guest comes
    from; otherwise it rises in a hotel with every chunk of an import, so that what is new since can be asked for.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="bookings", db_index=False)
    source_key = models.CharField(max_length=160)
    content = models.CharField(max_length=32)
    revenue_cents = models.BigIntegerField()
    departure = models.DateField(_("departure"))
    status = models.CharField(_("state"), max_length=10, choices=BookingStatus)
    arrival = models.DateField(_("arrival"))
    nights = models.PositiveIntegerField(_("nights"))
    rate = models.DecimalField(_("rate a night"), max_digits=12, decimal_places=4)
    booked_on = models.DateField(_("booked on"), null=True)
    status_on = models.DateField(_("state since"), null=True)
    company = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="company_bookings",
        db_index=False,
        verbose_name=_("company's number"),
    )
    agent = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="agent_bookings",
        db_index=False,
        verbose_name=_("agent's number"),
    )
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    segment = models.CharField(_("market segment"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    room_type = models.CharField(_("room type booked"), max_length=60, blank=True)
    room_type_given = models.CharField(_("room type given"), max_length=60, blank=True)
    meal = models.CharField(_("meals"), max_length=60, blank=True)
    deposit = models.CharField(_("deposit"), max_length=60, blank=True)
    customer_type = models.CharField(_("type of guest"), max_length=60, blank=True)
    adults = models.PositiveIntegerField(_("adults"), null=True)
    children = models.PositiveIntegerField(_("children"), null=True)
    repeated_guest = models.BooleanField(_("has stayed before"), null=True)
    block = models.CharField(_("group or block"), max_length=60, blank=True)
    rate_code = models.CharField(_("rate code"), max_length=60, blank=True, default="", db_default="")
    guest_company = models.CharField(_("guest's company"), max_length=160, blank=True, default="", db_default="")
    invoice_title = models.CharField(_("invoice title"), max_length=160, blank=True, default="", db_default="")
    email_domain = models.CharField(_("email"), max_length=160, blank=True, default="", db_default="")
    phone_key = models.CharField(_("phone"), max_length=24, blank=True, default="", db_default="")
    trace = models.BigIntegerField(null=True)
    company_party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)
    agent_party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "source_key"], name="pms_booking_once"),
            models.CheckConstraint(
                condition=models.Q(departure__gte=models.F("arrival")), name="pms_leaves_after_arriving"
            ),
        ]
        indexes = [
            # Everything that production and silence ask of an account is in the index itself.
            models.Index(
                fields=["hotel", "company", "arrival", "status", "departure", "nights", "revenue_cents"],
                condition=models.Q(company__isnull=False),
                name="pms_booking_company",
            ),
            models.Index(
                fields=["hotel", "agent", "arrival", "status", "departure", "nights", "revenue_cents"],
                condition=models.Q(agent__isnull=False),
                name="pms_booking_agent",
            ),
            models.Index(
                fields=["company_party"],
                condition=models.Q(company_party__isnull=False),
                name="pms_booking_company_named",
            ),
            models.Index(
                fields=["hotel", "trace", "id"], condition=models.Q(trace__isnull=False), name="pms_booking_traced"
            ),
            models.Index(
                fields=["hotel", "arrival", "id"],
                condition=models.Q(trace__isnull=False),
                name="pms_booking_traced_arrival",
            ),
            models.Index(
                fields=["agent_party"], condition=models.Q(agent_party__isnull=False), name="pms_booking_agent_named"
            ),
        ]

    @property
    def revenue(self) -> Decimal:
        """Room revenue of the whole stay as booked, in the hotel's currency."""
        return Decimal(self.revenue_cents).scaleb(-2)


class Basis(models.TextChoices):
    """The month a figure belongs to: that of the arrival, of the nights slept, or of the business day it was charged on."""

    ARRIVAL = "arrival", _("by month of arrival")
    STAY = "stay", _("by month stayed")
    CHARGED = "charged", _("by month charged")


class ProductionMonth(models.Model):
    """What one account brought in one month 客户产量 (PMS-03): kept up with every import, always equal to a recount.

    Rooms come from reservations; by month stayed only nights and revenue have a meaning. The other products come from
    folio lines, by the month they were charged in: `charges` counts the lines, `charged_cents` is their sum. Room charges
    are the rooms once more, as they were posted, and are never added to the revenue of reservations.
    """

    class Product(models.TextChoices):
        ROOMS = "rooms", _("Rooms")
        ROOM_CHARGES = "room", _("Room charges")
        FOOD = "food", _("Food")
        BEVERAGE = "beverage", _("Beverage")
        BANQUET = "banquet", _("Banquet")
        MEETING = "meeting", _("Meeting")
        OTHER = "other", _("Other")

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="production", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="production", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    basis = models.CharField(max_length=7, choices=Basis)
    product = models.CharField(max_length=10, choices=Product, default=Product.ROOMS)
    month = models.DateField()
    bookings = models.IntegerField(default=0)
    stays = models.IntegerField(default=0)
    cancellations = models.IntegerField(default=0)
    no_shows = models.IntegerField(default=0)
    room_nights = models.IntegerField(default=0)
    cancelled_room_nights = models.IntegerField(default=0)
    zero_rate_stays = models.IntegerField(default=0)
    zero_night_stays = models.IntegerField(default=0)
    room_revenue_cents = models.BigIntegerField(default=0)
    charges = models.IntegerField(default=0)
    charged_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "side", "basis", "month", "product"], name="pms_production_once")
        ]
        indexes = [models.Index(fields=["hotel", "side", "basis", "month"], name="pms_production_hotel")]

    @property
    def room_revenue(self) -> Decimal:
        """Room revenue in the hotel's currency."""
        return Decimal(self.room_revenue_cents).scaleb(-2)


class AccountHabit(models.Model):
    """How often an account's guests arrived, from one side, brought up to date when an import ends.

    `gaps` are the whole days between different dates of arrival; twice their median is kept, which is always whole.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="habits", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    stays = models.PositiveIntegerField()
    room_nights = models.PositiveIntegerField()
    revenue_cents = models.BigIntegerField()
    arrival_days = models.PositiveIntegerField()
    first_arrival = models.DateField()
    last_arrival = models.DateField()
    last_departure = models.DateField()
    twice_median_gap = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "side"], name="pms_habit_once")]
        indexes = [
            models.Index(fields=["hotel", "side", "-revenue_cents", "account"], name="pms_habit_by_revenue"),
            models.Index(fields=["hotel", "last_arrival"], name="pms_habit_by_arrival"),
        ]
