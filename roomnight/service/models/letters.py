"""Letters, suggestions, requests for help, and the staff notice board (SVC-04, SVC-06)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account, Contact
from roomnight.organization.models import Hotel, Staff
from roomnight.service.models.complaints import Channel


class LetterKind(models.TextChoices):
    THANKS = "thanks", _("Thanks")
    SUGGESTION = "suggestion", _("Suggestion")
    REQUEST = "request", _("Request for help")
    OTHER = "other", pgettext_lazy("kind of a letter", "Something else")


class Topic(models.TextChoices):
    """What a request for help is about (SVC-06)."""

    ENQUIRY = "enquiry", pgettext_lazy("request for help", "Enquiry")
    BOOKING = "booking", pgettext_lazy("request for help", "Booking")
    TRANSFER = "transfer", pgettext_lazy("request for help", "Transfer")
    PAYMENT = "payment", pgettext_lazy("request for help", "Payment")
    OTHER = "other", pgettext_lazy("request for help", "Something else")


class LetterState(models.TextChoices):
    OPEN = "open", pgettext_lazy("letter", "To answer")
    ANSWERED = "answered", pgettext_lazy("letter", "Answered")


class Verdict(models.TextChoices):
    """What becomes of a suggestion."""

    ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
    DECLINED = "declined", pgettext_lazy("suggestion", "Not followed")


class Letter(models.Model):
    """A letter or call that is no complaint: thanks, a suggestion, a request for help (SVC-06).

    It is answered by `due_on`. A suggestion that is accepted has a `carried_out_by`, and what became of it is told to the
    client (`outcome`, `told_at`). `on_board_at` puts it on the notice board of the staff, with the name only where that
    is allowed (SVC-04).
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="letters", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    topic = models.CharField(_("about"), max_length=8, choices=Topic, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.LETTER)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="letters", verbose_name=_("client"))
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="letters")
    sender = models.CharField(_("sender"), max_length=80)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    text = models.CharField(_("what it says"), max_length=2000)
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("answer by"))
    taken_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("owner"))
    state = models.CharField(_("state"), max_length=8, choices=LetterState, default=LetterState.OPEN)
    answer = models.CharField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict, blank=True)
    carried_out_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("what became of it"), max_length=400, blank=True)
    told_at = models.DateTimeField(_("client told"), null=True)
    reminded_at = models.DateTimeField(null=True)
    on_board_at = models.DateTimeField(_("on the board"), null=True)
    on_board_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    shows_name = models.BooleanField(_("name may be shown"), default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="service_letter_number_once"),
            models.CheckConstraint(
                condition=~Q(verdict="accepted") | Q(carried_out_by__isnull=False),
                name="service_accepted_suggestion_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(answer="") & Q(answered_at__isnull=False),
                name="service_answered_with_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "due_on"], name="service_letters_by_due"),
            models.Index(
                fields=["hotel", "-on_board_at"], condition=Q(on_board_at__isnull=False), name="service_letters_board"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("service:letter", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
