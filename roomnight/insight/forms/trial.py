"""What is typed to try out other weights and least scores (SCR-05)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roomnight.insight.rules.parameters import DIMENSIONS, GRADES, WHOLE, Parameters
from roomnight.insight.rules.values import DIMENSION_NAMES
from roomnight.ui.small_forms import LaidOutForm, Rows


class TrialForm(LaidOutForm):
    """The five weights, a hundred together, and the least scores of the three upper grades, each below the one above."""

    layout: ClassVar[Rows] = (DIMENSIONS, GRADES[:-1])

    def __init__(self, *args: Any, parameters: Parameters, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in DIMENSIONS:
            self.fields[name] = forms.IntegerField(
                label=DIMENSION_NAMES[name], min_value=0, max_value=WHOLE, initial=parameters.weights[name]
            )
        for grade in GRADES[:-1]:
            self.fields[grade] = forms.DecimalField(
                label=gettext_lazy("%(grade)s from") % {"grade": grade}, min_value=0, max_value=WHOLE, decimal_places=2,
                max_digits=5, initial=parameters.cuts[grade].normalize(),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        weights = [given.get(name) for name in DIMENSIONS]
        if None not in weights and sum(weights) != WHOLE:  # type: ignore[arg-type]
            self.add_error(
                DIMENSIONS[0],
                _("Together these are %(sum)d points; they must be a hundred.") % {"sum": sum(weights)},  # type: ignore[arg-type]
            )
        for above, grade in zip(GRADES, GRADES[1:-1], strict=False):
            if given.get(above) is not None and given.get(grade) is not None and given[grade] >= given[above]:
                self.add_error(grade, _("Must be less than for %(grade)s.") % {"grade": above})
        return given

    def weights(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in DIMENSIONS}

    def cuts(self) -> dict[str, Decimal]:
        return {grade: self.cleaned_data[grade] for grade in GRADES[:-1]}
