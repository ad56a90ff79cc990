"""How far a guest wants to be known here (PRV-03)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.pms.models import AskedBy, Confidentiality, Level
from roomnight.pms.rules.guests import FULL
from roomnight.reception.models import DocumentType
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.widgets import DayInput, PickOne


class LevelForm(SharedForm):
    """The level, since when and until when, the password, and who is excepted."""

    level = forms.TypedChoiceField(label=_("Level"), choices=Level, coerce=int, widget=PickOne(), initial=FULL)
    rate_secret = forms.BooleanField(label=_("The rate is secret too"), required=False, help_text=_("It is left out of what companions and agencies get to see."))  # fmt: skip
    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput(), help_text=_("Empty: until departure.")
    )
    password = forms.CharField(
        label=_("Password agreed with the guest"), required=False, max_length=40, strip=True,
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
        help_text=_("Only its digest is kept. With it the guest lifts this from outside."),
    )  # fmt: skip
    exceptions = forms.CharField(
        label=_("Excepted visitors"), required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("One full name a line. For them the guest is rung."),
    )  # fmt: skip
    whole_booking = forms.BooleanField(label=_("Everybody on the booking"), required=False)

    def __init__(self, *args: Any, record: Confidentiality | None = None, **kwargs: Any) -> None:
        if record is not None:
            kwargs["initial"] = {
                "level": record.level, "rate_secret": record.rate_secret, "starts_on": record.starts_on,
                "ends_on": record.ends_on, "exceptions": "\n".join(record.exceptions),
                "whole_booking": record.whole_booking,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        if record is not None and record.password:
            self.fields["password"].label = _("Another password")
        self.stands_on(record)

    def values(self) -> dict[str, Any]:
        """What the commands take."""
        return {**self.cleaned_data, "exceptions": self.cleaned_data["exceptions"].splitlines()}


class ConfidentialForm(LevelForm):
    """The same for a guest who is not kept yet, listed or still to come."""

    guest_name = forms.CharField(label=_("Guest"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    booking_number = forms.CharField(label=_("Booking number"), max_length=60, required=False, help_text=_("Without it the guest is known again by name and day of arrival."))  # fmt: skip
    arrival = forms.DateField(label=_("Arrival"), widget=DayInput())
    departure = forms.DateField(label=_("Departure"), widget=DayInput())
    asked_by = forms.ChoiceField(label=_("Asked for by"), choices=AskedBy, widget=PickOne(even=True), initial=AskedBy.GUEST)  # fmt: skip


class LiftForm(forms.Form):
    """The guest himself says that it is over: by the password, or here with a document."""

    how = forms.ChoiceField(
        label=_("How"), widget=PickOne(even=True), initial="password",
        choices=[("password", _("By password")), ("in_person", _("In person, with a document"))],
    )  # fmt: skip
    password = forms.CharField(label=_("Password"), required=False, widget=forms.PasswordInput({"autocomplete": "off"}))
    document_type = forms.ChoiceField(label=_("Document"), choices=DocumentType, required=False, widget=PickOne())
    document_end = forms.CharField(label=_("Last four signs of its number"), required=False, max_length=4)

    def document(self) -> str:
        """What was seen, in words; empty where it was not said whole."""
        kind, end = self.cleaned_data.get("document_type"), self.cleaned_data.get("document_end")
        return f"{dict(DocumentType.choices)[kind]} …{end}" if kind and end else ""
