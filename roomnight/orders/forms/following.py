"""What is typed at the steps of following an order (ORD-04, VIS-09)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import Outcome
from roomnight.orders.forms.orders import area
from roomnight.orders.models import Order, Rating
from roomnight.organization.models import Department
from roomnight.ui.small_forms import LaidOutForm


class ReadForm(LaidOutForm):
    """What was noticed when the order was read."""

    note = forms.CharField(
        label=_("What you noticed and asked"), max_length=300, required=False, widget=area(),
        help_text=_("Such as: read back to the client, Friday is right."),
    )  # fmt: skip
    layout = [["note"]]


class UrgeForm(LaidOutForm):
    """What the departments are asked."""

    note = forms.CharField(
        label=_("What you found or ask"), max_length=300, widget=area(),
        help_text=_("It goes to every department that is not ready."),
    )  # fmt: skip
    layout = [["note"]]


class NeedsForm(LaidOutForm):
    """What the guests need in detail, and who said so."""

    special_needs = forms.CharField(
        label=_("What the guests need"), max_length=2000, widget=area(5),
        help_text=_("It goes to the departments, which confirm again what is another. Needs of one guest stand with the guest."),
    )  # fmt: skip
    note = forms.CharField(label=_("Who was asked"), max_length=200)
    layout = [["special_needs"], ["note"]]

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"special_needs": order.special_needs, **(self.initial or {})}
        self.stands_on(order)


class StayForm(LaidOutForm):
    """Something seen or done while the guests are here."""

    note = forms.CharField(label=_("What happened"), max_length=300, widget=area())
    layout = [["note"]]


class CommentForm(LaidOutForm):
    """What a guest said, and to whom it goes."""

    rating = forms.ChoiceField(label=_("How it sounds"), choices=Rating.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("In their own words"), max_length=2000, widget=area(4))
    said_by = forms.CharField(label=_("Who said it"), max_length=80, required=False)
    departments = forms.TypedMultipleChoiceField(
        label=_("Departments it is for"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all that the order concerned."),
    )  # fmt: skip
    layout = [["rating"], ["text"], ["said_by"], ["departments"]]

    def __init__(self, *args: Any, departments: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {one.pk: one for one in departments}
        field = self.fields["departments"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(one.pk, one.label) for one in departments]
        if not departments:
            del self.fields["departments"]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {**data, "departments": [self._known[pk] for pk in data.get("departments", [])]}


class AskedForm(LaidOutForm):
    """Who was asked and had nothing to say."""

    note = forms.CharField(label=_("Who was asked"), max_length=200)
    layout = [["note"]]


class OpinionForm(LaidOutForm):
    """What the client said when called or visited."""

    outcome = forms.ChoiceField(label=_("Reached?"), choices=Outcome.choices, widget=forms.RadioSelect)
    result = forms.CharField(label=_("What the client said"), max_length=1000, required=False, widget=area(4))
    layout = [["outcome"], ["result"]]


class AnswerForm(LaidOutForm):
    """What a department does about a comment."""

    note = forms.CharField(
        label=pgettext_lazy("comment of a guest", "What you do about it"), max_length=300, widget=area()
    )
    layout = [["note"]]
