"""Complaints: what a client says, until when and by whom it is put right, and how it ended (SVC-01, SVC-02, SVC-05)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import FollowUp
from roomnight.clients.models import Account, Contact
from roomnight.orders.models import Order
from roomnight.organization.models import Department, Hotel, Staff
from roomnight.procedures.models import Case


class Channel(models.TextChoices):
    """How a complaint or a letter came (forms §21)."""

    PHONE = "phone", _("Hot line")
    IN_PERSON = "in_person", pgettext_lazy("channel of a complaint", "In person")
    VISIT = "visit", pgettext_lazy("channel of a complaint", "On a visit")
    LETTER = "letter", pgettext_lazy("channel of a complaint", "Letter")
    EMAIL = "email", pgettext_lazy("channel of a complaint", "Email")
    SURVEY = "survey", pgettext_lazy("channel of a complaint", "Survey")
    WEB = "web", pgettext_lazy("channel of a complaint", "Web form")
    REVIEW = "review", _("Review on a platform")
    AUTHORITY = "authority", _("12345, 12315 or an authority")


class Category(models.TextChoices):
    """What a complaint is about (forms §21)."""

    CLEANING = "cleaning", _("Cleanliness of the room")
    FACILITY = "facility", _("Facilities")
    NOISE = "noise", pgettext_lazy("category of a complaint", "Noise")
    ATTITUDE = "attitude", _("Manner of service")
    CATERING = "catering", pgettext_lazy("category of a complaint", "Food and drink")
    FOOD_SAFETY = "food_safety", _("Food safety")
    BILL = "bill", _("Bill or price")
    BOOKING = "booking", _("Mistake in a booking")
    LOSS = "loss", _("Something lost")
    SAFETY = "safety", pgettext_lazy("category of a complaint", "Safety")
    PRIVACY = "privacy", pgettext_lazy("category of a complaint", "Privacy")
    OTHER = "other", pgettext_lazy("category of a complaint", "Something else")


class Severity(models.TextChoices):
    """How much weighs on it 一般 / 重要 / 重大; of a serious one the general manager hears at once."""

    ORDINARY = "ordinary", pgettext_lazy("severity", "Ordinary")
    IMPORTANT = "important", pgettext_lazy("severity", "Important")
    SERIOUS = "serious", pgettext_lazy("severity", "Serious")


class Cause(models.TextChoices):
    """Why it came to that, as found when it was looked into."""

    PERSON = "person", _("Somebody's mistake")
    MANNER = "manner", _("Somebody's manner")
    TRAINING = "training", _("Not trained for it")
    PROCESS = "process", _("The procedure")
    HANDOVER = "handover", _("Not passed on between departments")
    EQUIPMENT = "equipment", _("Equipment or building")
    STAFFING = "staffing", _("Too few people")
    SUPPLIER = "supplier", _("A supplier or third party")
    PROMISE = "promise", _("More was promised than kept")
    CLIENT = "client", _("On the client's side")
    OTHER = "other", pgettext_lazy("cause", "Another cause")


class ComplaintState(models.TextChoices):
    OPEN = "open", pgettext_lazy("complaint", "Open")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")


class Complaint(models.Model):
    """A complaint 投诉 (SVC-01): who says what, what they want, who puts it right and until when.

    `next_step_at` is when it goes up next while it is open, worked out when its clock began: `steps` holds those moments
    (ISO, UTC), `told` how many of them have passed. A client who does not accept the answer has it opened again one
    `level` up, and a new clock begins. A guest's room and stay are kept apart from the name; `is_secret` says that
    the guest was here for nobody. `representative` is whose client it was then.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="complaints", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="complaints", verbose_name=_("client"))
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="complaints")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="complaints", verbose_name=_("order"))
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="+")
    complainant = models.CharField(_("who complains"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    room = models.CharField(_("room"), max_length=10, blank=True)
    stay_key = models.CharField(max_length=32, blank=True)
    is_secret = models.BooleanField(default=False)
    text = models.CharField(_("what happened"), max_length=2000)
    wants = models.CharField(_("what the client wants"), max_length=400)
    category = models.CharField(_("about"), max_length=12, choices=Category, default=Category.OTHER)
    severity = models.CharField(_("severity"), max_length=9, choices=Severity, default=Severity.ORDINARY)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="complaints", verbose_name=_("department")
    )
    apologised_at = models.DateTimeField(_("apologised"), null=True)
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("owner"))
    representative = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=6, choices=ComplaintState, default=ComplaintState.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    level = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(_("to be closed by"))
    steps = models.JSONField(default=list)
    told = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    closing = models.OneToOneField("service.ComplaintAnswer", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    call_back = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="service_complaint_number_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, closing=None)
                | Q(state="closed", closed_at__isnull=False, closing__isnull=False, next_step_at=None),
                name="service_closed_with_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "due_at"], name="service_complaints_by_due"),
            models.Index(fields=["hotel", "taken_at"], name="service_complaints_by_day"),
            models.Index(fields=["next_step_at"], condition=Q(state="open"), name="service_complaints_to_raise"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("service:complaint", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.state == ComplaintState.OPEN


class ClientAnswer(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("client's answer", "Accepted")
    REFUSED = "refused", pgettext_lazy("client's answer", "Not accepted")


class ComplaintAnswer(models.Model):
    """What was done about a complaint and what the client says to it (SVC-02); none of its parts may be missing."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField()
    done = models.CharField(_("what was done"), max_length=1000)
    informed_at = models.DateTimeField(_("client informed"))
    client_answer = models.CharField(_("the client's answer"), max_length=8, choices=ClientAnswer)
    client_words = models.CharField(_("in the client's words"), max_length=400, blank=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    cause_text = models.CharField(_("the cause in words"), max_length=400, blank=True)
    prevention = models.CharField(_("how it is prevented"), max_length=1000)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="service_one_answer_a_round"),
            models.CheckConstraint(
                condition=~Q(done="") & ~Q(cause="") & ~Q(prevention="") & ~Q(client_answer=""),
                name="service_answer_has_all_parts",
            ),
        ]
        ordering = ["round"]

    @property
    def hotel_code(self) -> str:
        return self.complaint.hotel.code


class Escalation(models.Model):
    """A complaint went up: at which moment of its clock, and who was told (SVC-01)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="escalations")
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round", "step"], name="service_goes_up_once"),
        ]
        ordering = ["at", "pk"]


class CompensationKind(models.TextChoices):
    """What a client gets for it (forms §21)."""

    REDUCTION = "reduction", _("Reduction of the bill")
    REFUND = "refund", _("Refund")
    UPGRADE = "upgrade", pgettext_lazy("compensation", "Upgrade")
    GIFT = "gift", pgettext_lazy("compensation", "Gift")
    VOUCHER = "voucher", _("Voucher")
    SERVICE = "service", _("Free service")


class CompensationState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("compensation", "To approve")
    APPROVED = "approved", pgettext_lazy("compensation", "Approved")
    DECLINED = "declined", pgettext_lazy("compensation", "Declined")


class Compensation(models.Model):
    """What the hotel gives for a complaint, in the hotel's currency: within one's own limit at once, above it by a
    superior whose limit reaches so far, and by nobody for himself (SVC-05)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="compensations")
    kind = models.CharField(_("what"), max_length=9, choices=CompensationKind)
    amount = models.DecimalField(_("worth"), max_digits=10, decimal_places=2)
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CompensationState)
    proposed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    waits_for = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("opinion"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="service_compensation_is_something"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None) | ~Q(state="waiting") & Q(decided_by__isnull=False),
                name="service_compensation_is_decided_by_somebody",
            ),
        ]
        ordering = ["pk"]

    @property
    def hotel_code(self) -> str:
        return self.complaint.hotel.code
