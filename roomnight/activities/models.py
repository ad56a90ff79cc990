"""What sales people do: visits from proposal to report, follow-ups, and the end of their day."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Account, AccountKind, Contact
from roomnight.organization.models import Hotel, Staff


class ProposalState(models.TextChoices):
    """What became of a proposed visit (VIS-01)."""

    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    PLANNED = "planned", _("Planned")
    DROPPED = "dropped", _("Dropped")
    LAPSED = "lapsed", _("No longer due")


class VisitProposal(models.Model):
    """A client that a representative should visit this week, and why (VIS-01).

    `week` is its Monday, `for_day` the working day it was put on, `reasons` a list of {"code", "values"}.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="visit_proposals")
    account = models.ForeignKey(Account, models.PROTECT, related_name="visit_proposals", verbose_name=_("client"))
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="visit_proposals", verbose_name=_("who goes"))
    week = models.DateField(_("week"))
    for_day = models.DateField(_("day"))
    district = models.CharField(_("district"), max_length=40, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, encoder=DjangoJSONEncoder)
    score = models.PositiveIntegerField(_("score"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    drop_reason = models.CharField(_("why not"), max_length=200, blank=True)
    proposed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "account", "week"], name="activities_proposal_once_a_week"),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(drop_reason=""), name="activities_drop_says_why"),
        ]
        indexes = [models.Index(fields=["staff", "week", "state", "-score"], name="activities_proposal_week")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class VisitSuggestion(models.Model):
    """A reason for a visit pushed down from a floor above: an expiring agreement, the product focus (VIS-01)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="visit_suggestions")
    code = models.SlugField(max_length=40)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    valid_until = models.DateField()
    suggested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "code"], name="activities_suggestion_once")]

    @property
    def hotel_code(self) -> str:
        return self.account.hotel.code


class VisitState(models.TextChoices):
    """How far a visit is: from the plan to the manager's reading; cancelled and missed give their reason."""

    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    OUT = "out", _("Out")
    RETURNED = "returned", _("To be reported")
    REPORTED = "reported", _("Reported")
    CLOSED = "closed", _("Read")
    CANCELLED = "cancelled", _("Cancelled")
    MISSED = "missed", _("Not met")


class VisitKind(models.TextChoices):
    FIRST = "first", _("First visit")
    RETURN = "return", _("Return visit")
    TOUR = "tour", _("Hotel tour")
    COURTESY = "courtesy", _("Courtesy call")


class Purpose(models.TextChoices):
    """Why one goes there 事由 (VIS-02)."""

    FIRST = "first_visit", _("First visit")
    RETURN = "return_visit", _("Return visit")
    QUOTATION = "quotation", _("Quotation")
    SIGNING = "signing", _("Signing")
    RENEWAL = "renewal", _("Renewal")
    COLLECTION = "collection", _("Collection")
    COMPLAINT = "complaint", _("Complaint handling")
    CONFERENCE = "conference", _("Conference talks")
    FESTIVAL = "festival", _("Festival greetings")
    UPDATE = "update", _("Information update")
    SATISFACTION = "satisfaction", _("Satisfaction")
    OTHER = "other", _("Other")


class ConfirmedHow(models.TextChoices):
    """How an appointment was agreed (VIS-03)."""

    PHONE = "phone", _("By telephone")
    WECHAT = "wechat", _("By WeChat")
    EMAIL = "email", _("By email")
    IN_PERSON = "in_person", _("In person")
    OTHER = "other", _("Otherwise")


class Visit(models.Model):
    """A visit to a client 客户访问 (VIS). `staff` goes; nobody else can go out, come back or report for them.

    `day` is the hotel's date of the visit: the planned one, and once reported the actual one. `report_due_at` is frozen
    when the visit is planned. The plan of a visit that was logged afterwards is its actual time on the 5-minute grid.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="visits", db_index=False)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("client")
    )
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("who goes"))
    number = models.CharField(_("number"), max_length=20)
    proposal = models.ForeignKey(VisitProposal, models.PROTECT, null=True, blank=True, related_name="visits")
    state = models.CharField(_("state"), max_length=10, choices=VisitState, default=VisitState.PLANNED)
    kind = models.CharField(_("kind"), max_length=10, choices=VisitKind, default=VisitKind.RETURN)

    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    purpose_text = models.CharField(_("purpose in words"), max_length=200, blank=True)
    points = models.TextField(_("points to make"), blank=True)
    special = models.TextField(_("special for this client"), blank=True)
    materials = models.CharField(_("materials"), max_length=200, blank=True)
    desired_outcome = models.CharField(_("desired outcome"), max_length=200, blank=True)
    people = models.ManyToManyField(
        Contact, blank=True, related_name="planned_visits", verbose_name=_("people to meet")
    )

    day = models.DateField(_("day"))
    planned_start = models.DateTimeField(_("from"))
    planned_end = models.DateTimeField(_("until"))
    long_reason = models.CharField(_("why so long"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    district = models.CharField(_("district"), max_length=40, blank=True)
    confirmed_how = models.CharField(_("agreed how"), max_length=10, choices=ConfirmedHow, blank=True)
    confirmed_with = models.CharField(_("agreed with"), max_length=80, blank=True)
    confirmed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    is_cold_call = models.BooleanField(_("cold call"), default=False)
    cold_reason = models.CharField(_("why without appointment"), max_length=200, blank=True)

    appearance_confirmed = models.BooleanField(_("appearance as it should be"), default=False)
    kit_checked_at = models.DateTimeField(null=True, blank=True)
    destination = models.CharField(_("destination"), max_length=200, blank=True)
    out_at = models.DateTimeField(_("out at"), null=True, blank=True)
    expected_back_at = models.DateTimeField(_("expected back"), null=True, blank=True)
    back_at = models.DateTimeField(_("back at"), null=True, blank=True)
    location_consent = models.BooleanField(_("may record where I am"), default=False)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    talk_notes = models.TextField(_("notes of the talk"), blank=True)
    report_due_at = models.DateTimeField(_("report due"))

    is_logged = models.BooleanField(_("logged afterwards"), default=False)
    end_reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=60)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotel", "number"], name="activities_visit_number_once"),
            models.UniqueConstraint(
                fields=["staff"], condition=Q(out_at__isnull=False, back_at=None), name="activities_out_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(planned_end__gt=F("planned_start")), name="activities_visit_ends_later"),
            models.CheckConstraint(
                condition=Q(back_at=None) | Q(back_at__gte=F("out_at")), name="activities_back_after_out"
            ),
            models.CheckConstraint(
                condition=Q(is_cold_call=False) | ~Q(cold_reason=""), name="activities_cold_call_says_why"
            ),
            models.CheckConstraint(
                condition=Q(location_consent=True) | Q(latitude=None, longitude=None),
                name="activities_location_by_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "missed"]) | ~Q(end_reason=""),
                name="activities_ended_visit_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["staff", "day", "state"], name="activities_visit_staff_day"),
            models.Index(fields=["hotel", "-planned_start", "-id"], name="activities_visit_hotel"),
            models.Index(fields=["hotel", "state", "-planned_start", "-id"], name="activities_visit_state"),
            models.Index(fields=["account", "-planned_start"], name="activities_visit_account"),
            models.Index(
                fields=["hotel", "staff"], condition=Q(out_at__isnull=False, back_at=None), name="activities_visit_out"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("activities:visit", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def planned_minutes(self) -> int:
        return int((self.planned_end - self.planned_start).total_seconds()) // 60


class VisitSlot(models.Model):
    """Five minutes of a person's diary. The unique row is what keeps two visits of one person apart (VIS-03)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="visit_slots", db_index=False)
    start = models.DateTimeField()
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="slots")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "start"], name="activities_one_visit_at_a_time")]


class VisitKitItem(models.Model):
    """One thing of the kit, taken along or left behind for a reason (VIS-04); keys as in `activities.kit_items`."""

    class State(models.TextChoices):
        TICKED = "ticked", _("With me")
        WAIVED = "waived", _("Not needed")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="kit")
    key = models.SlugField(max_length=40)
    state = models.CharField(max_length=6, choices=State)
    waiver_reason = models.CharField(_("why not needed"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "key"], name="activities_kit_item_once"),
            models.CheckConstraint(
                condition=Q(state="ticked") | ~Q(waiver_reason=""), name="activities_waiver_says_why"
            ),
        ]


class Need(models.TextChoices):
    """What the client needs (VIS-07)."""

    ROOMS = "rooms", _("Rooms")
    LONG_STAY = "long_stay", _("Long stay")
    MEETING = "meeting", _("Meetings")
    DINING = "dining", _("Dining")
    NONE = "none", _("Nothing now")


class Feedback(models.TextChoices):
    SATISFIED = "satisfied", _("Satisfied")
    FAIR = "fair", _("Fair")
    COMPLAINT = "complaint", _("Complaint")


class Result(models.TextChoices):
    """How the visit ended (VIS-07)."""

    REFUSED = "refused", pgettext_lazy("result of a visit", "Refused")
    INTERESTED = "interested", _("Interested")
    TRIAL = "trial", _("Trial order")
    AGREEMENT = "agreement", _("Agreement")
    ORDER = "order", pgettext_lazy("result of a visit", "Order")


class VisitReport(models.Model):
    """What was said and agreed: the visit report 客户访问表 (VIS-07). Written once by the person who went.

    `arrival_minutes` are those after (before: negative) the appointment; `delay_minutes` run from leaving the client to
    sending the report; `late_minutes` from the due time. `likes` maps a contact's id to what was learned; `competitors`
    is a list of {"hotel", "price", "why"} with the price as a decimal text. Potential nights are a month's.
    """

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="report")
    submission_key = models.UUIDField(unique=True)
    contacts = models.ManyToManyField(Contact, blank=True, related_name="visit_reports", verbose_name=_("people met"))
    people_text = models.CharField(_("others met, with titles"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    met_from = models.DateTimeField(_("met from"))
    met_to = models.DateTimeField(_("met until"))
    kind = models.CharField(_("kind"), max_length=10, choices=VisitKind)
    client_type = models.CharField(_("client type"), max_length=20, choices=AccountKind, blank=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    presented = models.TextField(_("what was presented"), blank=True)
    needs = models.JSONField(_("needs"), default=list, blank=True)
    product_offered = models.CharField(_("product offered"), max_length=200, blank=True)
    questions = models.TextField(_("questions answered"), blank=True)
    features = models.TextField(_("features of the company"), blank=True)
    likes = models.JSONField(_("likes learned"), default=dict, blank=True)
    potential_room_nights = models.PositiveIntegerField(_("potential room nights a month"), null=True, blank=True)
    potential_meetings = models.PositiveIntegerField(_("potential meetings a year"), null=True, blank=True)
    potential_covers = models.PositiveIntegerField(_("potential covers a year"), null=True, blank=True)
    competitors = models.JSONField(_("competitors used"), default=list, blank=True)
    feedback = models.CharField(_("feedback"), max_length=10, choices=Feedback, blank=True)
    complaint = models.TextField(_("complaint"), blank=True)
    agreements = models.TextField(_("agreed"), blank=True)
    next_on = models.DateField(_("next talk on"), null=True, blank=True)
    next_purpose = models.CharField(_("next talk about"), max_length=200, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result)
    refusal_reason = models.CharField(_("why refused"), max_length=200, blank=True)
    note = models.TextField(_("the key sentence"), blank=True)

    submitted_at = models.DateTimeField(_("reported at"))
    actual_minutes = models.PositiveIntegerField(_("minutes"))
    overrun_minutes = models.PositiveIntegerField(_("minutes over"), default=0)
    arrival_minutes = models.IntegerField(_("minutes after the appointment"), default=0)
    delay_minutes = models.PositiveIntegerField(_("minutes until reported"), default=0)
    is_late = models.BooleanField(_("late"), default=False)
    late_minutes = models.PositiveIntegerField(_("minutes late"), default=0)
    comment = models.TextField(_("manager's comment"), blank=True)
    read_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("read by")
    )
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(met_to__gt=F("met_from")), name="activities_talk_ends_later"),
            models.CheckConstraint(condition=Q(met_to__lte=F("submitted_at")), name="activities_report_of_the_past"),
            models.CheckConstraint(
                condition=~Q(result="refused") | ~Q(refusal_reason=""), name="activities_refusal_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(feedback="complaint") | ~Q(complaint=""), name="activities_complaint_says_what"
            ),
        ]

    @property
    def hotel_code(self) -> str:
        return self.visit.hotel.code


class FollowUpKind(models.TextChoices):
    TASK = "task", _("Task")
    CALL = "call", _("Call")
    THANKS_CALL = "thanks_call", _("Thank-you call")
    ORDER_ENQUIRY = "order_enquiry", _("Order enquiry")
    COMPLAINT = "complaint", _("Complaint")
    POTENTIAL = "potential", _("Potential")
    APPOINTMENT = "appointment", _("Next talk")


class FollowUpSource(models.TextChoices):
    """Where a follow-up came from (BRD-01)."""

    VISIT = "visit", pgettext_lazy("source of a follow-up", "Visit")
    ORDER = "order", pgettext_lazy("result of a visit", "Order")
    COMPLAINT = "complaint", _("Complaint")
    CREDIT = "credit", _("Credit")
    ASSIGNED = "assigned", _("Assigned")
    SELF = "self", _("Own")


class Priority(models.TextChoices):
    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class Recurrence(models.TextChoices):
    NONE = "none", _("Once")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class FollowUpState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Outcome(models.TextChoices):
    """Whether a call reached anybody."""

    REACHED = "reached", _("Reached")
    NOT_REACHED = "not_reached", _("Not reached")


class FollowUp(models.Model):
    """Something to be done 跟进 (BRD-01): what, for whom, by when, by whom.

    `escalate_on` is the day on which it rises to the owner's leader if still open, frozen when the due day is set.
    `previous` is the one it was born from: last week's of a weekly one, the call that reached nobody. A monthly one keeps
    its `month_day`.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="follow_ups", db_index=False)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        db_index=False,
        verbose_name=_("client"),
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("person")
    )
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    kind = models.CharField(_("kind"), max_length=14, choices=FollowUpKind, default=FollowUpKind.TASK)
    what = models.CharField(_("what"), max_length=300, blank=True)
    due_on = models.DateField(_("due on"))
    due_time = models.TimeField(_("at"), null=True, blank=True)
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="follow_ups", db_index=False, verbose_name=_("who"))
    created_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(auto_now_add=True)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    source = models.CharField(_("source"), max_length=10, choices=FollowUpSource, default=FollowUpSource.SELF)
    recurrence = models.CharField(_("repeats"), max_length=7, choices=Recurrence, default=Recurrence.NONE)
    month_day = models.PositiveSmallIntegerField(default=1)
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next")
    state = models.CharField(_("state"), max_length=9, choices=FollowUpState, default=FollowUpState.OPEN)
    outcome = models.CharField(_("reached"), max_length=11, choices=Outcome, blank=True)
    result = models.TextField(_("result"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    escalate_on = models.DateField()
    escalated_at = models.DateTimeField(_("rose to the leader at"), null=True, blank=True)
    escalated_to = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(done_at__isnull=False), name="activities_done_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "due_on"], name="activities_follow_up_owner"),
            models.Index(fields=["hotel", "state", "due_on", "id"], name="activities_follow_up_hotel"),
            models.Index(fields=["account", "state", "due_on"], name="activities_follow_up_account"),
            models.Index(
                fields=["hotel", "escalate_on"],
                condition=Q(state="open", escalated_at=None),
                name="activities_follow_up_rise",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:followup", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def title(self) -> str:
        """What is to be done; the kind says it where nobody wrote more, as for a thank-you call."""
        return self.what or str(self.get_kind_display())

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class DayClose(models.Model):
    """A representative went home with every visit of the day reported 下班 (VIS-08)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="day_closes")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="day_closes")
    day = models.DateField(_("day"))
    closed_at = models.DateTimeField(_("closed at"))
    visits = models.PositiveIntegerField(_("visits"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "staff", "day"], name="activities_day_closed_once")]

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
