"""Halls and meeting rooms 会场, what they are thrown together from, and who has them when (ORD-07)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.orders.models.orders import Order, OrderItem, SetUp
from roomnight.orders.rules.diary import Use
from roomnight.organization.models import Hotel, Staff


class FunctionSpace(models.Model):
    """A hall or meeting room that is sold by the hour 会场.

    One without parts is a smallest hall: nothing divides it further. A combined hall consists of two or more of these and
    is sold as one. `seats` says how many people it seats by set-up; `set_up_minutes` and `tear_down_minutes` stand for the
    hotel's values where they are empty. Nothing is deleted: a hall that is sold no more is closed.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="function_spaces", db_index=False)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    place = models.CharField(_("floor or wing"), max_length=40, blank=True)
    area = models.DecimalField(_("area in m²"), max_digits=7, decimal_places=1, null=True, blank=True)
    seats = models.JSONField(_("seats"), default=dict)
    set_up_minutes = models.PositiveSmallIntegerField(_("minutes to set up"), null=True, blank=True)
    tear_down_minutes = models.PositiveSmallIntegerField(_("minutes to clear"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the diary"), default=0)
    is_active = models.BooleanField(_("is sold"), default=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "name"], name="orders_space_name_once")]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("orders:space", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def label(self) -> str:
        """What it is called, in the language of whoever reads it."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class SpacePart(models.Model):
    """A smallest hall of which a combined one consists."""

    whole = models.ForeignKey(FunctionSpace, models.CASCADE, related_name="parts")
    part = models.ForeignKey(FunctionSpace, models.PROTECT, related_name="wholes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whole", "part"], name="orders_space_part_once"),
            models.CheckConstraint(condition=~Q(whole=F("part")), name="orders_space_not_its_own_part"),
        ]


class BookingState(models.TextChoices):
    """How a hall is held 候补 → 暂定 → 确认 / 已放. Option and definite hold it; the others hold nothing."""

    WAITING = "waiting", pgettext_lazy("hall", "On the wait list")
    OPTION = "option", pgettext_lazy("hall", "Option")
    DEFINITE = "definite", pgettext_lazy("hall", "Definite")
    RELEASED = "released", pgettext_lazy("hall", "Released")


HOLDING = (BookingState.OPTION, BookingState.DEFINITE)


class SpaceBooking(models.Model):
    """A hall for a function: from when to when, on option or definite; or a place on the wait list for it (ORD-07).

    It belongs to an order, and may stand for one item of it; one without an order is the hotel's own use (upkeep, staff
    party), which `title` says. `taken_from` and `taken_until` are when it holds the hall, set-up and clearing included.
    An option ends at `option_until` by itself. What it holds stands in `SpaceSlot`, row by row.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="space_bookings", db_index=False)
    space = models.ForeignKey(
        FunctionSpace, models.PROTECT, related_name="bookings", verbose_name=_("hall"), db_index=False
    )
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="space_bookings")
    item = models.ForeignKey(OrderItem, models.SET_NULL, null=True, related_name="space_bookings")
    title = models.CharField(_("function"), max_length=120)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    set_up_minutes = models.PositiveSmallIntegerField(_("minutes to set up"), default=0)
    tear_down_minutes = models.PositiveSmallIntegerField(_("minutes to clear"), default=0)
    taken_from = models.DateTimeField()
    taken_until = models.DateTimeField()
    set_up = models.CharField(_("set-up"), max_length=14, choices=SetUp, blank=True)
    attendance = models.PositiveIntegerField(_("people"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BookingState)
    option_until = models.DateTimeField(_("option until"), null=True, blank=True)
    asked_at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=200, blank=True)
    booked_by = models.ForeignKey(Staff, models.PROTECT, related_name="space_bookings")
    released_at = models.DateTimeField(_("released"), null=True)
    released_by = models.CharField(max_length=60, blank=True)
    release_reason = models.CharField(_("reason"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="orders_function_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(taken_from__lte=F("starts_at"), taken_until__gte=F("ends_at")),
                name="orders_hall_taken_for_all_of_it",
            ),
            models.CheckConstraint(
                condition=~Q(state="option") | Q(option_until__isnull=False), name="orders_option_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "taken_from", "taken_until"], name="orders_diary"),
            models.Index(fields=["option_until"], condition=Q(state="option"), name="orders_options_running_out"),
            models.Index(fields=["hotel", "starts_at"], condition=Q(state="waiting"), name="orders_hall_wait_list"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} · {self.space.label}"

    def get_absolute_url(self) -> str:
        return reverse("orders:booking", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def use(self) -> Use:
        """When the hall is used and held."""
        return Use(self.starts_at, self.ends_at, self.set_up_minutes, self.tear_down_minutes)

    @property
    def holds(self) -> bool:
        """Whether it keeps the hall from others."""
        return self.state in HOLDING

    @property
    def in_short(self) -> dict[str, Any]:
        """What the audit trail tells of it."""
        return {"space": self.space.name, "from": self.starts_at, "until": self.ends_at, "state": self.state}


class SpaceSlot(models.Model):
    """A quarter of an hour in which a smallest hall is taken.

    That there is one row at most for a hall and a quarter is what keeps a hall from being sold twice, on either database:
    of two who book at once, one finds the row there. `quarter` counts from the beginning of 1970 in universal time.
    """

    space = models.ForeignKey(FunctionSpace, models.PROTECT, related_name="slots", db_index=False)
    quarter = models.PositiveIntegerField()
    booking = models.ForeignKey(SpaceBooking, models.CASCADE, related_name="slots")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "quarter"], name="orders_hall_taken_once")]
