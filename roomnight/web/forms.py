"""Forms of the shell: policy values and one's own preferences."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy
from roomnight.organization import access
from roomnight.organization.sign_in import SECOND_FACTOR_ROLES
from roomnight.ui.policies import NamedLines, PickedList, as_typed, field
from roomnight.ui.widgets import DayInput


class PolicyForm(forms.Form):
    """A departure from a policy's value, from a day on."""

    value = forms.CharField(label=_("New value"), max_length=4000)
    effective_from = forms.DateField(label=_("In force from"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    seen = forms.CharField(required=False, widget=forms.HiddenInput({"id": False}))

    def __init__(self, policy: Policy[Any], value: Any, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"effective_from": today, "value": as_typed(policy, value)})
        self.fields["value"] = field(policy, label=_("New value"))
        widget = self.fields["value"].widget
        if policy is SECOND_FACTOR_ROLES and isinstance(widget, PickedList):
            widget.offer({role.code: role.label for role in access.roles()})
        # Nothing picked is an answer too: no day of rest, no role.
        self.fields["value"].required = not isinstance(self.fields["value"].widget, PickedList)
        if isinstance(self.fields["value"].widget, NamedLines):
            self.fields["value"].help_text = _("One a line: Chinese name | English name.")

    def clean_value(self) -> str:
        return self.cleaned_data["value"] or "[]"

    def clean(self) -> dict[str, Any]:
        """What the person saw for the day they named stands beside the new value (ACC-10)."""
        given = self.cleaned_data
        try:
            seen: dict[str, Any] = signing.loads(given.pop("seen", ""))
        except signing.BadSignature:
            seen = {}
        day = str(given.get("effective_from"))
        given["seen"] = (seen[day],) if day in seen else ()
        return given

    def stand_on(self, standing: dict[str, Any]) -> None:
        """The page remembers what the hotel has set for each day; what was typed stays."""
        self.fields["seen"].initial = signing.dumps(standing, compress=True)
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["seen"] = self.fields["seen"].initial


class ProfileForm(forms.Form):
    """A person's own particulars that they may change themselves."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
    )
    theme = forms.ChoiceField(
        label=_("Theme"), choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
    )
