"""The forms of policy documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import DOCUMENTS
from roomnight.kernel.policy import POLICIES
from roomnight.kernel.text import clean
from roomnight.organization import access
from roomnight.organization.access import Seat
from roomnight.organization.commands.policies import Content
from roomnight.organization.models import (
    ControlState,
    Hotel,
    Part,
    PolicyVersion,
)
from roomnight.organization.queries.policies import parties, sisters
from roomnight.organization.sign_in import SECOND_FACTOR_ROLES
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.policies import PickedList, as_typed, field, in_words
from roomnight.ui.widgets import DayInput, PickMany, PickOne, WholeNumber

PLAIN = (
    "subject", "subject_en", "purpose", "purpose_en", "body", "body_en", "procedures", "change_note", "control", "pages",
    "revised_on", "effective_on", "issuer", "approver_role",
)  # fmt: skip
NAMED: dict[str, tuple[str, str]] = {
    "supervision_roles": (Part.SUPERVISION, "role"),
    "execution_departments": (Part.EXECUTION, "department"),
    "oversight_departments": (Part.OVERSIGHT, "department"),
    "verification_departments": (Part.VERIFICATION, "department"),
    "responsibility_roles": (Part.RESPONSIBILITY, "role"),
    "submission_roles": (Part.SUBMISSION, "role"),
    "distribution_departments": (Part.DISTRIBUTION, "department"),
    "distribution_roles": (Part.DISTRIBUTION, "role"),
    "distribution_staff": (Part.DISTRIBUTION, "staff"),
}
LABELS = {
    "supervision_roles": _("Supervising roles"),
    "execution_departments": _("Carried out by"),
    "oversight_departments": _("Supervised by"),
    "verification_departments": _("Verified by"),
    "responsibility_roles": _("Responsible roles"),
    "submission_roles": _("Submitted to, by role"),
    "distribution_departments": _("Distributed to departments"),
    "distribution_roles": _("Distributed to roles"),
    "distribution_staff": _("Distributed to persons"),
}
VALUE = "value_"


def long_text(label: Any, longest: int, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=False, widget=forms.Textarea(attrs={"rows": rows}), help_text=hint
    )


class VersionForm(SharedForm):
    """What a version says. A new document also gets its serial number and its department."""

    serial = forms.CharField(label=_("Serial number"), max_length=40)
    department = forms.Field(label=_("Issuing department"))
    subject = forms.CharField(label=_("Subject"), max_length=120)
    subject_en = forms.CharField(label=_("Subject in English"), max_length=160, required=False)
    issuer = forms.Field(label=_("Issuer"))
    approver_role = forms.Field(label=_("Approved by the role"))
    effective_on = forms.DateField(label=_("To take effect on"), required=False, widget=DayInput)
    revised_on = forms.DateField(label=_("Revised on"), required=False, widget=DayInput)
    control = forms.ChoiceField(label=_("Control state"), choices=ControlState.choices, widget=PickOne)
    pages = forms.IntegerField(
        label=pgettext_lazy("of a document", "Pages"), required=False, min_value=1, max_value=999, widget=WholeNumber,
        help_text=_("Left empty it is worked out from the text."),
    )  # fmt: skip
    purpose = long_text(_("Purpose"), 2000, 3)
    purpose_en = long_text(_("Purpose in English"), 2000, 3)
    body = long_text(
        _("Body text"), 60000, 18, _("Markdown: ## for a heading, 1. and - for lists, **bold**, | for tables.")
    )
    body_en = long_text(_("Text in English"), 60000, 10)
    change_note = long_text(_("What changes, and why"), 2000, 2)
    procedures = long_text(_("Procedures it governs"), 2000, 2, _("One a line, by name."))
    subsidiaries = forms.Field(label=_("Also holds at"))

    def __init__(
        self, seat: Seat, data: Any, *, version: PolicyVersion | None = None, serial: str = "", **more: Any
    ) -> None:
        self.seat, self.version = seat, version
        before = sisters(version) if version else []
        super().__init__(data, initial=initial_of(version, before) if version else {"serial": serial, **more})
        places = list(access.colleagues_here(seat))
        departments = list(access.departments(seat.hotel))
        roles = list(access.roles_and_approvers())
        offered: dict[str, Sequence[Any]] = {
            "department": departments, "role": roles, "staff": [one.staff for one in places],
        }  # fmt: skip
        for name, (_part, kind) in NAMED.items():
            self.fields[name] = choose_many(LABELS[name], offered[kind])
        self.fields["department"] = choose_one(
            _("Issuing department"), access.departments_to_write_for(seat, departments)
        )
        self.fields["issuer"] = choose_one(
            _("Issuer"), offered["staff"], required=False, hint=_("The head of department.")
        )
        self.fields["approver_role"] = choose_one(
            _("Approved by the role"), [one for one in roles if getattr(one, "approves", False)], required=False
        )
        offered_hotels = {one.pk: one for one in [*access.sister_hotels(seat), *before]}
        self.fields["subsidiaries"] = choose_many(
            _("Also holds at"),
            list(offered_hotels.values()),
            _("Its approver must be allowed to approve documents there."),
        )
        if version is not None:
            del self.fields["department"]
        for key, policy in sorted(POLICIES.items()):
            today = in_words(policy, policy.at(seat.hotel_code, seat.today))
            self.fields[VALUE + key] = field(
                policy, label=policy.label, required=False, help_text=_("Today: %(value)s") % {"value": today}
            )
        picked = self.fields[VALUE + SECOND_FACTOR_ROLES.key].widget
        if isinstance(picked, PickedList):
            picked.offer({role.code: role.label for role in roles})
        self.stands_on(version)

    def clean_subject(self) -> str:
        return clean(self.cleaned_data["subject"])

    def clean_serial(self) -> str:
        return clean(self.cleaned_data["serial"]).upper()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in [one for one in self.fields if one.startswith(VALUE) and cleaned.get(one)]:
            try:
                POLICIES[name.removeprefix(VALUE)].parse(cleaned[name])
            except Refusal as refusal:
                self.add_error(name, str(refusal.message))
        return cleaned

    def given(self) -> dict[str, Any]:
        """What the commands take."""
        cleaned = self.cleaned_data
        named: dict[str, list[Any]] = {part: [] for part in Part.values}
        for name, (part, _kind) in NAMED.items():
            named[part] += cleaned[name]
        values = {one.removeprefix(VALUE): cleaned[one] for one in cleaned if one.startswith(VALUE) and cleaned[one]}
        content = Content(parties=named, values=values, subsidiaries=cleaned["subsidiaries"])
        found = {name: cleaned[name] for name in PLAIN} | {"serial": cleaned["serial"], "content": content}
        if "department" in cleaned:
            found["department"] = cleaned["department"]
        return found

    @property
    def named_fields(self) -> list[BoundField]:
        return [self[name] for name in NAMED if not name.startswith(("distribution", "submission"))]

    @property
    def list_fields(self) -> list[BoundField]:
        return [self[name] for name in NAMED if name.startswith(("distribution", "submission"))]

    @property
    def value_fields(self) -> tuple[list[BoundField], list[BoundField]]:
        """The values with something in them, and the others."""
        bound = [self[name] for name in self.fields if name.startswith(VALUE)]
        filled = [one for one in bound if one.value() or one.errors]
        return filled, [one for one in bound if one not in filled]


class OneOf(forms.TypedChoiceField):
    """One of records that were read already."""

    def __init__(self, records: Sequence[Any], *, required: bool, **more: Any) -> None:
        self.records = {str(one.pk): one for one in records}
        choices = [("", "–"), *((key, str(one)) for key, one in self.records.items())]
        super().__init__(choices=choices, coerce=self.records.get, empty_value=None, required=required, **more)


class ManyOf(forms.TypedMultipleChoiceField):
    """Some of records that were read already."""

    def __init__(self, records: Sequence[Any], **more: Any) -> None:
        self.records = {str(one.pk): one for one in records}
        choices = [(key, str(one)) for key, one in self.records.items()]
        super().__init__(choices=choices, coerce=self.records.get, required=False, widget=PickMany, **more)


def choose_one(label: Any, records: Sequence[Any], *, required: bool = True, hint: Any = "") -> OneOf:
    return OneOf(records, label=label, required=required, help_text=hint)


def choose_many(label: Any, records: Sequence[Any], hint: Any = "") -> ManyOf:
    return ManyOf(records, label=label, help_text=hint)


def initial_of(version: PolicyVersion, hotels: Sequence[Hotel]) -> dict[str, Any]:
    """A version as its form first shows it."""
    found = {name: getattr(version, name) for name in PLAIN if name not in {"issuer", "approver_role"}}
    found |= {"issuer": version.issuer_id, "approver_role": version.approver_role_id, "serial": version.document.serial}
    for name in NAMED:
        found[name] = []
    for one in parties(version):
        kind = "role" if one.role_id else "department" if one.department_id else "staff"
        name = next((name for name, wanted in NAMED.items() if wanted == (one.part, kind)), "")
        if name:
            found[name].append(getattr(one, f"{kind}_id"))
    found["subsidiaries"] = [one.pk for one in hotels]
    return found | {
        VALUE + one.key: as_typed(POLICIES[one.key], one.value) for one in version.values.all() if one.key in POLICIES
    }


class ApproveForm(forms.Form):
    """From which day it holds; the text that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    in_force_from = forms.DateField(label=_("In force from"), widget=DayInput)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class PaperForm(forms.Form):
    """A paper that belongs to the document."""

    file = forms.FileField(
        label=_("Attachment"),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in sorted(DOCUMENTS))}),
    )


def serial_prefix(own: Sequence[str], seat: Seat) -> str:
    """How the hotel numbers its policies: as its latest own document, else by its code. `own` are its numbers, latest first."""
    return own[0].rstrip("0123456789") if own else f"{seat.hotel_code[:4].upper()}-PP-"
