"""What a client ordered 订单: rooms, functions, meals, cars, who follows it, and how far it has come (ORD)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import Visit
from roomnight.agreements.models import Agreement
from roomnight.clients.models import Account, Contact
from roomnight.organization.models import Hotel, Staff


def money(cents: int | None) -> Decimal | None:
    """Whole cents as an amount; nothing stays nothing."""
    return None if cents is None else Decimal(cents).scaleb(-2)


class OrderKind(models.TextChoices):
    """What the order is for, as people of the trade say it."""

    STAY = "stay", pgettext_lazy("order", "Stay")
    GROUP = "group", _("Tour group")
    MEETING = "meeting", pgettext_lazy("order", "Meeting")
    TRAINING = "training", pgettext_lazy("order", "Training")
    BANQUET = "banquet", pgettext_lazy("order", "Banquet")
    WEDDING = "wedding", _("Wedding")
    EXHIBITION = "exhibition", _("Exhibition")
    PARTY = "party", pgettext_lazy("order", "Drinks reception")
    OTHER = "other", pgettext_lazy("order", "Something else")


class OrderState(models.TextChoices):
    """How far an order has come (ORD-02)."""

    ENQUIRY = "enquiry", pgettext_lazy("order", "Enquiry")
    TENTATIVE = "tentative", pgettext_lazy("order", "Tentative")
    DEFINITE = "definite", pgettext_lazy("order", "Definite")
    IN_PROGRESS = "in_progress", pgettext_lazy("order", "In progress")
    COMPLETED = "completed", pgettext_lazy("order", "Completed")
    ARCHIVED = "archived", pgettext_lazy("order", "Archived")
    DECLINED = "declined", pgettext_lazy("order", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")
    NO_SHOW = "no_show", _("No-show")


AHEAD = (OrderState.ENQUIRY, OrderState.TENTATIVE, OrderState.DEFINITE)
"""States of an order whose guests are still to come."""
ALIVE = (*AHEAD, OrderState.IN_PROGRESS)
"""States in which an order is worked on and may be changed."""
FIRM = (OrderState.DEFINITE, OrderState.IN_PROGRESS)
"""States in which house and client count on each other."""
LOST = (OrderState.DECLINED, OrderState.CANCELLED, OrderState.NO_SHOW)
"""States of an order that nothing came of."""


class PaymentWay(models.TextChoices):
    """How the client pays (ORD-01)."""

    ON_SITE = "on_site", _("On the spot")
    CREDIT = "credit", pgettext_lazy("payment of an order", "On account")
    PREPAID = "prepaid", _("Paid in advance")


class Channel(models.TextChoices):
    """How the order came in."""

    PHONE = "phone", pgettext_lazy("way an order came", "Telephone")
    VISIT = "visit", pgettext_lazy("way an order came", "Visit")
    MAIL = "mail", pgettext_lazy("way an order came", "E-mail")
    WECHAT = "wechat", pgettext_lazy("way an order came", "WeChat")
    WALK_IN = "walk_in", pgettext_lazy("way an order came", "In person")
    AGENCY = "agency", pgettext_lazy("way an order came", "Agency")
    OTHER = "other", pgettext_lazy("way an order came", "Another way")


class Order(models.Model):
    """One order of a client 订单 (ORD-01): it may hold rooms, functions, meals, cars and other things as items.

    Whoever takes an order follows it until it is archived: `follower` is `taken_by` until a hand-over (ORD-03). `arrives_on`
    and `departs_on` are the first and the last day of all of it, `arrives_at` the hour when the first guests are expected.
    `option_until` is the last day on which a tentative order is kept; `option_told_on` and `option_over_on` say when its
    follower was told that it runs out, and has run out. `quote_due_at` is by when the client has a quotation, until one was
    sent. `passed_cents` is up to what amount the order was let through in spite
    of the client's credit. Amounts are whole cents.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="orders", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    account = models.ForeignKey(Account, models.PROTECT, related_name="orders", verbose_name=_("client"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact person")
    )
    title = models.CharField(pgettext_lazy("order", "title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=OrderKind)
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel, default=Channel.PHONE)
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="orders")
    state = models.CharField(_("state"), max_length=12, choices=OrderState, default=OrderState.ENQUIRY)
    taken_by = models.ForeignKey(Staff, models.PROTECT, related_name="orders_taken", verbose_name=_("taken by"))
    follower = models.ForeignKey(Staff, models.PROTECT, related_name="orders_followed", verbose_name=_("followed by"))
    arrives_on = models.DateField(_("first day"))
    departs_on = models.DateField(_("last day"))
    arrives_at = models.TimeField(_("expected at"), null=True, blank=True)
    people = models.PositiveIntegerField(_("number of people"), null=True, blank=True)
    option_until = models.DateField(_("kept until"), null=True, blank=True)
    payment = models.CharField(_("payment"), max_length=8, choices=PaymentWay, default=PaymentWay.ON_SITE)
    deposit_cents = models.BigIntegerField(null=True, blank=True)
    deposit_due_on = models.DateField(_("deposit due on"), null=True, blank=True)
    deposit_paid_on = models.DateField(_("deposit paid on"), null=True, blank=True)
    signed_for = models.CharField(_("what may be signed for"), max_length=200, blank=True)
    sign_limit_cents = models.BigIntegerField(null=True, blank=True)
    signers = models.CharField(_("who may sign"), max_length=200, blank=True)
    special_needs = models.TextField(_("special needs"), blank=True)
    end_reason = models.CharField(_("why nothing came of it"), max_length=300, blank=True)
    went_to = models.CharField(_("where they went instead"), max_length=120, blank=True)
    end_charge_cents = models.BigIntegerField(null=True, blank=True)
    option_told_on = models.DateField(null=True)
    option_over_on = models.DateField(null=True)
    quote_due_at = models.DateTimeField(_("quotation due"), null=True)
    quote_told_at = models.DateTimeField(null=True)
    credit_held_at = models.DateTimeField(_("client's credit on hold since"), null=True)
    passed_cents = models.BigIntegerField(null=True)
    passed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("let through by"))
    passed_reason = models.CharField(_("why it was let through"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="orders_number_once"),
            models.CheckConstraint(condition=Q(departs_on__gte=F("arrives_on")), name="orders_end_after_start"),
            models.CheckConstraint(
                condition=~Q(state="tentative") | Q(option_until__isnull=False), name="orders_tentative_has_option"
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "arrives_on"], name="orders_lists"),
            models.Index(fields=["account", "arrives_on"], name="orders_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("orders:order", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def label(self) -> str:
        return self.title

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def deposit(self) -> Decimal | None:
        return money(self.deposit_cents)

    @property
    def sign_limit(self) -> Decimal | None:
        return money(self.sign_limit_cents)

    @property
    def end_charge(self) -> Decimal | None:
        return money(self.end_charge_cents)

    @property
    def passed(self) -> Decimal | None:
        return money(self.passed_cents)

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE


class ItemKind(models.TextChoices):
    """What an item of an order is (ORD-01)."""

    ROOMS = "rooms", pgettext_lazy("item of an order", "Rooms")
    FUNCTION = "function", pgettext_lazy("item of an order", "Function room")
    CATERING = "catering", pgettext_lazy("item of an order", "Meals")
    TRANSPORT = "transport", pgettext_lazy("item of an order", "Cars")
    OTHER = "other", pgettext_lazy("item of an order", "Other")


class SetUp(models.TextChoices):
    """How a room is set up for a function 摆台形式."""

    THEATRE = "theatre", _("Theatre")
    CLASSROOM = "classroom", _("Classroom")
    U_SHAPE = "u_shape", _("U-shape")
    HOLLOW_SQUARE = "hollow_square", _("Hollow square")
    BOARDROOM = "boardroom", _("Boardroom")
    HERRINGBONE = "herringbone", _("Herringbone")
    BANQUET = "banquet", pgettext_lazy("set-up", "Round tables")
    COCKTAIL = "cocktail", pgettext_lazy("set-up", "Standing")
    OTHER = "other", pgettext_lazy("set-up", "As agreed")


class Meal(models.TextChoices):
    BREAKFAST = "breakfast", _("Breakfast")
    TEA_BREAK = "tea_break", _("Tea break")
    LUNCH = "lunch", _("Lunch")
    DINNER = "dinner", _("Dinner")
    SUPPER = "supper", _("Late supper")
    BUFFET = "buffet", _("Buffet")
    PARTY = "party", pgettext_lazy("meal", "Drinks reception")


class Unit(models.TextChoices):
    """What a meal is priced by."""

    PERSON = "person", pgettext_lazy("price of a meal", "a person")
    TABLE = "table", pgettext_lazy("price of a meal", "a table")


class OrderItem(models.Model):
    """One thing that was ordered. Which columns say something depends on `kind`:

    rooms: room_type, arrives_on–departs_on, count (rooms), price (a room and night), breakfasts; function: space_wish, set_up,
    starts_at–ends_at, people, equipment, price (as a whole); catering: meal, unit, starts_at(–ends_at), count (covers or
    tables), people, menu, price (each); transport: vehicle, flight, place, starts_at, count (cars), people, price (each);
    other: what, starts_at (perhaps), count, price (each). `price_cents` may be open while the client is only asking.
    `agreed_cents` is what the agreement gives for these nights, `price_reason` why it is less. Where the block of rooms is not
    the same every night, `by_night` says so and `room_nights` is the sum; `count` is then the most of a night. A removed item
    stays.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind)
    what = models.CharField(_("what"), max_length=160, blank=True)
    arrives_on = models.DateField(_("arrival"), null=True, blank=True)
    departs_on = models.DateField(_("departure"), null=True, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    count = models.PositiveIntegerField(_("how many"), default=1)
    people = models.PositiveIntegerField(_("number of people"), null=True, blank=True)
    room_type = models.CharField(_("room type"), max_length=40, blank=True)
    breakfasts = models.PositiveSmallIntegerField(_("breakfasts"), default=0)
    space_wish = models.CharField(_("wanted room"), max_length=120, blank=True)
    set_up = models.CharField(_("set-up"), max_length=14, choices=SetUp, blank=True)
    equipment = models.TextField(_("equipment"), blank=True)
    meal = models.CharField(_("meal"), max_length=10, choices=Meal, blank=True)
    unit = models.CharField(_("priced by"), max_length=6, choices=Unit, blank=True)
    menu = models.TextField(_("menu"), blank=True)
    vehicle = models.CharField(_("vehicle"), max_length=80, blank=True)
    flight = models.CharField(_("flight or train"), max_length=80, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    price_cents = models.BigIntegerField(_("price"), null=True, blank=True)
    agreed_cents = models.BigIntegerField(null=True, blank=True)
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreement")
    )
    price_reason = models.CharField(_("why below the agreed rate"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    by_night = models.TextField(_("rooms by night"), blank=True)
    room_nights = models.PositiveIntegerField(_("room nights"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="orders_item_is_something"),
            models.CheckConstraint(
                condition=Q(price_cents__isnull=True) | Q(price_cents__gte=0), name="orders_item_price_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(kind="rooms")
                | Q(arrives_on__isnull=False, departs_on__isnull=False, departs_on__gt=F("arrives_on")),
                name="orders_rooms_have_nights",
            ),
            models.CheckConstraint(
                condition=~Q(kind="function") | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="orders_functions_have_hours",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "starts_at"], name="orders_items_by_hour")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.what}".strip()

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code

    @property
    def price(self) -> Decimal | None:
        return money(self.price_cents)

    @property
    def agreed(self) -> Decimal | None:
        return money(self.agreed_cents)

    @property
    def nights(self) -> int:
        """Nights of rooms; 0 for everything else."""
        if self.arrives_on is None or self.departs_on is None:
            return 0
        return (self.departs_on - self.arrives_on).days

    @property
    def begins(self) -> tuple[Any, ...]:
        """What items are put in order by: the day, then the moment."""
        first: date | datetime | None = self.arrives_on or self.starts_at
        stamp = first.isoformat() if first else "9999"
        return (stamp, self.pk)


class OrderStep(models.TextChoices):
    """What was done with an order."""

    TAKEN = "taken", pgettext_lazy("order", "Taken")
    CHANGED = "changed", pgettext_lazy("order", "Changed")
    ITEM_ADDED = "item_added", _("Item added")
    ITEM_CHANGED = "item_changed", _("Item changed")
    ITEM_REMOVED = "item_removed", _("Item removed")
    HELD = "held", pgettext_lazy("order", "Held with an option")
    CONFIRMED = "confirmed", pgettext_lazy("order", "Confirmed")
    BEGAN = "began", pgettext_lazy("order", "Guests are here")
    COMPLETED = "completed", pgettext_lazy("order", "Completed")
    ARCHIVED = "archived", pgettext_lazy("order", "Archived")
    DECLINED = "declined", pgettext_lazy("order", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")
    NO_SHOW = "no_show", _("No-show")
    REOPENED = "reopened", pgettext_lazy("order", "Taken up again")
    HANDED_OVER = "handed_over", pgettext_lazy("order", "Handed over")
    QUOTED = "quoted", _("Quotation sent")
    ACCEPTED = "accepted", _("Quotation accepted")
    LET_THROUGH = "let_through", _("Let through in spite of the credit")
    READ = "read", _("Read in detail")
    URGED = "urged", _("Departments urged")
    NEEDS = "needs", _("Guests' needs learned")
    STAY = "stay", _("Noted during the stay")
    COMMENTED = "commented", _("Comment noted")
    NO_COMMENT = "no_comment", _("Asked, no comments")
    ASKED = "asked", _("Asked for opinions")


class OrderLine(models.Model):
    """One step of an order's way: who did what, when, and the note with it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="way")
    at = models.DateTimeField()
    who = models.CharField(max_length=60)
    what = models.CharField(max_length=12, choices=OrderStep)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
