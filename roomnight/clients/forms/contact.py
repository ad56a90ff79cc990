"""The people at a client, and what they were given (ACC-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.models import fields_for_model, model_to_dict
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients import access
from roomnight.clients.forms.account import Section, ShownSection, shown_sections
from roomnight.clients.forms.pickers import account_field
from roomnight.clients.forms.tidy import TidyForm
from roomnight.clients.models import Account, Contact
from roomnight.clients.queries.duplicates import LikelyPerson, likely_people
from roomnight.clients.queries.past import PREFERENCES
from roomnight.clients.rules.duplicates import Person
from roomnight.organization.access import Seat
from roomnight.ui.widgets import ClockInput, DayInput, PhoneInput, PickOne

WHO = ["name", "name_en", "salutation", "department", "job_title", "decision_role"]
REACH = ["mobile", "phone", "email", "wechat", "qq", "other_way", "messaging_keeper", "preferred_channel"]
WHEN = ["quiet_from", "quiet_until", "do_not_contact", "home_address"]
BIRTHDAY = ["birthday_month", "birthday_day", "birthday_is_lunar"]
CONSENT = ["consent_purpose", "consent_given_on", "consent_how"]
RELATION = ["reports_to", "attitude", "closeness", "keeper"]
NOTES = ["remarks", "verified_on", "is_active"]
COLUMNS = [*WHO, *REACH, *RELATION, *WHEN, *BIRTHDAY, *CONSENT, *NOTES]
PREFERENCE_FIELDS = [f"likes_{key}" for key in PREFERENCES]

WIDGETS: dict[str, type[forms.Widget] | forms.Widget] = {
    "mobile": PhoneInput(),
    "phone": PhoneInput(),
    "quiet_from": ClockInput(),
    "quiet_until": ClockInput(),
    "consent_given_on": DayInput(),
    "verified_on": DayInput(),
    "remarks": forms.Textarea({"rows": 3}),
}
SECTIONS = [
    Section(_("Who it is"), WHO, is_open=True),
    Section(_("How to reach"), REACH, is_open=True),
    Section(_("Relation"), RELATION),
    Section(_("When, and home"), WHEN),
    Section(_("Birthday"), BIRTHDAY),
    Section(_("What they like"), PREFERENCE_FIELDS),
    Section(_("Consent"), CONSENT),
    Section(_("Notes"), NOTES),
]


class ContactForm(TidyForm):
    """A person at a client. One way to reach them is asked for; it need not be a telephone number."""

    why_another = forms.CharField(label=_("It is another person all the same, because"), required=False, max_length=200)

    def __init__(
        self, seat: Seat, data: QueryDict | None = None, contact: Contact | None = None, account: Account | None = None
    ) -> None:
        self.seat, self.contact = seat, contact
        self.account = contact.account if contact else account
        self.likely: list[LikelyPerson] = []
        super().__init__(data, initial=self._initial())
        columns = [name for name in COLUMNS if name not in ("messaging_keeper", "reports_to", "keeper")]
        self.fields.update(fields_for_model(Contact, columns, widgets=WIDGETS))
        self.fields["name"].label = _("Name")
        self.fields["salutation"] = _picks(Contact.Salutation.choices, _("Salutation"))
        self.fields["preferred_channel"] = _picks(Contact.Channel.choices, _("Preferred channel"))
        self.fields["messaging_keeper"] = forms.ModelChoiceField(
            access.fellows(seat),
            label=_("Colleague who keeps the messaging contact"),
            required=False,
            empty_label=_("nobody"),
        )
        others = (
            access.people_of(self.account, but=contact.pk if contact else None)
            if self.account
            else Contact.objects.none()
        )
        self.fields["reports_to"] = forms.ModelChoiceField(
            others, label=_("Reports to"), required=False, empty_label=_("nobody")
        )
        self.fields["keeper"] = forms.ModelChoiceField(
            access.fellows(seat), label=_("Our person for this contact"), required=False, empty_label=_("nobody")
        )
        self.fields["attitude"] = _picks(Contact.Attitude.choices, _("Attitude"))
        self.fields["closeness"] = _number(_("Closeness, 1 to 5"), 5)
        self.fields["birthday_month"] = _number(_("Birthday month"), 12)
        self.fields["birthday_day"] = _number(_("Birthday day"), 31)
        if contact is None:
            del self.fields["is_active"]
        for key, label in PREFERENCES.items():
            self.fields[f"likes_{key}"] = forms.CharField(label=capfirst(str(label)), required=False, max_length=200)
        self.stands_on(contact)

    def _initial(self) -> dict[str, Any]:
        if self.contact is None:
            return {}
        likes = {f"likes_{key}": value for key, value in self.contact.preferences.items()}
        return {**model_to_dict(self.contact, COLUMNS), **likes}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (since is None) != (until is None):
            self.add_error("quiet_until", _("Give both ends of the quiet hours."))
        if not self.errors and self.account is not None:
            self._warn_of_likely(self.account, cleaned)
        return cleaned

    def _warn_of_likely(self, account: Account, cleaned: Mapping[str, Any]) -> None:
        """People the hotel knows whom this one may be are shown before saving (ACC-04)."""
        if self.contact is not None and not {"name", "mobile", "phone", "email", "wechat"} & set(self.changed_data):
            return
        phones = (cleaned["mobile"], cleaned["phone"])
        typed = Person(cleaned["name"], cleaned["name_en"], phones, cleaned["email"], cleaned["wechat"])
        self.likely = likely_people(account, typed, [self.contact.pk] if self.contact else [])
        if self.likely and not cleaned["why_another"]:
            self.add_error(
                "why_another", _("This person seems to be known: see above. Go there, or say why this is another one.")
            )

    def particulars(self) -> dict[str, Any]:
        """What the commands take."""
        fields = {name: self.cleaned_data[name] for name in COLUMNS if name in self.fields}
        why = self.cleaned_data["why_another"] if self.likely else ""
        return {**fields, "preferences": self.preferences(), "why_another": why}

    def audited_as(self, name: str) -> str:
        """What they like is kept together."""
        return "preferences" if name in PREFERENCE_FIELDS else name

    def preferences(self) -> dict[str, Any]:
        """What they like, by subject; nothing for what was left empty, and what this form does not ask stays."""
        kept = dict(self.contact.preferences) if self.contact else {}
        for key in PREFERENCES:
            kept.pop(key, None)
            if value := self.cleaned_data.get(f"likes_{key}"):
                kept[key] = value
        return kept

    @property
    def sections(self) -> list[ShownSection]:
        """The sections with their fields in order; one with an error or something in it stands open."""
        return shown_sections(self, SECTIONS, known=self.contact is not None)


def _picks(choices: Any, label: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", _("not known")), *choices], label=label, required=False, widget=PickOne)


def _number(label: Any, highest: int) -> forms.Field:
    choices = [("", "–"), *((str(n), str(n)) for n in range(1, highest + 1))]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, label=label, required=False)


class MoveForm(forms.Form):
    """Where a person has gone."""

    def __init__(self, seat: Seat, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["account"] = account_field(seat, _("Works now for"))


class GiftForm(TidyForm):
    """A present given to a person."""

    what = forms.CharField(label=pgettext_lazy("gift", "What"), max_length=120)
    value = forms.DecimalField(label=_("Value"), min_value=0, max_digits=10, decimal_places=2, required=False)
    given_on = forms.DateField(label=_("Given on"), widget=DayInput)
