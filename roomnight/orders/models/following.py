"""What the follow-up of an order left behind: notes of its steps, guests' comments, calls and visits after it, its papers (ORD-04, ORD-09)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import FollowUp
from roomnight.orders.models.orders import Order
from roomnight.organization.models import Department, Staff


class FollowStep(models.TextChoices):
    """The steps of following an order, in their order (ORD-04)."""

    READ = "read", pgettext_lazy("step of following an order", "Read the order in detail")
    AGREE = "agree", pgettext_lazy("step of following an order", "Agree with the departments")
    READY = "ready", pgettext_lazy("step of following an order", "Check and urge that all is ready")
    NEEDS = "needs", pgettext_lazy("step of following an order", "Learn the guests' needs")
    STAY = "stay", pgettext_lazy("step of following an order", "Accompany the stay")
    COMMENTS = "comments", pgettext_lazy("step of following an order", "Collect comments and pass them on")
    FILE = "file", pgettext_lazy("step of following an order", "File the papers")
    ASK = "ask", pgettext_lazy("step of following an order", "Call or visit to ask for opinions")


class StepNote(models.Model):
    """What was noted at a step 跟单记录: the evidence of it. Departments urged, what was seen during the stay; never changed."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="step_notes", db_index=False)
    step = models.CharField(_("step"), max_length=10, choices=FollowStep)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order", "step", "at"], name="orders_step_notes")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.get_step_display())

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code


class Rating(models.TextChoices):
    """How a comment sounds."""

    PRAISE = "praise", pgettext_lazy("comment of a guest", "Praise")
    FAIR = "fair", pgettext_lazy("comment of a guest", "Neutral")
    LOW = "low", pgettext_lazy("comment of a guest", "Not satisfied")


class OrderComment(models.Model):
    """What a guest or the client said of the stay 客人意见, in their own words; never changed."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="comments")
    at = models.DateTimeField(_("noted at"))
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    said_by = models.CharField(_("who said it"), max_length=80, blank=True)
    rating = models.CharField(_("how it sounds"), max_length=8, choices=Rating)
    text = models.TextField(_("comment"))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code


class PassedComment(models.Model):
    """A comment in the hands of a department: read when it is answered with what the department does about it."""

    comment = models.ForeignKey(OrderComment, models.CASCADE, related_name="passed", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    answer = models.CharField(_("what they do about it"), max_length=300, blank=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "department"], name="orders_comment_passed_once")]

    def __str__(self) -> str:
        return f"{self.comment.order.number} · {self.department.label}"

    @property
    def hotel_code(self) -> str:
        return self.comment.order.hotel.code


class CallReason(models.TextChoices):
    """Why the client is called or visited after an order (VIS-09)."""

    OPINION = "opinion", pgettext_lazy("call after an order", "Thanks, and what they thought")
    LOW = "low", pgettext_lazy("call after an order", "Not satisfied")


class OrderCall(models.Model):
    """The follow-up that an order brought: thanks and opinions, or what a low comment asks for. A call that reached nobody
    hands the link on to the next one (VIS-09)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="calls")
    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=8, choices=CallReason)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(reason="opinion"), name="orders_asked_for_opinion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.get_reason_display()}"

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code


class OrderBundle(models.Model):
    """The papers of an archived order 订单档案: one PDF in each language, kept under its hash and never made again (ORD-09)."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="bundle")
    made_at = models.DateTimeField(_("filed"))
    made_by = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.order.number

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code
