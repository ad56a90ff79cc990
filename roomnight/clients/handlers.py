"""What clients do about what happens in the organisation."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from roomnight.clients.models import Account
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import on
from roomnight.organization.events import StaffDeactivated


@on(StaffDeactivated)
def clients_are_handed_over_first(event: StaffDeactivated) -> None:
    """Nobody leaves while clients are theirs: otherwise nobody would look after them (ORG-04)."""
    held = Account.objects.filter(Q(owner=event.staff_id) | Q(co_owner=event.staff_id))
    hotels = list(dict.fromkeys(held.order_by("hotel").values_list("hotel__name", flat=True)))
    if hotels:
        raise Refusal(
            "staff.still_holds",
            _("Hand over what this person looks after first: %(n)d clients (%(hotels)s).")
            % {"n": held.count(), "hotels": ", ".join(hotels)},
        )
