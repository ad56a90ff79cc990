"""What is typed about Word templates and documents (AGR-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from roomnight.agreements.models import AgreementTemplate, Kind, Language
from roomnight.agreements.rules.paper import VOCABULARY
from roomnight.kernel.errors import Refusal
from roomnight.kernel.word import MOST_BYTES, check_template
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import PickOne

WORD_FILE = ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TOLD = 12


class TemplateForm(LaidOutForm):
    """The next version of a Word template."""

    kind = forms.ChoiceField(label=_("For agreements of the kind"), choices=Kind, widget=PickOne())
    language = forms.ChoiceField(label=_("Language"), choices=Language, widget=PickOne(even=True))
    file = forms.FileField(
        label=_("Word document (.docx)"),
        widget=forms.FileInput({"accept": WORD_FILE}),
        help_text=_(
            "Up to 5 MB, without macros, links and embedded objects. Fields are written like {{ client_name }}."
        ),
        error_messages={"required": _("Choose the Word document."), "empty": _("The file is empty.")},
    )
    note = forms.CharField(label=_("What is new"), max_length=200, required=False)
    layout = [["kind"], ["language"], ["file"], ["note"]]

    def clean_file(self) -> Any:
        """Look for what is unsafe, and for fields that there are not; every problem with the paragraph where it stands."""
        sent = self.cleaned_data["file"]
        try:
            problems = check_template(sent.read(MOST_BYTES + 1), VOCABULARY)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
        finally:
            sent.seek(0)
        told = [str(one) for one in problems[:TOLD]]
        if len(problems) > TOLD:
            told.append(_now("And %(n)d more.") % {"n": len(problems) - TOLD})
        if told:
            raise forms.ValidationError(told)
        return sent


class DocumentForm(LaidOutForm):
    """With which template a document is made."""

    template = forms.TypedChoiceField(label=_("Template"), coerce=int, widget=PickOne())
    layout = [["template"]]

    def __init__(self, *args: Any, templates: Sequence[AgreementTemplate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.templates = {one.pk: one for one in templates}
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.pk, _now("%(language)s, version %(n)d") % {"language": one.get_language_display(), "n": one.version})
            for one in templates
        ]
        field.initial = next(iter(self.templates), None)

    def chosen(self) -> AgreementTemplate:
        return self.templates[self.cleaned_data["template"]]


class ScanForm(LaidOutForm):
    """A scan or a specimen."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        help_text=_("A picture (JPEG, PNG, WebP) or PDF of up to 15 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    layout = [["file"]]
