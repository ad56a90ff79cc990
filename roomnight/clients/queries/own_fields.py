"""The particulars that a hotel adds to its clients: a form drawn as a schema, and what was filled in with it (ACC-01, PRC-02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from roomnight.organization.access import Seat
from roomnight.organization.models import Hotel
from roomnight.procedures import access as procedure_access
from roomnight.procedures.models import Form, FormUse, FormVersion, VersionState
from roomnight.procedures.queries.forms import Answer, answers, read_source, value_text
from roomnight.procedures.rules.form_fields import CHOICE, CHOICES, Field, FormSpec, Words
from roomnight.procedures.rules.form_values import masked

NOTHING_ASKED = FormSpec(Words(), Words(), ())
HELD = (VersionState.EFFECTIVE, VersionState.SUPERSEDED)
EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class OwnFields:
    """What a hotel asks of its clients beside what everybody asks, and the words for what it once asked.

    `form` is the form in force, none where there is none; `specs` are all its versions that ever held, the newest first.
    Personal data are shown only to those who may read them.
    """

    form: Form | None
    spec: FormSpec
    specs: tuple[FormSpec, ...]
    sees_personal: bool = True

    def field(self, name: str, value: Any = None) -> Field | None:
        """A field by its name, as the newest version knows it; of a choice, the newest that offers this value."""
        found = [one for spec in self.specs if (one := spec.field(name)) is not None]
        fitting = (one for one in found if one.kind not in (CHOICE, CHOICES) or _offers(one, value))
        return next(fitting, found[0] if found else None)

    def title(self, name: str) -> str:
        """What a field is called; its key where no version knows it any more."""
        one = self.field(name)
        return one.words.in_(get_language()) if one is not None else name

    def text(self, name: str, value: Any) -> str:
        """A kept value in words, behind stars for those who need not know it."""
        one = self.field(name, value)
        if one is None or value in EMPTY:
            return "–" if value in EMPTY else str(value)
        return value_text(one, value if self.sees_personal else masked(one, value))

    def shown(self, kept: Mapping[str, Any]) -> list[Answer]:
        """What is known of a client, in the order of the form; then what is no longer asked."""
        now = [
            one if one.rows else replace(one, text=self.text(one.name, kept[one.name]))
            for one in answers(self.spec, kept, sees_personal=self.sees_personal)
        ]
        rest = [name for name in kept if self.spec.field(name) is None and kept[name] not in EMPTY]
        return [*now, *(Answer(name, self.title(name), self.text(name, kept[name])) for name in rest)]

    def __iter__(self) -> Iterator[Field]:
        """The fields that are asked for now."""
        return iter(self.spec.fields)


def _offers(one: Field, value: Any) -> bool:
    wanted = value if isinstance(value, list) else [value]
    return value is None or all(item in one.values for item in wanted)


def own_fields(hotel: Hotel, *, sees_personal: bool = True) -> OwnFields:
    """The fields of a hotel's clients."""
    found = FormVersion.objects.filter(form__hotel=hotel, form__use=FormUse.ACCOUNT, state__in=HELD)
    versions = list(found.select_related("form").order_by("form__is_retired", "-form", "-number"))
    held = next((one for one in versions if one.state == VersionState.EFFECTIVE and not one.form.is_retired), None)
    specs = tuple(read_source(one.source) for one in versions)
    return OwnFields(
        held.form if held else None, read_source(held.source) if held else NOTHING_ASKED, specs, sees_personal
    )


def seen_own_fields(seat: Seat) -> OwnFields:
    """The fields of the hotel's clients as this person may see them."""
    own = own_fields(seat.hotel)
    if own.form is None:
        return own
    return OwnFields(own.form, own.spec, own.specs, procedure_access.sees_personal(seat, own.form))
