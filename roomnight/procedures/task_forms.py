"""The forms around a task and a case: what to say, whom to give it to, which way to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import inspect
from roomnight.organization.models import Staff
from roomnight.procedures.commands.tasks import ALLOWED, MAX_BYTES
from roomnight.procedures.models import Procedure
from roomnight.procedures.rules.chart import Process, Step, answer_of
from roomnight.procedures.rules.steps import way_label
from roomnight.ui.widgets import PickMany, PickOne


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class DoneForm(forms.Form):
    """What somebody adds in words when a task is done."""

    remark = forms.CharField(label=_("A remark"), max_length=2000, required=False, widget=_area())


class WayForm(forms.Form):
    """The ways out of a gateway on which no condition stands: somebody chooses."""

    def __init__(self, *args: Any, process: Process, gateway: Step, english: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer, self.is_many = answer_of(gateway.id), gateway.kind == "inclusiveGateway"
        ways = [(flow.id, way_label(process, flow, english)) for flow in process.choices(gateway)]
        label = _("Which ways?") if self.is_many else _("Which way?")
        if self.is_many:
            self.fields["way"] = forms.MultipleChoiceField(label=label, choices=ways, widget=PickMany())
        else:
            self.fields["way"] = forms.ChoiceField(label=label, choices=ways, widget=PickOne())

    def data_of(self) -> dict[str, Any]:
        """The answer as the case keeps it."""
        return {self.answer: self.cleaned_data["way"]}


class NoteForm(forms.Form):
    """A word to the case."""

    note = forms.CharField(label=_("Say something"), max_length=2000, widget=_area())


class ReasonForm(forms.Form):
    """Why a case is called off."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=_area())


class HandOverForm(forms.Form):
    """To whom a task goes, and why."""

    staff = forms.ModelChoiceField(queryset=Staff.objects.none(), label=_("To whom"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=_area())

    def __init__(self, *args: Any, people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class PaperForm(forms.Form):
    """A photo or paper to keep with the case."""

    file = forms.FileField(label=_("Photo or paper"))

    def clean_file(self) -> UploadedFile[Any]:
        """Nothing is kept that is not what its name says."""
        sent: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            inspect(sent.name or "", sent, allowed=ALLOWED, max_bytes=MAX_BYTES)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal
        return sent


class StartForm(forms.Form):
    """Which procedure is begun, and about what."""

    procedure = forms.ModelChoiceField(queryset=Procedure.objects.none(), label=_("Procedure"))
    label = forms.CharField(label=_("About"), max_length=160, required=False)

    def __init__(self, *args: Any, procedures: QuerySet[Procedure], is_about_record: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = procedures
        if is_about_record:
            del self.fields["label"]


class TrialForm(forms.Form):
    """A trial of one version: what it is called."""

    label = forms.CharField(label=_("What is tried"), max_length=160, required=False)


class SupplyForm(forms.Form):
    """What a stuck case lacked: one value a name. `labels` says what it is called on the procedure's forms."""

    def __init__(self, *args: Any, names: list[str], labels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in names:
            self.fields[name] = forms.CharField(label=labels.get(name, name), max_length=300, required=False)

    def data_of(self) -> dict[str, Any]:
        """The values, numbers and yes or no as what they are."""
        return {name: typed(value) for name, value in self.cleaned_data.items() if value != ""}


def typed(text: str) -> Any:
    """A value as an expression reads it: 12 and 12.5 are numbers, true and false are yes and no."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
