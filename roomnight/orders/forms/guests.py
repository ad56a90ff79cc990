"""What is typed about the guests of an order (ORD-01)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.forms.orders import area, day_field
from roomnight.orders.models import OrderGuest
from roomnight.ui.small_forms import LaidOutForm


class GuestForm(LaidOutForm):
    """One guest: who it is, and what they need or like."""

    name = forms.CharField(label=_("Name"), max_length=80)
    job_title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    vip = forms.CharField(
        label=_("VIP level"),
        max_length=12,
        required=False,
        help_text=_("As the house calls it, such as V1; empty for most."),
    )
    arrives_on = day_field(
        pgettext_lazy("rooms", "Arrival"), required=False, help_text=_("Only if not with the others.")
    )
    departs_on = day_field(pgettext_lazy("rooms", "Departure"), required=False)
    needs = forms.CharField(
        label=_("Needs and likes"), required=False, widget=area(3),
        help_text=_("Such as: vegetarian, high floor, wheelchair, no feather pillow."),
    )  # fmt: skip
    layout = [["name", "job_title"], ["vip"], ["arrives_on", "departs_on"], ["needs"]]

    def __init__(self, *args: Any, guest: OrderGuest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if guest is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(guest, name)
        self.stands_on(guest)


class GuestsForm(LaidOutForm):
    """Several guests at once, one a line: name, job title, what they need."""

    names = forms.CharField(
        label=_("Guests"), widget=area(8),
        help_text=_("One a line: name, job title, needs. Only the name must be there; a list copied from a table fits too."),
    )  # fmt: skip
    layout = [["names"]]

    def guests(self) -> list[dict[str, Any]]:
        """The guests as commands take them; the parts of a line are divided by commas or tabs."""
        found = []
        for line in self.cleaned_data["names"].splitlines():
            parts = [part.strip() for part in re.split(r"[\t,，]", line, maxsplit=2)]
            if any(parts):
                name, title, needs = (*parts, "", "")[:3]
                found.append({"name": name[:80], "job_title": title[:80], "needs": needs})
        return found
