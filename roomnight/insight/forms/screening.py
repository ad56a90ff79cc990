"""What is typed about a screening: which year, a decision on one client, the sign-off, a judgement and its review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.models import Grade
from roomnight.insight.models import Action, Judgement, ScreeningResult
from roomnight.pms.models import Side
from roomnight.ui.small_forms import LaidOutForm, Rows
from roomnight.ui.widgets import PickOne

STANDINGS = (
    (1, pgettext_lazy("standing of a client", "1 · weak")),
    (2, "2"),
    (3, pgettext_lazy("standing of a client", "3 · average")),
    (4, "4"),
    (5, pgettext_lazy("standing of a client", "5 · leading")),
)


def words_field(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=400, widget=forms.Textarea({"rows": 3}), **more)


class RunForm(LaidOutForm):
    """Which year and which peer group."""

    layout: ClassVar[Rows] = (("year", "side"),)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    side = forms.ChoiceField(label=_("Peer group"), choices=Side, widget=PickOne(even=True), initial=Side.COMPANY)

    def __init__(self, *args: Any, years: Sequence[int], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["year"].choices = [(one, str(one)) for one in years]  # type: ignore[attr-defined]


class DecisionForm(LaidOutForm):
    """Grade and action of one client, and why where they are not as worked out."""

    layout: ClassVar[Rows] = (("grade",), ("action",), ("reason",))
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade, widget=PickOne(even=True))
    action = forms.ChoiceField(label=_("Action"), choices=Action, widget=PickOne())
    reason = words_field(_("Reason"), required=False, help_text=_("Needed where you decide otherwise than worked out."))

    def __init__(self, *args: Any, result: ScreeningResult, **more: Any) -> None:
        more["initial"] = {"grade": result.grade, "action": result.action, "reason": result.reason}
        super().__init__(*args, **more)
        self.stands_on(result)


class SignForm(LaidOutForm):
    """The director's word."""

    layout: ClassVar[Rows] = (("is_read",), ("note",))
    is_read = forms.BooleanField(label=_("I have looked through the result: it is final, and the grades take effect"))
    note = words_field(_("Note"), required=False)


class JudgementForm(LaidOutForm):
    """Standing in the trade, way of business, and on what ground."""

    layout: ClassVar[Rows] = (("trade",), ("way",), ("ground",))
    trade = forms.TypedChoiceField(
        label=_("Standing in the trade"), choices=STANDINGS, coerce=int, widget=PickOne(even=True)
    )
    way = forms.TypedChoiceField(label=_("Way of business"), choices=STANDINGS, coerce=int, widget=PickOne(even=True))
    ground = words_field(_("Ground"), help_text=_("What you know of its market, plans and management, and from whom."))

    def __init__(self, *args: Any, judgement: Judgement, **more: Any) -> None:
        more["initial"] = {"trade": judgement.trade, "way": judgement.way, "ground": judgement.ground}
        super().__init__(*args, **more)
        self.stands_on(judgement)


class ReviewForm(LaidOutForm):
    """Whether one agrees with a colleague's judgement."""

    layout: ClassVar[Rows] = (("is_agreed",), ("remark",))
    is_agreed = forms.TypedChoiceField(
        label=_("Review"), coerce=lambda text: text == "yes", widget=PickOne(even=True),
        choices=[("yes", _("I agree: it counts")), ("no", _("Think it over"))],
    )  # fmt: skip
    remark = words_field(_("Remark"), required=False, help_text=_("Needed where it is to be thought over."))
