"""What is typed about guests, their plan and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.reception.models import (
    CooperationItem,
    HostAnswer,
    Level,
    Part,
    ProgrammeLine,
    RaisedBy,
    Reception,
    ReceptionGuest,
    Sex,
    ShowRound,
)
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import DayInput, MomentInput, PhoneInput, PickOne, WholeNumber

GUEST_ROWS, MOST_GUESTS = 3, 30


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **more
    )


def money_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=10, decimal_places=2, **more)


class DeskForm(LaidOutForm):
    """A form of reception, with the people that may be chosen."""

    def __init__(self, *args: Any, people: Sequence[Staff] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.offer(people)


class ReceptionForm(DeskForm):
    """The application for guests (RCP-01)."""

    company = forms.CharField(label=_("Company"), max_length=160)
    business = forms.CharField(label=_("Line of business"), max_length=160, required=False)
    purpose = forms.CharField(label=_("Purpose of the visit"), max_length=200)
    theme = forms.CharField(label=pgettext_lazy("reception", "Theme"), max_length=200, required=False)
    sincerity = forms.CharField(label=_("How serious they are"), max_length=200, required=False)
    topics = forms.CharField(label=_("Topics"), required=False, widget=_area())
    importance = forms.CharField(label=_("Why the outcome matters"), max_length=200, required=False)
    place = forms.CharField(label=_("Place"), max_length=160)
    people = forms.IntegerField(label=_("Number of guests"), min_value=1, max_value=999, widget=WholeNumber())
    arrives_at = moment_field(_("Arrives"))
    departs_at = moment_field(_("Leaves"))
    arrives_by = forms.CharField(label=_("Flight or train of arrival"), max_length=80, required=False)
    departs_by = forms.CharField(label=_("Flight or train of departure"), max_length=80, required=False)
    is_pick_up_needed = forms.BooleanField(label=_("To be picked up"), required=False)
    how_to_come = forms.CharField(label=_("How they come where no car is free"), max_length=200, required=False)
    lodging_wish = forms.CharField(label=_("Lodging wish"), max_length=200, required=False)
    is_official = forms.BooleanField(
        label=_("Official guests"),
        required=False,
        help_text=_("Government or institutions: an official letter is needed; meals without tobacco and alcohol."),
    )
    letter_number = forms.CharField(label=_("Number of the official letter"), max_length=80, required=False)
    applicant = PersonField(
        label=_("Applicant"), required=True, help_text=_("Somebody on the road can telephone: enter it for them.")
    )
    layout = [
        ["company", "business"], ["purpose", "theme"], ["arrives_at", "departs_at"], ["arrives_by", "departs_by"],
        ["place", "people"], ["is_pick_up_needed"], ["how_to_come"], ["lodging_wish", "importance"], ["sincerity"], ["topics"],
        ["is_official"], ["letter_number"], ["applicant"],
    ]  # fmt: skip

    def __init__(self, *args: Any, reception: Reception | None = None, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        if reception is not None:
            del self.fields["applicant"]
            for name in self.fields:
                self.fields[name].initial = getattr(reception, name)
            for name in ("arrives_at", "departs_at"):
                self.fields[name].initial = timezone.localtime(getattr(reception, name))
        self.stands_on(reception)


class GuestForm(forms.Form):
    """One guest; the first row is the most senior."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    sex = forms.ChoiceField(label=_("Mr or Ms"), choices=[("", "–"), *Sex.choices], required=False)
    title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=PhoneInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and any(data.get(name) for name in ("sex", "title", "phone")):
            self.add_error("name", _("Who is it? Enter the name."))
        return data


class GuestRows(forms.BaseFormSet[GuestForm]):
    """The rows of guests; empty ones are left out."""

    def people(self) -> list[dict[str, Any]]:
        return [one.cleaned_data for one in self.forms if one.is_valid() and one.cleaned_data.get("name")]


def guest_rows(data: Any, guests: Sequence[ReceptionGuest] = (), more: int = 0) -> GuestRows:
    """The rows with who is known; always some free ones below."""
    known = [{"name": one.name, "sex": one.sex, "title": one.title, "phone": one.phone} for one in guests]
    extra = max(GUEST_ROWS - len(known), 1) + more
    factory = forms.formset_factory(
        GuestForm, formset=GuestRows, extra=extra, max_num=MOST_GUESTS, absolute_max=MOST_GUESTS
    )
    rows: GuestRows = factory(data, initial=known, prefix="guests")  # type: ignore[assignment]
    return rows


class DecisionForm(DeskForm):
    """What the head of the department decides (RCP-02)."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("approve", _("Approve")), ("return", _("Return to correct")), ("decline", _("Decline"))],
        widget=PickOne(even=True),
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level, required=False, widget=PickOne(even=True))
    reason = forms.CharField(label=_("Why this level"), max_length=200, required=False)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False, widget=_area())
    layout = [["decision"], ["level"], ["reason"], ["note"]]


class TeamForm(DeskForm):
    """Who takes requests, prepares, answers for it (RCP-04)."""

    contact_person = PersonField(
        label=_("Interface person"), help_text=_("Takes requests, names the leader, files the papers.")
    )
    assistant = PersonField(label=_("Assistant"), help_text=_("Plans, prepares, keeps the record."))
    leader = PersonField(label=_("Leader"), help_text=_("Answers for the result."))
    reason = forms.CharField(label=_("Why somebody changes while the guests are here"), max_length=200, required=False)
    layout = [["contact_person"], ["assistant"], ["leader"], ["reason"]]

    def __init__(self, *args: Any, reception: Reception, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        for name in ("contact_person", "assistant", "leader"):
            self.fields[name].initial = getattr(reception, f"{name}_id")
        self.stands_on(reception)


class LineForm(DeskForm):
    """One hour of the programme (RCP-03)."""

    part = forms.ChoiceField(label=_("Part"), choices=Part, widget=PickOne())
    what = forms.CharField(label=_("What"), max_length=200)
    place = forms.CharField(label=_("Place"), max_length=160, required=False)
    starts_at = moment_field(_("From"))
    ends_at = moment_field(_("Until"), required=False)
    responsible = PersonField(label=_("Responsible"))
    planned = money_field(_("Planned cost"), required=False)
    over_reason = forms.CharField(label=_("Why above the standard"), max_length=200, required=False)
    has_tobacco_or_alcohol = forms.BooleanField(label=_("With tobacco or alcohol"), required=False)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    reason = forms.CharField(label=_("Why somebody changes while the guests are here"), max_length=200, required=False)
    layout = [
        ["part"], ["what", "place"], ["starts_at", "ends_at"], ["responsible", "planned"], ["over_reason"],
        ["has_tobacco_or_alcohol"], ["note"], ["reason"],
    ]  # fmt: skip

    def __init__(self, *args: Any, line: ProgrammeLine | None, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        if line is None:
            del self.fields["reason"]
        else:
            for name in set(self.fields) - {"reason", "responsible"}:
                self.fields[name].initial = getattr(line, name)
            self.fields["responsible"].initial = line.responsible_id
            self.fields["starts_at"].initial = timezone.localtime(line.starts_at)
            self.fields["ends_at"].initial = timezone.localtime(line.ends_at) if line.ends_at else None
        self.stands_on(line)


class CostForm(DeskForm):
    """What it came to (RCP-09)."""

    actual = money_field(_("Actual cost"))
    note = forms.CharField(label=_("Note on the cost"), max_length=200, required=False)
    layout = [["actual"], ["note"]]

    def __init__(self, *args: Any, line: ProgrammeLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actual"].initial, self.fields["note"].initial = line.actual, line.actual_note
        self.stands_on(line)

    def audited_as(self, name: str) -> str:
        return "actual_note" if name == "note" else name


class HostForm(DeskForm):
    """Who of us is asked to join (RCP-03)."""

    host = PersonField(label=_("Who"))
    part = forms.CharField(label=_("Joins"), max_length=120, required=False, help_text=_("Talks, dinner…"))
    late_reason = forms.CharField(label=_("The general manager's reason"), max_length=300, required=False)
    layout = [["host", "part"], ["late_reason"]]


class AnswerForm(DeskForm):
    """Whether one joins."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[one for one in HostAnswer.choices if one[0] != HostAnswer.ASKED],
        widget=PickOne(even=True),
    )
    layout = [["answer"]]


class HandInForm(DeskForm):
    """Handing in the plan; late, with a reason (RCP-03)."""

    late_reason = forms.CharField(label=_("Why so late"), max_length=300, required=False, widget=_area())
    layout = [["late_reason"]]


class PreparationForm(DeskForm):
    """Something more to have ready."""

    words = forms.CharField(label=_("What"), max_length=120)
    owner = PersonField(label=_("Who"))
    due_at = moment_field(_("Due at"))
    layout = [["words"], ["owner", "due_at"]]


class ItemForm(DeskForm):
    """Something to do together (RCP-07)."""

    what = forms.CharField(label=_("Item"), max_length=300)
    raised_by = forms.ChoiceField(label=_("Raised by"), choices=RaisedBy, widget=PickOne(even=True))
    layout = [["what"], ["raised_by"]]


class WorkForm(DeskForm):
    """Its answer, who agreed, and the wording."""

    answer = forms.CharField(label=_("Answer"), max_length=300, required=False)
    is_agreed_by_guests = forms.BooleanField(label=_("Agreed by the guests"), required=False)
    is_agreed_by_house = forms.BooleanField(label=_("Agreed by us"), required=False)
    wording = forms.CharField(label=_("As written down"), required=False, widget=_area(4))
    layout = [["answer"], ["is_agreed_by_guests", "is_agreed_by_house"], ["wording"]]

    def __init__(self, *args: Any, item: CooperationItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(item, name)
        self.stands_on(item)


class SendForm(DeskForm):
    """Who follows it up, by when."""

    owner = PersonField(label=_("Who follows it up"))
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())
    layout = [["owner", "due_on"]]


class LeftForm(DeskForm):
    """When the guests left."""

    at = moment_field(_("Left at"))
    layout = [["at"]]


class CallForm(DeskForm):
    """The call after they came home (RCP-08)."""

    at = moment_field(_("Called at"))
    hotel_opinion = forms.CharField(label=_("Opinion of the hotel"), required=False, widget=_area(3))
    company_opinion = forms.CharField(label=_("Opinion of the company"), required=False, widget=_area(3))
    layout = [["at"], ["hotel_opinion"], ["company_opinion"]]


class ReportForm(DeskForm):
    """The report to the leaders (RCP-08)."""

    report = forms.CharField(label=_("Report to the leaders"), widget=_area(8))
    layout = [["report"]]


class WhyForm(DeskForm):
    """A reason, and nothing else."""

    note = forms.CharField(label=_("Why"), max_length=300, widget=_area())
    layout = [["note"]]


class ShowRoundForm(DeskForm):
    """A tour through the house (RCP-10)."""

    company = forms.CharField(label=_("Company"), max_length=160)
    visitors = forms.CharField(label=_("Who comes"), max_length=300)
    people = forms.IntegerField(label=_("Number of people"), min_value=1, max_value=999, widget=WholeNumber())
    is_regular = forms.BooleanField(label=_("Regular tour"), required=False)
    starts_at = moment_field(_("From"))
    guide = PersonField(label=_("Guide"))
    route = forms.CharField(label=_("Route"), max_length=300, required=False)
    layout = [["company", "visitors"], ["people", "starts_at"], ["guide", "route"], ["is_regular"]]

    def __init__(self, *args: Any, one: ShowRound | None, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        if one is not None:
            for name in set(self.fields) - {"guide"}:
                self.fields[name].initial = getattr(one, name)
            self.fields["guide"].initial = one.guide_id
            self.fields["starts_at"].initial = timezone.localtime(one.starts_at)
        self.stands_on(one)


class OpinionsForm(DeskForm):
    """What the visitors thought."""

    opinions = forms.CharField(label=_("Opinions"), widget=_area(4))
    layout = [["opinions"]]

    def __init__(self, *args: Any, one: ShowRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinions"].initial = one.opinions
        self.stands_on(one)


def now_at(seat: Seat) -> Any:
    """This minute at the hotel, as forms begin with it."""
    return seat.local(timezone.now()).replace(second=0, microsecond=0)
