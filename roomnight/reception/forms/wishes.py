"""What guests wish for, and why somebody opens a guest's page (FO-04, PRV-01)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.models import DepartmentKind
from roomnight.reception.forms.receptions import moment_field
from roomnight.ui.widgets import PickOne

REASONS = (
    ("check_in", _("Check-in")), ("check_out", _("Check-out")), ("wish", _("A wish of the guest")),
    ("message", _("A message for the guest")), ("complaint", _("A complaint")), ("other", _("Another reason")),
)  # fmt: skip


class GuestWishForm(forms.Form):
    """A wish on the page of its guest, where it can be kept for the next stay."""

    text = forms.CharField(label=_("What the guest wishes for"), max_length=300, widget=forms.Textarea({"rows": 2}))
    for_department = forms.ChoiceField(label=pgettext_lazy("wish", "For"), choices=DepartmentKind, initial=DepartmentKind.HOUSEKEEPING)  # fmt: skip
    needed_at = moment_field(
        pgettext_lazy("wish", "Before"), required=False, help_text=_("Empty: as soon as the policy says.")
    )
    is_lasting = forms.BooleanField(
        label=_("Keep it for the next stay"), required=False, help_text=_("Only where the guest agrees.")
    )


class WishForm(GuestWishForm):
    """The same by any department, which knows the room."""

    room = forms.CharField(label=_("Room"), max_length=10)
    field_order = ["room", "text", "for_department", "needed_at", "is_lasting"]


class LookForm(forms.Form):
    """Why a guest's page is opened."""

    why = forms.ChoiceField(label=_("Why"), choices=REASONS, widget=PickOne())
    why_text = forms.CharField(
        label=_("In words"), max_length=160, required=False, help_text=_("It is kept with your name.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("why") == "other" and not data.get("why_text", "").strip():
            self.add_error("why_text", _("Say why."))
        return data

    def reason(self) -> str:
        """In words, as the log keeps it."""
        why, words = self.cleaned_data["why"], self.cleaned_data["why_text"].strip()
        label = str(dict(REASONS)[why])
        return words if why == "other" else f"{label}: {words}" if words else label
