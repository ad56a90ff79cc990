"""What is typed about training and examination."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.access import Seat
from roomnight.organization.models import ExamResult, StaffQualification
from roomnight.organization.qualifications import kinds_of
from roomnight.organization.rules.qualifications import VALID_DAYS
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.tidy import TidyForm
from roomnight.ui.widgets import DayInput, PickOne, WholeNumber


class QualificationForm(LaidOutForm, TidyForm):
    """A course, its examination, and until when the qualification holds. `like` is the record that is renewed, if any."""

    kind = forms.ChoiceField(label=pgettext_lazy("of staff", "Qualification"), widget=PickOne)
    course = forms.CharField(label=pgettext_lazy("training", "Course"), max_length=120)
    granted_on = forms.DateField(label=_("Day of the examination"), widget=DayInput)
    result = forms.ChoiceField(label=pgettext_lazy("examination", "Result"), choices=ExamResult.choices, widget=PickOne)
    points = forms.IntegerField(
        label=_("Points"), required=False, min_value=0, max_value=100, widget=WholeNumber, help_text=_("0 to 100.")
    )
    examined_by = forms.CharField(label=_("Examiner"), max_length=60, required=False)
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=DayInput)
    note = forms.CharField(label=pgettext_lazy("examination", "Note"), max_length=200, required=False)
    layout = [["kind"], ["course"], ["granted_on", "examined_by"], ["result"], ["points", "valid_until"], ["note"]]

    def __init__(self, data: Any, seat: Seat, *, kind: str = "", like: StaffQualification | None = None) -> None:
        days = VALID_DAYS.at(seat.hotel_code, seat.today)
        kinds = kinds_of(seat.hotel_code, seat.today)
        initial: dict[str, Any] = {
            "kind": kind if kind in kinds else next(iter(kinds)), "granted_on": seat.today, "result": ExamResult.PASSED,
            "course": like.course if like else "", "examined_by": seat.staff.label,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        chosen = self.fields["kind"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(kinds.items())
        self.fields["valid_until"].help_text = _("Left empty: %(days)d days from the examination.") % {"days": days}
        self.stands_on(None)


class WithdrawQualificationForm(LaidOutForm, TidyForm):
    """Why somebody may not do it any more."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    layout = [["reason"]]

    def __init__(self, data: Any, one: StaffQualification) -> None:
        super().__init__(data)
        self.stands_on(one)
