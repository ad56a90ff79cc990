"""What is asked of a visitor, and what the guest answered (PRV-02)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.reception.models import Channel, ConsentHow, DocumentType, EnquiryState
from roomnight.ui.widgets import DayInput, PhoneInput, PickOne

REASONS = (
    ("visit", _("Wants to visit the guest")), ("call", _("Wants to speak to the guest")),
    ("deliver", _("Delivers something")), ("pick_up", _("Picks the guest up")), ("other", _("Another reason")),
)  # fmt: skip


class EnquiryForm(forms.Form):
    """Whom somebody asks for: the full name first, stated by the visitor and never offered."""

    asked_name = forms.CharField(
        label=_("Full name of the guest"), max_length=120,
        help_text=_("As the visitor says it. Do not help, and do not spell it out."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    asked_company = forms.CharField(label=_("Company or group of the guest"), max_length=120, required=False)
    asked_arrival = forms.DateField(label=_("Day of arrival"), required=False, widget=DayInput())
    channel = forms.ChoiceField(label=_("How"), choices=Channel, widget=PickOne(even=True), initial=Channel.IN_PERSON)
    why = forms.ChoiceField(label=_("Why"), choices=REASONS, widget=PickOne())
    why_text = forms.CharField(label=_("In words"), max_length=160, required=False)
    visitor_name = forms.CharField(label=_("Visitor or caller"), max_length=80, required=False)
    visitor_phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=PhoneInput())
    relation = forms.CharField(label=_("Relation to the guest"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("why") == "other" and not data.get("why_text", "").strip():
            self.add_error("why_text", _("Say why."))
        return data

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        data = dict(self.cleaned_data)
        why, words = data.pop("why"), data.pop("why_text").strip()
        label = str(dict(REASONS)[why])
        data["reason"] = words if why == "other" else f"{label}: {words}" if words else label
        return data


class ConsentForm(forms.Form):
    """What the guest said."""

    answer = forms.ChoiceField(
        label=_("The guest"), widget=PickOne(even=True),
        choices=[
            (EnquiryState.AGREED, _("agrees")), (EnquiryState.REFUSED, _("declines")),
            (EnquiryState.NO_ANSWER, _("does not answer")),
        ],
    )  # fmt: skip
    how = forms.ChoiceField(label=_("Asked"), choices=ConsentHow, widget=PickOne(even=True), initial=ConsentHow.PHONE)
    consent_from = forms.CharField(label=_("Who agreed"), max_length=80, required=False)
    message = forms.CharField(label=_("Message for the guest"), required=False, widget=forms.Textarea({"rows": 2}))


class TellForm(forms.Form):
    """What was told with the guest's leave."""

    outcome = forms.CharField(label=_("What was told"), max_length=200)


class VisitorForm(forms.Form):
    """Who comes to see the guest."""

    name = forms.CharField(label=_("Name as in the document"), max_length=80)
    document_type = forms.ChoiceField(label=_("Document"), choices=DocumentType, widget=PickOne())
    document_number = forms.CharField(label=_("Document number"), max_length=40, help_text=_("Only its last four signs are shown later."))  # fmt: skip
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False)


class ReportForm(forms.Form):
    """What is odd about an enquiry."""

    note = forms.CharField(label=_("What is odd"), max_length=300)
