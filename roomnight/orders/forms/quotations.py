"""What is typed about quotations (ORD-10)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.forms.orders import area, day_field
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import PickOne


class QuotationForm(LaidOutForm):
    """What is offered, on which terms, until when."""

    offer = forms.CharField(
        label=_("What we offer"), required=False, widget=area(4),
        help_text=_("In two or three sentences: how this meets what the client asked for."),
    )  # fmt: skip
    valid_until = day_field(_("Valid until"), help_text=_("It may be accepted on this day too."))
    terms = forms.CharField(label=_("Terms"), required=False, widget=area(4))
    layout = [["offer"], ["valid_until"], ["terms"]]


class SendForm(LaidOutForm):
    """How it was sent."""

    how = forms.CharField(
        label=_("How it was sent"), max_length=120, help_text=_("Such as: by mail to Ms Wang, by WeChat.")
    )
    layout = [["how"]]


class AnswerForm(LaidOutForm):
    """What the client said."""

    answer = forms.ChoiceField(
        label=_("What the client said"),
        choices=[
            ("accepted", pgettext_lazy("answer to a quotation", "Accepts")),
            ("changes", pgettext_lazy("answer to a quotation", "Wants changes")),
            ("declined", pgettext_lazy("answer to a quotation", "Declines")),
        ],
        widget=PickOne(even=True),
    )
    note = forms.CharField(label=_("In the client's words"), max_length=300, required=False, widget=area())
    layout = [["answer"], ["note"]]
