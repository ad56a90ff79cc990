"""Letters, suggestions, requests for help and the notice board (SVC-04, SVC-06)."""

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
from roomnight.service.forms.complaints import area
from roomnight.service.models import Channel, Letter, LetterKind, Topic, Verdict
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import DayInput, PhoneInput, PickOne


class LetterForm(LaidOutForm):
    """A letter or call that is no complaint."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=LetterKind, widget=PickOne(even=True), initial=LetterKind.SUGGESTION
    )
    topic = forms.ChoiceField(label=_("Help with"), choices=[("", "–"), *Topic.choices], required=False)
    sender = forms.CharField(label=_("Sender"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False, widget=PhoneInput())
    text = forms.CharField(label=_("What it says"), max_length=2000, widget=area(4))
    channel = forms.ChoiceField(
        label=pgettext_lazy("complaint", "How it came"), choices=Channel, initial=Channel.LETTER, widget=PickOne()
    )
    received_on = forms.DateField(label=_("Received on"), widget=DayInput(), required=False)
    owner = PersonField(label=_("Who answers it"), required=False)
    layout = [["kind"], ["topic"], ["sender", "phone"], ["account"], ["text"], ["channel"], ["received_on", "owner"]]

    def __init__(self, *args: Any, seat: Seat, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(people)
        owner.initial = seat.staff.pk
        self.fields["received_on"].initial = seat.today
        if seat.may("clients.account"):
            self.fields["account"] = account_field(seat, required=False)


class AnswerLetterForm(LaidOutForm):
    """What was answered; of a suggestion, whether it is accepted and who carries it out."""

    answer = forms.CharField(label=_("What was answered"), max_length=2000, widget=area(4))
    verdict = forms.ChoiceField(label=_("The suggestion is"), choices=Verdict, widget=PickOne(even=True))
    carried_out_by = PersonField(label=_("Who carries it out"), required=False)
    layout = [["answer"], ["verdict"], ["carried_out_by"]]

    def __init__(self, *args: Any, letter: Letter, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if letter.kind != LetterKind.SUGGESTION:
            del self.fields["verdict"], self.fields["carried_out_by"]
            return
        person = self.fields["carried_out_by"]
        assert isinstance(person, PersonField)
        person.offer(people)


class OutcomeForm(LaidOutForm):
    """What the client was told became of the suggestion."""

    outcome = forms.CharField(label=_("What became of it"), max_length=400, widget=area())
    layout = [["outcome"]]


class PinForm(LaidOutForm):
    """Onto the notice board."""

    shows_name = forms.BooleanField(
        label=_("The sender allows the name to be shown"), required=False, help_text=_("Else the board shows no name.")
    )
    layout = [["shows_name"]]
