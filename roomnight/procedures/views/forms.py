"""The hotel's forms: their versions, written as a schema beside what it draws, compared, submitted and approved (PRC-02, PRC-08)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import DepartmentKind
from roomnight.organization.rules.policies import differences
from roomnight.procedures import access
from roomnight.procedures.commands import (
    approve_form_version,
    begin_form_version,
    create_form,
    discard_form_version,
    edit_form_version,
    retire_form,
    return_form_version,
    submit_form_version,
)
from roomnight.procedures.commands.forms import IN_HAND
from roomnight.procedures.forms import schema_form, spec_of
from roomnight.procedures.models import Form, FormUse, FormVersion, VersionState
from roomnight.procedures.rules.forms import BadForm, parse_schema, read_form
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.page import done, form_status, page, refusals, refused

FORM = access.PROCEDURE
TONES = {"effective": "good", "submitted": "soon", "draft": "go"}
BLANK = """{
  "type": "object",
  "title": "新表单",
  "x-title-en": "New form",
  "required": ["subject"],
  "properties": {
    "subject": {"type": "string", "title": "事项", "x-title-en": "Subject", "maxLength": 80},
    "kind": {
      "type": "string", "title": "类别", "x-title-en": "Kind", "enum": ["a", "b"],
      "x-labels": {"a": ["甲类", "Kind A"], "b": ["乙类", "Kind B"]}
    },
    "at": {"type": "string", "format": "date-time", "title": "时间", "x-title-en": "When", "x-width": "half"},
    "amount": {"type": "string", "format": "money", "title": "金额", "x-title-en": "Amount", "x-width": "half"},
    "why": {
      "type": "string", "format": "textarea", "title": "说明", "x-title-en": "Explanation", "x-show-if": "kind == \\"b\\""
    }
  }
}
"""


class SchemaSourceForm(SharedForm):
    """A version's schema as text, with what is new in it."""

    source = forms.CharField(
        label=gettext_lazy("Schema"),
        strip=False,
        widget=forms.Textarea(
            {
                "rows": 24,
                "class": "rn-mono",
                "spellcheck": "false",
                "autocomplete": "off",
                "wrap": "off",
                "data-code": "",
            }
        ),
        help_text=gettext_lazy(
            "JSON Schema with Chinese and English titles. What is not understood is told at once, with its path."
        ),
    )
    note = forms.CharField(label=gettext_lazy("What is new"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, source: str, version: FormVersion | None = None) -> None:
        super().__init__(data, initial={"source": source, "note": version.note if version else ""})
        self.stands_on(version)


class NewForm(SchemaSourceForm):
    """A form that there was not: its code, whose it is and what for."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=60,
        help_text=gettext_lazy("Small letters, digits and dashes, such as key-register."),
    )  # fmt: skip
    department = forms.ChoiceField(label=gettext_lazy("Department"), choices=DepartmentKind.choices)
    use = forms.ChoiceField(label=gettext_lazy("Used for"), choices=FormUse.choices)


def crumbs_of(seat: Seat, form: Form | None = None) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = [(_("Forms"), seat.url("forms:list"))]
    if form is not None:
        found.append((form.label, seat.url("forms:form", code=form.code)))
    return found


@needs(FORM)
@require_GET
def form_list(request: DeskRequest) -> HttpResponse:
    """Every form of the hotel, by what it is for, with the version in force and one in hand."""
    seat = request.seat
    q = request.GET.get("q", "").strip()[:60].casefold()
    rows = []
    for one in access.forms(seat):
        if q and q not in f"{one.code} {one.title} {one.title_en}".casefold():
            continue
        versions = list(one.versions.all())
        held = next((v for v in versions if v.state == VersionState.EFFECTIVE), None)
        coming = next((v for v in versions if v.state in IN_HAND), None)
        rows.append(
            {"form": one, "held": held, "coming": coming, "tone": TONES.get(coming.state, "") if coming else ""}
        )
    context = {"rows": rows, "q": request.GET.get("q", "").strip(), "may_edit": seat.may(FORM, "edit")}
    return page(request, "procedures/forms.html", context)


@needs(FORM)
@require_GET
def form_page(request: DeskRequest, code: str) -> HttpResponse:
    """One form: what it looks like, and its versions."""
    seat = request.seat
    form = access.form(seat, code)
    versions = access.form_versions(form)
    shown = chosen(versions, request.GET.get("version", "")) or next(
        (one for one in versions if one.state == VersionState.EFFECTIVE), versions[0]
    )
    coming = next((one for one in versions if one.state in IN_HAND), None)
    is_own = coming is not None and seat.code in {*coming.writers, coming.submitted_by}
    context = {
        "form": form, "versions": [(one, TONES.get(one.state, "")) for one in versions], "shown": shown, "coming": coming,
        "drawn": schema_form(spec_of(shown))(prefix="shown"), "may_edit": seat.may(FORM, "edit"),
        "may_approve": seat.may(FORM, "approve") and not is_own, "crumbs": crumbs_of(seat),
    }  # fmt: skip
    return page(request, "procedures/form.html", context)


def chosen(versions: list[FormVersion], number: str) -> FormVersion | None:
    return next((one for one in versions if str(one.number) == number), None)


@needs(FORM)
@require_GET
def form_compare(request: DeskRequest, code: str) -> HttpResponse:
    """What differs between two versions."""
    seat = request.seat
    form = access.form(seat, code)
    versions = access.form_versions(form)
    new = chosen(versions, request.GET.get("to", "")) or versions[0]
    earlier = [one for one in versions if one.number < new.number]
    old = chosen(versions, request.GET.get("from", "")) or (earlier[0] if earlier else new)
    context = {
        "form": form, "old": old, "new": new, "versions": versions, "lines": differences(old.source, new.source),
        "crumbs": crumbs_of(seat, form),
    }  # fmt: skip
    return page(request, "procedures/form_compare.html", context)


# ---- writing


def drawn(source: str) -> dict[str, Any]:
    """What a schema draws, or what is wrong with it, for the preview."""
    try:
        spec = read_form(parse_schema(source))
    except BadForm as bad:
        return {"problems": [(one.path or "/", one.message) for one in bad.problems[:30]]}
    return {"drawn": schema_form(spec)(prefix="preview"), "drawn_title": spec.title.in_(get_language())}


@needs(FORM, "edit")
@require_POST
def preview(request: DeskRequest) -> HttpResponse:
    """The preview beside the schema, while it is typed."""
    return page(request, "procedures/form_edit.html#form-preview", drawn(request.POST.get("source", "")))


@needs(FORM, "edit")
def form_new(request: DeskRequest) -> HttpResponse:
    """Begin a form, from nothing or as another one."""
    seat = request.seat
    like = request.GET.get("like", "")
    source = BLANK
    if like:
        source = access.form_versions(access.form(seat, like))[0].source
    form = NewForm(request.POST or None, source=source)
    form.initial["use"] = request.GET.get("use", FormUse.TASK)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            version = create_form(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, seat.url("forms:form", code=version.form.code), _("The draft is kept."))
    others = list(access.forms(seat))
    context = {
        "title": _("New form"),
        "cancel_url": seat.url("forms:list"),
        "others": others,
        "crumbs": crumbs_of(seat),
    }
    return edit_page(request, form, source, context)


@needs(FORM, "edit")
def form_edit(request: DeskRequest, code: str) -> HttpResponse:
    """Change the draft, or begin the next version with what is in force."""
    seat = request.seat
    one = access.form(seat, code)
    versions = access.form_versions(one)
    draft = next((v for v in versions if v.state == VersionState.DRAFT), None)
    if draft is None and versions[0].state == VersionState.SUBMITTED:
        waiting = Refusal("form.in_hand", _("The next version waits for approval."))
        return refused(request, seat.url("forms:form", code=code), waiting)
    source = (draft or versions[0]).source
    form = SchemaSourceForm(request.POST or None, source=source, version=draft)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            if draft is None:
                begin_form_version(actor=seat, form=one, **form.cleaned_data)
            else:
                edit_form_version(actor=seat, version=draft, revision=draft.revision, **form.cleaned_data)
            return done(request, seat.url("forms:form", code=code), _("The draft is kept."))
    context = {"title": one.label, "cancel_url": seat.url("forms:form", code=code), "crumbs": crumbs_of(seat, one)}
    return edit_page(request, form, source, context)


def edit_page(request: DeskRequest, form: SchemaSourceForm, source: str, context: dict[str, Any]) -> HttpResponse:
    """The schema on one side, what it draws on the other."""
    look = {"hx-post": request.seat.url("forms:preview"), "hx-trigger": "input changed delay:400ms"}
    form.fields["source"].widget.attrs |= {**look, "hx-target": "#form-preview", "hx-swap": "outerHTML"}
    shown = drawn(form.data.get("source", "") if form.is_bound else source)
    return page(request, "procedures/form_edit.html", {"form": form, **shown, **context}, form_status(form))


# ---- deciding


def in_hand(seat: Seat, code: str) -> FormVersion:
    """The version being written or waiting for approval, or 404."""
    found = next((one for one in access.form_versions(access.form(seat, code)) if one.state in IN_HAND), None)
    if found is None:
        raise Http404(code)
    return found


@needs(FORM, "edit")
@require_POST
def form_submit(request: DeskRequest, code: str) -> HttpResponse:
    """Hand the draft in, or lay it aside; or retire the form."""
    seat, back, what = request.seat, request.seat.url("forms:form", code=code), request.POST.get("do", "")
    try:
        if what == "retire":
            retire_form(actor=seat, form=access.form(seat, code))
            return done(request, back, _("Retired."))
        version = in_hand(seat, code)
        if what == "discard":
            discard_form_version(actor=seat, version=version)
            return done(request, back, _("The draft is laid aside."))
        submit_form_version(actor=seat, version=version)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Handed in for approval."))


@needs(FORM, "approve")
@require_POST
def form_approve(request: DeskRequest, code: str) -> HttpResponse:
    """Let the version hold from now on, or give it back with the reason."""
    seat, back = request.seat, request.seat.url("forms:form", code=code)
    version, revision = in_hand(seat, code), request.POST.get("revision", "")
    try:
        if request.POST.get("do") == "return":
            return_form_version(actor=seat, version=version, reason=request.POST.get("reason", ""))
            return done(request, back, _("Given back."))
        number = int(revision) if revision.isdigit() and len(revision) < 8 else 0  # noqa: PLR2004
        approve_form_version(actor=seat, version=version, revision=number)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("In force from now on."))
