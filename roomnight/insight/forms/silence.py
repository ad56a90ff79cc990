"""Whose silence is to be worked out."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.pms.models import Side
from roomnight.ui.small_forms import LaidOutForm, Rows
from roomnight.ui.widgets import PickOne


class WorkOutForm(LaidOutForm):
    """Companies or agencies."""

    layout: ClassVar[Rows] = (("side",),)
    side = forms.ChoiceField(label=_("Peer group"), choices=Side, widget=PickOne(even=True), initial=Side.COMPANY)
