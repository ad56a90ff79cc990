"""Forms and their versions, and the registers that are kept with them (PRC-02)."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import DepartmentKind, Hotel, Staff
from roomnight.procedures.models.charts import VersionState
from roomnight.procedures.rules.forms import parse_schema


class FormUse(models.TextChoices):
    """What a form is for."""

    TASK = "task", _("Tasks of procedures")
    REGISTER = "register", _("Register")
    ACCOUNT = "account", _("Fields of clients")


class Form(models.Model):
    """A form 表单 of a hotel, whatever its version: filled in at tasks, or kept as a register 登记簿 of a department (PRC-02)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="forms")
    code = models.SlugField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=20, choices=DepartmentKind)
    use = models.CharField(_("what for"), max_length=10, choices=FormUse, default=FormUse.TASK)
    is_shipped = models.BooleanField(default=False)
    is_retired = models.BooleanField(_("retired"), default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "code"], name="procedures_form_code_once")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in the language in force."""
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def is_register(self) -> bool:
        return self.use == FormUse.REGISTER

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class FormVersion(models.Model):
    """One version of a form: its schema as it was typed. What was filled in with a version stays with it (PRC-02)."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    source = models.TextField(_("schema"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    writers = models.JSONField(default=list)
    submitted_by = models.CharField(max_length=60, blank=True)
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("reason of the return"), max_length=300, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    effective_from = models.DateField(_("in force from"), null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="procedures_form_version_once"),
            models.UniqueConstraint(
                fields=["form"],
                condition=models.Q(state=VersionState.EFFECTIVE),
                name="procedures_one_form_version_in_force",
            ),
        ]
        ordering = ["form", "-number"]

    def __str__(self) -> str:
        return f"{self.form.code} v{self.number}"

    @property
    def schema(self) -> dict[str, Any]:
        """The schema as it is read; raises BadForm for one that was kept by hand."""
        return parse_schema(self.source)

    @property
    def hotel_code(self) -> str:
        return self.form.hotel.code


class RegisterEntry(models.Model):
    """One line of a register 登记: what was written with which version of the form. It is corrected or voided, never deleted."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, models.PROTECT, related_name="entries")
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(_("no."))
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_on = models.DateField()
    is_void = models.BooleanField(_("void"), default=False)
    void_reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="procedures_entry_number_once")]
        indexes = [models.Index(fields=["form", "made_on", "number"], name="procedures_register_days")]

    def __str__(self) -> str:
        return f"{self.form.label} {self.number}"

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class EntryChange(models.Model):
    """A correction of a register's line, or its voiding: what stood there before, who changed it and why (PRC-02)."""

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    who = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    is_voiding = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]


class EntrySignature(models.Model):
    """Somebody signed a register's line, as giver or taker of a shift for instance. `revision` is what they signed."""

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="signatures")
    place = models.PositiveSmallIntegerField()
    who = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "place", "revision"], name="procedures_signed_once"),
            models.UniqueConstraint(fields=["entry", "who", "revision"], name="procedures_signed_by_two"),
        ]
        ordering = ["place", "pk"]
