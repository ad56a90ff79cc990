"""Who comes with an order, what they need and like, and who of them is received with more than the usual (ORD-01)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roomnight.orders.models.blocks import BlockRoom
from roomnight.orders.models.orders import Order


class OrderGuest(models.Model):
    """One guest of an order: `vip` is the level by which the house receives them, nothing for most; `needs` what they need or
    like. Days are only kept where they are not the order's. `room` is the room of the rooming list they sleep in, `list_key` what
    a file that is read again knows them by (ORD-08). One taken off the list stays on the record."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="guests")
    name = models.CharField(_("name"), max_length=80)
    latin_name = models.CharField(_("name in Latin letters"), max_length=80, blank=True)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    vip = models.CharField(_("VIP level"), max_length=12, blank=True)
    arrives_on = models.DateField(_("arrival"), null=True, blank=True)
    departs_on = models.DateField(_("departure"), null=True, blank=True)
    needs = models.TextField(_("needs and likes"), blank=True)
    room = models.ForeignKey(BlockRoom, models.SET_NULL, null=True, blank=True, related_name="guests")
    list_key = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(_("taken off the list"), null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "list_key"], condition=~Q(list_key="") & Q(removed_at__isnull=True), name="orders_guest_key_once"
            ),
        ]  # fmt: skip
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code
