"""Requests of tenants, owners and guests: who asks for what, who carries it out by when, and what they say to it (DSK-01)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account
from roomnight.organization.models import Department, Hotel, Staff
from roomnight.service.models.complaints import Channel


class RequestKind(models.TextChoices):
    """What is asked for (DSK-01)."""

    REPAIR = "repair", pgettext_lazy("kind of a request", "Repair")
    CLEANING = "cleaning", pgettext_lazy("kind of a request", "Cleaning")
    KEY = "key", pgettext_lazy("kind of a request", "Key")
    BILL = "bill", pgettext_lazy("kind of a request", "Bill")
    INFORMATION = "information", pgettext_lazy("kind of a request", "Information")
    EMERGENCY = "emergency", pgettext_lazy("kind of a request", "Emergency")


class Urgency(models.TextChoices):
    """How soon; an emergency is always for at once."""

    ORDINARY = "ordinary", pgettext_lazy("urgency", "Ordinary")
    URGENT = "urgent", pgettext_lazy("urgency", "Urgent")
    AT_ONCE = "at_once", pgettext_lazy("urgency", "At once")


class Asker(models.TextChoices):
    """Who asks. What staff find on their rounds is a request too."""

    GUEST = "guest", pgettext_lazy("who asks", "Guest")
    TENANT = "tenant", pgettext_lazy("who asks", "Tenant")
    OWNER = "owner", pgettext_lazy("who asks", "Owner")
    STAFF = "staff", pgettext_lazy("who asks", "Our staff")
    OTHER = "other", pgettext_lazy("who asks", "Somebody else")


class Place(models.TextChoices):
    """Where in the house, so that requests can be counted by it; the exact spot is said in words."""

    ROOM = "room", pgettext_lazy("place in the house", "Guest room")
    UNIT = "unit", pgettext_lazy("place in the house", "Tenant's or owner's unit")
    LOBBY = "lobby", pgettext_lazy("place in the house", "Lobby")
    CORRIDOR = "corridor", pgettext_lazy("place in the house", "Corridor, stairs or lift")
    RESTAURANT = "restaurant", pgettext_lazy("place in the house", "Restaurant")
    MEETING = "meeting", pgettext_lazy("place in the house", "Meeting or function room")
    CLUB = "club", pgettext_lazy("place in the house", "Club, pool or gym")
    GARAGE = "garage", pgettext_lazy("place in the house", "Garage")
    GROUNDS = "grounds", pgettext_lazy("place in the house", "Grounds and green")
    PLANT = "plant", pgettext_lazy("place in the house", "Plant room")
    OTHER = "other", pgettext_lazy("place in the house", "Elsewhere")


class RequestState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("state of a request", "To take up")
    UNDERWAY = "underway", pgettext_lazy("state of a request", "Under way")
    FINISHED = "finished", pgettext_lazy("state of a request", "To call back")
    CLOSED = "closed", pgettext_lazy("state of a request", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a request", "Withdrawn")


OPEN_STATES = (RequestState.WAITING, RequestState.UNDERWAY)


class ServiceRequest(models.Model):
    """A request 报事 (DSK-01): it goes to a department or to one person, is taken up by one, finished, and asked about.

    `due_at` is by when it is to be finished. `next_step_at` is when it goes up next while it is not, worked out when its
    clock began: `steps` holds those moments (ISO, UTC), `told` how many of them have passed. Who asked and is not content
    when called back has it opened again (`round`), with a new clock. A guest's room and stay are kept apart from the name;
    `is_secret` says that the guest was here for nobody.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="service_requests", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    kind = models.CharField(_("kind"), max_length=11, choices=RequestKind)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.ORDINARY)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    asker = models.CharField(_("who asks"), max_length=6, choices=Asker, default=Asker.GUEST)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="service_requests", verbose_name=_("client")
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    room = models.CharField(_("room"), max_length=10, blank=True)
    stay_key = models.CharField(max_length=32, blank=True)
    is_secret = models.BooleanField(default=False)
    place = models.CharField(_("place"), max_length=10, choices=Place, default=Place.OTHER)
    spot = models.CharField(_("exact spot"), max_length=80, blank=True)
    text = models.CharField(_("what is asked for"), max_length=1000)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="service_requests", verbose_name=_("department")
    )
    person = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("carried out by"))
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    state = models.CharField(_("state"), max_length=9, choices=RequestState, default=RequestState.WAITING)
    round = models.PositiveSmallIntegerField(default=1)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(_("to be finished by"))
    steps = models.JSONField(default=list)
    told = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(_("taken up"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    outcome = models.CharField(_("what was done"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="service_request_number_once"),
            models.CheckConstraint(
                condition=~Q(state="underway") | Q(person__isnull=False), name="service_request_under_way_with_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "underway"], finished_at=None)
                | Q(state__in=["finished", "closed"], finished_at__isnull=False, next_step_at=None)
                | Q(state="withdrawn", next_step_at=None),
                name="service_request_finished_or_open",
            ),
        ]
        indexes = [
            models.Index(fields=["hotel", "state", "due_at"], name="service_requests_by_due"),
            models.Index(fields=["hotel", "taken_at"], name="service_requests_by_day"),
            models.Index(fields=["hotel", "next_step_at"], name="service_requests_to_raise"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("service:request", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class StepKind(models.TextChoices):
    """What may happen to a request on its way."""

    DISPATCHED = "dispatched", pgettext_lazy("step of a request", "Dispatched")
    TAKEN_UP = "taken_up", pgettext_lazy("step of a request", "Taken up")
    PROGRESS = "progress", pgettext_lazy("step of a request", "Progress")
    RAISED = "raised", pgettext_lazy("step of a request", "Gone up")
    FINISHED = "finished", pgettext_lazy("step of a request", "Finished")
    CONTENT = "content", pgettext_lazy("step of a request", "Called back: content")
    NOT_CONTENT = "not_content", pgettext_lazy("step of a request", "Called back: not content")
    WITHDRAWN = "withdrawn", pgettext_lazy("step of a request", "Withdrawn")


class RequestStep(models.Model):
    """One step on the way of a request: who did what when, and what was said (DSK-01)."""

    request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="way")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=11, choices=StepKind)
    text = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    @property
    def hotel_code(self) -> str:
        return self.request.hotel.code


class Improvement(models.Model):
    """What is to become better, found in the figures: who does what until when, and what came of it (DSK-01)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="improvements")
    finding = models.CharField(_("what the figures show"), max_length=400)
    measure = models.CharField(_("what is done about it"), max_length=400)
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due"))
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    result = models.CharField(_("what came of it"), max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, result="") | Q(done_at__isnull=False) & ~Q(result=""),
                name="service_improvement_done_with_a_result",
            )
        ]

    def __str__(self) -> str:
        return self.measure

    def get_absolute_url(self) -> str:
        return reverse("service:improvements", kwargs={"hotel": self.hotel.code})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
