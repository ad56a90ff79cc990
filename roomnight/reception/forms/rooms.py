"""The slip of a room change, and what is done about it (FO-02)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.reception.forms.receptions import DeskForm, money_field
from roomnight.reception.models import AskedFor, Cause, RoomChange, Tick
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.widgets import DayInput, PickMany, PickOne


class ChangeForm(DeskForm):
    """Why, from which room at what price, and, where there is one already, to which."""

    asked_for_by = forms.ChoiceField(
        label=pgettext_lazy("room change", "Asked for by"),
        choices=AskedFor,
        widget=PickOne(even=True),
        initial=AskedFor.GUEST,
    )
    cause = forms.ChoiceField(label=_("Cause"), choices=Cause, widget=PickOne())
    cause_text = forms.CharField(label=_("In words"), max_length=120, required=False)
    hotel_fault = forms.BooleanField(
        label=_("Our facility or equipment is at fault"), required=False,
        help_text=_("The duty manager looks at the room first: what can be repaired is repaired."),
    )  # fmt: skip
    cannot_be_repaired = forms.BooleanField(
        label=_("It cannot be repaired"), required=False,
        help_text=_("Then the change is unconditional and costs nothing."),
    )  # fmt: skip
    from_type = forms.CharField(label=_("Old type"), max_length=30)
    from_rate = money_field(_("Old rate a night"))
    to_room = forms.CharField(
        label=_("New room"), max_length=10, required=False, help_text=_("Empty: one is looked for.")
    )
    to_type = forms.CharField(label=_("New type"), max_length=30, required=False)
    to_rate = money_field(_("New rate a night"), required=False)
    wanted = forms.CharField(label=_("What the guest would like"), max_length=120, required=False)


class WorkForm(SharedForm):
    """The new room of a change that the desk does alone, and what is done."""

    to_room = forms.CharField(label=_("New room"), max_length=10, required=False)
    to_type = forms.CharField(label=_("New type"), max_length=30, required=False)
    to_rate = money_field(_("New rate a night"), required=False)
    ticks = forms.MultipleChoiceField(label=_("Done"), choices=Tick, required=False, widget=PickMany())
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, change: RoomChange, **kwargs: Any) -> None:
        names = ("to_room", "to_type", "to_rate", "ticks", "revision")
        kwargs["initial"] = {name: getattr(change, name) for name in names}
        super().__init__(*args, **kwargs)
        self.stands_on(change)


class RateForm(forms.Form):
    """Another price is approved, or the new room at the old one."""

    is_free_upgrade = forms.TypedChoiceField(
        label=_("What the guest pays"), coerce=lambda text: text == "old", widget=PickOne(even=True), initial="new",
        choices=[("new", _("the new rate")), ("old", _("the old rate"))],
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why the guest stays where he is."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class SpanForm(forms.Form):
    """From which day to which."""

    first = forms.DateField(label=_("From"), widget=DayInput(), required=False)
    last = forms.DateField(label=_("Until"), widget=DayInput(), required=False)

    def span(self, today: date) -> tuple[date, date]:
        """The days that were asked for; this month up to today where none, or the wrong way round."""
        data = self.cleaned_data if self.is_valid() else {}
        first, last = data.get("first") or today.replace(day=1), data.get("last") or today
        return (first, last) if first <= last else (today.replace(day=1), today)
