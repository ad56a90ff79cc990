"""What the house offers a client, version by version, and what the client says to it 报价 (ORD-10)."""

from __future__ import annotations

from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.models.orders import Order
from roomnight.organization.models import Staff


class QuotationState(models.TextChoices):
    """How far a version of a quotation has come (ORD-10)."""

    DRAFT = "draft", pgettext_lazy("quotation", "Draft")
    SENT = "sent", pgettext_lazy("quotation", "Sent")
    ACCEPTED = "accepted", pgettext_lazy("quotation", "Accepted")
    DECLINED = "declined", pgettext_lazy("quotation", "Declined")
    CHANGES = "changes", _("Changes wanted")
    SUPERSEDED = "superseded", _("Superseded")


class Quotation(models.Model):
    """One version of the offer for an order (ORD-10): the items as they stood when it was made, each with what it comes to.

    `lines` are what `rules.quotations.Line` says of each item, with its id. It holds until `valid_until`, that day included. The
    version that the client accepts becomes the order: its items are then as the version has them.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="quotations")
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=QuotationState, default=QuotationState.DRAFT)
    offer = models.TextField(_("what we offer"), blank=True)
    terms = models.TextField(_("terms"), blank=True)
    valid_until = models.DateField(_("valid until"))
    lines = models.JSONField(_("lines"), default=list, encoder=DjangoJSONEncoder)
    total_cents = models.BigIntegerField(default=0)
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    made_at = models.DateTimeField(_("drawn up"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    sent_how = models.CharField(_("how it was sent"), max_length=120, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer_note = models.CharField(_("what the client said"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "version"], name="orders_quotation_version_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="accepted"), name="orders_one_accepted_quotation"
            ),
        ]
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.order.number}-{self.version}"

    def get_absolute_url(self) -> str:
        return reverse(
            "orders:quotation", kwargs={"hotel": self.order.hotel.code, "pk": self.order_id, "quotation": self.pk}
        )

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code

    @property
    def total(self) -> Decimal:
        return Decimal(self.total_cents).scaleb(-2)
