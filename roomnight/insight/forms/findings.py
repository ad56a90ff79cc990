"""What is typed about a finding of the composition analysis (MIX-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.insight.models import Finding
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Staff
from roomnight.ui.small_forms import LaidOutForm, Rows
from roomnight.ui.widgets import DayInput


def words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=600, widget=forms.Textarea({"rows": 3}), help_text=help_text)


class FindingForm(LaidOutForm):
    """What shows, what is done about it, by whom, by when."""

    layout: ClassVar[Rows] = (("text",), ("countermeasure",), ("owner", "due_on"))
    text = words(_("What shows"), _("One finding in a sentence, with its figure."))
    countermeasure = words(_("Countermeasure"))
    owner = PersonField(label=_("Done by"))
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())

    def __init__(self, *args: Any, people: Sequence[Staff], finding: Finding | None = None, **more: Any) -> None:
        if finding is not None:
            names = ("text", "countermeasure", "due_on")
            more["initial"] = {**{name: getattr(finding, name) for name in names}, "owner": finding.owner_id}
        super().__init__(*args, **more)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(people)
        self.stands_on(finding)


class OutcomeForm(LaidOutForm):
    """What came of it."""

    layout: ClassVar[Rows] = (("outcome",),)
    outcome = words(_("What came of it"), _("What was done, and which figure shows it."))
