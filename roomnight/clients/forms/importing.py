"""Forms of bringing clients in: the file, which column is what, and what becomes of likely duplicates (ACC-08)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models import ImportLine
from roomnight.clients.rules.duplicates import Reason
from roomnight.clients.rules.importing import ACCOUNT_FIELDS, CONTACT_FIELDS, KEYS, Field, Wish, decision_of
from roomnight.kernel.tables import Table
from roomnight.organization.access import Seat, assignable
from roomnight.organization.models import Staff
from roomnight.ui.widgets import PickOne

MOST_ASKED: Final = 100
MOST_SHOWN: Final = 3
OTHERWISE: Final = [
    ("skip", _("Leave the row out")),
    ("update", _("It is the likeliest one: update that, or let both rows make one client")),
    ("create", _("It is another client: create it")),
]


class ClientFileForm(forms.Form):
    """The file to bring in."""

    file = forms.FileField(
        label=_("File with clients"),
        help_text=_("Excel or CSV, as you have it. Nothing is written before you have seen what comes of every row."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
    )


class TableForm(forms.Form):
    """Which sheet is read, and in which line the columns are named."""

    def __init__(self, table: Table, url: str, data: QueryDict | None = None) -> None:
        super().__init__(data)
        anew = {
            "hx-get": url,
            "hx-target": "#reading",
            "hx-trigger": "change",
            "hx-swap": "innerHTML",
            "hx-include": "#table-form",
        }
        if len(table.sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Sheet"), choices=[(one, one) for one in table.sheets], initial=table.sheet,
                widget=forms.Select(attrs={**anew, "translate": "no"}),
            )  # fmt: skip
        last = table.heading_row + 8
        lines = [(f"{row}", _("line %(row)d") % {"row": row}) for row in range(1, last)]
        lines += [
            (f"{row}+", _("lines %(row)d and %(next)d together") % {"row": row, "next": row + 1})
            for row in range(1, last)
        ]
        first = table.heading_row - table.heading_lines + 1
        self.fields["heading"] = forms.ChoiceField(
            label=_("The columns are named in"), choices=lines, initial=f"{first}{'+' * (table.heading_lines - 1)}",
            widget=forms.Select(attrs=anew),
        )  # fmt: skip


class ColumnsForm(forms.Form):
    """Which column is what, and how the file is brought in. One choice for each column, `column_<place>`."""

    key = forms.ChoiceField(
        label=_("A row is a known client when it has the same"),
        choices=list(KEYS.items()),
        help_text=_("Only the columns chosen above change on a client that is known."),
    )
    contacts_only = forms.BooleanField(
        label=_("These are people only: the clients have to be there already"), required=False
    )
    clear_empty = forms.BooleanField(
        label=_("Empty cells empty the particular"),
        required=False,
        help_text=_("Otherwise an empty cell changes nothing."),
    )
    day_order = forms.ChoiceField(
        label=_("01/02/2026 is"),
        required=False,
        choices=[("", _("asked about")), ("dmy", _("1 February")), ("mdy", _("2 January"))],
        widget=PickOne,
    )
    default_owner: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        None, label=_("Owner of new clients for which the file names none"), required=False, empty_label=_("Open pool")
    )
    title = forms.CharField(
        label=_("Keep this as a profile called"), required=False, max_length=80,
        help_text=_("The next file with the same columns is then recognised."),
    )  # fmt: skip

    def __init__(
        self,
        seat: Seat,
        table: Table,
        own: Mapping[str, Field],
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        owner = self.fields["default_owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = assignable(seat)
        owner.to_field_name = "username"
        if not seat.may("clients.account", "approve"):
            del self.fields["default_owner"]
        self.columns = table.columns()
        choices = [
            ("", _("– leave out –")),
            (_("Client"), [(one.key, capfirst(str(one.label))) for one in [*ACCOUNT_FIELDS, *own.values()]]),
            (_("Contact"), [(one.key, one.label) for one in CONTACT_FIELDS]),
        ]
        for column in self.columns:
            self.fields[f"column_{column.place}"] = forms.ChoiceField(
                label=column.name, required=False, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for column in self.columns:
            name = f"column_{column.place}"
            key = cleaned.get(name)
            if key and key in taken:
                self.add_error(name, _("“%(other)s” is this already.") % {"other": taken[key]})
            elif key:
                taken[key] = column.name
        return cleaned

    def wish(self, seat: Seat) -> Wish:
        """How the file is to be brought in."""
        cleaned = self.cleaned_data
        mapping = {one.place: key for one in self.columns if (key := cleaned.get(f"column_{one.place}"))}
        owner = cleaned.get("default_owner")
        return Wish(
            mapping,
            key=cleaned["key"],
            clear_empty=cleaned["clear_empty"],
            day_order=cleaned["day_order"],
            default_owner=owner.username if owner else "",
            may_assign=seat.may("clients.account", "approve"),
            contacts_only=cleaned["contacts_only"],
        )

    @staticmethod
    def typed(mapping: Mapping[int, str], wish: Mapping[str, Any]) -> dict[str, Any]:
        """A wish as this form shows it."""
        kept = ("key", "clear_empty", "day_order", "default_owner", "contacts_only")
        shown = {name: wish[name] for name in kept if name in wish}
        return {**{f"column_{place}": key for place, key in mapping.items()}, **shown}


@dataclass(frozen=True)
class Candidate:
    """Whom a row may be, as the page shows it: a client, or a row of the same file; and why."""

    name: str
    why: str
    code: str = ""
    owner: str = ""
    row: int | None = None


class DecisionForm(forms.Form):
    """What becomes of rows that may be clients known already, or earlier rows of the file: each, and all the others.

    `in_sight` are the clients that may be named to this person; the others show their number and owner only (ACC-04).
    """

    otherwise = forms.ChoiceField(label=_("All rows not decided below"), choices=OTHERWISE, widget=PickOne)

    def __init__(
        self,
        lines: Sequence[ImportLine],
        in_sight: Collection[int],
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.lines, self.in_sight = list(lines[:MOST_ASKED]), in_sight
        for line in self.lines:
            them = [(decision_of(one), self._choice(one)) for one in line.candidates]
            self.fields[f"row_{line.row_number}"] = forms.ChoiceField(
                label=_("Row %(number)s") % {"number": line.row_number},
                required=False,
                choices=[("", _("as all the others")), *them, ("create", _("create it")), ("skip", _("leave it out"))],
                initial=line.decision,
            )

    def decisions(self) -> dict[int, str]:
        return {line.row_number: self.cleaned_data[f"row_{line.row_number}"] for line in self.lines}

    def asked(self) -> list[tuple[ImportLine, list[Candidate], forms.BoundField]]:
        """Each row, whom it may be with the reasons in words, and its choice."""
        return [
            (line, [self._shown(one) for one in line.candidates[:MOST_SHOWN]], self[f"row_{line.row_number}"])
            for line in self.lines
        ]

    def _choice(self, one: Mapping[str, Any]) -> str:
        if "row" in one:
            return _("the same client as row %(row)d, %(name)s") % {"row": one["row"], "name": one["name"]}
        return _("update %(name)s %(code)s") % {"name": self._name(one), "code": one["code"]}

    def _name(self, one: Mapping[str, Any]) -> str:
        return str(one["name"]) if one["account"] in self.in_sight else ""

    def _shown(self, one: Mapping[str, Any]) -> Candidate:
        """The reasons of one that may not be named are told without its name."""
        reasons = [Reason(why["code"], why["values"]) for why in one["reasons"]]
        if "row" in one:
            return Candidate(one["name"], " ".join(map(str, reasons)), row=one["row"])
        if one["account"] not in self.in_sight:
            reasons = [reason.discreet for reason in reasons]
        return Candidate(self._name(one), " ".join(map(str, reasons)), code=one["code"], owner=one["owner"])
