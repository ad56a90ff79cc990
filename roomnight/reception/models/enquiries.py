"""Somebody asks for a guest, and visitors in the house (PRV-02)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models import Hotel, Staff


class Channel(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("By phone")


class ConsentHow(models.TextChoices):
    PHONE = "phone", _("By phone")
    IN_PERSON = "in_person", _("In person")


class EnquiryState(models.TextChoices):
    """How far an enquiry has come 来询 → 征询 → 同意/拒绝/无应答 → 转接/告知/来访 → 结束."""

    ANSWERED = "answered", _("Answered: not registered")
    SEVERAL = "several", _("Several of this name")
    ASKING = "asking", _("The guest is asked")
    AGREED = "agreed", _("The guest agrees")
    REFUSED = "refused", _("The guest declines")
    NO_ANSWER = "no_answer", _("No answer, message taken")
    PUT_THROUGH = "put_through", _("Put through")
    TOLD = "told", pgettext_lazy("enquiry", "Told")
    VISITING = "visiting", _("Visitor in the house")
    CLOSED = "closed", pgettext_lazy("enquiry", "Closed")


class DocumentType(models.TextChoices):
    """Identity documents that a front desk sees every day."""

    RESIDENT = "resident", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    PERMIT = "permit", _("Travel permit (Hong Kong, Macao, Taiwan)")
    OTHER = "other", _("Other document")


class Enquiry(models.Model):
    """A visitor or caller asks for a guest by name 访客查询 (PRV-02).

    `stay_key` names the stay that was meant, also where the answer was that nobody is registered; empty where there is
    none. Nothing is told before `consent_at`.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="enquiries", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    asked_at = models.DateTimeField(_("asked"))
    by = models.ForeignKey(Staff, models.PROTECT, related_name="enquiries", verbose_name=_("taken by"))
    channel = models.CharField(_("how"), max_length=10, choices=Channel)
    asked_name = models.CharField(_("guest asked for"), max_length=120)
    asked_company = models.CharField(_("company of the guest"), max_length=120, blank=True)
    asked_arrival = models.DateField(_("arrived on"), null=True, blank=True)
    visitor_name = models.CharField(_("visitor or caller"), max_length=80, blank=True)
    visitor_phone = models.CharField(_("phone"), max_length=30, blank=True)
    relation = models.CharField(_("relation to the guest"), max_length=60, blank=True)
    reason = models.CharField(_("why"), max_length=200)
    stay_key = models.CharField(max_length=32, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EnquiryState)
    consent_how = models.CharField(_("asked how"), max_length=10, choices=ConsentHow, blank=True)
    consent_from = models.CharField(_("who answered"), max_length=80, blank=True)
    consent_at = models.DateTimeField(null=True)
    consent_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    message = models.TextField(_("message"), blank=True)
    message_given_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("what was told"), max_length=200, blank=True)
    note = models.CharField(_("remarks"), max_length=300, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="reception_enquiry_number_once"),
            models.CheckConstraint(
                condition=models.Q(consent_at__isnull=False)
                | ~models.Q(state__in=["agreed", "put_through", "told", "visiting"]),
                name="reception_nothing_without_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "-id"], name="reception_enquiries"),
            models.Index(fields=["hotel", "stay_key"], name="reception_enquiry_stay"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class Visitor(models.Model):
    """A visitor whom the guest received 来访登记: document, time in and out (PRV-02). The number is shown by its last four signs."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="+", db_index=False)
    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="visitors")
    stay_key = models.CharField(max_length=32)
    room = models.CharField(_("room"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=80)
    document_type = models.CharField(_("document"), max_length=10, choices=DocumentType)
    document_number = models.CharField(_("document number"), max_length=40)
    came_at = models.DateTimeField(_("came"))
    leave_by = models.DateTimeField(_("to leave by"))
    registered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(_("left"), null=True)
    note = models.CharField(_("remarks"), max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["hotel", "leave_by"], condition=models.Q(left_at=None), name="reception_visitors_in"),
            models.Index(fields=["hotel", "stay_key"], name="reception_visitor_stay"),
        ]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def document_end(self) -> str:
        """The last four signs, which is all that pages show."""
        return self.document_number[-4:]
