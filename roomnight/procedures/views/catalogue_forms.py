"""The forms of the procedure library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.text import clean
from roomnight.organization.access import Seat, policy_documents
from roomnight.organization.models import DepartmentKind
from roomnight.procedures import access
from roomnight.procedures.models import Procedure
from roomnight.procedures.rules.xml import LARGEST
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.widgets import DayInput, PickMany

MOST_TABLES = 20
SAID = ("title", "title_en", "department", "purpose", "purpose_en", "policy_document", "read_by")


class ProcedureForm(SharedForm):
    """What is said about a procedure, whatever its version. Only a new one gets its code."""

    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Such as P-RECEPTION: capitals, digits and hyphens."),
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("Only letters, digits and hyphens."))],
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    department = forms.ChoiceField(label=_("Owner department"), choices=DepartmentKind.choices)
    purpose = forms.CharField(label=_("Aim"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    purpose_en = forms.CharField(
        label=_("Aim in English"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    policy_document = forms.ChoiceField(
        label=_("Policy document"), required=False, help_text=_("The policy that lays this procedure down.")
    )
    read_by = forms.MultipleChoiceField(
        label=_("Also read by"), required=False, widget=PickMany,
        help_text=_("Whoever has a step in it reads it anyway."),
    )  # fmt: skip

    def __init__(self, seat: Seat, data: Any, *, procedure: Procedure | None = None) -> None:
        first: dict[str, Any] = {"department": access.department_of(seat)}
        if procedure is not None:
            first = {name: getattr(procedure, name) for name in SAID} | {
                "policy_document": procedure.policy_document_id
            }
        super().__init__(data, initial=first)
        self.documents = {str(one.pk): one for one in policy_documents(seat).order_by("serial")}
        if procedure is not None:
            del self.fields["code"]
            if procedure.policy_document is not None:
                self.documents.setdefault(str(procedure.policy_document_id), procedure.policy_document)
        choices: Any = self.fields["policy_document"]
        choices.choices = [("", "–"), *((key, str(one)) for key, one in self.documents.items())]
        roles: Any = self.fields["read_by"]
        roles.choices = [(one.code, one.label) for one in access.roles()]
        self.stands_on(procedure)

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean_title(self) -> str:
        return clean(self.cleaned_data["title"])

    def clean_policy_document(self) -> Any:
        return self.documents.get(self.cleaned_data["policy_document"])


class ManyFiles(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; none where none was chosen."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class UploadForm(forms.Form):
    """A flow chart as a file, with its decision tables, and what is new in it."""

    source = forms.FileField(
        label=_("Flow chart"), help_text=_("A BPMN 2.0 file, as any editor keeps it."),
        widget=forms.FileInput({"accept": ".bpmn,.xml"}), allow_empty_file=True,
    )  # fmt: skip
    tables = FilesField(
        label=_("Decision tables"), required=False, help_text=_("DMN files, each with one decision."),
        widget=ManyFiles({"accept": ".dmn,.xml"}), allow_empty_file=True,
    )  # fmt: skip
    note = forms.CharField(label=_("What is new"), max_length=300, required=False)

    def clean_source(self) -> bytes:
        return _content(self.cleaned_data["source"])

    def clean_tables(self) -> list[tuple[str, bytes]]:
        return tables_of(self.cleaned_data["tables"])


def tables_of(sent: list[Any]) -> list[tuple[str, bytes]]:
    """The files of decision tables that were sent, by name."""
    if len(sent) > MOST_TABLES:
        raise forms.ValidationError(_("At most %(most)d decision tables.") % {"most": MOST_TABLES})
    return [(one.name or "", _content(one)) for one in sent]


def _content(sent: Any) -> bytes:
    """What was sent, a byte more than may be read at most: the rest is refused by its size."""
    return bytes(sent.read(LARGEST + 1))


class ApproveForm(forms.Form):
    """From which day it holds; the drawing that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    effective_from = forms.DateField(label=_("In force from"), widget=DayInput)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))
