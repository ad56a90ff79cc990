"""What is typed when a charge that was kept for a decision is decided on."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from roomnight.clients.forms.pickers import PickField
from roomnight.clients.models import Account
from roomnight.credit.forms.accounts import why_field
from roomnight.organization.access import Seat
from roomnight.ui.small_forms import LaidOutForm, Rows


def chargeable_field(seat: Seat, found: QuerySet[Account], url_name: str) -> PickField:
    """Choosing one of these clients by typing; the address answers with those that are found."""
    return PickField(found, seat.url(url_name), label=_("Client"))


class LetThroughForm(LaidOutForm):
    """On whose account it goes, who signed it, and why it is let through."""

    layout: ClassVar[Rows] = (("account",), ("signed_by",), ("reason",))
    signed_by = forms.CharField(
        label=_("Signed by"), max_length=80, required=False, help_text=_("Empty where the PMS does not say.")
    )
    reason = why_field(_("Why it is let through"))

    def __init__(self, seat: Seat, accounts: QuerySet[Account], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["account"] = chargeable_field(seat, accounts, "credit:lookup_to_decide")


class SendBackForm(LaidOutForm):
    """What is to be done about a charge that goes on no account."""

    layout: ClassVar[Rows] = (("note",),)
    note = why_field(_("What is to be done"), help_text=_("For example: the guest pays; post it to another client."))
