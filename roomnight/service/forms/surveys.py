"""Asking a client how satisfied they were: by the link, by telephone, and what is noted before (SAT-01)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.forms.pickers import account_field, contact_field
from roomnight.clients.models import Account
from roomnight.orders.access import orders
from roomnight.orders.models import Order
from roomnight.organization.access import Seat
from roomnight.service.forms.complaints import area
from roomnight.service.models import REASONS, Survey, SurveyAbout
from roomnight.service.rules.surveys import MOST
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import DayInput, PhoneInput, PickMany, PickOne

SCORES = [(str(number), str(number)) for number in range(MOST + 1)]


class AskForm(LaidOutForm):
    """Whom to ask about what."""

    about = forms.ChoiceField(
        label=pgettext_lazy("survey", "Asked about"), choices=SurveyAbout, initial=SurveyAbout.STAY, widget=PickOne(even=True)
    )  # fmt: skip
    happened_on = forms.DateField(label=_("When it was"), widget=DayInput())
    order = forms.CharField(label=_("Number of the order"), max_length=24, required=False)
    layout = [["account"], ["contact"], ["about"], ["happened_on", "order"]]

    def __init__(self, *args: Any, seat: Seat, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        self.fields["happened_on"].initial = seat.today
        if not seat.may("orders.order"):
            del self.fields["order"]
        if account is not None:
            self.fields["contact"] = contact_field(seat, account, _("Person at the client"))
        else:
            self.fields["account"] = account_field(seat)

    def clean_order(self) -> Order | None:
        """The order of that number, if this person may see it."""
        number = self.cleaned_data["order"].strip()
        if not number:
            return None
        found = orders(self.seat).select_related("account").filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_now("No order of yours has this number."))
        return found


class AnswerForm(LaidOutForm):
    """What the client answers: the score first, then why."""

    score = forms.TypedChoiceField(
        label=_("From 0 to 10, how satisfied?"), choices=SCORES, coerce=int, widget=PickOne(),
        error_messages={"required": _("Choose a number from 0 to 10.")},
    )  # fmt: skip
    reasons = forms.MultipleChoiceField(label=_("What made the difference?"), required=False, widget=PickMany())
    words = forms.CharField(label=_("In your own words"), max_length=1000, required=False, widget=area(4))
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False, widget=PhoneInput())
    layout = [["score"], ["reasons"], ["words"], ["name", "phone"]]

    def __init__(self, *args: Any, survey: Survey, by_phone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = self.fields["reasons"]
        assert isinstance(reasons, forms.MultipleChoiceField)
        reasons.choices = [(one.value, one.label) for one in REASONS[survey.about]]
        if by_phone:
            self.fields["words"].label = _("In the client's words")


class DropForm(LaidOutForm):
    """Why the client is not asked."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    layout = [["reason"]]

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stands_on(survey)
