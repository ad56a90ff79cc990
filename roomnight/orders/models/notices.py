"""An order as it was told to the departments, their answers, and the function sheets (ORD-05, ORD-06, CHG-01)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.models.orders import Order, OrderItem
from roomnight.organization.models import Department, Staff


class OrderRevision(models.Model):
    """An order as it stood when it was told to the departments 订单版本: frozen, numbered, never changed (CHG-01).

    `content` is what rules/changes.py reads: the head and every item as plain values.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField(_("revision"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=60)
    content = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="orders_revision_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"R{self.number}"

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code


class Answer(models.TextChoices):
    """What a department said to a notice."""

    OPEN = "", pgettext_lazy("answer of a department", "No answer yet")
    ACCEPT = "accept", pgettext_lazy("answer of a department", "Confirmed")
    PROBLEM = "problem", pgettext_lazy("answer of a department", "Problem")


class DepartmentNotice(models.Model):
    """An order, or a change of it, in the hands of one department 部门通知 (ORD-05): until when it confirms, its answer, ready.

    `base` is the revision the department confirmed before; empty where all of the order is news to it. A department has one
    notice of an order that stands; what came before is superseded and can no longer be answered (CHG-01). `rung` and
    `ready_rung` say how far lateness has risen: 1 the follower, 2 the manager.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="notices", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    revision = models.ForeignKey(OrderRevision, models.CASCADE, related_name="notices")
    base = models.ForeignKey(OrderRevision, models.CASCADE, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"))
    due_at = models.DateTimeField(_("to confirm until"))
    rises_at = models.DateTimeField()
    ready_due_at = models.DateTimeField(_("ready until"))
    ready_rises_at = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True, default=Answer.OPEN)
    note = models.CharField(_("what they said"), max_length=300, blank=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True)
    ready_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(_("ready"), null=True)
    superseded_at = models.DateTimeField(_("superseded"), null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    ready_rung = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "department"], condition=Q(superseded_at=None), name="orders_notice_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="orders_notice_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ready_at=None) | Q(answer="accept"), name="orders_notice_ready_after_confirming"
            ),
        ]
        indexes = [
            models.Index(fields=["order", "sent_at"], name="orders_notices_of_order"),
            models.Index(
                fields=["department", "due_at"], condition=Q(superseded_at=None), name="orders_notices_of_house"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.department.label}"

    @property
    def hotel_code(self) -> str:
        return self.order.hotel.code

    @property
    def stands(self) -> bool:
        return self.superseded_at is None


class FunctionSheet(models.Model):
    """A numbered revision of the function sheet 宴会/会议通知单 of one function or meal (ORD-06), read from a frozen revision.

    A later revision of the sheet, or the item taken out, supersedes it.
    """

    item = models.ForeignKey(OrderItem, models.CASCADE, related_name="sheets", db_index=False)
    number = models.PositiveIntegerField(_("revision"))
    revision = models.ForeignKey(OrderRevision, models.CASCADE, related_name="sheets")
    made_at = models.DateTimeField(_("issued"))
    superseded_at = models.DateTimeField(_("superseded"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="orders_sheet_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(superseded_at=None), name="orders_sheet_stands_once"),
        ]
        ordering = ["item", "number"]

    def __str__(self) -> str:
        return f"{self.item} R{self.number}"

    @property
    def hotel_code(self) -> str:
        return self.item.order.hotel.code
