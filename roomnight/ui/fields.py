"""How a form's field is drawn: which control, which classes, what is read aloud with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Option:
    """One choice of a group: the control, drawn, and its words."""

    control: SafeString
    label: Any


def kind_of(widget: forms.Widget) -> str:
    """How the field is laid out: picks, options (a column of radios or checkboxes), tick (one checkbox), hidden, group, control."""
    if widget.is_hidden:
        return "hidden"
    if getattr(widget, "is_group", False):
        return "group"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "picks" if "data-pick" in widget.attrs else "options"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "control"


def css_of(widget: forms.Widget, wrong: bool) -> str:
    """The control's classes, its own kept."""
    own = str(widget.attrs.get("class", ""))
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    return " ".join(filter(None, [kind, own, "is-invalid" if wrong else ""]))


def _options(bound: BoundField, css: str) -> list[Option]:
    found = []
    for part in bound.subwidgets:
        attrs = part.data["attrs"]
        attrs["class"] = " ".join(filter(None, [css, attrs.get("class", "")])) or None
        if not attrs["class"]:
            del attrs["class"]
        attrs.pop("aria-describedby", None)
        attrs.pop("data-pick", None)
        found.append(Option(part.tag(), part.data["label"]))
    return found


def drawn_field(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """What ui/field.html needs for one field."""
    widget = bound.field.widget
    kind = kind_of(widget)
    name = bound.id_for_label or bound.auto_id or bound.html_name
    group = kind in ("picks", "options", "group")
    hint = options.get("hint", bound.help_text)
    errors = list(bound.errors)
    described = " ".join(
        filter(None, [f"{bound.auto_id}_hint" if hint else "", f"{bound.auto_id}_error" if errors else ""])
    )
    context: dict[str, Any] = {
        "kind": kind,
        "id": bound.auto_id if group else name,
        "base": bound.auto_id,
        "label": options.get("label", bound.label),
        "hint": hint,
        "errors": errors,
        "described": described,
        "required": bound.field.required,
        "even": widget.attrs.get("data-pick") == "even",
        **{key: options.get(key, "") for key in ("unit", "detail", "speech", "reveal", "quick", "show_when")},
    }
    if kind == "group":
        context["control"] = bound.as_widget()
        return context
    if group:
        context["options"] = _options(bound, "form-check-input" if kind == "options" else "")
        return context
    attrs: dict[str, Any] = {"class": css_of(widget, bool(errors))}
    if isinstance(widget, forms.NumberInput):
        # The browser's number field throws away what is no number; here it stays, to be put right.
        widget.input_type = "text"
        attrs["inputmode"] = "decimal" if isinstance(bound.field, forms.DecimalField | forms.FloatField) else "numeric"
    if kind == "hidden":
        attrs = {}
    if described and kind != "hidden":
        attrs["aria-describedby"] = described
    for key in ("placeholder", "autofocus"):
        if options.get(key):
            attrs[key] = options[key]
    context["control"] = bound.as_widget(attrs=attrs)
    return context


def error_lines(form: BaseForm) -> list[dict[str, Any]]:
    """Every error of a form in reading order: the words with the field's label, and where a link to it goes."""
    lines: list[dict[str, Any]] = [{"text": text, "target": ""} for text in form.non_field_errors()]
    for name in form.errors:
        if name not in form.fields:
            continue
        bound = form[name]
        target = bound.auto_id if kind_of(bound.field.widget) in ("picks", "options", "group") else bound.id_for_label
        for text in bound.errors:
            words = (
                text
                if bound.field.widget.is_hidden
                else _("%(label)s: %(text)s") % {"label": bound.label, "text": text}
            )
            lines.append({"text": words, "target": "" if bound.field.widget.is_hidden else target})
    return lines
