"""What is typed about an evaluation: the sheet, the review, the last word, measures, feedback (EVA-01, EVA-02)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.forms.pickers import account_field
from roomnight.insight.commands import Filled, Second, Sheet
from roomnight.insight.models import Conclusion, Evaluation, EvaluationLine, EvaluationMeasure, MeasureState
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.ui.small_forms import LaidOutForm, Rows
from roomnight.ui.widgets import DayInput, PickOne

SCORES = (
    (1, pgettext_lazy("score of a relationship", "1 · poor")),
    (2, "2"),
    (3, pgettext_lazy("score of a relationship", "3 · fair")),
    (4, "4"),
    (5, pgettext_lazy("score of a relationship", "5 · excellent")),
)
CHECKED = [(state, label) for state, label in MeasureState.choices if state != MeasureState.PLANNED]


def _score(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=SCORES, coerce=int, empty_value=None, required=False, widget=PickOne(even=True)
    )


def _text(label: Any, rows: int = 2, most: int = 400, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, widget=forms.Textarea({"rows": rows}), **more)


class OpenForm(LaidOutForm):
    """Which client, and by when."""

    layout: ClassVar[Rows] = (("account",), ("due_on",))
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())

    def __init__(self, *args: Any, seat: Seat, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["account"] = account_field(seat)


class SheetForm(LaidOutForm):
    """The sheet: each indicator's score, ground and remark; what came of earlier measures; summary and conclusion."""

    layout: ClassVar[Rows] = (("summary",), ("conclusion",))
    summary = _text(
        _("Summary"), 4, 2000, help_text=_("How the relationship stands, and what has changed since last time.")
    )
    conclusion = forms.ChoiceField(label=_("Conclusion"), choices=Conclusion, required=False, widget=PickOne(even=True))

    def __init__(
        self, *args: Any, evaluation: Evaluation, lines: Sequence[EvaluationLine],
        measures: Sequence[EvaluationMeasure], **more: Any,
    ) -> None:  # fmt: skip
        more["initial"] = {"summary": evaluation.summary, "conclusion": evaluation.conclusion}
        super().__init__(*args, **more)
        self.lines, self.measures = lines, measures
        for one in lines:
            self.fields[f"score_{one.place}"] = _score(pgettext_lazy("evaluation", "Score"))
            self.fields[f"ground_{one.place}"] = _text(_("Ground"))
            self.fields[f"remark_{one.place}"] = _text(_("Remark"), 1)
            self.initial.update({
                f"score_{one.place}": one.score, f"ground_{one.place}": one.ground, f"remark_{one.place}": one.remark,
            })  # fmt: skip
        for measure in measures:
            self.fields[f"check_{measure.pk}"] = forms.ChoiceField(
                label=_("What came of it"), choices=CHECKED, required=False, widget=PickOne()
            )
            self.fields[f"note_{measure.pk}"] = _text(_("Remark"), 1, 300)
            self.initial.update(
                {
                    f"check_{measure.pk}": "" if measure.state == MeasureState.PLANNED else measure.state,
                    f"note_{measure.pk}": measure.check_note,
                }
            )
        self.stands_on(evaluation)

    def indicators(self) -> Iterator[tuple[EvaluationLine, list[forms.BoundField]]]:
        """Each indicator with its controls."""
        for one in self.lines:
            yield one, [self[f"{name}_{one.place}"] for name in ("score", "ground", "remark")]

    def earlier(self) -> Iterator[tuple[EvaluationMeasure, list[forms.BoundField]]]:
        """Each measure of the evaluation before with its controls."""
        for one in self.measures:
            yield one, [self[f"check_{one.pk}"], self[f"note_{one.pk}"]]

    def sheet(self) -> Sheet:
        """What was filled in."""
        data = self.cleaned_data
        return Sheet(
            lines={
                one.place: Filled(data[f"score_{one.place}"], data[f"ground_{one.place}"], data[f"remark_{one.place}"])
                for one in self.lines
            },
            summary=data["summary"], conclusion=data["conclusion"],
            checks={
                one.pk: (data[f"check_{one.pk}"] or MeasureState.PLANNED.value, data[f"note_{one.pk}"])
                for one in self.measures
            },
        )  # fmt: skip


class PassOnForm(LaidOutForm):
    """The review: another score where one sees it otherwise, and whether it goes round or back."""

    layout: ClassVar[Rows] = (("decision",), ("note",))
    decision = forms.ChoiceField(
        label=_("Review"), widget=PickOne(even=True),
        choices=[("pass_on", _("Reviewed: send the copies")), ("give_back", _("Think it over"))],
    )  # fmt: skip
    note = _text(_("Remark"), 3, help_text=_("Needed where it is to be thought over."))

    def __init__(self, *args: Any, evaluation: Evaluation, lines: Sequence[EvaluationLine], **more: Any) -> None:
        more["initial"] = {"decision": "pass_on"}
        super().__init__(*args, **more)
        self.lines = lines
        for one in lines:
            self.fields[f"second_{one.place}"] = _score(_("Your score"))
            self.fields[f"comment_{one.place}"] = _text(_("Your comment"), 1)
            self.initial.update({f"second_{one.place}": one.counts, f"comment_{one.place}": one.comment})
        self.stands_on(evaluation)

    def indicators(self) -> Iterator[tuple[EvaluationLine, list[forms.BoundField]]]:
        """Each indicator with the reviewer's controls."""
        for one in self.lines:
            yield one, [self[f"second_{one.place}"], self[f"comment_{one.place}"]]

    def seconds(self) -> dict[int, Second]:
        """The reviewer's scores and comments by place."""
        data = self.cleaned_data
        return {one.place: Second(data[f"second_{one.place}"], data[f"comment_{one.place}"]) for one in self.lines}


class LastWordForm(LaidOutForm):
    """Approve, perhaps with another conclusion, or give back."""

    layout: ClassVar[Rows] = (("decision",), ("conclusion",), ("note",))
    decision = forms.ChoiceField(
        label=_("Your decision"), widget=PickOne(even=True),
        choices=[("approve", pgettext_lazy("an evaluation", "Approve")), ("give_back", _("Think it over"))],
    )  # fmt: skip
    conclusion = forms.ChoiceField(label=_("Conclusion"), choices=Conclusion, widget=PickOne(even=True))
    note = _text(_("Remark"), 3, help_text=_("Needed where it is to be thought over, or where you conclude otherwise."))

    def __init__(self, *args: Any, evaluation: Evaluation, **more: Any) -> None:
        more["initial"] = {"decision": "approve", "conclusion": evaluation.conclusion}
        super().__init__(*args, **more)
        self.stands_on(evaluation)


class MeasureForm(LaidOutForm):
    """What is to be done, by whom and by when."""

    layout: ClassVar[Rows] = (("what",), ("owner", "due_on"))
    what = forms.CharField(label=_("Measure"), max_length=300, widget=forms.Textarea({"rows": 2}))
    owner = PersonField(label=pgettext_lazy("a measure", "Who"), required=True)
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())

    def __init__(self, *args: Any, people: Sequence[Staff], **more: Any) -> None:
        super().__init__(*args, **more)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(people)


class OpinionForm(LaidOutForm):
    """What the reader of a copy says."""

    layout: ClassVar[Rows] = (("opinion",),)
    opinion = forms.CharField(
        label=_("Feedback"), max_length=600, widget=forms.Textarea({"rows": 4}),
        help_text=_("What your department sees of this client, and what you would do."),
    )  # fmt: skip


class GiveUpForm(LaidOutForm):
    """Why an evaluation is not needed after all."""

    layout: ClassVar[Rows] = (("note",),)
    note = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3}))
