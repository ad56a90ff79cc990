"""What clients are asked after a stay, an event or a visit, and what they answer (SAT-01, SAT-02)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import Visit
from roomnight.clients.models import Account, Contact
from roomnight.orders.models import Order, OrderKind
from roomnight.organization.models import Department, Hotel, Staff
from roomnight.service.models.complaints import Category, Complaint


class SurveyAbout(models.TextChoices):
    """What a client is asked about."""

    STAY = "stay", pgettext_lazy("survey about", "Stay")
    EVENT = "event", pgettext_lazy("survey about", "Event")
    VISIT = "visit", pgettext_lazy("survey about", "Our visit")


class SurveyState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("survey", "To send")
    SENT = "sent", pgettext_lazy("survey", "Waiting for the answer")
    ANSWERED = "answered", pgettext_lazy("survey", "Answered")
    DROPPED = "dropped", pgettext_lazy("survey", "Not asked")


class AnsweredBy(models.TextChoices):
    """How the answer came."""

    LINK = "link", _("By the link")
    PHONE = "phone", pgettext_lazy("survey", "By telephone")


class Reason(models.TextChoices):
    """What a score comes from (forms §22)."""

    ARRIVAL = "arrival", _("Booking and check-in")
    ROOM = "room", _("Cleanliness of the room")
    FACILITY = "facility", _("Facilities and network")
    QUIET = "quiet", _("Quiet")
    BREAKFAST = "breakfast", _("Breakfast and meals")
    HALL = "hall", _("Hall and equipment")
    CATERING = "catering", _("Banquet and tea breaks")
    AGREED = "agreed", _("Everything as it was agreed")
    STAFF = "staff", _("The people who served you")
    SPEED = "speed", _("How fast you were answered")
    MANNER = "manner", _("How you were spoken to")
    KNOWLEDGE = "knowledge", _("How well your questions were answered")
    SAFETY = "safety", pgettext_lazy("reason of a score", "Safety")
    BILL = "bill", _("The bill")
    PRICE = "price", _("Value for money")


REASONS: dict[str, tuple[Reason, ...]] = {
    SurveyAbout.STAY: (
        Reason.ARRIVAL, Reason.ROOM, Reason.FACILITY, Reason.QUIET, Reason.BREAKFAST, Reason.STAFF, Reason.SAFETY, Reason.BILL,
        Reason.PRICE,
    ),
    SurveyAbout.EVENT: (
        Reason.AGREED, Reason.HALL, Reason.CATERING, Reason.STAFF, Reason.SPEED, Reason.SAFETY, Reason.BILL, Reason.PRICE,
    ),
    SurveyAbout.VISIT: (Reason.MANNER, Reason.KNOWLEDGE, Reason.SPEED, Reason.PRICE),
}  # fmt: skip
"""Which reasons are asked for after what."""
CATEGORIES: dict[str, Category] = {
    Reason.ARRIVAL: Category.BOOKING, Reason.ROOM: Category.CLEANING, Reason.FACILITY: Category.FACILITY,
    Reason.QUIET: Category.NOISE, Reason.BREAKFAST: Category.CATERING, Reason.HALL: Category.FACILITY,
    Reason.CATERING: Category.CATERING, Reason.AGREED: Category.BOOKING, Reason.STAFF: Category.ATTITUDE,
    Reason.SPEED: Category.ATTITUDE, Reason.MANNER: Category.ATTITUDE, Reason.KNOWLEDGE: Category.ATTITUDE,
    Reason.SAFETY: Category.SAFETY, Reason.BILL: Category.BILL, Reason.PRICE: Category.BILL,
}  # fmt: skip
"""What a complaint that a low score opens is about, by its first reason."""


class Survey(models.Model):
    """One client asked about one stay, event or visit (SAT-01).

    The link that is sent holds a secret; kept is only its digest (`key_hash`), so that whoever reads the table can answer
    for nobody. A new link closes the one before. The score goes from 0 to 10; `is_low` is what the policy of that day said,
    and such a one has its `complaint` (SAT-02). `department` is whose work is judged, `representative` whose client it was.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="surveys", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    about = models.CharField(pgettext_lazy("survey", "about"), max_length=5, choices=SurveyAbout)
    account = models.ForeignKey(Account, models.PROTECT, related_name="surveys", verbose_name=_("client"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="surveys", verbose_name=_("order"))
    order_kind = models.CharField(_("kind of order"), max_length=12, choices=OrderKind, blank=True)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="surveys")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    representative = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    happened_on = models.DateField(pgettext_lazy("survey", "day"))
    state = models.CharField(_("state"), max_length=8, choices=SurveyState, default=SurveyState.DRAFT)
    drafted_at = models.DateTimeField()
    key_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    sent_at = models.DateTimeField(_("sent"), null=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("open until"), null=True)
    drop_reason = models.CharField(_("why not"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.CharField(_("how it was answered"), max_length=5, choices=AnsweredBy, blank=True)
    taken_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    is_low = models.BooleanField(default=False)
    reasons = models.JSONField(_("reasons"), default=list)
    words = models.CharField(_("in the client's words"), max_length=1000, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    complaint = models.OneToOneField(Complaint, models.PROTECT, null=True, related_name="survey")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="service_survey_number_once"),
            models.UniqueConstraint(fields=["order"], name="service_order_is_asked_about_once"),
            models.UniqueConstraint(fields=["visit"], name="service_visit_is_asked_about_once"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=10), name="service_score_up_to_ten"),
            models.CheckConstraint(
                condition=Q(state="answered", score__isnull=False, answered_at__isnull=False)
                | ~Q(state="answered") & Q(score=None),
                name="service_answered_with_a_score",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "drafted_at"], name="service_surveys_by_state"),
            models.Index(fields=["hotel", "answered_at"], name="service_surveys_by_answer"),
            models.Index(fields=["account", "drafted_at"], name="service_surveys_of_client"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("service:survey", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_waiting(self) -> bool:
        """Whether an answer may still be taken."""
        return self.state in (SurveyState.DRAFT, SurveyState.SENT)

    @property
    def reason_words(self) -> list[str]:
        """The reasons in the language in force."""
        return [str(Reason(one).label) for one in self.reasons if one in Reason.values]
