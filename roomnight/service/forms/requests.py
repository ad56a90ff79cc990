"""A request: taken down with the phone in the hand, sent on, carried out, called back about (DSK-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.forms.pickers import account_field
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.service.forms.complaints import DepartmentField, area
from roomnight.service.models import Asker, Channel, Improvement, Place, RequestKind, ServiceRequest, Urgency
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import DayInput, PhoneInput, PickOne


class RequestForm(LaidOutForm):
    """What is asked for and where; whatever else is known stands below."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("request", "What kind"), choices=RequestKind, widget=PickOne(), initial=RequestKind.REPAIR
    )
    text = forms.CharField(label=_("What is asked for"), max_length=1000, widget=area())
    urgency = forms.ChoiceField(
        label=pgettext_lazy("request", "How soon"), choices=Urgency, initial=Urgency.ORDINARY, widget=PickOne(even=True),
        help_text=_("An emergency is always for at once."),
    )  # fmt: skip
    asker = forms.ChoiceField(
        label=pgettext_lazy("request", "Who asks"), choices=Asker, initial=Asker.GUEST, widget=PickOne()
    )
    name = forms.CharField(label=pgettext_lazy("request", "Name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False, widget=PhoneInput())
    room = forms.CharField(
        label=pgettext_lazy("complaint", "Room"), max_length=10, required=False,
        help_text=_("Of a guest; shown to the front desk and to who goes there."),
    )  # fmt: skip
    spot = forms.CharField(
        label=_("Exact spot"),
        max_length=80,
        required=False,
        help_text=_("For instance: tower B, floor 12, tea kitchen."),
    )
    place = forms.ChoiceField(
        label=pgettext_lazy("request", "Where in the house"), choices=Place, initial=Place.OTHER, widget=PickOne()
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("complaint", "How it came"), choices=Channel, initial=Channel.PHONE, widget=PickOne()
    )
    department = DepartmentField(
        label=_("Send it to the department"), help_text=_("Empty: to the department for this kind.")
    )
    person = PersonField(label=_("Send it to"), required=False)
    layout = [["kind"], ["text"], ["urgency"], ["asker"], ["name", "phone"], ["room", "spot"]]
    more = ("account", "place", "channel", "department", "person")

    def __init__(self, *args: Any, seat: Seat, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department, person = self.fields["department"], self.fields["person"]
        assert isinstance(department, DepartmentField) and isinstance(person, PersonField)
        department.offer(seat)
        person.offer(people)
        if seat.may("clients.account"):
            self.fields["account"] = account_field(seat, required=False)

    def further(self) -> list[forms.BoundField]:
        """What can be said besides."""
        return [self[name] for name in self.more if name in self.fields]

    def has_further_errors(self) -> bool:
        return any(name in self.errors for name in self.more)


class DispatchForm(LaidOutForm):
    """To which department or person it goes."""

    department = DepartmentField(label=_("Department"))
    person = PersonField(
        label=_("Send it to"), required=False, help_text=_("Empty: whoever of the department takes it up first.")
    )
    reason = forms.CharField(label=_("Note"), max_length=200, required=False)
    layout = [["department"], ["person"], ["reason"]]

    def __init__(self, *args: Any, seat: Seat, request: ServiceRequest, people: Sequence[Staff], **kwargs: Any) -> None:
        kwargs["initial"] = {"department": request.department_id, "person": request.person_id}
        super().__init__(*args, **kwargs)
        department, person = self.fields["department"], self.fields["person"]
        assert isinstance(department, DepartmentField) and isinstance(person, PersonField)
        department.offer(seat)
        person.offer(people)
        self.stands_on(request)


class ProgressForm(LaidOutForm):
    """How far it is."""

    text = forms.CharField(label=_("How far it is"), max_length=1000, widget=area())
    layout = [["text"]]


class FinishForm(LaidOutForm):
    """What was done."""

    outcome = forms.CharField(label=_("What was done"), max_length=1000, widget=area())
    layout = [["outcome"]]


class CallBackForm(LaidOutForm):
    """What who asked says to it."""

    answer = forms.ChoiceField(
        label=_("Who asked is"), widget=PickOne(even=True),
        choices=[("content", pgettext_lazy("called back", "Content")), ("not_content", pgettext_lazy("called back", "Not content"))],
        help_text=_("Not content: it is opened again, and a new clock runs."),
    )  # fmt: skip
    words = forms.CharField(label=_("What was said"), max_length=1000, required=False, widget=area(2))
    layout = [["answer"], ["words"]]


class WithdrawForm(LaidOutForm):
    """Why it is not wanted any more."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    layout = [["reason"]]


class ImprovementForm(LaidOutForm):
    """What the figures show, what is done about it, by whom until when."""

    finding = forms.CharField(label=_("What the figures show"), max_length=400, widget=area(2))
    measure = forms.CharField(label=_("What is done about it"), max_length=400, widget=area(2))
    owner = PersonField(label=_("Who does it"), required=True)
    due_on = forms.DateField(label=_("Until"), widget=DayInput())
    layout = [["finding"], ["measure"], ["owner", "due_on"]]

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(people)


class ResultForm(LaidOutForm):
    """What came of an improvement."""

    result = forms.CharField(label=_("What came of it"), max_length=400, widget=area())
    layout = [["result"]]

    def __init__(self, *args: Any, improvement: Improvement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stands_on(improvement)
