"""Guests of the sales office: the application, who comes and who receives them, the programme, what is agreed (RCP)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import FollowUp
from roomnight.clients.models import Account
from roomnight.organization.models import Hotel, Staff


class Level(models.TextChoices):
    """By which standard guests are received (RCP-02)."""

    ORDINARY = "ordinary", pgettext_lazy("level of reception", "Ordinary")
    SENIOR = "senior", pgettext_lazy("level of reception", "Senior")
    SPECIAL = "special", pgettext_lazy("level of reception", "Special")


class ReceptionState(models.TextChoices):
    """How far a reception has come."""

    APPLIED = "applied", _("Applied for")
    RETURNED = "returned", _("Returned to correct")
    APPROVED = "approved", pgettext_lazy("reception", "Approved")
    PLANNED = "planned", _("Plan handed in")
    LEFT = "left", _("Guests have left")
    CLOSED = "closed", _("Reported")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", pgettext_lazy("reception", "Called off")


UNDECIDED = (ReceptionState.APPLIED, ReceptionState.RETURNED)
PLANNING = (ReceptionState.APPROVED, ReceptionState.PLANNED)
OPEN = (*UNDECIDED, *PLANNING)


class Sex(models.TextChoices):
    MALE = "m", pgettext_lazy("address", "Mr")
    FEMALE = "f", pgettext_lazy("address", "Ms")


class Reception(models.Model):
    """One visit of guests to the house 来访接待, from the representative's application to the report (RCP-01)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="receptions")
    number = models.CharField(_("number"), max_length=24)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="receptions", verbose_name=_("client")
    )
    company = models.CharField(_("company"), max_length=160)
    business = models.CharField(_("business"), max_length=160, blank=True)
    purpose = models.CharField(_("purpose of the visit"), max_length=200)
    theme = models.CharField(pgettext_lazy("reception", "theme"), max_length=200, blank=True)
    sincerity = models.CharField(_("how serious they are"), max_length=200, blank=True)
    topics = models.TextField(_("topics"), blank=True)
    importance = models.CharField(_("why the outcome matters"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=160)
    arrives_at = models.DateTimeField(_("arrival"))
    departs_at = models.DateTimeField(_("departure"))
    arrives_by = models.CharField(_("flight or train of arrival"), max_length=80, blank=True)
    departs_by = models.CharField(_("flight or train of departure"), max_length=80, blank=True)
    is_pick_up_needed = models.BooleanField(_("to be picked up"), default=False)
    how_to_come = models.CharField(_("how they come where no car is free"), max_length=200, blank=True)
    people = models.PositiveSmallIntegerField(_("number of guests"), default=1)
    lodging_wish = models.CharField(_("lodging wish"), max_length=200, blank=True)
    is_official = models.BooleanField(_("official guests"), default=False)
    letter_number = models.CharField(_("number of the official letter"), max_length=80, blank=True)
    applicant = models.ForeignKey(Staff, models.PROTECT, related_name="receptions", verbose_name=_("applicant"))
    entered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by"))
    state = models.CharField(_("state"), max_length=10, choices=ReceptionState, default=ReceptionState.APPLIED)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    proposed_level = models.CharField(_("proposed level"), max_length=10, choices=Level)
    level_reason = models.CharField(_("why this level"), max_length=200, blank=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("note"), max_length=300, blank=True)
    contact_person = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("interface person")
    )
    assistant = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assistant")
    )
    leader = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leader"))
    handed_in_at = models.DateTimeField(_("plan handed in"), null=True)
    handed_in_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    days_late = models.PositiveSmallIntegerField(_("days late"), default=0)
    late_reason = models.CharField(_("why so late"), max_length=300, blank=True)
    left_at = models.DateTimeField(_("guests left"), null=True)
    called_at = models.DateTimeField(_("called"), null=True)
    hotel_opinion = models.TextField(_("opinion of the hotel"), blank=True)
    company_opinion = models.TextField(_("opinion of the company"), blank=True)
    report = models.TextField(_("report to the leaders"), blank=True)
    report_due_on = models.DateField(_("report due"), null=True)
    reported_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="reception_number_once"),
            models.CheckConstraint(condition=Q(departs_at__gt=models.F("arrives_at")), name="reception_leaves_later"),
            models.CheckConstraint(
                condition=Q(is_official=False) | ~Q(letter_number=""), name="reception_official_has_letter"
            ),
        ]
        indexes = [models.Index(fields=["hotel", "state", "arrives_at"], name="reception_lists")]

    def __str__(self) -> str:
        return f"{self.number} {self.company}"

    def get_absolute_url(self) -> str:
        return reverse("reception:reception", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def label(self) -> str:
        return self.company

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class ReceptionGuest(models.Model):
    """Somebody who comes. `rank` orders them: 1 is the most senior, who sits in the middle."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="guests")
    rank = models.PositiveSmallIntegerField(_("rank"))
    name = models.CharField(_("name"), max_length=80)
    sex = models.CharField(_("Mr or Ms"), max_length=1, choices=Sex, blank=True)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reception", "rank"], name="reception_guest_rank_once")]
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class HostAnswer(models.TextChoices):
    ASKED = "asked", _("Asked")
    COMES = "comes", _("Joins")
    DECLINES = "declines", _("Cannot come")


class ReceptionHost(models.Model):
    """One of us who joins the talks or meals (RCP-03). An executive is asked in good time, or with the general manager's reason."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="hosts")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("who"))
    title = models.CharField(_("job title"), max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"))
    is_executive = models.BooleanField(_("executive"), default=False)
    part = models.CharField(_("joins"), max_length=120, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=HostAnswer, default=HostAnswer.ASKED)
    days_late = models.PositiveSmallIntegerField(default=0)
    late_reason = models.CharField(_("the general manager's reason"), max_length=300, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reception", "staff"], name="reception_host_once")]
        ordering = ["rank", "pk"]

    @property
    def label(self) -> str:
        return self.staff.label


class Part(models.TextChoices):
    """What a line of the programme is (RCP-03)."""

    PICK_UP = "pick_up", _("Pick-up")
    LODGING = "lodging", _("Lodging")
    TOUR = "tour", _("Tour of the house")
    TALKS = "talks", _("Talks")
    LUNCH = "lunch", _("Lunch")
    DINNER = "dinner", _("Dinner")
    GIFT = "gift", _("Gift")
    SIGHTS = "sights", _("Sights")
    SEE_OFF = "see_off", _("See-off")
    OTHER = "other", pgettext_lazy("part of a programme", "Something else")


class ProgrammeLine(models.Model):
    """An hour of the plan 接待安排表: what, where, who is responsible, what it may cost and what it cost (RCP-03, RCP-09)."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="programme")
    part = models.CharField(_("part"), max_length=10, choices=Part)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    what = models.CharField(_("what"), max_length=200)
    place = models.CharField(_("place"), max_length=160, blank=True)
    responsible = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("responsible"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    planned = models.DecimalField(_("planned cost"), max_digits=10, decimal_places=2, null=True, blank=True)
    over_reason = models.CharField(_("why above the standard"), max_length=200, blank=True)
    over_approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    over_approved_at = models.DateTimeField(null=True)
    actual = models.DecimalField(_("actual cost"), max_digits=10, decimal_places=2, null=True, blank=True)
    actual_note = models.CharField(_("note on the cost"), max_length=200, blank=True)
    has_tobacco_or_alcohol = models.BooleanField(_("with tobacco or alcohol"), default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["starts_at", "pk"]

    @property
    def label(self) -> str:
        return self.what

    @property
    def hotel_code(self) -> str:
        return self.reception.hotel.code


class Thing(models.TextChoices):
    """What has to be ready (RCP-05)."""

    MEETING_ROOM = "meeting_room", _("Meeting room")
    NAME_CARDS = "name_cards", _("Name cards and seating plan")
    BROCHURES = "brochures", _("Brochures, one at each guest's seat")
    TEA = "tea", _("Tea and water, paper towels")
    SAMPLES = "samples", _("Samples")
    CAR = "car", _("Car")
    SIGNS = "signs", _("Signs for the pick-up")
    ROOMS = "rooms", pgettext_lazy("to have ready", "Rooms")
    MEALS = "meals", _("Meals ordered, with what each guest does not eat")
    SLIDES = "slides", _("Slides")
    SPEECH = "speech", _("Speech")
    EQUIPMENT = "equipment", _("Equipment, tried out")
    FRUIT = "fruit", _("Fruit")
    GIFTS = "gifts", _("Gifts")
    FILM = "film", _("Film")
    FLAGS = "flags", _("Flags")
    FLOWERS = "flowers", _("Flowers")
    OTHER = "other", pgettext_lazy("to have ready", "Something else")


class PreparationItem(models.Model):
    """One thing to have ready: whose, by when, done or not."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="preparations")
    thing = models.CharField(_("what"), max_length=20, choices=Thing)
    words = models.CharField(_("in words"), max_length=120, blank=True)
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reception", "thing"], condition=~Q(thing="other"), name="reception_thing_once"
            )
        ]
        ordering = ["due_at", "pk"]

    @property
    def label(self) -> str:
        return self.words or self.get_thing_display()


class RaisedBy(models.TextChoices):
    GUESTS = "guests", _("The guests")
    HOUSE = "house", _("We")


class CooperationItem(models.Model):
    """Something to do together: raised, answered, agreed by both, written down, sent; then somebody follows it up (RCP-07)."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="items")
    what = models.CharField(_("item"), max_length=300)
    raised_by = models.CharField(_("raised by"), max_length=8, choices=RaisedBy)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    is_agreed_by_guests = models.BooleanField(_("agreed by the guests"), default=False)
    is_agreed_by_house = models.BooleanField(_("agreed by us"), default=False)
    wording = models.TextField(_("as written down"), blank=True)
    sent_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("who follows it up"))
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]

    @property
    def label(self) -> str:
        return self.what

    @property
    def hotel_code(self) -> str:
        return self.reception.hotel.code

    @property
    def is_agreed(self) -> bool:
        return self.is_agreed_by_guests and self.is_agreed_by_house


class ShowRound(models.Model):
    """A tour of clients through the house 参观, with what they thought of it (RCP-10)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="show_rounds")
    number = models.CharField(_("number"), max_length=24)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="show_rounds", verbose_name=_("client")
    )
    company = models.CharField(_("company"), max_length=160)
    visitors = models.CharField(_("who comes"), max_length=300)
    people = models.PositiveSmallIntegerField(_("number of people"), default=1)
    is_regular = models.BooleanField(_("regular tour"), default=False)
    starts_at = models.DateTimeField(_("from"))
    guide = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("guide"))
    route = models.CharField(_("route"), max_length=300, blank=True)
    opinions = models.TextField(_("opinions"), blank=True)
    noted_at = models.DateTimeField(null=True)
    passed_to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("passed to"))
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "number"], name="reception_show_round_number_once")]
        indexes = [models.Index(fields=["hotel", "-starts_at"], name="reception_show_rounds")]

    def __str__(self) -> str:
        return f"{self.number} {self.company}"

    def get_absolute_url(self) -> str:
        return reverse("reception:show_round", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def label(self) -> str:
        return self.company

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
