"""Looking back at a deal (SAT-03)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.service.forms.complaints import area
from roomnight.service.models import DealReview, Slip, Went
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import PickMany, PickOne


class ReviewForm(LaidOutForm):
    """How it went, what one would not do again, and what one learns from it."""

    went = forms.ChoiceField(label=_("How did it go?"), choices=Went, widget=PickOne(even=True))
    slips = forms.MultipleChoiceField(
        label=_("What was not good?"), choices=Slip, required=False, widget=PickMany(),
        help_text=_("Tick honestly: it is for learning, and counts against nobody."),
    )  # fmt: skip
    worked = forms.CharField(label=_("What helped?"), max_length=600, required=False, widget=area(2))
    otherwise = forms.CharField(label=_("What will you do otherwise?"), max_length=600, required=False, widget=area(3))
    revision = forms.IntegerField(widget=forms.HiddenInput)
    layout = [["revision"], ["went"], ["slips"], ["worked"], ["otherwise"]]

    def __init__(self, *args: Any, review: DealReview, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(review, name) for name in ("went", "slips", "worked", "otherwise", "revision")
        }
        super().__init__(*args, **kwargs)


class CommentForm(LaidOutForm):
    """The manager's word."""

    comment = forms.CharField(label=_("Your word to it"), max_length=600, widget=area(3))
    revision = forms.IntegerField(widget=forms.HiddenInput)
    layout = [["revision"], ["comment"]]

    def __init__(self, *args: Any, review: DealReview, **kwargs: Any) -> None:
        kwargs["initial"] = {"revision": review.revision, "comment": review.comment}
        super().__init__(*args, **kwargs)
