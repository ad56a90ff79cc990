"""What an approved version does to the values of the procedures, and how it is undone (POL-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import PolicyValue
from roomnight.kernel.policy import POLICIES, end_policy, set_policy, take_back_policies
from roomnight.organization.models import PolicyVersion


def hotels_of(version: PolicyVersion) -> list[str]:
    """The codes of the hotels where a version holds."""
    return [version.document.hotel.code, *version.subsidiaries.values_list("hotel__code", flat=True)]


def sources_of(version: PolicyVersion) -> set[str]:
    """How the values name the versions of this document."""
    return {subject_of(one) for one in version.document.versions.only("pk")}


def lay_down(actor: Actor, version: PolicyVersion, start: date) -> None:
    """Let the values of a version hold from its day; what its predecessor laid down and it no longer names ends that day."""
    source, family = subject_of(version), sources_of(version)
    values = {one.key: one.value for one in version.values.all()}
    for code in hotels_of(version):
        standing = refuse_set_outside(code, values, start, family)
        for key, value in values.items():
            set_policy(
                actor=actor,
                key=key,
                value=value,
                hotel_code=code,
                effective_from=start,
                reason=str(version),
                source=source,
                seen=standing.get(key, ()),
            )
    for key, code in laid_down_before(family, start):
        if key not in values or code not in hotels_of(version):
            give_back(actor, version, key, code, start)


def refuse_set_outside(code: str, keys: Iterable[str], start: date, family: set[str]) -> dict[str, tuple[Any]]:
    """A value that somebody set by hand for that very day is not overwritten in silence; what the document itself set is given."""
    there = list(PolicyValue.objects.filter(key__in=list(keys), hotel_code=code, effective_from=start).order_by("key"))
    taken = next((row for row in there if row.source not in family), None)
    if taken is not None:
        raise Refusal(
            "document.value_set",
            _("%(value)s was set outside of this document for %(day)s: let the document begin on another day.")
            % {"value": POLICIES[taken.key].label, "day": start},
            field="in_force_from",
        )
    return {row.key: (row.value,) for row in there}


def laid_down_before(family: set[str], start: date) -> list[tuple[str, str]]:
    """Every (key, hotel) that some version of a document has laid down by a day."""
    rows = PolicyValue.objects.filter(source__in=family, effective_from__lte=start, key__in=list(POLICIES))
    return sorted(set(rows.values_list("key", "hotel_code")))


def give_back(actor: Actor, version: PolicyVersion, key: str, code: str, start: date) -> None:
    """From a day on a value is what it would be without the document. What was set by hand since stays as it is."""
    family = sources_of(version)
    rows = list(
        PolicyValue.objects.filter(key=key, hotel_code=code, effective_from__lte=start).order_by("-effective_from")
    )
    if not rows or rows[0].source not in family:
        return
    outside = next((row for row in rows if row.source not in family), None)
    note = _("no longer by %(version)s") % {"version": version}
    source = subject_of(version)
    if outside is None or outside.value is None:
        end_policy(actor=actor, key=key, hotel_code=code, effective_from=start, reason=note, source=source)
    else:
        set_policy(
            actor=actor, key=key, value=outside.value, hotel_code=code, effective_from=start, reason=note, source=source
        )


def lift(actor: Actor, version: PolicyVersion, today: date) -> None:
    """End what a version in force has laid down."""
    for key, code in laid_down_before(sources_of(version), today):
        give_back(actor, version, key, code, today)


def take_back(actor: Actor, version: PolicyVersion, today: date) -> None:
    """Take back what a version was to lay down, before any of it held."""
    take_back_policies(actor=actor, source=subject_of(version), after=today)


def refuse_governed_elsewhere(version: PolicyVersion, start: date) -> None:
    """A value is laid down by one document of the hotel. Shipped versions give way to the hotel's own."""
    codes = hotels_of(version)
    keys = set(version.values.values_list("key", flat=True))
    here = Q(document__hotel__code__in=codes) | Q(subsidiaries__hotel__code__in=codes)
    others = (
        PolicyVersion.objects.filter(here, in_force_from__isnull=False, withdrawn_on=None, is_shipped=False)
        .exclude(document=version.document_id)
        .select_related("document")
        .distinct()
    )
    latest: dict[int, PolicyVersion] = {}
    holding: list[PolicyVersion] = []
    for one in others.order_by("in_force_from"):
        if one.in_force_from is not None and one.in_force_from <= start:
            latest[one.document_id] = one
        else:
            holding.append(one)
    for one in [*latest.values(), *holding]:
        shared = keys & set(one.values.values_list("key", flat=True))
        if shared:
            raise Refusal(
                "document.governed_elsewhere",
                _("%(value)s is laid down by %(document)s already.")
                % {"value": POLICIES[min(shared)].label, "document": one.document.serial},
                field="values",
            )
