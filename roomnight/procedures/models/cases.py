"""Cases that follow a procedure: the tasks people have, what is waited for, and what happened (PRC-03)."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import DepartmentKind, Hotel, Role, Staff
from roomnight.procedures.models.charts import ProcedureVersion
from roomnight.procedures.models.forms import FormVersion


class CaseState(models.TextChoices):
    RUNNING = "running", _("In progress")
    STUCK = "stuck", _("Stuck")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Case(models.Model):
    """One run of a procedure about one subject 个案. `engine_state` is the engine's own and never queried (PRC-03)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="cases")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="cases")
    number = models.CharField(_("number"), max_length=24)
    subject = models.CharField(max_length=80, blank=True)
    subject_label = models.CharField(_("about"), max_length=160, blank=True)
    subject_url = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.RUNNING)
    why_stuck = models.CharField(max_length=300, blank=True)
    is_trial = models.BooleanField(_("trial"), default=False)
    started_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="started_cases")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    engine_state = models.TextField()
    marks = models.JSONField(default=dict)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "number"], name="procedures_case_number_once")]
        indexes = [
            models.Index(fields=["hotel", "state", "-id"], name="procedures_cases"),
            models.Index(fields=["subject"], name="procedures_case_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject_label}".strip()

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class TaskState(models.TextChoices):
    OPEN = "open", _("To do")
    CLAIMED = "claimed", _("Taken")
    DONE = "done", _("Done")
    LEFT = "left", _("Not needed any more")


class CaseTask(models.Model):
    """What somebody has to do in a case 任务: of a role, a department, or one person, by when, with which form (PRC-03, PRC-06)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=36)
    step = models.CharField(max_length=120)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    role = models.ForeignKey(Role, models.PROTECT, null=True, related_name="+")
    department = models.CharField(max_length=20, choices=DepartmentKind)
    person = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="case_tasks")
    qualification = models.CharField(max_length=40, blank=True)
    form = models.CharField(max_length=60, blank=True)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, null=True, related_name="+")
    item = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TaskState, default=TaskState.OPEN)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due at"), null=True)
    escalations = models.JSONField(default=list)
    escalate_at = models.DateTimeField(null=True)
    escalated = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="procedures_task_once")]
        indexes = [
            models.Index(fields=["hotel", "person", "state", "due_at"], name="procedures_my_tasks"),
            models.Index(fields=["hotel", "role", "state", "due_at"], name="procedures_role_tasks"),
            models.Index(fields=["hotel", "department", "state", "due_at"], name="procedures_department_tasks"),
            models.Index(fields=["escalate_at"], name="procedures_escalations"),
            models.Index(fields=["remind_at"], name="procedures_reminders"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What is to be done, in the language in force."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class Wait(models.Model):
    """What a case waits for beside people: a moment, or a message that a command will send. Gone when it came (PRC-06)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="waits")
    key = models.CharField(max_length=36)
    step = models.CharField(max_length=120)
    due_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="procedures_wait_once")]
        indexes = [models.Index(fields=["due_at"], name="procedures_timers")]


class CaseEvent(models.Model):
    """One thing that happened in a case: who did what when, with which data (PRC-05)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    step = models.CharField(max_length=120, blank=True)
    task = models.ForeignKey(CaseTask, models.PROTECT, null=True, related_name="events")
    who = models.CharField(max_length=60)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="procedures_history")]
