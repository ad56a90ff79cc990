"""Policies as controlled documents: the document, its versions, whom it concerns, the values it sets, and who has read it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models.hotels import Department, Hotel
from roomnight.organization.models.people import Role, Staff


class PolicyDocument(models.Model):
    """A numbered policy 制度文件 of a hotel, such as SG-SM-PP-SE028 (POL-01). What it says stands in its versions.

    `shipped_code` names the document of Roomnight it began as; empty for the hotel's own.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="policy_documents")
    serial = models.CharField(_("serial number"), max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, related_name="policy_documents")
    shipped_code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "serial"], name="organization_policy_serial_once"),
            models.UniqueConstraint(
                fields=["hotel", "shipped_code"], condition=~Q(shipped_code=""), name="organization_policy_shipped_once"
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class VersionState(models.TextChoices):
    """The way of a version (POL-02)."""

    DRAFT = "draft", pgettext_lazy("policy document", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("policy document", "Submitted")
    APPROVED = "approved", pgettext_lazy("policy document", "Approved")
    EFFECTIVE = "effective", pgettext_lazy("policy document", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("policy document", "Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("policy document", "Withdrawn")


IN_HAND = (VersionState.DRAFT, VersionState.SUBMITTED)
ISSUED = (VersionState.APPROVED, VersionState.EFFECTIVE, VersionState.SUPERSEDED)


class ControlState(models.TextChoices):
    """受控状态: a controlled copy is kept up to date and called in when it is replaced."""

    CONTROLLED = "controlled", _("Controlled")
    UNCONTROLLED = "uncontrolled", _("Uncontrolled, for information")


class PolicyVersion(models.Model):
    """One version of a policy document, as it was written, approved and in force (POL-01, POL-02).

    `in_force_from` is set by the approval. The version in force on a day is the one with the latest such day not after it,
    unless it was withdrawn by then; two versions cannot begin on one day, so two are never in force together.
    """

    document = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    is_shipped = models.BooleanField(default=False)
    subject = models.CharField(_("subject"), max_length=120)
    subject_en = models.CharField(_("subject in English"), max_length=160, blank=True)
    purpose = models.TextField(_("purpose of the document"), max_length=2000, blank=True)
    purpose_en = models.TextField(_("purpose in English"), max_length=2000, blank=True)
    body = models.TextField(_("body text"), max_length=60000, blank=True)
    body_en = models.TextField(_("text in English"), max_length=60000, blank=True)
    procedures = models.TextField(_("procedures it governs"), max_length=2000, blank=True)
    change_note = models.TextField(_("what changes, and why"), max_length=2000, blank=True)
    control = models.CharField(_("control state"), max_length=12, choices=ControlState, default=ControlState.CONTROLLED)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    revised_on = models.DateField(_("revised on"), null=True, blank=True)
    effective_on = models.DateField(_("to take effect on"), null=True, blank=True)
    issuer = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="issued_versions")
    approver_role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="versions_to_approve")
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="drafted_versions")
    submitted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="submitted_versions")
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("reason of the return"), max_length=500, blank=True)
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="approved_versions")
    approved_at = models.DateTimeField(null=True)
    in_force_from = models.DateField(_("in force from"), null=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "in_force_from"], name="organization_version_due")]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="organization_version_number_once"),
            models.UniqueConstraint(fields=["document", "in_force_from"], name="organization_version_one_a_day"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="effective"), name="organization_version_one_effective"
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["draft", "submitted"]),
                name="organization_version_one_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn")
                | Q(state__in=["draft", "submitted"], in_force_from=None)
                | Q(state__in=["approved", "effective", "superseded"], in_force_from__isnull=False),
                name="organization_version_state_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(in_force_from=None) | Q(is_shipped=True) | Q(approved_by__isnull=False),
                name="organization_version_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | ~(Q(approved_by=F("issuer")) | Q(approved_by=F("submitted_by")) | Q(approved_by=F("drafted_by"))),
                name="organization_version_not_approved_by_its_issuer",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(in_force_from__isnull=False, withdrawn_on__gte=F("in_force_from")),
                name="organization_version_withdrawn_after_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.serial} V{self.number}"

    @property
    def label(self) -> str:
        """The subject in the language in force."""
        return self.subject_en if self.subject_en and get_language() == "en" else self.subject

    @property
    def text(self) -> str:
        """The body in the language in force."""
        return self.body_en if self.body_en and get_language() == "en" else self.body

    @property
    def text_language(self) -> str:
        """The language that `text` is in, for the browser and for screen readers."""
        return "en" if self.body_en and get_language() == "en" else "zh-Hans"

    @property
    def aim(self) -> str:
        """The purpose in the language in force."""
        return self.purpose_en if self.purpose_en and get_language() == "en" else self.purpose


class Part(models.TextChoices):
    """What somebody has to do with a policy (POL-01)."""

    DISTRIBUTION = "distribution", _("Distributed to")
    SUBMISSION = "submission", _("Submitted to")
    SUPERVISION = "supervision", _("Supervising roles")
    EXECUTION = "execution", _("Carried out by")
    OVERSIGHT = "oversight", _("Supervised by")
    VERIFICATION = "verification", _("Verified by")
    RESPONSIBILITY = "responsibility", _("Responsible roles")


class PolicyParty(models.Model):
    """A role, a department or a person that a version names, and what for."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="parties")
    part = models.CharField(max_length=14, choices=Part)
    role = models.ForeignKey(Role, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "part", "role"], name="organization_party_role_once"),
            models.UniqueConstraint(
                fields=["version", "part", "department"], name="organization_party_department_once"
            ),
            models.UniqueConstraint(fields=["version", "part", "staff"], name="organization_party_staff_once"),
            models.CheckConstraint(
                condition=Q(role__isnull=False, department=None, staff=None)
                | Q(role=None, department__isnull=False, staff=None)
                | Q(role=None, department=None, staff__isnull=False),
                name="organization_party_is_one_thing",
            ),
        ]

    @property
    def label(self) -> str:
        """The role, department or person in words."""
        return str(self.role or self.department or self.staff)


class PolicySubsidiary(models.Model):
    """Another hotel of the group where a version holds as well 附属酒店."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="subsidiaries")
    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "hotel"], name="organization_subsidiary_once")]


class GovernedValue(models.Model):
    """A policy value that a version lays down; it takes effect with the version (POL-03)."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="values")
    key = models.CharField(max_length=80)
    value = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="organization_governed_once")]


class Acknowledgement(models.Model):
    """Somebody was asked to read a version and sign for it 签收 (POL-04)."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="acknowledgements")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="acknowledgements")
    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "signed_at"], name="organization_to_sign")]
        constraints = [models.UniqueConstraint(fields=["version", "staff"], name="organization_signs_once")]
