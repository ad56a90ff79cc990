"""Writing position cards and saying who holds them (ORG-06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Duty, Hotel, Membership, PositionCard

Duties = Sequence[tuple[str, str]]
"""The duties in order: what, and the address below the hotel's own that carries it out ("" for none)."""


@command
def add_position(*, actor: Actor, hotel: Hotel, duties: Duties = (), **fields: Any) -> PositionCard:
    """Write a position card. Refuses a title in use, and what is another hotel's."""
    card = PositionCard(hotel=hotel, **fields)
    _refuse_wrong(card)
    card.save(force_insert=True)
    Duty.objects.bulk_create(Duty(card=card, order=n, text=text, link=link) for n, (text, link) in enumerate(duties))
    record(card, title=card.title, duties=[text for text, _link in duties])
    return card


@command
def edit_position(*, actor: Actor, card: PositionCard, duties: Duties, **fields: Any) -> Any:
    """Change a position card or retire it. Refused while somebody holds it, and for a circle of superiors."""
    changes = changed(card, **fields)
    _refuse_wrong(card)
    if card.is_retired and card.memberships.filter(staff__is_active=True).exists():
        raise Refusal("position.held", _("Somebody holds this position."), field="is_retired")
    old = [(one.text, one.link) for one in card.duties.order_by("order")]
    if old != list(duties):
        changes["duties"] = ([" | ".join(one) for one in old], [" | ".join(one) for one in duties])
        card.duties.all().delete()
        Duty.objects.bulk_create(
            Duty(card=card, order=n, text=text, link=link) for n, (text, link) in enumerate(duties)
        )
    if not changes:
        return UNCHANGED
    columns = [name for name in changes if name != "duties"]
    if columns:
        card.save(update_fields=columns)
    record(card, **changes)
    return card


@command
def hold_position(*, actor: Actor, place: Membership, card: PositionCard | None) -> Any:
    """Say which position somebody holds at this hotel, or none."""
    if card is not None and (card.hotel_id != place.hotel_id or card.is_retired):
        raise Refusal("position.elsewhere", _("There is no such position at this hotel."), field="position")
    changes = changed(place, position=card)
    if not changes:
        return UNCHANGED
    place.save(update_fields=["position"])
    record(place, staff=place.staff.username, **changes)
    return place


def _refuse_wrong(card: PositionCard) -> None:
    same = PositionCard.objects.filter(hotel=card.hotel_id, title=card.title).exclude(pk=card.pk)
    if same.exists():
        raise Refusal("position.title_taken", _("There is a position of this title already."), field="title")
    if card.department.hotel_id != card.hotel_id:
        raise Refusal("staff.department_elsewhere", _("This department is another hotel's."), field="department")
    above, seen = card.superior, {card.pk} if card.pk else set()
    while above is not None:
        if above.hotel_id != card.hotel_id:
            raise Refusal("position.elsewhere", _("There is no such position at this hotel."), field="superior")
        if above.pk in seen:
            raise Refusal(
                "position.circle", _("This would make the line of superiors run in a circle."), field="superior"
            )
        seen.add(above.pk)
        above = above.superior
