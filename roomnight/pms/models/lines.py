"""What guests and clients spent and paid, and who is in the house, as the PMS tells it."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Hotel
from roomnight.pms.models.parties import Party
from roomnight.pms.models.runs import ImportRun


class RevenueKind(models.TextChoices):
    """What a charge was for."""

    ROOM = "room", _("Room")
    FOOD = "food", _("Food")
    BEVERAGE = "beverage", _("Beverage")
    BANQUET = "banquet", _("Banquet")
    MEETING = "meeting", _("Meeting")
    OTHER = "other", _("Other")


class Line(models.Model):
    """What every line from the PMS has: its key there, and the digest of what was read of it (PMS-02).

    As with bookings, the key is the line's own number or the digest of its row and its place among equal rows.
    """

    source_key = models.CharField(max_length=160)
    content = models.CharField(max_length=32)

    class Meta:
        abstract = True


class FolioLine(Line):
    """A charge on a guest's or client's folio 消费明细; below nothing where it is taken back.

    `party` is the client it is charged to, where the PMS names one. `on_city_ledger` says that it went to the client's
    account 挂账 instead of being paid. Tax and service are the parts of `amount` where the PMS tells them.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="folio_lines", db_index=False)
    business_date = models.DateField(_("business date"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="folio_lines", db_index=False)
    revenue_kind = models.CharField(_("charged for"), max_length=10, choices=RevenueKind)
    amount_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField(null=True)
    service_cents = models.BigIntegerField(null=True)
    currency = models.CharField(_("currency"), max_length=3)
    booking_number = models.CharField(_("booking number"), max_length=60, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    description = models.CharField(_("what"), max_length=120, blank=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    on_city_ledger = models.BooleanField(_("city ledger"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "source_key"], name="pms_folio_line_once")]
        indexes = [
            models.Index(
                fields=["party", "-business_date", "-id"],
                condition=models.Q(party__isnull=False),
                name="pms_folio_lines_of_party",
            ),
            models.Index(
                fields=["hotel", "business_date"],
                condition=models.Q(on_city_ledger=True),
                name="pms_city_ledger_lines",
            ),
        ]

    @property
    def amount(self) -> Decimal:
        """As posted, in `currency`."""
        return Decimal(self.amount_cents).scaleb(-2)


class Payment(Line):
    """Money that came in 收款, from whom and how; kept for the client's account."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="payments", db_index=False)
    paid_on = models.DateField(_("paid on"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="payments", db_index=False)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("method"), max_length=60, blank=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    statement = models.CharField(_("folio or statement"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "source_key"], name="pms_payment_once")]
        indexes = [
            models.Index(
                fields=["party", "-paid_on", "-id"],
                condition=models.Q(party__isnull=False),
                name="pms_payments_of_party",
            )
        ]

    @property
    def amount(self) -> Decimal:
        """As paid, in `currency`."""
        return Decimal(self.amount_cents).scaleb(-2)


class InHouseList(models.Model):
    """The moment for which a hotel's in-house list holds; a list taken later replaces it."""

    hotel = models.OneToOneField(Hotel, models.PROTECT, related_name="in_house_list")
    taken_at = models.DateTimeField(_("taken at"))
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="+")


class GuestState(models.TextChoices):
    IN_HOUSE = "in_house", _("In house")
    ARRIVING = "arriving", _("Arriving")


class InHouseGuest(Line):
    """A guest in the house or expected, as the latest list says 在住. Only `pms.access` reads this table for a person.

    A confidential guest exists for nobody but those who look after such guests (PRV-03): `is_confidential` is the PMS's
    own mark, `Confidentiality` what was agreed here. `stay_key` names the stay in every list and in every room.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=GuestState, default=GuestState.IN_HOUSE)
    arrival = models.DateField(_("arrival"))
    departure = models.DateField(_("departure"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)
    agent_party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)
    booking_number = models.CharField(_("booking number"), max_length=60, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    guest_name = models.CharField(_("guest"), max_length=120, blank=True)
    vip = models.CharField(_("VIP"), max_length=60, blank=True)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    stay_key = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "source_key"], name="pms_guest_once"),
            models.CheckConstraint(
                condition=models.Q(departure__gte=models.F("arrival")), name="pms_guest_leaves_after_arriving"
            ),
        ]
        indexes = [models.Index(fields=["hotel", "stay_key"], name="pms_guest_stay")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
