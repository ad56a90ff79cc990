"""Forms of the organisation: hotels and the people who work there."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.access import Seat, colleagues, departments, roles, seat_at
from roomnight.organization.models import (
    Action,
    Department,
    DepartmentKind,
    Fact,
    FactKind,
    Hotel,
    Membership,
    Role,
    Scope,
    Staff,
)
from roomnight.organization.resources import Resource, resources
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.tidy import TidyForm
from roomnight.ui.widgets import DayInput, PhoneInput, PickOne

LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]


class HotelForm(TidyForm):
    """A hotel's particulars."""

    name = forms.CharField(label=_("Hotel name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    code = forms.SlugField(
        label=_("Short code"),
        max_length=20,
        help_text=_("Letters, digits and hyphens; it appears in addresses, such as lujiazui."),
    )
    room_count = forms.IntegerField(
        label=_("Rooms"), min_value=1, max_value=10000, error_messages={"invalid": _("Enter a number, such as 320.")}
    )
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    district = forms.CharField(label=_("District"), max_length=60, required=False)
    timezone = forms.CharField(label=_("Time zone"), max_length=40, initial="Asia/Shanghai")
    currency = forms.RegexField(
        label=_("Currency"), regex=r"^[A-Z]{3}$", initial="CNY", help_text=_("Three letters, such as CNY.")
    )

    def clean_timezone(self) -> str:
        wanted: str = self.cleaned_data["timezone"]
        if wanted not in available_timezones():
            raise forms.ValidationError(_("There is no such time zone; for example Asia/Shanghai."))
        return wanted


class PlaceFields(TidyForm):
    """Where in the hotel: department, role, leader, title. Only what belongs to the hotel can be chosen."""

    department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        None, label=_("Department"), empty_label=None
    )
    role: forms.ModelChoiceField[Role] = forms.ModelChoiceField(None, label=_("Role"), empty_label=None)
    leader: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        None, label=_("Reports to"), required=False, empty_label="–"
    )
    title = forms.CharField(label=_("Position title"), max_length=60, required=False)

    def offer(self, seat: Seat, place: Membership | None = None) -> None:
        """Fill the choices with what there is at the seat's hotel; what the person has now stays choosable."""
        kept = [place.department_id] if place else []
        here = departments(seat.hotel)
        people = Staff.objects.filter(pk__in=colleagues(seat).values("staff"))
        found: dict[str, Any] = {
            "department": here.filter(is_retired=False) | here.filter(pk__in=kept),
            "role": roles(),
            "leader": (people.exclude(pk=place.staff_id) if place else people).order_by("username"),
        }
        for name, choices in found.items():
            chooser = self.fields[name]
            assert isinstance(chooser, forms.ModelChoiceField)
            chooser.queryset = choices


class StaffForm(PlaceFields):
    """A new colleague: who, and where in the hotel."""

    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    username = forms.RegexField(
        label=_("User name"), regex=r"^[\w.-]{3,60}$", help_text=_("For signing in; at least three letters or digits.")
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=PhoneInput)
    email = forms.EmailField(label=_("Email"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(seat)

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("password")
        cleaned = super().clean()
        return cleaned if typed is None else {**cleaned, "password": typed}


class PersonForm(TidyForm):
    """A colleague's particulars. The user name stays: it stands in the audit."""

    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=PhoneInput)
    email = forms.EmailField(label=_("Email"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=PickOne)

    def __init__(self, data: Any, staff: Staff) -> None:
        names = ("name", "name_en", "phone", "email", "language")
        super().__init__(data, initial={name: getattr(staff, name) for name in names})
        self.stands_on(staff)


class PlaceForm(PlaceFields):
    """Another department, role, leader or title for a colleague."""

    def __init__(self, data: Any, seat: Seat, place: Membership) -> None:
        now = {"department": place.department_id, "role": place.role_id, "leader": place.leader_id}
        super().__init__(data, initial={**now, "title": place.title})
        self.offer(seat, place)
        self.stands_on(place)


class JoinForm(PlaceFields):
    """A place at another hotel of the group."""

    at = forms.SlugField(widget=forms.HiddenInput)

    def __init__(self, data: Any, seat: Seat, hotel: Hotel) -> None:
        super().__init__(data, initial={"at": hotel.code})
        self.offer(seat_at(seat.staff, hotel.code))


class LeaveForm(TidyForm):
    """The last day, and why."""

    on = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data: Any, seat: Seat) -> None:
        super().__init__(data, initial={"on": seat.today})

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("Deactivate somebody on the last day, not before."))
        return self.cleaned_data["on"]


class RoleNameForm(TidyForm):
    """What a role is called."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)

    def __init__(self, data: Any, role: Role | None = None) -> None:
        super().__init__(data, initial={"name": role.name, "name_en": role.name_en} if role else None)
        self.stands_on(role)


class MatrixForm(SharedForm):
    """How far a role may go: one choice for each resource and action."""

    def __init__(self, data: Any, role: Role) -> None:
        granted = {f"{one.resource}.{one.action}": one.scope for one in role.grants.all()}
        super().__init__(data, initial=granted)
        self.resources: list[Resource] = resources()
        scopes, actions = dict(Scope.choices), dict(Action.choices)
        for one in self.resources:
            for action in one.actions:
                name = f"{one.name}.{action}"
                offered = [scope for scope in Scope.values if scope in (*one.scopes, granted.get(name))]
                self.fields[name] = forms.ChoiceField(
                    label=f"{one.label}, {actions[action]}",
                    required=False,
                    choices=[("", "–"), *((scope, scopes[scope]) for scope in offered)],
                    widget=forms.Select({"class": "form-select-sm"}),
                )
        self.stands_on(role)

    def cells(self) -> dict[tuple[str, str], str]:
        """What was chosen, by resource and action."""
        found = {}
        for name, scope in self.cleaned_data.items():
            resource, _dot, action = name.rpartition(".")
            found[(resource, action)] = scope
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The matrix as the page draws it: for each resource a cell for every action there is, or none."""
        return [
            {
                "resource": one,
                "cells": [
                    {
                        "label": action.label,
                        "bound": self[f"{one.name}.{action.value}"],
                        "scope": self._scope(one, action),
                    }
                    if action.value in one.actions
                    else None
                    for action in Action
                ],
            }
            for one in self.resources
        ]

    def _scope(self, one: Resource, action: Action) -> str:
        granted = self.initial.get(f"{one.name}.{action.value}", "")
        return str(Scope(granted).label) if granted else ""


class DepartmentForm(TidyForm):
    """What a department is called, and whether it is still there."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        required=False,
        help_text=_("Leave it empty for the usual name."),
    )
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    is_retired = forms.BooleanField(label=_("Retired: nobody is placed here any more"), required=False)

    def __init__(self, data: Any, department: Department) -> None:
        names = ("name", "name_en", "is_retired")
        super().__init__(data, initial={name: getattr(department, name) for name in names})
        self.stands_on(department)


class NewDepartmentForm(TidyForm):
    """A further department of a kind there is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DepartmentKind.choices)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)


class DayForm(TidyForm):
    """The hotel's own word on one day."""

    on = forms.DateField(label=_("Day"), widget=DayInput)
    is_working = forms.TypedChoiceField(
        label=_("On that day"),
        choices=[("1", _("works")), ("0", _("rests"))],
        coerce=lambda value: value == "1",
        widget=PickOne(even=True),
    )
    name = forms.CharField(label=_("Occasion"), max_length=60, required=False)


class WithdrawForm(forms.Form):
    """The day on which the country's calendar holds again."""

    withdraw = forms.DateField()


class FileForm(forms.Form):
    """A file to be kept."""

    file = forms.FileField(label=_("File"))


FACT_FIELDS = [
    "kind", "title", "title_en", "text", "text_en", "price", "unit", "source", "link", "starts_on", "ends_on",
    "checked_on",
]  # fmt: skip


class FactForm(TidyForm):
    """An entry of the fact book. Its chapter is settled when it is made."""

    kind = forms.ChoiceField(label=_("Chapter"), choices=FactKind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=160, required=False)
    text = forms.CharField(label=_("Text"), required=False, max_length=8000, widget=forms.Textarea({"rows": 6}))
    text_en = forms.CharField(
        label=_("English text"), required=False, max_length=8000, widget=forms.Textarea({"rows": 4})
    )
    price = forms.DecimalField(label=_("Price"), required=False, min_value=0, max_digits=12, decimal_places=2)
    unit = forms.CharField(
        label=pgettext_lazy("price", "Per"),
        max_length=30,
        required=False,
        help_text=_("Such as night, half day or person."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=160,
        required=False,
        help_text=_("The paper, the guest or the department it is from."),
    )
    link = forms.URLField(label=_("Address on the web"), max_length=300, required=False, assume_scheme="https")
    starts_on = forms.DateField(label=_("Holds from"), required=False, widget=DayInput)
    ends_on = forms.DateField(label=_("Holds until"), required=False, widget=DayInput)
    checked_on = forms.DateField(label=_("Checked on"), widget=DayInput)
    is_retired = forms.BooleanField(label=_("Retired: no longer shown"), required=False)

    def __init__(self, data: Any, seat: Seat, fact: Fact | None = None, *, kind: str = "") -> None:
        now: dict[str, Any] = {"kind": kind, "checked_on": seat.today}
        if fact is not None:
            now = {name: getattr(fact, name) for name in [*FACT_FIELDS, "is_retired"]}
        super().__init__(data, initial=now)
        if fact is None:
            del self.fields["is_retired"]
        else:
            del self.fields["kind"]
            self.stands_on(fact)
