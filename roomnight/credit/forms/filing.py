"""What is given to charge many bills at once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ChargesForm(forms.Form):
    """The file with the bills."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Excel or CSV: client, date, amount, bill number, signed by; outlet, kind and note where known. Nothing is charged before you have seen what comes of it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
        error_messages={"empty": _("The file is empty.")},
    )
