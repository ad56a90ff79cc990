"""Procedures and their versions: the flow chart as it was drawn (PRC-01)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import DepartmentKind, Hotel, PolicyDocument


class Procedure(models.Model):
    """A procedure 程序 of a hotel, such as P-RECEPTION, whatever its version (PRC-01).

    `policy_document` is the policy that lays it down; `read_by` the codes of roles that read it beside those who have steps in it.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="procedures")
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    department = models.CharField(_("owner department"), max_length=20, choices=DepartmentKind)
    purpose = models.TextField(_("aim"), blank=True)
    purpose_en = models.TextField(_("aim in English"), blank=True)
    is_shipped = models.BooleanField(default=False)
    is_retired = models.BooleanField(_("retired"), default=False)
    policy_document = models.ForeignKey(
        PolicyDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="flow_charts",
        verbose_name=_("policy document"),
    )
    read_by = models.JSONField(_("also read by"), default=list, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "code"], name="procedures_code_once_a_hotel")]
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        """The title in the language in force."""
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def aim(self) -> str:
        """What it is for, in the language in force."""
        return self.purpose_en if self.purpose_en and get_language() == "en" else self.purpose

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class VersionState(models.TextChoices):
    """How far a version has come (PRC-08, POL-02)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    EFFECTIVE = "effective", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProcedureVersion(models.Model):
    """One version of a procedure: the flow chart as it was drawn, with its decision tables. A running case keeps its own (PRC-03).

    It goes the way of a policy document: drawn, submitted, approved by somebody else, in force from a day (PRC-08). People are
    named by their user names: `made_by` drew it first, `redrawn_by` are the others who drew on it. Whatever ships has nobody that approved it.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    source = models.BinaryField()
    tables = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    redrawn_by = models.JSONField(default=list)
    submitted_by = models.CharField(max_length=60, blank=True)
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("reason of the return"), max_length=500, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    effective_from = models.DateField(_("in force from"), null=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedures_version_once"),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=models.Q(state=VersionState.EFFECTIVE),
                name="procedures_one_version_in_force",
            ),
            models.UniqueConstraint(
                fields=["procedure", "effective_from"],
                condition=models.Q(state=VersionState.APPROVED),
                name="procedures_one_version_to_come_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="")
                | ~(models.Q(approved_by=models.F("made_by")) | models.Q(approved_by=models.F("submitted_by"))),
                name="procedures_not_approved_by_its_maker",
            ),
        ]
        indexes = [models.Index(fields=["state", "effective_from"], name="procedures_versions_due")]
        ordering = ["procedure", "-number"]

    def __str__(self) -> str:
        return f"{self.procedure.code} V{self.number}"

    @property
    def makers(self) -> set[str]:
        """Everybody who had a hand in it: they cannot approve it."""
        return {one for one in (self.made_by, self.submitted_by, *self.redrawn_by) if one}

    @property
    def hotel_code(self) -> str:
        return self.procedure.hotel.code
