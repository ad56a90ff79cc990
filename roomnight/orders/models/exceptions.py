"""What went wrong with an order 订单异常: found, told, put right, paid for, understood, closed (EXC)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import Visit
from roomnight.clients.models import Account
from roomnight.orders.models.notices import OrderRevision
from roomnight.orders.models.orders import Order, money
from roomnight.organization.models import Department, Hotel, Staff


class ExceptionKind(models.TextChoices):
    """What went wrong (EXC-01): 误订, 漏订, 错订, cannot be fulfilled, force majeure, serious complaint."""

    WRONG = "wrong", pgettext_lazy("exception", "Wrong booking")
    MISSED = "missed", pgettext_lazy("exception", "Missed booking")
    MISTAKEN = "mistaken", pgettext_lazy("exception", "Mis-entered booking")
    UNFULFILLED = "unfulfilled", pgettext_lazy("exception", "Cannot be fulfilled")
    FORCE_MAJEURE = "force_majeure", pgettext_lazy("exception", "Force majeure")
    COMPLAINT = "complaint", pgettext_lazy("exception", "Serious complaint")


class FoundAt(models.TextChoices):
    """How far the order was when it was found 发现阶段."""

    ENQUIRY = "enquiry", _("Before it was confirmed")
    AHEAD = "ahead", _("Before arrival")
    ARRIVAL = "arrival", _("On arrival")
    STAY = "stay", _("During the stay")
    AFTER = "after", _("After departure")


class Harm(models.TextChoices):
    """What the client lacks because of it 影响."""

    ROOM = "room", _("No room")
    HALL = "hall", _("No hall")
    MEAL = "meal", pgettext_lazy("what a client lacks", "No meal")
    CAR = "car", _("No car")
    PRICE = "price", pgettext_lazy("what a client lacks", "Another price")
    TIME = "time", _("Another time")
    SERVICE = "service", _("Poor service")
    OTHER = "other", pgettext_lazy("what a client lacks", "Something else")


class ContactWay(models.TextChoices):
    """How the client was contacted."""

    IN_PERSON = "in_person", pgettext_lazy("way to contact", "In person")
    PHONE = "phone", pgettext_lazy("way to contact", "Telephone")
    WECHAT = "wechat", pgettext_lazy("way to contact", "WeChat")
    MAIL = "mail", pgettext_lazy("way to contact", "E-mail")


class Understanding(models.TextChoices):
    """How the client took the explanation of force majeure (EXC-03)."""

    UNDERSTOOD = "understood", _("Understands")
    PARTLY = "partly", _("Understands in part")
    NOT = "not", _("Does not understand")


class OfferState(models.TextChoices):
    """How far an offer of compensation is (EXC-03)."""

    NONE = "", pgettext_lazy("offer of compensation", "None")
    PENDING = "pending", pgettext_lazy("offer of compensation", "To be approved")
    APPROVED = "approved", pgettext_lazy("offer of compensation", "Approved")
    REFUSED = "refused", pgettext_lazy("offer of compensation", "Refused")


class OfferAnswer(models.TextChoices):
    """What the client said to an offer."""

    OPEN = "", pgettext_lazy("answer to an offer", "No answer yet")
    ACCEPTED = "accepted", pgettext_lazy("answer to an offer", "Accepted")
    DECLINED = "declined", pgettext_lazy("answer to an offer", "Declined")


class Impact(models.TextChoices):
    """What it did to the client (EXC-06)."""

    NONE = "none", pgettext_lazy("what it did to a client", "Nothing lasting")
    ANNOYED = "annoyed", pgettext_lazy("what it did to a client", "Annoyed")
    TRUST = "trust", pgettext_lazy("what it did to a client", "Trusts us less")
    LESS = "less", pgettext_lazy("what it did to a client", "Books less")
    LOST = "lost", pgettext_lazy("what it did to a client", "Lost")


class Cause(models.TextChoices):
    """Why it happened 原因 (EXC-05)."""

    SPOKEN = "spoken", _("Said, not written down")
    UNCHECKED = "unchecked", _("Not checked")
    HAND_OVER = "hand_over", pgettext_lazy("cause of an exception", "Hand-over")
    NOT_TOLD = "not_told", _("Change not passed on")
    SYSTEM = "system", pgettext_lazy("cause of an exception", "System")
    CLIENT = "client", pgettext_lazy("cause of an exception", "Client")
    THIRD_PARTY = "third_party", _("Third party")
    NATURE = "nature", pgettext_lazy("cause of an exception", "Force majeure")
    OTHER = "other", pgettext_lazy("cause of an exception", "Something else")


OUTSIDE = (Cause.CLIENT, Cause.THIRD_PARTY, Cause.NATURE)
"""Causes that lie outside the house: no department answers for them."""


class ResponsibleStep(models.TextChoices):
    """At which step of the order it went wrong 责任环节 (EXC-05)."""

    TAKING = "taking", pgettext_lazy("step of an order", "Taking the order")
    ENTERING = "entering", pgettext_lazy("step of an order", "Entering it")
    QUOTING = "quoting", pgettext_lazy("step of an order", "Quoting and confirming")
    TELLING = "telling", pgettext_lazy("step of an order", "Telling the departments")
    PREPARING = "preparing", pgettext_lazy("step of an order", "Preparing")
    ARRIVAL = "arrival", pgettext_lazy("step of an order", "Arrival")
    STAY = "stay", pgettext_lazy("step of an order", "During the stay")
    SETTLING = "settling", pgettext_lazy("step of an order", "Settling the bill")
    OUTSIDE = "outside", _("Outside the house")


class ExceptionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("exception", "Open")
    CLOSED = "closed", pgettext_lazy("exception", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("exception", "Withdrawn")


class OrderException(models.Model):
    """One thing that went wrong with an order, or with what a client thought was one 订单异常 (EXC-01).

    `order` is empty for a missed booking of which there is no order yet. `handler` deals with it: whoever follows the order.
    The client is contacted until `contact_due_at`, real minutes after it was discovered; `contact_rung` is 1 once the manager
    was told that it is late (EXC-02). `fed_at` says when the departments knew what changes, `fed_revision` is the change of
    the order they were told of. A compensation is claimed, offered, approved by the GM's office and answered by the client
    (EXC-03); what cannot be settled is put to that office, which instructs (EXC-04). Amounts are whole cents. Where it became
    a complaint of the client, `complaint_number` and `complaint_url` say which.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="order_exceptions", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, blank=True, related_name="exceptions", verbose_name=_("order")
    )
    account = models.ForeignKey(Account, models.PROTECT, related_name="order_exceptions", verbose_name=_("client"))
    kind = models.CharField(_("kind"), max_length=14, choices=ExceptionKind)
    what = models.TextField(_("what went wrong"))
    found_at = models.CharField(_("found"), max_length=8, choices=FoundAt)
    harm = models.JSONField(_("what the client lacks"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=ExceptionState, default=ExceptionState.OPEN)
    discovered_at = models.DateTimeField(_("discovered"))
    raised_at = models.DateTimeField(_("raised"))
    raised_by = models.ForeignKey(
        Staff, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("exception", "raised by")
    )
    handler = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("dealt with by"))
    seen_at = models.DateTimeField(_("taken note of"), null=True)
    seen_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    contact_due_at = models.DateTimeField(_("client to be contacted until"))
    contact_rung = models.PositiveSmallIntegerField(default=0)
    contacted_at = models.DateTimeField(_("client contacted"), null=True)
    contacted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    contact_way = models.CharField(_("how"), max_length=10, choices=ContactWay, blank=True)
    contact_said = models.TextField(_("what the client said"), blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    understanding = models.CharField(_("understanding"), max_length=10, choices=Understanding, blank=True)
    explained_at = models.DateTimeField(null=True)

    fed_at = models.DateTimeField(_("departments told"), null=True)
    fed_note = models.CharField(_("what they were told"), max_length=300, blank=True)
    fed_revision = models.ForeignKey(OrderRevision, models.PROTECT, null=True, related_name="+")

    claimed_at = models.DateTimeField(_("claimed"), null=True)
    claim_cents = models.BigIntegerField(null=True)
    claim = models.CharField(_("claim"), max_length=300, blank=True)
    offer_state = models.CharField(_("offer"), max_length=8, choices=OfferState, blank=True, default=OfferState.NONE)
    offer_cents = models.BigIntegerField(null=True)
    offer = models.CharField(_("what is offered"), max_length=300, blank=True)
    offered_at = models.DateTimeField(null=True)
    offered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(_("decision"), max_length=300, blank=True)
    answer = models.CharField(_("answer"), max_length=8, choices=OfferAnswer, blank=True, default=OfferAnswer.OPEN)
    answered_at = models.DateTimeField(null=True)

    asked_at = models.DateTimeField(_("instructions asked for"), null=True)
    asked = models.CharField(_("what is asked"), max_length=300, blank=True)
    instructed_at = models.DateTimeField(null=True)
    instructed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    instruction = models.TextField(_("instruction"), blank=True)

    followed_at = models.DateTimeField(_("stay followed"), null=True)
    complaint_number = models.CharField(_("complaint"), max_length=24, blank=True)
    complaint_url = models.CharField(max_length=200, blank=True)

    comments_at = models.DateTimeField(null=True)
    comments = models.TextField(_("the client's comments"), blank=True)
    impact = models.CharField(_("what it did to the client"), max_length=8, choices=Impact, blank=True)
    impact_note = models.CharField(_("in words"), max_length=300, blank=True)

    cause = models.CharField(_("cause"), max_length=12, choices=Cause, blank=True)
    cause_note = models.CharField(_("cause in words"), max_length=300, blank=True)
    step = models.CharField(_("responsible step"), max_length=10, choices=ResponsibleStep, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible department")
    )
    person = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible person")
    )
    prevention = models.TextField(_("how it is prevented"), blank=True)

    filed_at = models.DateTimeField(_("filed"), null=True)
    filed_where = models.CharField(_("where the papers are"), max_length=200, blank=True)
    visit = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_exceptions",
        verbose_name=_("visit afterwards"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="orders_exception_number_once"),
            models.UniqueConstraint(
                fields=["hotel", "complaint_number"], condition=~Q(complaint_number=""), name="orders_exception_complaint_once"
            ),
            models.CheckConstraint(
                condition=Q(offer_cents__isnull=True) | Q(offer_cents__gte=0), name="orders_offer_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(offer_state="approved") | Q(decided_by__isnull=False), name="orders_offer_approved_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(offer_state="approved") | ~Q(decided_by=models.F("offered_by")),
                name="orders_offer_not_approved_by_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (~Q(cause="") & ~Q(step="") & ~Q(prevention="")),
                name="orders_exception_closed_with_cause",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hotel", "state", "contact_due_at"], name="orders_exceptions_clock"),
            models.Index(fields=["hotel", "discovered_at"], name="orders_exceptions_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("orders:exception", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.state == ExceptionState.OPEN

    @property
    def harms(self) -> list[str]:
        """What the client lacks, in words."""
        return [str(Harm(one).label) for one in self.harm if one in Harm.values]

    @property
    def claimed(self) -> Decimal | None:
        return money(self.claim_cents)

    @property
    def offered(self) -> Decimal | None:
        return money(self.offer_cents)


class CostKind(models.TextChoices):
    """What an exception cost the house for (EXC-06)."""

    OTHER_HOTEL = "other_hotel", _("Another hotel")
    TRANSPORT = "transport", pgettext_lazy("cost of an exception", "Transport")
    FREE = "free", _("Free rooms and upgrades")
    DISCOUNT = "discount", pgettext_lazy("cost of an exception", "Discount")
    MEALS = "meals", pgettext_lazy("cost of an exception", "Meals")
    GIFTS = "gifts", pgettext_lazy("cost of an exception", "Gifts")
    COMPENSATION = "compensation", pgettext_lazy("cost of an exception", "Compensation")
    OTHER = "other", pgettext_lazy("cost of an exception", "Other")


class ExceptionCost(models.Model):
    """What an exception cost, of one kind; whole cents. Compensation comes from the offer that the client accepted."""

    exception = models.ForeignKey(OrderException, models.CASCADE, related_name="costs", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=CostKind)
    cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exception", "kind"], name="orders_exception_cost_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="orders_exception_cost_is_something"),
        ]
        ordering = ["pk"]

    @property
    def hotel_code(self) -> str:
        return self.exception.hotel.code

    @property
    def amount(self) -> Decimal:
        return Decimal(self.cents).scaleb(-2)


class ExceptionDepartment(models.Model):
    """A department that was told of an exception, besides what it hears of changes of the order (EXC-04)."""

    exception = models.ForeignKey(OrderException, models.CASCADE, related_name="departments", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    told_at = models.DateTimeField(_("told"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exception", "department"], name="orders_exception_told_once")]
        ordering = ["told_at", "pk"]

    @property
    def hotel_code(self) -> str:
        return self.exception.hotel.code


class ExceptionStep(models.TextChoices):
    """What was done about an exception."""

    RAISED = "raised", pgettext_lazy("exception", "Raised")
    CHANGED = "changed", pgettext_lazy("exception", "Changed")
    SEEN = "seen", pgettext_lazy("exception", "Taken note of")
    LATE = "late", _("Client not contacted in time")
    CONTACTED = "contacted", pgettext_lazy("exception", "Client contacted")
    EXPLAINED = "explained", _("Explained to the client")
    FED = "fed", _("Departments told")
    CLAIMED = "claimed", _("Compensation claimed")
    OFFERED = "offered", _("Compensation proposed")
    APPROVED = "approved", _("Compensation approved")
    REFUSED = "refused", _("Compensation refused")
    ANSWERED = "answered", _("Client answered the offer")
    ASKED = "asked", _("Instructions asked for")
    INSTRUCTED = "instructed", pgettext_lazy("exception", "Instructed")
    FOLLOWED = "followed", _("Stay followed")
    COMMENTS = "comments", pgettext_lazy("exception", "Comments collected")
    COST = "cost", _("Cost entered")
    CAUSE = "cause", _("Cause settled")
    FILED = "filed", pgettext_lazy("exception", "Filed")
    VISITED = "visited", pgettext_lazy("exception", "Visited afterwards")
    COMPLAINT = "complaint", pgettext_lazy("exception", "Complaint opened")
    REMARK = "remark", pgettext_lazy("exception", "Remark")
    CLOSED = "closed", pgettext_lazy("exception", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("exception", "Withdrawn")


class ExceptionLine(models.Model):
    """One line of what was done about an exception: who did what, when, and the words with it."""

    exception = models.ForeignKey(OrderException, models.CASCADE, related_name="way")
    at = models.DateTimeField()
    who = models.CharField(max_length=60)
    what = models.CharField(max_length=12, choices=ExceptionStep)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
