"""The evaluation of a client's relationship 客户关系评估表 and what becomes of it (EVA-01, EVA-02)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.activities.models import FollowUp
from roomnight.agreements.models import Agreement
from roomnight.clients.models import Account
from roomnight.insight.models.judging import ONE_TO_FIVE
from roomnight.insight.rules.evaluation import counted, points
from roomnight.organization.models import Department, Hotel, Staff


class Occasion(models.TextChoices):
    """Why a client is evaluated."""

    REGULAR = "regular", pgettext_lazy("evaluation", "Regular")
    RENEWAL = "renewal", pgettext_lazy("evaluation", "Before a renewal")
    BY_HAND = "by_hand", pgettext_lazy("evaluation", "For a reason of its own")


class EvaluationState(models.TextChoices):
    """How far an evaluation is."""

    ASKED = "asked", pgettext_lazy("evaluation", "To fill in")
    ENTERED = "entered", pgettext_lazy("evaluation", "To review")
    CIRCULATING = "circulating", pgettext_lazy("evaluation", "With directors and departments")
    APPROVED = "approved", pgettext_lazy("evaluation", "Approved")
    DROPPED = "dropped", pgettext_lazy("evaluation", "Given up")


OPEN_STATES = (EvaluationState.ASKED, EvaluationState.ENTERED, EvaluationState.CIRCULATING)


class Relation(models.TextChoices):
    """The grade of a relationship."""

    PARTNER = "partner", pgettext_lazy("relationship", "Strategic partner")
    STABLE = "stable", pgettext_lazy("relationship", "Stable")
    ORDINARY = "ordinary", pgettext_lazy("relationship", "Ordinary")
    DANGER = "danger", pgettext_lazy("relationship", "At risk")


class Conclusion(models.TextChoices):
    """What is to become of a relationship."""

    IMPROVE = "improve", pgettext_lazy("a relationship", "Improve")
    KEEP = "keep", pgettext_lazy("a relationship", "Keep")
    END = "end", pgettext_lazy("a relationship", "End")


class Evaluation(models.Model):
    """One evaluation of a client. A client has one open at most; an approved one is never changed.

    `template_on` is the day whose template its lines were taken from. `edition` counts how often it was handed in: what a later
    edition changed carries its number as a revision mark. Prepared, reviewed and approved are three people.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="evaluations", verbose_name=_("client"))
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="evaluations")
    occasion = models.CharField(_("occasion"), max_length=7, choices=Occasion)
    state = models.CharField(_("state"), max_length=11, choices=EvaluationState, default=EvaluationState.ASKED)
    template_on = models.DateField(_("template of"))
    opened_on = models.DateField(_("opened"))
    due_on = models.DateField(_("due on"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=0)
    summary = models.TextField(_("summary"), blank=True)
    summary_changed_in = models.PositiveSmallIntegerField(default=0)
    total = models.DecimalField(_("total"), max_digits=4, decimal_places=1, null=True)
    grade = models.CharField(_("grade"), max_length=8, choices=Relation, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=7, choices=Conclusion, blank=True)
    prepared_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(_("prepared"), null=True)
    reviewed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    feedback_due_on = models.DateField(_("feedback due"), null=True)
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True)
    approved_on = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=OPEN_STATES), name="insight_one_evaluation_open"
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(agreement__isnull=False), name="insight_evaluated_once_for_a_renewal"
            ),
            models.CheckConstraint(
                condition=Q(prepared_by=None) | Q(reviewed_by=None) | ~Q(prepared_by=F("reviewed_by")),
                name="insight_evaluation_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False, approved_on__isnull=False, total__isnull=False)
                & ~Q(approved_by=F("prepared_by")) & ~Q(approved_by=F("reviewed_by")),
                name="insight_evaluation_approved_by_a_third",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hotel", "state", "due_on"], name="insight_evaluations"),
            models.Index(fields=["account", "-approved_on"], name="insight_evaluated"),
        ]

    def __str__(self) -> str:
        return f"{self.account.name} {self.opened_on:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("insight:evaluation", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class EvaluationLine(models.Model):
    """One indicator of an evaluation: its weight, the owner's score, the reviewer's where it is another, ground and remark.

    `changed_in` is the edition that changed it after it had been handed in before; 0 is never.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="lines", db_index=False)
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"))
    score = models.PositiveSmallIntegerField(_("score"), null=True, validators=ONE_TO_FIVE)
    second = models.PositiveSmallIntegerField(_("reviewer's score"), null=True, validators=ONE_TO_FIVE)
    ground = models.CharField(_("ground"), max_length=400, blank=True)
    remark = models.CharField(_("remark"), max_length=400, blank=True)
    comment = models.CharField(_("reviewer's comment"), max_length=400, blank=True)
    changed_in = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "place"], name="insight_evaluation_lines"),
            models.CheckConstraint(
                condition=(Q(score=None) | Q(score__range=(1, 5))) & (Q(second=None) | Q(second__range=(1, 5)))
                & Q(weight__range=(1, 100)),
                name="insight_evaluation_one_to_five",
            ),
        ]  # fmt: skip
        ordering = ["place"]

    @property
    def label(self) -> str:
        """The indicator in the language in force."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def counts(self) -> int | None:
        return counted(self.score, self.second)

    @property
    def points(self) -> Decimal | None:
        return None if self.counts is None else points(self.weight, self.counts)


class EvaluationCopy(models.Model):
    """The copy that a person or a department got of an edition, and what they say to it (EVA-02)."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="copies")
    edition = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    sent_at = models.DateTimeField(_("sent"))
    opinion = models.CharField(_("feedback"), max_length=600, blank=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "edition", "staff"], name="insight_copy_once_a_person"),
            models.UniqueConstraint(
                fields=["evaluation", "edition", "department"], name="insight_copy_once_a_department"
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=False, department=None) | Q(staff=None, department__isnull=False),
                name="insight_copy_for_one",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="insight_copy_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "sent_at"], condition=Q(answered_at=None), name="insight_copies_open")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.addressee}"

    @property
    def hotel_code(self) -> str:
        return self.evaluation.hotel.code

    @property
    def addressee(self) -> str:
        who: Any = self.staff or self.department
        return str(who.label)


class MeasureState(models.TextChoices):
    """Whether a measure was taken, as seen at the next evaluation."""

    PLANNED = "planned", pgettext_lazy("measure", "Planned")
    KEPT = "kept", pgettext_lazy("measure", "Done, and it helped")
    PARTLY = "partly", pgettext_lazy("measure", "Done in part")
    NOT_KEPT = "not_kept", pgettext_lazy("measure", "Not done")


class EvaluationMeasure(models.Model):
    """What is to be done about a relationship, by whom and by when; a follow-up once the evaluation is approved (EVA-02)."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="measures")
    what = models.CharField(_("measure"), max_length=300)
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("who"))
    due_on = models.DateField(_("due on"))
    follow_up = models.ForeignKey(FollowUp, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=MeasureState, default=MeasureState.PLANNED)
    checked_in = models.ForeignKey(Evaluation, models.PROTECT, null=True, related_name="checked")
    check_note = models.CharField(_("what came of it"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", checked_in=None) | (~Q(state="planned") & Q(checked_in__isnull=False)),
                name="insight_measure_checked_somewhere",
            )
        ]
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def hotel_code(self) -> str:
        return self.evaluation.hotel.code


class EvaluationStep(models.Model):
    """A step of an evaluation on its way: who, when, in which edition, with which word."""

    class What(models.TextChoices):
        HANDED_IN = "handed_in", pgettext_lazy("step of an evaluation", "Handed in")
        GIVEN_BACK = "given_back", pgettext_lazy("step of an evaluation", "Given back")
        PASSED_ON = "passed_on", pgettext_lazy("step of an evaluation", "Reviewed and passed on")
        APPROVED = "approved", pgettext_lazy("step of an evaluation", "Approved")
        DROPPED = "dropped", pgettext_lazy("step of an evaluation", "Given up")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=10, choices=What)
    edition = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "pk"]
