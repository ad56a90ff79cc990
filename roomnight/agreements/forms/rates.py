"""What is typed to ask for a rate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from roomnight.agreements.forms.agreements import day_field
from roomnight.agreements.queries.naming import called
from roomnight.agreements.rules.seasons import RoomType
from roomnight.clients.forms.pickers import account_field
from roomnight.organization.access import Seat

MOST_NIGHTS = 92


class LookupForm(forms.Form):
    """Client, dates and room type (AGR-06)."""

    arrival = day_field(_("Arrival"))
    departure = day_field(_("Departure"))
    room_type = forms.ChoiceField(label=_("Room type"))

    def __init__(self, *args: Any, seat: Seat, types: Mapping[str, RoomType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["arrival"].initial, self.fields["departure"].initial = seat.today, seat.today + timedelta(days=1)
        self.fields["account"] = account_field(seat)
        self.order_fields(["account", "arrival", "departure", "room_type"])
        field = self.fields["room_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, called(one)) for code, one in types.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("arrival"), data.get("departure")
        if first and last and last <= first:
            self.add_error("departure", _now("They leave after they came."))
        if first and last and (last - first).days > MOST_NIGHTS:
            self.add_error("departure", _now("Ask for at most %(n)d nights at once.") % {"n": MOST_NIGHTS})
        return data
