"""What an authority has to show, and what is done about it (PRV-04)."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.reception.models import OfficialPaper
from roomnight.ui.widgets import PickMany, PickOne

SHOWABLE: Final = (
    ("in_house", _("Whether the guest is here")), ("room", _("Room")), ("arrival", _("Arrival")),
    ("departure", _("Departure")), ("company", _("Company")), ("booking_number", _("Booking number")),
)  # fmt: skip


class AuthorityForm(forms.Form):
    """The unit, the document that was seen, the reason, and what is asked for."""

    unit = forms.CharField(label=_("Unit"), max_length=120)
    officer = forms.CharField(label=_("Officer"), max_length=60)
    document_type = forms.ChoiceField(label=_("Document seen"), choices=OfficialPaper, widget=PickOne())
    document_number = forms.CharField(label=_("Document number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"}))  # fmt: skip
    companions = forms.CharField(label=_("Others present, with their numbers"), max_length=200, required=False)
    order_number = forms.CharField(label=_("Number of the order"), max_length=60, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    asked_name = forms.CharField(label=_("Person asked for"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))  # fmt: skip
    scope = forms.CharField(label=_("What is wanted"), max_length=200)
    is_doubtful = forms.BooleanField(
        label=_("I have doubts about the document"), required=False, help_text=_("Then the unit is rung in any case.")
    )


class VerifyForm(forms.Form):
    """What the unit said."""

    confirmed = forms.TypedChoiceField(
        label=_("The unit"), coerce=lambda text: text == "yes", widget=PickOne(even=True),
        choices=[("yes", _("confirms it")), ("no", _("knows nothing of it"))],
    )  # fmt: skip
    note = forms.CharField(label=_("Number rung, and who answered"), max_length=200)


class PermitForm(forms.Form):
    """What security decides."""

    permit = forms.TypedChoiceField(
        label=_("What security decides"), coerce=lambda text: text == "yes", widget=PickOne(even=True),
        choices=[("yes", _("Permit")), ("no", _("Refuse"))],
    )  # fmt: skip
    note = forms.CharField(label=_("Remarks"), max_length=200, required=False)


class ShowForm(forms.Form):
    """What of a guest is shown: no more than was asked."""

    fields_shown = forms.MultipleChoiceField(label=_("Show"), choices=SHOWABLE, widget=PickMany())
    note = forms.CharField(label=_("Remarks"), max_length=200, required=False)
