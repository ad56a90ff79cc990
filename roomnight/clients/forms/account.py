"""Everything a hotel keeps of a client, on one form (ACC-01)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.models import fields_for_model, model_to_dict
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from roomnight.clients import access
from roomnight.clients.commands import CompetitorRow
from roomnight.clients.forms.pickers import Picker, account_field
from roomnight.clients.forms.tidy import TidyForm
from roomnight.clients.models import Account, Grade, Importance, Stage, Tag
from roomnight.clients.queries.duplicates import Likely, likely_one
from roomnight.clients.queries.own_fields import seen_own_fields
from roomnight.clients.rules.duplicates import Particulars
from roomnight.kernel.text import clean, uscc_tidy
from roomnight.organization.access import Seat, assignable
from roomnight.procedures.forms import SchemaForm
from roomnight.ui.widgets import DayInput, PhoneInput, PickMany, PickOne, WholeNumber

WHO = ["name", "name_en", "short_name", "mnemonic", "kind", "importance", "grade"]
TRADE = ["industry", "segment", "source", "referred_by", "parent", "territory"]
PLACE = ["phone", "website", "province", "city", "district", "address", "postcode"]
INVOICE = [
    "credit_code", "legal_representative", "invoice_title", "tax_number", "bank_name", "bank_account", "credit_grade",
]  # fmt: skip
POTENTIAL = [
    "staff_size", "potential_room_nights", "potential_meetings", "potential_covers", "satisfaction",
    "financial_standing", "financial_source", "financial_as_of",
]  # fmt: skip
CARD = ["client_since", "company_day", "city_room_nights"]
NOTES = ["media_note", "media_noted_on", "remarks", "verified_on"]
COLUMNS = [*WHO, *TRADE, *PLACE, *INVOICE, *POTENTIAL, *CARD, *NOTES]
PLAIN = [name for name in COLUMNS if name not in ("referred_by", "parent", "territory")]
TELLING = ("name", "name_en", "short_name", "credit_code", "phone")
FIRST_STAGES = (Stage.LEAD, Stage.TARGET, Stage.NEGOTIATING, Stage.ACTIVE)
MOST_COMPETITORS = 10
OF_LINE = ("hotel_name", "share_percent", "price", "advantages")
LINE = re.compile(r"competitors-(\d{1,3})-\w+")
FIGURE = re.compile(r"\d{1,10}(\.\d{1,10})?")
WIDE = {"name", "address", "invoice_title", "media_note", "new_tags", "other_way", "home_address"}

WIDGETS: dict[str, type[forms.Widget] | forms.Widget] = {
    "phone": PhoneInput(),
    "staff_size": WholeNumber(),
    "potential_room_nights": WholeNumber(),
    "potential_meetings": WholeNumber(),
    "potential_covers": WholeNumber(),
    "satisfaction": WholeNumber(),
    "financial_standing": forms.Textarea({"rows": 3}),
    "remarks": forms.Textarea({"rows": 4}),
    "financial_as_of": DayInput(),
    "media_noted_on": DayInput(),
    "verified_on": DayInput(),
    "client_since": DayInput(),
    "company_day": DayInput(),
    "city_room_nights": WholeNumber(),
}


@dataclass(frozen=True)
class Section:
    """A part of the form: its title, its fields in order, and whether it stands open."""

    title: Any
    names: list[str]
    is_open: bool = False


SECTIONS = [
    Section(_("Who it is"), [*WHO, "stage", "owner", "tags", "new_tags"], is_open=True),
    Section(_("Where and how to reach"), PLACE, is_open=True),
    Section(_("Trade and belonging"), TRADE),
    Section(_("Registration and invoice"), INVOICE),
    Section(_("Potential and standing"), POTENTIAL),
    Section(_("For the card"), CARD),
    Section(_("Notes"), NOTES),
]


@dataclass(frozen=True)
class ShownSection:
    """A section with its fields, each with whether it needs the whole width."""

    title: Any
    fields: list[tuple[BoundField, bool]]
    is_open: bool


def shown_sections(form: forms.Form, sections: Iterable[Section], *, known: bool) -> list[ShownSection]:
    """The sections that have something to ask; on a known record one that holds something stands open, as one with an error."""
    shown = []
    for section in sections:
        bound = [form[name] for name in section.names if name in form.fields and not _pointless(form.fields[name])]
        if bound:
            is_open = section.is_open or any(one.errors or (known and one.value()) for one in bound)
            shown.append(
                ShownSection(section.title, [(one, one.name in WIDE or is_wide(one)) for one in bound], is_open)
            )
    return shown


def is_wide(bound: BoundField) -> bool:
    """Buttons, long texts and searches need the whole width of the form."""
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.Textarea | Picker)


def _pointless(field: forms.Field) -> bool:
    """Nothing to choose from."""
    return isinstance(field.widget, forms.CheckboxSelectMultiple) and not field.widget.choices


class AccountForm(TidyForm):
    """A client's particulars, new or known; the hotel's own fields are a form in the form, `own`."""

    tags: forms.ModelMultipleChoiceField[Tag] = forms.ModelMultipleChoiceField(
        None, label=_("Tags"), required=False, widget=PickMany
    )
    new_tags = forms.CharField(
        label=_("New tags"), required=False, max_length=200, help_text=_("Separate several with commas.")
    )
    why_another = forms.CharField(label=_("It is another client all the same, because"), required=False, max_length=200)

    def __init__(self, seat: Seat, data: QueryDict | None = None, account: Account | None = None) -> None:
        self.seat, self.account = seat, account
        self.likely: list[Likely] = []
        super().__init__(data, initial=self._initial())
        self.fields.update(fields_for_model(Account, PLAIN, widgets=WIDGETS))
        self.fields["credit_code"] = forms.CharField(
            label=_("Unified social credit code"), max_length=30, required=False, help_text=_("18 characters")
        )
        self.fields["mnemonic"].help_text = _("Left empty it is made from the name.")
        self.fields["importance"] = forms.ChoiceField(
            choices=Importance.choices, label=_("Importance"), initial=Importance.ORDINARY, widget=PickOne
        )
        self.fields["grade"] = forms.ChoiceField(
            choices=[("", _("none")), *Grade.choices], label=_("Grade"), required=False, widget=PickOne
        )
        self.fields["satisfaction"].help_text = _("0 to 100")
        self.fields["satisfaction"].validators.append(_at_most_100)
        parent, referrer = (account.parent, account.referred_by) if account else (None, None)
        self.fields["parent"] = account_field(seat, _("Parent account"), required=False, chosen=parent)
        self.fields["referred_by"] = account_field(seat, _("Referred by"), required=False, chosen=referrer)
        self.fields["territory"] = forms.ModelChoiceField(
            access.territories(seat), label=_("Territory"), required=False, empty_label=_("none")
        )
        _choose_from(self.fields["tags"], access.tags(seat))
        if account is None:
            self._add_first_owner_and_stage()
        self.fields["competitors"] = CompetitorsControl(label=_("Competitors it uses"), required=False)
        self.stands_on(account)
        self.own = own_form(seat, data, account)

    def _initial(self) -> dict[str, Any]:
        if self.account is None:
            return {"kind": "corporate", "stage": Stage.LEAD, "importance": Importance.ORDINARY}
        present = model_to_dict(self.account, [*COLUMNS, "tags"])
        return {**present, "competitors": as_lines(self.known_competitors)}

    def _add_first_owner_and_stage(self) -> None:
        stages = [(stage.value, stage.label) for stage in FIRST_STAGES]
        self.fields["stage"] = forms.ChoiceField(choices=stages, label=_("Stage"), widget=PickOne)
        if self.seat.may("clients.account", "approve"):
            self.fields["owner"] = forms.ModelChoiceField(
                assignable(self.seat), label=_("Owner"), required=False, empty_label=_("Open pool"),
                initial=self.seat.staff.pk,
            )  # fmt: skip

    @cached_property
    def known_competitors(self) -> list[dict[str, Any]]:
        return known_competitors(self.account)

    @cached_property
    def competitor_lines(self) -> Any:
        """The other hotels that the client uses, a small form for each."""
        return competitor_forms(self.data if self.is_bound else None, self.known_competitors)

    # ---- two people at one client

    def _put(self, data: QueryDict, name: str, values: list[str]) -> None:
        """Write a field's value into what was sent; the competitors line by line."""
        if name != "competitors":
            super()._put(data, name, values)
            return
        self.__dict__.pop("competitor_lines", None)
        for key in [key for key in data if key.startswith("competitors-")]:
            del data[key]
        data.update(lines_as_sent(json.loads(values[0]) if values else []))

    # ---- reading

    def clean_credit_code(self) -> str:
        return uscc_tidy(self.cleaned_data["credit_code"])

    def clean_new_tags(self) -> list[str]:
        parts = self.cleaned_data["new_tags"].replace("，", ",").replace("、", ",").split(",")
        names = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if any(len(name) > 40 for name in names):  # noqa: PLR2004 (the column's length)
            raise forms.ValidationError(_("A tag has at most 40 characters."))
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.own.is_valid() and self.is_bound:
            self.add_error(None, _("Look at the hotel's own fields again."))
        if self.competitor_lines.is_bound and not self.competitor_lines.is_valid():
            self.add_error(None, _("Look at the competitors again."))
        if not self.errors:
            self._warn_of_likely(cleaned)
        return cleaned

    def _warn_of_likely(self, cleaned: Mapping[str, Any]) -> None:
        """Clients of the hotel that this one may be are shown before saving; who says why it is another saves it (ACC-04)."""
        if self.account is not None and not set(TELLING) & set(self.changed_data):
            return
        typed = Particulars(
            **{name: cleaned[name] for name in ("name", "name_en", "short_name", "credit_code", "province", "city")},
            phones=(cleaned["phone"],),
        )
        self.likely = likely_one(self.seat.hotel, typed, [self.account.pk] if self.account else [])
        if self.likely and not cleaned["why_another"]:
            self.add_error(
                "why_another",
                ngettext_lazy(
                    "There is a client like this already: see above. Go to it, or say why this is another one.",
                    "There are %(n)d clients like this already: see above. Go to one, or say why this is another one.",
                    "n",
                )
                % {"n": len(self.likely)},
            )

    # ---- for the command

    def particulars(self) -> dict[str, Any]:
        """What the commands take."""
        cleaned = self.cleaned_data
        fields = {name: cleaned[name] for name in [*COLUMNS, "tags", "new_tags"]}
        fields["custom"] = self.own.kept()
        fields["competitors"] = competitor_rows(self.competitor_lines)
        fields["why_another"] = cleaned["why_another"] if self.likely else ""
        if self.account is None:
            fields["stage"] = cleaned["stage"]
            fields["owner"] = cleaned["owner"] if "owner" in self.fields else self.seat.staff
        return fields

    # ---- for the page

    @property
    def sections(self) -> list[ShownSection]:
        """The sections with their fields in order; one with an error or something in it stands open."""
        return shown_sections(self, SECTIONS, known=self.account is not None)


def _at_most_100(value: int) -> None:
    if value > 100:  # noqa: PLR2004 (a percentage)
        raise forms.ValidationError(_("At most 100."))


def _choose_from(field: forms.Field, found: Any) -> None:
    """Offer these records, read once."""
    assert isinstance(field, forms.ModelMultipleChoiceField)
    field.queryset = found
    field.widget.choices = [(row.pk, str(row)) for row in found]


class OwnForm(SchemaForm):
    """The fields that the hotel adds to its clients, as their form draws them (ACC-01)."""

    def audited_as(self, name: str) -> str:
        """They are kept together."""
        return "custom"

    def kept(self) -> dict[str, Any]:
        """What a client is to keep: what was filled in, and what this form does not ask for as it was."""
        rest = {name: value for name, value in self.kept_before.items() if name not in self.spec.names}
        return {**rest, **self.values}

    @property
    def is_open(self) -> bool:
        """Whether it stands open: something is asked for that must be said, or something stands in it."""
        return bool(self.errors or any(one.is_required for one in self.spec.fields) or self.kept_before)


def own_form(seat: Seat, data: QueryDict | None, account: Account | None) -> OwnForm:
    """The hotel's own fields of a client, new or known."""
    own = seen_own_fields(seat)
    drawn = type("OwnForm", (OwnForm,), {"spec": own.spec})
    form: OwnForm = drawn(
        data, initial=account.custom if account else None, sees_personal=own.sees_personal, prefix="custom"
    )
    form.stands_on(account)
    return form


class CompetitorForm(TidyForm):
    """One other hotel that the client uses."""

    hotel_name = forms.CharField(label=_("Hotel"), max_length=80, required=False)
    share_percent = forms.IntegerField(
        label=_("Share %"), min_value=0, max_value=100, required=False, widget=WholeNumber
    )
    price = forms.DecimalField(label=_("Price"), min_value=0, max_digits=10, decimal_places=2, required=False)
    advantages = forms.CharField(label=_("Its advantages"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        known = (
            cleaned.get("share_percent") is not None or cleaned.get("price") is not None or cleaned.get("advantages")
        )
        if known and not cleaned.get("hotel_name"):
            self.add_error("hotel_name", _("Which hotel?"))
        return cleaned


class LinesInput(forms.TextInput):
    """The competitors as one value: the lines that say something, as JSON."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        if f"{name}-TOTAL_FORMS" not in data:
            return ""
        places = sorted({int(found[1]) for key in data if (found := LINE.fullmatch(key))})
        return as_lines({one: data.get(f"{name}-{place}-{one}") for one in OF_LINE} for place in places)


class CompetitorsControl(forms.Field):
    """What is compared when two people change the competitors at once; the lines themselves are small forms."""

    widget = LinesInput

    def shown(self, values: Sequence[str]) -> str:
        """The lines as a person reads them."""
        return "; ".join(_in_words(one) for one in json.loads(values[0])) if values else "–"


def _in_words(line: Mapping[str, str]) -> str:
    share = f"{line['share_percent']}%" if "share_percent" in line else ""
    return " ".join(text for text in (line["hotel_name"], share, line.get("price"), line.get("advantages")) if text)


def as_lines(lines: Iterable[Mapping[str, Any]]) -> str:
    """Lines of competitors as JSON, each value as it was typed and always spelled the same; nothing for none."""
    tidy = [{name: text for name in OF_LINE if (text := _spelled(one.get(name)))} for one in lines]
    kept = sorted((one for one in tidy if one.get("hotel_name")), key=lambda one: one["hotel_name"])
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def _spelled(value: Any) -> str:
    """A value of a line as text: 688.00 and 688 are the same."""
    text = clean("" if value is None else str(value))
    return f"{Decimal(text).normalize():f}" if FIGURE.fullmatch(text) else text


def lines_as_sent(lines: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Lines of competitors as a browser sends them."""
    sent = {"competitors-TOTAL_FORMS": str(len(lines) + 1), "competitors-INITIAL_FORMS": str(len(lines))}
    return sent | {f"competitors-{n}-{name}": text for n, one in enumerate(lines) for name, text in one.items()}


Competitors = forms.formset_factory(CompetitorForm, extra=1, max_num=MOST_COMPETITORS, validate_max=True)


def competitor_forms(data: Mapping[str, Any] | None, known: list[dict[str, Any]]) -> Any:
    """The competitors as lines of their own, with one empty line at the end."""
    sent = data if data is not None and "competitors-TOTAL_FORMS" in data else None
    return Competitors(sent, prefix="competitors", initial=known)


def known_competitors(account: Account | None) -> list[dict[str, Any]]:
    """The competitors of a known client, as the lines hold them."""
    found = account.competitors.order_by("pk") if account else []
    return [{name: getattr(one, name) for name in OF_LINE} for one in found]


def competitor_rows(lines: Any) -> list[CompetitorRow]:
    """The lines that name a hotel."""
    if not lines.is_bound:
        return [CompetitorRow(**one) for one in lines.initial or []]
    typed = [line.cleaned_data for line in lines.forms if line.cleaned_data.get("hotel_name")]
    return [
        CompetitorRow(one["hotel_name"], one.get("share_percent"), one.get("price"), one.get("advantages") or "")
        for one in typed
    ]
