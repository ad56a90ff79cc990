"""Policy values for people: how they are read, and the control each is typed into.

A value keeps one spelling for forms, its text as JSON where it is a table; the controls here take that text apart and
put it together again, so that nobody has to write brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext, pgettext

from roomnight.kernel.policy import Policy, plain
from roomnight.ui.policy_tables import TableField, TableInput, table_in_order, table_in_words
from roomnight.ui.widgets import ClockInput, PickMany, WholeNumber

THING = ("key", "zh", "en")
BESIDE = "|"
"""Between the Chinese and the English name of a thing, in a list that has one a line."""


def in_words(policy: Policy[Any], value: Any) -> str:
    """A value as people say it: a table as its pairs, a list as its names, a dash for none."""
    if policy.columns:
        return table_in_words(policy, value)
    if isinstance(value, dict):
        named = value.get("en" if get_language() == "en" else "zh")
        pairs = (f"{policy.words.get(key, key)} {in_words(policy, one)}" for key, one in value.items())
        return str(named) if named else _listed(pairs)
    if isinstance(value, list):
        return _listed(in_words(policy, one) for one in value)
    if value is None or value == "":
        return "–"
    if policy.kind == "time":
        return str(plain(value))[:5]
    return str(policy.words.get(value, value))


def _listed(words: Iterable[str]) -> str:
    return pgettext("between items of a list", ", ").join(words) or "–"


def as_typed(policy: Policy[Any], value: Any) -> str:
    """A value as it stands in a form."""
    if value is None:
        return ""
    if policy.kind == "time":
        return str(plain(value))[:5]
    return json.dumps(_in_order(policy, value), ensure_ascii=False) if policy.kind == "table" else str(plain(value))


def _in_order(policy: Policy[Any], value: Any) -> Any:
    """A table in the order of its policy, whatever order the database gives back: what is equal reads equal."""
    if policy.columns:
        return table_in_order(policy, value)
    order = list(policy.words if isinstance(value, list) else policy.default)
    if isinstance(value, dict):
        return {
            key: value[key]
            for key in sorted(value, key=lambda key: (key not in order, order.index(key) if key in order else 0))
        }
    if isinstance(value, list) and order:
        return sorted(value, key=lambda one: (one not in order, order.index(one) if one in order else 0))
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return [{key: one[key] for key in (*THING, *one) if key in one} for one in value]
    return value


def control(policy: Policy[Any]) -> forms.Widget:
    """What a value of this policy is typed into; a table of no simple shape into its text."""
    if policy.columns:
        return TableInput(policy)
    default = policy.default
    if isinstance(default, dict) and all(isinstance(one, int) for one in default.values()):
        return FigureTable(policy)
    if (
        isinstance(default, dict)
        and set(default) == {"zh", "en"}
        and all(isinstance(one, str) for one in default.values())
    ):
        return BothLanguages(policy)
    if isinstance(default, list) and policy.words:
        return PickedList(policy)
    if (
        isinstance(default, list)
        and default
        and all(isinstance(one, dict) and set(one) == set(THING) for one in default)
    ):
        return NamedLines(policy)
    if policy.kind == "table":
        return forms.Textarea({"rows": 3, "spellcheck": "false"})
    if policy.words:
        return ChosenText(choices=list(policy.words.items()))
    if policy.kind in ("whole", "days", "minutes", "money", "percent"):
        return WholeNumber({"step": "any"} if policy.kind in ("money", "percent") else None)
    return ClockInput() if policy.kind == "time" else forms.TextInput()


def field(policy: Policy[Any], *, longest: int = 4000, **more: Any) -> forms.CharField:
    """The field of a form in which a value of this policy is typed; a table of rows is looked through cell by cell."""
    if policy.columns:
        return TableField(policy, **more)
    return forms.CharField(max_length=longest, widget=control(policy), **more)


def _read(text: Any) -> Any:
    """What a text of ours holds; None for one that is none of ours."""
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


class ChosenText(forms.Select):
    """One of the texts that the policy names; another that stands already stays to be seen."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        known = [key for key, _label in self.choices]
        if value not in (None, "", *known):
            self.choices = [*self.choices, (value, value)]
        return super().get_context(name, value, attrs)


class FigureTable(forms.Widget):
    """Figures by name: one line each, as many as the policy has."""

    template_name = "ui/widgets/figures.html"
    is_group = True

    def __init__(self, policy: Policy[Any]) -> None:
        super().__init__()
        self.policy = policy

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        now = _read(value)
        figures = now if isinstance(now, dict) else {}
        context["lines"] = [
            {"key": key, "label": self.policy.words.get(key, key), "value": figures.get(key, "")}
            for key in self.policy.default
        ]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        if name in data:
            return str(data[name])
        typed = {key: str(data.get(f"{name}.{key}", "")).strip() for key in self.policy.default}
        if not any(typed.values()):
            return ""
        figures = {key: int(one) if re.fullmatch(r"-?\d{1,9}", one) else one for key, one in typed.items()}
        return json.dumps(figures, ensure_ascii=False)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}.{key}" in data for key in self.policy.default)

    def id_for_label(self, id_: str) -> str:
        return id_


class BothLanguages(FigureTable):
    """A sentence in Chinese and in English, a line each."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        words = {"zh": gettext("Chinese"), "en": gettext("English")}
        context["are_words"] = True
        context["lines"] = [{**line, "label": words[line["key"]]} for line in context["lines"]]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        if name in data:
            return str(data[name])
        typed = {key: str(data.get(f"{name}.{key}", "")).strip() for key in self.policy.default}
        return json.dumps(typed, ensure_ascii=False) if any(typed.values()) else ""


class PickedList(PickMany):
    """Some of the names that the policy knows, and those it has beside them."""

    def __init__(self, policy: Policy[Any]) -> None:
        super().__init__(choices=[(str(key), label) for key, label in policy.words.items()])
        self.policy = policy

    def offer(self, more: Mapping[str, Any]) -> None:
        """Names that this place has beside those of the policy."""
        self.choices = [*self.choices, *((key, label) for key, label in more.items() if key not in dict(self.choices))]

    def format_value(self, value: Any) -> list[str]:
        read = _read(value)
        chosen = [str(one) for one in read] if isinstance(read, list) else []
        self.offer({one: one for one in chosen})
        return chosen

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        sent = data.getlist(name) if isinstance(data, MultiValueDict) else [data[name]] if name in data else []
        if len(sent) == 1 and isinstance(_read(sent[0]), list):
            return str(sent[0])
        known = {str(key): key for key in self.policy.words}
        if not sent:
            return ""
        return json.dumps([known.get(one, one) for one in sent], ensure_ascii=False)


class NamedLines(forms.Textarea):
    """Things with a Chinese and an English name, one a line: 名片 | Business cards."""

    def __init__(self, policy: Policy[Any]) -> None:
        super().__init__({"rows": len(policy.default) + 1})
        self.policy = policy

    def format_value(self, value: Any) -> str | None:
        things = _read(value)
        if not isinstance(things, list):
            return None if value is None else str(value)
        return "\n".join(f"{one.get('zh', '')} {BESIDE} {one.get('en', '')}" for one in things if isinstance(one, dict))

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        sent: str | None = super().value_from_datadict(data, files, name)
        if sent is None or isinstance(_read(sent), list):
            return sent
        lines = [[part.strip() for part in line.split(BESIDE, 1)] for line in sent.splitlines() if line.strip()]
        return json.dumps([self._thing(*line) for line in lines], ensure_ascii=False) if lines else ""

    def _thing(self, zh: str, en: str = "") -> dict[str, str]:
        """A line as the policy keeps it: a thing it ships keeps its key, a new one is known by its name."""
        shipped = {one[part]: one["key"] for one in self.policy.default for part in ("zh", "en")}
        spelled = re.sub(r"[^a-z0-9]+", "_", en.lower()).strip("_")[:40]
        key = shipped.get(zh) or shipped.get(en) or spelled or f"item_{crc32(zh.encode()):08x}"
        return {"key": key, "zh": zh or en, "en": en or zh}
