"""Rooms kept for a group: night by night, until when, what was given back, and who sleeps in which of them (ORD-08)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.models.orders import OrderItem


class BlockState(models.TextChoices):
    """Whether rooms that nobody's name stands on are still kept."""

    KEPT = "kept", pgettext_lazy("room block", "Kept")
    RELEASED = "released", pgettext_lazy("room block", "Released")


class RoomBlock(models.Model):
    """The rooms that one item of an order keeps 团队房/锁房, one row a night below it (ORD-08).

    `cut_off_on` is the day on which what has no name is given back or proposed to be; `told_days` the last reminder of it
    that was sent (so many days ahead), `cut_off_done_on` when the day itself was seen to.
    """

    item = models.OneToOneField(OrderItem, models.CASCADE, related_name="block")
    cut_off_on = models.DateField(_("cut-off date"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=BlockState, default=BlockState.KEPT)
    told_days = models.PositiveSmallIntegerField(null=True)
    cut_off_done_on = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["cut_off_on"], condition=Q(cut_off_done_on__isnull=True, cut_off_on__isnull=False),
                name="orders_cut_offs_ahead",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.item)

    @property
    def hotel_code(self) -> str:
        return self.item.order.hotel.code


class BlockNight(models.Model):
    """One night of a block: how many rooms were agreed, how many are kept now, on how many a name stands.

    What is left is kept less picked up; the database keeps it from being less than nothing.
    """

    block = models.ForeignKey(RoomBlock, models.CASCADE, related_name="nights", db_index=False)
    night = models.DateField(_("night"))
    agreed = models.PositiveIntegerField(_("agreed"))
    rooms = models.PositiveIntegerField(_("rooms"))
    picked = models.PositiveIntegerField(_("picked up"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["block", "night"], name="orders_block_night_once"),
            models.CheckConstraint(
                condition=Q(picked__gte=0, rooms__gte=F("picked"), agreed__gte=F("rooms")), name="orders_picked_within_block"
            ),
        ]  # fmt: skip
        ordering = ["night"]

    @property
    def left(self) -> int:
        """Rooms that nobody's name stands on yet."""
        return self.rooms - self.picked


class BlockRelease(models.Model):
    """Rooms of a block given back to be sold to others: by whom, when, why; `by_night` is {ISO day: rooms}, `rooms` their sum."""

    block = models.ForeignKey(RoomBlock, models.CASCADE, related_name="releases")
    at = models.DateTimeField()
    who = models.CharField(max_length=60)
    why = models.CharField(_("why"), max_length=200)
    rooms = models.PositiveIntegerField(_("room nights"))
    by_night = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]


class BlockRoom(models.Model):
    """One room of the rooming list: it picks up a room of its block for each of its nights, but for those that `elsewhere` says.
    Guests hang on it, several who share it. One that is given back stays on the record."""

    block = models.ForeignKey(RoomBlock, models.CASCADE, related_name="list_rooms")
    arrives_on = models.DateField(_("arrival"))
    departs_on = models.DateField(_("departure"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    given_back_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(departs_on__gt=F("arrives_on")), name="orders_list_room_has_nights"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.arrives_on:%m-%d} – {self.departs_on:%m-%d}"

    @property
    def hotel_code(self) -> str:
        return self.block.item.order.hotel.code


class NightElsewhere(models.Model):
    """A night of a room of the list that another block of the same type gives, because the room's own has none then."""

    room = models.ForeignKey(BlockRoom, models.CASCADE, related_name="elsewhere", db_index=False)
    night = models.DateField(_("night"))
    block = models.ForeignKey(RoomBlock, models.CASCADE, related_name="nights_given")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "night"], name="orders_room_night_elsewhere_once")]
        ordering = ["night"]
