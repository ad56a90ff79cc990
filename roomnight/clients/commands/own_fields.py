"""What is kept of the fields that a hotel adds to its clients (ACC-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roomnight.clients.queries.own_fields import own_fields
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.procedures.rules.forms import check


def checked_own(hotel: Hotel, said: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What a client keeps of `said`, judged by the form in force; what it does not ask for stays as it was `before`.

    Refuses what the form does not take, at its field.
    """
    spec = own_fields(hotel).spec
    strange = sorted(said.keys() - spec.names - before.keys())
    if strange:
        raise Refusal("account.own_field", _("There is no field called %(name)s.") % {"name": strange[0][:60]})
    kept, errors = check(spec, said)
    for name, faults in errors.items():
        one = spec.field(name.partition(".")[0])
        label = one.words.in_(get_language()) if one is not None else name
        raise Refusal("account.own_field", f"{label}: {faults[0].message}", field=f"custom-{name}")
    unsaid = {name for name, value in kept.items() if value is False and name not in before}
    rest = {name: value for name, value in before.items() if name not in spec.names}
    return {**rest, **{name: value for name, value in kept.items() if name not in unsaid}}
