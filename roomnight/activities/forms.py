"""The forms about visits and follow-ups: what is picked, what is typed, what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from roomnight.activities.commands.attachments import ALLOWED, MAX_BYTES
from roomnight.activities.commands.refusals import WORDS
from roomnight.activities.models import (
    ConfirmedHow,
    Feedback,
    FollowUpKind,
    Need,
    Outcome,
    Priority,
    Purpose,
    Recurrence,
    Result,
    VisitKind,
)
from roomnight.clients.models import AccountKind, Contact
from roomnight.kernel.calendar import at_local
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import inspect
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.widgets import ClockInput, DayInput, PickMany, PickOne, WholeNumber

LENGTHS = (15, 20, 30, 45, 60, 90, 120)
COMPETITOR_ROWS = 3
OTHER_PEOPLE = "other"
PICK_A_DAY, NO_DAY = "pick", "none"
FILLED_IN = ("met_day", "met_from", "met_to", "kind", "purpose")  # folded away, where a browser could not point at them


def _area(rows: int = 2, **attrs: Any) -> forms.Textarea:
    return forms.Textarea({"rows": rows, **attrs})


def choose(form: forms.BaseForm, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """Give a field its choices where they are known only now."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def refusal_words(code: str, **values: Any) -> str:
    """What the command would say no with, said by the form at once with everything else that is missing."""
    return str(WORDS[code][0]) % values if values else str(WORDS[code][0])


def say_appointment_lacks(form: forms.Form, data: dict[str, Any]) -> None:
    """What is missing of an appointment, at its field (VIS-03)."""
    match data.get("appointment"):
        case "agreed":
            for name in ("confirmed_how", "confirmed_with"):
                if not data.get(name):
                    form.add_error(name, refusal_words("visit.half_appointment"))
        case "cold" if not data.get("cold_reason"):
            form.add_error("cold_reason", refusal_words("visit.cold_reason"))


class PlanForm(SharedForm):
    """The plan of a visit: when, why, with whom, and how it was agreed (VIS-02, VIS-03, VIS-06)."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    start = forms.TimeField(label=_("From"), widget=ClockInput({"step": "300"}))
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int, widget=PickOne(even=True))
    long_reason = forms.CharField(label=_("Why so long"), max_length=200, required=False)
    staff = forms.TypedChoiceField(label=_("Who goes"), coerce=int, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind, widget=PickOne(even=True))
    purpose = forms.ChoiceField(label=_("What for"), choices=Purpose, widget=PickOne())
    purpose_text = forms.CharField(label=_("Purpose in words"), max_length=200, required=False)
    people = forms.TypedMultipleChoiceField(label=_("People to meet"), coerce=int, required=False, widget=PickMany())
    place = forms.CharField(label=_("Place"), max_length=200)
    appointment = forms.ChoiceField(
        label=_("Appointment"),
        choices=[("later", _("Still to agree")), ("agreed", _("Agreed")), ("cold", _("Cold call"))],
        widget=PickOne(even=True),
    )
    confirmed_how = forms.ChoiceField(label=_("Agreed how"), choices=ConfirmedHow, required=False, widget=PickOne())
    confirmed_with = forms.CharField(label=_("Agreed with"), max_length=80, required=False)
    cold_reason = forms.CharField(label=_("Why without appointment"), max_length=200, required=False)
    points = forms.CharField(
        label=_("Points to make"), required=False, widget=_area(3), help_text=_("One point a line.")
    )
    special = forms.CharField(label=_("Special for this client"), required=False, widget=_area())
    materials = forms.CharField(label=_("Materials"), max_length=200, required=False)
    desired_outcome = forms.CharField(label=_("Desired outcome"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        seat: Seat,
        contacts: Sequence[Contact],
        max_minutes: int,
        colleagues: Sequence[Staff] = (),
        now_minutes: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seat, self.max_minutes, self.now_minutes = seat, max_minutes, now_minutes
        choose(self, "people", [(one.pk, person_words(one)) for one in contacts])
        choose(self, "minutes", [(n, minutes_words(n)) for n in self.lengths()])
        if len(colleagues) > 1:
            choose(self, "staff", [(one.pk, one.label) for one in colleagues])
        else:
            del self.fields["staff"]

    def lengths(self) -> list[int]:
        """The lengths to pick from; what the policy allows without a reason, and what is planned now, are always among them."""
        extra = {self.max_minutes} | ({self.now_minutes} if self.now_minutes else set())
        return sorted({*LENGTHS, *extra})

    @property
    def long_when(self) -> str:
        """For which lengths the reason is asked for."""
        return "minutes=" + "|".join(str(n) for n in self.lengths() if n > self.max_minutes)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"day", "start", "minutes"} <= set(data):
            data["planned_start"] = at_local(data["day"], data["start"], self.seat.zone)
            data["planned_end"] = data["planned_start"] + timedelta(minutes=data["minutes"])
        if data.get("minutes", 0) > self.max_minutes and not data.get("long_reason"):
            self.add_error("long_reason", refusal_words("visit.long_reason", minutes=self.max_minutes))
        say_appointment_lacks(self, data)
        return data

    def plan(self) -> dict[str, Any]:
        """The plan as the commands take it, without the appointment."""
        names = (
            "kind",
            "purpose",
            "purpose_text",
            "place",
            "points",
            "special",
            "materials",
            "desired_outcome",
            "long_reason",
        )
        data = self.cleaned_data
        return {name: data[name] for name in names} | {"start": data["planned_start"], "end": data["planned_end"]}

    def agreed(self) -> dict[str, Any]:
        """The appointment as the commands take it: agreed, a cold call, or neither yet."""
        data = self.cleaned_data
        agreed, cold = data["appointment"] == "agreed", data["appointment"] == "cold"
        return {
            "confirmed_how": data["confirmed_how"] if agreed else "",
            "confirmed_with": data["confirmed_with"] if agreed else "",
            "is_cold_call": cold,
            "cold_reason": data["cold_reason"] if cold else "",
        }


class ConfirmForm(forms.Form):
    """The appointment of a planned visit: agreed with whom and how, or none for a reason (VIS-03)."""

    appointment = forms.ChoiceField(
        label=_("Appointment"), choices=[("agreed", _("Agreed")), ("cold", _("Cold call"))], widget=PickOne(even=True)
    )
    confirmed_how = forms.ChoiceField(label=_("Agreed how"), choices=ConfirmedHow, required=False, widget=PickOne())
    confirmed_with = forms.CharField(label=_("Agreed with"), max_length=80, required=False)
    cold_reason = forms.CharField(label=_("Why without appointment"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        say_appointment_lacks(self, data)
        return data

    def agreed(self) -> dict[str, Any]:
        """The appointment as the command takes it."""
        data = self.cleaned_data
        agreed = data["appointment"] == "agreed"
        return {
            "confirmed_how": data["confirmed_how"] if agreed else "",
            "confirmed_with": data["confirmed_with"] if agreed else "",
            "is_cold_call": not agreed,
            "cold_reason": "" if agreed else data["cold_reason"],
        }


class KitForm(forms.Form):
    """What is taken along: every item with me, or not needed for a reason; and how I look (VIS-04)."""

    appearance = forms.BooleanField(
        label=_("My appearance is as it should be"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]], waivers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for key, label in items:
            tick = forms.CheckboxInput({"class": "form-check-input"})
            self.fields[f"item_{key}"] = forms.BooleanField(label=label, required=False, widget=tick)
            self.fields[f"waiver_{key}"] = forms.CharField(
                label=_("%(item)s: why not needed") % {"item": label},
                max_length=120,
                required=False,
                initial=waivers.get(key, ""),
                widget=forms.TextInput({"class": "form-control"}),
            )
        self.order_fields([*(name for key, _label in items for name in (f"item_{key}", f"waiver_{key}")), "appearance"])

    def rows(self) -> list[dict[str, Any]]:
        """The items as the page shows them."""
        return [
            {"tick": self[f"item_{key}"], "waiver": self[f"waiver_{key}"], "label": label} for key, label in self.items
        ]

    def ticked(self) -> list[str]:
        return [key for key, _label in self.items if self.cleaned_data[f"item_{key}"]]

    def waived(self) -> dict[str, str]:
        """The items left behind, each with its reason. A reason beside a tick is about nothing."""
        reasons = {key: self.cleaned_data[f"waiver_{key}"].strip() for key, _label in self.items}
        return {key: reason for key, reason in reasons.items() if reason and key not in self.ticked()}


class OutForm(forms.Form):
    """Going out: where to, back when, and where one is if one likes (VIS-05)."""

    destination = forms.CharField(label=_("Destination"), max_length=200)
    back_by = forms.TimeField(label=_("Back by"), required=False, widget=ClockInput())
    location_consent = forms.BooleanField(label=_("Record where I am now"), required=False)
    latitude = forms.DecimalField(required=False, max_digits=9, decimal_places=6, widget=forms.HiddenInput())
    longitude = forms.DecimalField(required=False, max_digits=9, decimal_places=6, widget=forms.HiddenInput())


class ReasonForm(forms.Form):
    """One reason, for what is dropped, cancelled or missed."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=_area())


class CommentForm(forms.Form):
    """What the leader says to a report."""

    comment = forms.CharField(label=_("Your comment"), max_length=2000, widget=_area())


class NotesForm(SharedForm):
    """Notes taken during the talk; the report starts with them (VIS-07)."""

    notes = forms.CharField(label=_("Notes of the talk"), max_length=4000, required=False, widget=_area(3))


class ManyFiles(forms.ClearableFileInput):
    """Several files at once; on a phone the camera is one tap away."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos and papers, each of them what its name says."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        found: list[UploadedFile[bytes]] = [one for one in (data if isinstance(data, list) else [data]) if one]
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"])
        for one in found:
            try:
                inspect(one.name or "", one, allowed=ALLOWED, max_bytes=MAX_BYTES)
            except Refusal as refusal:
                raise forms.ValidationError(str(refusal.message)) from refusal
        return found


def photos_field(required: bool = False) -> FilesField:
    accept = ManyFiles({"multiple": True, "accept": "image/*,.pdf"})
    return FilesField(label=_("Photos, business cards, papers"), required=required, widget=accept)


class FilesForm(forms.Form):
    """Photos and papers to keep with a visit."""

    photos = photos_field(required=True)


class ReportForm(forms.Form):
    """The visit report 客户访问表: five picks and one sentence, and nine things more for who has them (VIS-07, VIS-11)."""

    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput())
    people = forms.MultipleChoiceField(
        label=_("Whom you met"), error_messages={"required": WORDS["report.nobody"][0]}, widget=PickMany()
    )
    people_text = forms.CharField(label=_("Others, with titles"), max_length=200, required=False)
    result = forms.ChoiceField(label=_("Result"), choices=Result, widget=PickOne(even=True))
    refusal_reason = forms.CharField(label=_("Why refused"), max_length=200, required=False)
    needs = forms.MultipleChoiceField(
        label=_("What they need"), choices=Need, required=False, widget=PickMany(even=True)
    )
    feedback = forms.ChoiceField(label=_("Feedback"), choices=Feedback, required=False, widget=PickOne(even=True))
    complaint = forms.CharField(label=_("What they complain about"), required=False, widget=_area())
    note = forms.CharField(
        label=_("The key sentence"), max_length=2000, required=False, widget=_area(2, enterkeyhint="done")
    )
    next = forms.ChoiceField(label=_("Next talk"), required=False, widget=PickOne(even=True))
    next_on = forms.DateField(label=_("On"), required=False, widget=DayInput())
    next_purpose = forms.CharField(label=_("Next talk about"), max_length=200, required=False)

    met_day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    met_from = forms.TimeField(label=_("From"), required=False, widget=ClockInput())
    met_to = forms.TimeField(label=_("Until"), required=False, widget=ClockInput())
    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind, required=False, widget=PickOne(even=True))
    purpose = forms.ChoiceField(label=_("What for"), choices=Purpose, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    client_type = forms.ChoiceField(label=_("Client type"), choices=AccountKind, required=False)

    made = forms.MultipleChoiceField(label=_("Points made"), required=False, widget=forms.CheckboxSelectMultiple())
    presented = forms.CharField(label=_("What else you presented"), required=False, widget=_area())
    product_offered = forms.CharField(label=_("Offered for the need"), max_length=200, required=False)
    questions = forms.CharField(label=_("Questions answered"), required=False, widget=_area())
    features = forms.CharField(label=_("What is special about the company"), required=False, widget=_area())
    agreements = forms.CharField(label=_("Agreed"), required=False, widget=_area())
    potential_room_nights = forms.IntegerField(
        label=_("Room nights a month"), required=False, min_value=0, widget=WholeNumber()
    )
    potential_meetings = forms.IntegerField(
        label=_("Meetings a year"), required=False, min_value=0, widget=WholeNumber()
    )
    photos = photos_field()
    potential_covers = forms.IntegerField(label=_("Covers a year"), required=False, min_value=0, widget=WholeNumber())

    def __init__(
        self,
        *args: Any,
        seat: Seat,
        contacts: Sequence[Contact],
        next_days: Sequence[tuple[date, str]],
        points: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seat, self.contacts, self.points = seat, {str(one.pk): one for one in contacts}, list(points)
        choose(self, "people", [*((str(one.pk), person_words(one)) for one in contacts), (OTHER_PEOPLE, _("+ Others"))])
        days = [(day.isoformat(), label) for day, label in next_days]
        choose(self, "next", [*days, (PICK_A_DAY, _("Another day")), (NO_DAY, pgettext_lazy("next talk", "None"))])
        if points:
            choose(self, "made", [(str(n), point) for n, point in enumerate(points)])
        else:
            del self.fields["made"]
        for one in contacts:
            self.fields[f"likes_{one.pk}"] = forms.CharField(label=one.label, max_length=300, required=False)
        for row in range(COMPETITOR_ROWS):
            self.fields[f"competitor_{row}"] = forms.CharField(label=_("Hotel"), max_length=80, required=False)
            self.fields[f"price_{row}"] = forms.CharField(
                label=_("Price"), max_length=12, required=False, widget=forms.TextInput({"inputmode": "decimal"})
            )
            self.fields[f"why_{row}"] = forms.CharField(label=_("Why"), max_length=120, required=False)

    def likes_fields(self) -> list[Any]:
        return [self[f"likes_{key}"] for key in self.contacts]

    def competitor_fields(self) -> list[list[Any]]:
        return [[self[f"competitor_{row}"], self[f"price_{row}"], self[f"why_{row}"]] for row in range(COMPETITOR_ROWS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in FILLED_IN:
            if name not in self.errors and not data.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        if not {"met_day", "met_from", "met_to"} & set(self.errors):
            data["from"] = at_local(data["met_day"], data["met_from"], self.seat.zone)
            data["to"] = at_local(data["met_day"], data["met_to"], self.seat.zone)
        if data.get("people") == [OTHER_PEOPLE] and not data.get("people_text"):
            self.add_error("people_text", refusal_words("report.nobody"))
        if data.get("result") == Result.REFUSED and not data.get("refusal_reason"):
            self.add_error("refusal_reason", refusal_words("report.refusal_reason"))
        if data.get("feedback") == Feedback.COMPLAINT and not data.get("complaint"):
            self.add_error("complaint", refusal_words("report.complaint_text"))
        chosen = data.get("next", "")
        if chosen == PICK_A_DAY and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", refusal_words("report.next_date"))
        return data

    def next_day(self) -> date | None:
        """The day of the next talk that was picked."""
        chosen = self.cleaned_data["next"]
        if chosen == PICK_A_DAY:
            picked: date = self.cleaned_data["next_on"]
            return picked
        return None if chosen in ("", NO_DAY) else date.fromisoformat(chosen)

    def key(self) -> UUID:
        """What makes this report arrive once; made here where the page could not."""
        given: UUID | None = self.cleaned_data["submission_key"]
        return given or uuid4()

    def met(self) -> list[Contact]:
        return [self.contacts[key] for key in self.cleaned_data["people"] if key in self.contacts]

    def report(self) -> dict[str, Any]:
        """The report as the commands take it."""
        names = (
            "people_text", "result", "refusal_reason", "needs", "feedback", "complaint", "note", "next_purpose", "kind",
            "purpose", "address", "client_type", "product_offered", "questions", "features", "agreements",
            "potential_room_nights", "potential_meetings", "potential_covers",
        )  # fmt: skip
        data = self.cleaned_data
        next_on = self.next_day()
        made = [self.points[int(n)] for n in data.get("made", ())]
        return {name: data[name] for name in names} | {
            "submission_key": self.key(),
            "contacts": self.met(),
            "presented": "\n".join(filter(None, [*made, data["presented"]])),
            "met_from": data["from"],
            "met_to": data["to"],
            "next_on": next_on,
            "next_purpose": data["next_purpose"] if next_on else "",
            "likes": {int(key): likes for key in self.contacts if (likes := data[f"likes_{key}"].strip())},
            "competitors": [
                {"hotel": data[f"competitor_{row}"], "price": data[f"price_{row}"], "why": data[f"why_{row}"]}
                for row in range(COMPETITOR_ROWS)
                if data[f"competitor_{row}"].strip() or data[f"price_{row}"].strip()
            ],
        }


class LogForm(ReportForm):
    """A visit that had no plan here, logged on one screen: the report, and how it had come about (VIS-11)."""

    appointment = forms.ChoiceField(
        label=_("Appointment"), choices=[*ConfirmedHow.choices, ("cold", _("Cold call"))], widget=PickOne()
    )
    cold_reason = forms.CharField(label=_("Why without appointment"), max_length=200, required=False)
    long_reason = forms.CharField(label=_("Why so long"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("appointment") == "cold" and not data.get("cold_reason"):
            self.add_error("cold_reason", refusal_words("visit.cold_reason"))
        return data

    def log(self) -> dict[str, Any]:
        """The visit and its report as the command takes them."""
        data = self.cleaned_data
        cold = data["appointment"] == "cold"
        return self.report() | {
            "confirmed_how": "" if cold else data["appointment"],
            "is_cold_call": cold,
            "cold_reason": data["cold_reason"] if cold else "",
            "long_reason": data["long_reason"],
        }


class FollowUpForm(forms.Form):
    """Something to be done: what, by when, by whom (BRD-01)."""

    what = forms.CharField(label=pgettext_lazy("follow-up", "What"), max_length=300, widget=_area())
    kind = forms.ChoiceField(label=_("Kind"), choices=FollowUpKind, widget=PickOne())
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())
    due_time = forms.TimeField(label=_("At"), required=False, widget=ClockInput())
    owner = forms.TypedChoiceField(label=_("Who"), coerce=int)
    contact = forms.TypedChoiceField(label=_("Person at the client"), coerce=int, required=False, empty_value=None)
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority, widget=PickOne(even=True))
    recurrence = forms.ChoiceField(label=_("Repeats"), choices=Recurrence, widget=PickOne(even=True))

    def __init__(self, *args: Any, people: Sequence[Staff], contacts: Sequence[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.pk: one for one in people}
        self.contacts = {one.pk: one for one in contacts}
        choose(self, "owner", [(one.pk, one.label) for one in people])
        if contacts:
            choose(self, "contact", [("", "–"), *((one.pk, person_words(one)) for one in contacts)])
        else:
            del self.fields["contact"]

    def follow_up(self) -> dict[str, Any]:
        """The follow-up as the command takes it."""
        data = self.cleaned_data
        names = ("what", "kind", "due_on", "due_time", "priority", "recurrence")
        return {name: data[name] for name in names} | {
            "owner": self.people[data["owner"]],
            "contact": self.contacts.get(data.get("contact") or 0),
        }


class CompleteForm(forms.Form):
    """What came of a follow-up; for a call, whether it reached anybody. And what comes next."""

    outcome = forms.ChoiceField(label=_("The call"), choices=Outcome, required=False, widget=PickOne(even=True))
    result = forms.CharField(label=_("Result"), required=False, max_length=2000, widget=_area())
    next_on = forms.DateField(label=_("Next step on"), required=False, widget=DayInput())
    next_what = forms.CharField(label=_("Next step"), required=False, max_length=300)

    def __init__(self, *args: Any, is_call: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_call:
            del self.fields["outcome"]


class MoveForm(SharedForm):
    """Another day, time or person for a follow-up."""

    due_on = forms.DateField(label=_("Day"), widget=DayInput())
    due_time = forms.TimeField(label=_("At"), required=False, widget=ClockInput())
    owner = forms.TypedChoiceField(label=_("Who"), coerce=int)

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.pk: one for one in people}
        choose(self, "owner", [(one.pk, one.label) for one in people])

    def change(self) -> dict[str, Any]:
        """The change as the command takes it."""
        data = self.cleaned_data
        return {"due_on": data["due_on"], "due_time": data["due_time"], "owner": self.people[data["owner"]]}


def person_words(contact: Contact) -> str:
    """A person with the job title, as a pick shows it."""
    return f"{contact.label} {contact.job_title}".strip()


def minutes_words(n: int) -> str:
    """A length in minutes, short."""
    return ngettext("%(n)d min", "%(n)d min", n) % {"n": n}


def clock_time(moment: datetime, seat: Seat) -> time:
    """The hotel's clock at a moment, without seconds."""
    return seat.local(moment).time().replace(second=0, microsecond=0)
