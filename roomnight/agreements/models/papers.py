"""The paper of an agreement: the hotel's Word templates with their versions, and the documents made from them (AGR-03)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.agreements.models.agreements import Agreement, Kind
from roomnight.organization.models import Hotel, Staff


class Language(models.TextChoices):
    """The language of a template."""

    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class TemplateState(models.TextChoices):
    """Where a version of a template stands."""

    DRAFT = "draft", pgettext_lazy("template", "Waits for approval")
    IN_FORCE = "in_force", pgettext_lazy("template", "In force")
    REPLACED = "replaced", pgettext_lazy("template", "Replaced")
    RETIRED = "retired", pgettext_lazy("template", "Retired")


class AgreementTemplate(models.Model):
    """One version of a hotel's Word template for a kind of agreement in one language 协议模板 (AGR-03).

    The .docx is the file that hangs on this row; it is never changed. Of each kind and language one version is in force.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="agreement_templates", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=TemplateState, default=TemplateState.DRAFT)
    is_shipped = models.BooleanField(_("as shipped"), default=False)
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded"))
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "kind", "language", "version"], name="agreements_template_once"),
            models.UniqueConstraint(
                fields=["hotel", "kind", "language"], condition=Q(state="in_force"), name="agreements_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "retired"]) | Q(approved_by__isnull=False),
                name="agreements_template_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("uploaded_by")),
                name="agreements_template_by_another",
            ),
        ]

    def __str__(self) -> str:
        return _("%(kind)s, %(language)s, version %(n)d") % {
            "kind": self.get_kind_display(), "language": self.get_language_display(), "n": self.version,
        }  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("agreements:template", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class AgreementPaper(models.Model):
    """A document made of an agreement with a template 协议文本 (AGR-03). The .docx, and the PDF where one was made, hang on this row.

    `contents` is the digest of what was filled in, so that a later change of the agreement shows. Of each language the
    latest one counts; the others are superseded.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="papers")
    template = models.ForeignKey(AgreementTemplate, models.PROTECT, related_name="papers", verbose_name=_("template"))
    language = models.CharField(max_length=10, choices=Language)
    contents = models.CharField(max_length=64)
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"))
    superseded_at = models.DateTimeField(null=True)
    waits_for_pdf = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "language"], condition=Q(superseded_at=None), name="agreements_one_paper_counts"
            )
        ]
        ordering = ["-made_at", "-pk"]

    @property
    def hotel_code(self) -> str:
        return self.agreement.hotel.code
