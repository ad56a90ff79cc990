"""What is typed when an order goes a step further (ORD-02, ORD-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.forms.orders import area, day_field, money_field, to_cents
from roomnight.orders.models import Order
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.ui.small_forms import LaidOutForm


class OptionForm(LaidOutForm):
    """Until which day an order is kept."""

    until = day_field(_("Keep it until"), help_text=_("It is kept on this day too."))
    layout = [["until"]]


class ConfirmForm(LaidOutForm):
    """How the client confirmed."""

    note = forms.CharField(
        label=_("How the client confirmed"), max_length=200, required=False, widget=area(),
        help_text=_("Such as: contract signed and returned by mail, deposit received."),
    )  # fmt: skip
    layout = [["note"]]


class DeclineForm(LaidOutForm):
    """Why nothing comes of it, and where the client goes."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=area())
    went_to = forms.CharField(label=_("Where they go instead"), max_length=120, required=False)
    layout = [["reason"], ["went_to"]]


class EndForm(LaidOutForm):
    """Why it was called off, and what is charged for that."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=area())
    charge = money_field(
        pgettext_lazy("for a cancelled order", "Charge"), help_text=_("Leave it empty if nothing is charged.")
    )
    layout = [["reason"], ["charge"]]

    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "charge_cents": to_cents(self.cleaned_data["charge"])}


class ReasonForm(LaidOutForm):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=area())
    layout = [["reason"]]


class HandOverForm(LaidOutForm):
    """Who follows the order from now on, and why."""

    to = PersonField(label=_("To whom"))
    reason = forms.CharField(label=_("Why"), max_length=200, widget=area())
    layout = [["to"], ["reason"]]

    def __init__(self, *args: Any, people: Sequence[Staff], order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, PersonField)
        to.offer([one for one in people if one.pk != order.follower_id])
