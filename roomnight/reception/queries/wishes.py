"""The wishes of one guest: of this stay, and kept from earlier ones (FO-04)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from roomnight.reception.models import Wish, WishState
from roomnight.reception.queries.guests import person_of

MOST = 50


def of_guest(wishes: QuerySet[Wish], guest: Any) -> tuple[list[Wish], list[Wish]]:
    """The wishes of the stay of a guest of the list, the latest first; and what is kept from earlier stays, each once."""
    kept = Q(person_key=person_of(guest), is_lasting=True)
    found = list(wishes.filter(Q(stay_key=guest.stay_key) | kept).order_by("-pk")[:MOST])
    here = [one for one in found if one.stay_key == guest.stay_key]
    earlier = {one.text: one for one in reversed(found) if one.stay_key != guest.stay_key}
    return here, list(earlier.values())


def open_by_stay(wishes: QuerySet[Wish], keys: Iterable[str]) -> dict[str, int]:
    """How many wishes of some stays are not fulfilled yet."""
    found = wishes.filter(stay_key__in=keys).exclude(state=WishState.DONE)
    return dict(found.order_by().values_list("stay_key").annotate(Count("pk")))


def kept_by_person(wishes: QuerySet[Wish], keys: Iterable[str]) -> set[tuple[str, str]]:
    """Of some people those of whom a wish is kept, each with the stay at which it was noted."""
    found = wishes.filter(person_key__in=keys, is_lasting=True)
    return set(found.order_by().values_list("person_key", "stay_key"))
