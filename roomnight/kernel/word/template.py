"""Filling a Word template: merge fields, parts that depend on something, and rows that repeat (AGR-03).

The language of templates is a short list of forms, read by patterns. Nothing in it can look into an object, call anything or
reckon, so that there is nothing to break out of:

    {{ client_name }}   {{ line.rate }}   {{ client_bank|line }}        MERGEFIELD client_name
    {% if deposit %} … {% else %} … {% endif %}   {% if not deposit %}
    {% for line in rates %} … {% endfor %}

An `if` stands inside a paragraph, or around paragraphs or table rows with a paragraph or row to itself. A `for` stands around
paragraphs or table rows, or at the beginning of a row whose end has the `endfor`.
"""

from __future__ import annotations

import copy
import difflib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from roomnight.kernel.word.markup import W, instructions, local
from roomnight.kernel.word.package import Package, open_package, pack, refusal, root_of

MOST_TAGS: Final = 2_000
MOST_DEPTH: Final = 4
MOST_LEVELS: Final = 24
MOST_RUNS: Final = 2_000
MOST_ROWS: Final = 1_000
MOST_ELEMENTS: Final = 400_000
MOST_SIGNS: Final = 3_000_000
LONGEST_SECONDS: Final = 20.0
MOST_PROBLEMS: Final = 50
FILTERS: Final = {"line": "＿＿＿＿＿＿＿＿", "dash": "—"}
"""What an empty field shows with this filter: room to write by hand, or a dash."""
NUMBER: Final = "no"
"""The column that every list has: which row it is, from 1."""

_TAG: Final = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_NAME: Final = r"([^\W\d_]\w{0,39})"
_VALUE: Final = re.compile(rf"\{{\{{\s*{_NAME}(?:\s*\.\s*{_NAME})?\s*(?:\|\s*{_NAME}\s*)?\}}\}}")
_FOR: Final = re.compile(rf"\{{%\s*for\s+{_NAME}\s+in\s+{_NAME}\s*%\}}")
_IF: Final = re.compile(rf"\{{%\s*if\s+(not\s+)?{_NAME}(?:\s*\.\s*{_NAME})?\s*%\}}")
_WORD: Final = re.compile(r"\{%\s*(else|endif|endfor)\s*%\}")
_ROW_END: Final = re.compile(r"\{%\s*endfor\s*%\}\s*$")
_MERGE: Final = re.compile(rf'\s*MERGEFIELD\s+"?{_NAME}"?', re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Vocabulary:
    """What a template may name. Each of `fields`, `lists` and the columns of a list maps every spelling to the key that
    holds the value, so that a field can have a Chinese and an English name."""

    fields: Mapping[str, str]
    lists: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Values:
    """What a template is filled with: text by field, rows of text by list. A field that is missing is empty."""

    fields: Mapping[str, str]
    lists: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Something in a template that cannot be filled: what, what was written, and the paragraph where it stands."""

    code: str
    tag: str
    part: str
    paragraph: int
    beginning: str
    near: str = ""

    def __str__(self) -> str:
        return _("%(place)s: %(what)s") % {"place": self.place, "what": self.what}

    @property
    def place(self) -> str:
        named = {
            "header": _("header, paragraph %(n)d “%(text)s”"), "footer": _("footer, paragraph %(n)d “%(text)s”"),
            "notes": _("notes, paragraph %(n)d “%(text)s”"),
        }.get(self.part, _("paragraph %(n)d “%(text)s”"))  # fmt: skip
        return named % {"n": self.paragraph, "text": self.beginning}

    @property
    def what(self) -> str:
        said = {
            "unknown": _("there is no field “%(tag)s”"),
            "near": _("there is no field “%(tag)s”; perhaps “%(near)s” is meant"),
            "unknown_list": _("there is no list “%(tag)s”"),
            "form": _("“%(tag)s” is not among the forms that a template may use"),
            "open": _("a bracket of a field is not closed"),
            "no_end": _("“%(tag)s” has no end"),
            "no_begin": _("“%(tag)s” ends what was not begun"),
            "place": _("“%(tag)s” must stand in a paragraph or table row of its own"),
            "deep": _("“%(tag)s” stands inside too many others"),
            "merge": _("the merge field “%(tag)s” cannot be read: type {{ field }} instead"),
        }[self.code]  # fmt: skip
        return said % {"tag": self.tag, "near": self.near}


def check_template(data: bytes, vocabulary: Vocabulary) -> list[Problem]:
    """What in a template cannot be filled, in the order of the document. Refused is what is unsafe or broken, as by `open_package`."""
    package = open_package(data)
    problems: list[Problem] = []
    for name, part in _stories(package):
        filler = _Filler(vocabulary, None, part)
        filler.story(root_of(package, name))
        problems += filler.problems
    return problems[:MOST_PROBLEMS]


def fill_template(data: bytes, vocabulary: Vocabulary, values: Values) -> bytes:
    """The document. Refused: an unsafe file, a template with problems (`word.problems`), one that grows too long (`word.too_long`)."""
    package = open_package(data)
    changed = {}
    budget = _Budget()
    for name, part in _stories(package):
        root = root_of(package, name)
        filler = _Filler(vocabulary, values, part, budget)
        filler.story(root)
        if filler.problems:
            raise refusal("problems", "; ".join(str(one) for one in filler.problems[:3]))
        changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack(package, changed)


def _stories(package: Package) -> list[tuple[str, str]]:
    """The parts that hold text, and what a person calls them."""
    kinds = [("document.main", "document"), ("header", "header"), ("footer", "footer"), ("footnotes", "notes"),
             ("endnotes", "notes")]  # fmt: skip
    return [(name, word) for kind, word in kinds for name in package.named(kind)]


@dataclass
class _Budget:
    """How much a document may grow, and how long filling may take."""

    elements: int = MOST_ELEMENTS
    signs: int = MOST_SIGNS
    until: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)

    def take(self, *, elements: int = 0, signs: int = 0) -> None:
        self.elements -= elements
        self.signs -= signs
        if self.elements < 0 or self.signs < 0 or time.monotonic() > self.until:
            raise refusal("too_long", _("The document would get too long: the template repeats too much."))


@dataclass
class _Node:
    """An element as it stands; or what a tag encloses."""

    element: Any = None
    tag: str = ""
    place: Any = None
    body: list[_Node] = field(default_factory=list)
    other: list[_Node] = field(default_factory=list)
    in_other: bool = False

    @property
    def open_list(self) -> list[_Node]:
        return self.other if self.in_other else self.body


Scope = Mapping[str, tuple[str, Mapping[str, str]]]
"""What a name of a `for` stands for: the list, and the row that it is at."""


class _Filler:
    """Walks one part. With `values` it fills it; without, it only looks for problems, through both sides of every `if`."""

    def __init__(self, vocabulary: Vocabulary, values: Values | None, part: str, budget: _Budget | None = None) -> None:
        self.vocabulary, self.values, self.part = vocabulary, values, part
        self.budget = budget or _Budget()
        self.problems: list[Problem] = []
        self.tags = self.level = 0
        self.numbers: dict[Any, int] = {}

    def story(self, root: Any) -> None:
        for paragraph in root.iter(f"{W}p"):
            _plain_merge_fields(paragraph)
        paragraphs = list(root.iter(f"{W}p"))
        self.numbers = {paragraph: number for number, paragraph in enumerate(paragraphs, start=1)}
        for said in instructions(root):
            if said.strip().upper().startswith("MERGEFIELD"):
                self._problem("merge", " ".join(said.split())[:60], paragraphs[0] if paragraphs else None)
        bodies = list(root.iter(f"{W}body", f"{W}footnote", f"{W}endnote")) or [root]
        for body in bodies:
            self.fill(body, {}, 0)

    # ---- blocks: paragraphs, tables, rows

    def fill(self, container: Any, scope: Scope, depth: int) -> None:
        """Play what stands in a container: a body, a cell, a table, a text box."""
        self.level += 1
        if self.level > MOST_LEVELS:
            raise refusal("markup", _("Tables or text boxes of the template stand inside too many others."))
        children = list(container)
        made = self._play(self._nest(children), scope, depth)
        for child in children:
            container.remove(child)
        if local(container.tag) == "tc" and not any(local(one.tag) == "p" for one in made):
            made.append(etree.Element(f"{W}p"))
        container.extend(made)
        self.level -= 1

    def _nest(self, children: Sequence[Any]) -> list[_Node]:
        top = _Node()
        stack = [top]
        for child in children:
            tag = self._marker(child)
            row_tag = self._row_tag(child) if tag is None and child.tag == f"{W}tr" else None
            if row_tag is not None:
                stack[-1].open_list.append(_Node(tag=row_tag, place=child, body=[_Node(element=child)]))
            elif tag is None:
                stack[-1].open_list.append(_Node(element=child))
            elif (_FOR.fullmatch(tag) or _IF.fullmatch(tag)) and len(stack) > MOST_DEPTH:
                self._problem("deep", tag, child)
            elif _FOR.fullmatch(tag) or _IF.fullmatch(tag):
                node = _Node(tag=tag, place=child)
                stack[-1].open_list.append(node)
                stack.append(node)
            else:
                self._close(stack, tag, child)
        for node in stack[1:]:
            self._problem("no_end", node.tag, node.place)
        return top.body

    def _close(self, stack: list[_Node], tag: str, place: Any) -> None:
        found = _WORD.fullmatch(tag)
        if found is None:
            self._problem("form", tag, place)
            return
        is_for = bool(_FOR.fullmatch(stack[-1].tag))
        fits = {"else": not is_for and not stack[-1].in_other, "endif": not is_for, "endfor": is_for}[found[1]]
        if len(stack) == 1 or not fits:
            self._problem("no_begin", tag, place)
        elif found[1] == "else":
            stack[-1].in_other = True
        else:
            stack.pop()

    def _marker(self, element: Any) -> str | None:
        """The tag that a paragraph or table row consists of; None where there is more, or a section ends in it."""
        if element.tag not in (f"{W}p", f"{W}tr") or any(True for _one in element.iter(f"{W}sectPr", f"{W}drawing")):
            return None
        text = "".join(_text(one) for one in _paragraphs(element)).strip()
        return text if re.fullmatch(r"\{%[^{}]*%\}", text) else None

    def _row_tag(self, row: Any) -> str | None:
        """The `for` with which a row begins, where its `endfor` stands at the end of the row; both are taken out."""
        filled = [one for one in _paragraphs(row) if _text(one).strip()]
        if not filled:
            return None
        text, end = _text(filled[0]), _text(filled[-1])
        first, last = _FOR.match(text.lstrip()), _ROW_END.search(end)
        if first is None or last is None:
            return None
        _cut(filled[-1], last.start(), last.end())
        begin = len(text) - len(text.lstrip())
        _cut(filled[0], begin, begin + len(first[0]))
        return first[0]

    def _play(self, nodes: Sequence[_Node], scope: Scope, depth: int) -> list[Any]:
        made: list[Any] = []
        for node in nodes:
            if node.element is not None:
                self._element(node.element, scope, depth)
                made.append(node.element)
            elif _FOR.fullmatch(node.tag):
                made += self._loop(node, scope, depth + 1)
            elif depth >= MOST_DEPTH:
                self._problem("deep", node.tag, node.place)
            else:
                self._count()
                is_true = self._condition(node.tag, scope, node.place)
                if self.values is None:
                    self._play([*node.body, *node.other], scope, depth + 1)
                else:
                    made += self._play(node.body if is_true else node.other, scope, depth + 1)
        return made

    def _loop(self, node: _Node, scope: Scope, depth: int) -> list[Any]:
        found = _FOR.fullmatch(node.tag)
        assert found is not None
        self._count()
        name, key = found[1], self.vocabulary.lists.get(found[2])
        if key is None:
            self._problem("unknown_list", found[2], node.place)
            return []
        if depth > MOST_DEPTH:
            self._problem("deep", node.tag, node.place)
            return []
        if self.values is None:
            return self._play(node.body, {**scope, name: (key, {})}, depth)
        made: list[Any] = []
        for number, row in enumerate(self.values.lists.get(key, ()), start=1):
            if number > MOST_ROWS:
                self.budget.take(elements=MOST_ELEMENTS + 1)
            here = {**scope, name: (key, {**row, NUMBER: str(number)})}
            made += self._play([self._copy(one) for one in node.body], here, depth)
        return made

    def _copy(self, node: _Node) -> _Node:
        if node.element is None:
            return _Node(
                tag=node.tag, place=node.place, body=[self._copy(one) for one in node.body],
                other=[self._copy(one) for one in node.other],
            )  # fmt: skip
        self.budget.take(elements=sum(1 for _one in node.element.iter()))
        return _Node(element=copy.deepcopy(node.element))

    def _element(self, element: Any, scope: Scope, depth: int) -> None:
        if element.tag == f"{W}p":
            self._paragraph(element, scope)
            for box in _boxes(element):
                self.fill(box, scope, depth)
        elif element.find(f".//{W}p") is not None:
            self.fill(element, scope, depth)

    def _count(self) -> None:
        self.tags += 1
        if self.values is None and self.tags > MOST_TAGS:
            raise refusal("markup", _("The template has more fields than any agreement needs."))

    # ---- inside a paragraph

    def _paragraph(self, paragraph: Any, scope: Scope) -> None:
        """Put the values into the runs where their tags begin; a tag may be spread over several runs."""
        runs, text = _runs(paragraph)
        if len(runs) > MOST_RUNS:
            raise refusal("markup", _("A paragraph of the template consists of too many pieces."))
        if "{" not in text and "}" not in text:
            return
        out: list[list[str]] = [[] for _run in runs]
        shown: list[tuple[str, bool, bool]] = []
        at = 0
        for found in [*_TAG.finditer(text), None]:
            until = found.start() if found else len(text)
            if all(is_shown for _tag, is_shown, _else in shown):
                _keep(runs, text, at, until, out)
            if "{{" in text[at:until] or "}}" in text[at:until] or "{%" in text[at:until] or "%}" in text[at:until]:
                self._problem("open", "", paragraph)
            if found is None:
                break
            at = found.end()
            self._count()
            value = self._inline(found[0], scope, shown, paragraph)
            if value and all(is_shown for _tag, is_shown, _else in shown):
                self.budget.take(signs=len(value))
                out[_run_at(runs, found.start())].append(value)
        for tag, _is_shown, _else in shown:
            self._problem("no_end", tag, paragraph)
        if self.values is not None:
            for (run, _start, _end), pieces in zip(runs, out, strict=True):
                _write(run, "".join(pieces))

    def _inline(self, tag: str, scope: Scope, shown: list[tuple[str, bool, bool]], place: Any) -> str:
        """The text for a tag inside a paragraph; for an `if`, what follows is shown or not."""
        if _VALUE.fullmatch(tag):
            return self._value(tag, scope, place)
        if _IF.fullmatch(tag):
            shown.append((tag, self._condition(tag, scope, place), False))
            if len(shown) > MOST_DEPTH:
                self._problem("deep", tag, place)
            return ""
        found = _WORD.fullmatch(tag)
        if _FOR.fullmatch(tag) or (found and found[1] == "endfor"):
            self._problem("place", tag, place)
        elif found is None:
            self._problem("form", tag, place)
        elif not shown or (found[1] == "else" and shown[-1][2]):
            self._problem("no_begin", tag, place)
        else:
            before, was_shown, _else = shown.pop()
            if found[1] == "else":
                shown.append((before, not was_shown, True))
        return ""

    def _value(self, tag: str, scope: Scope, place: Any) -> str:
        found = _VALUE.fullmatch(tag)
        assert found is not None
        if found[3] and found[3] not in FILTERS:
            self._problem("form", tag, place)
            return ""
        text = self._look_up(found[1], found[2], scope, place)
        return _UNPRINTABLE.sub("", text) or FILTERS.get(found[3] or "", "")

    def _condition(self, tag: str, scope: Scope, place: Any) -> bool:
        found = _IF.fullmatch(tag)
        assert found is not None
        key = self.vocabulary.lists.get(found[2]) if found[3] is None else None
        if key is not None:
            is_true = bool(self.values and self.values.lists.get(key))
        else:
            is_true = bool(self._look_up(found[2], found[3], scope, place).strip())
        return is_true != bool(found[1])

    def _look_up(self, name: str, column: str | None, scope: Scope, place: Any) -> str:
        if column is None:
            key = self.vocabulary.fields.get(name)
            if key is None:
                self._unknown(name, self.vocabulary.fields, place)
                return ""
            return self.values.fields.get(key, "") if self.values else ""
        if name not in scope:
            self._unknown(f"{name}.{column}", {}, place)
            return ""
        of, row = scope[name]
        columns = {**self.vocabulary.columns.get(of, {}), NUMBER: NUMBER}
        if column not in columns:
            self._unknown(f"{name}.{column}", {f"{name}.{one}": "" for one in columns}, place)
            return ""
        return row.get(columns[column], "")

    def _unknown(self, tag: str, known: Mapping[str, str], place: Any) -> None:
        near = difflib.get_close_matches(tag, list(known), n=1, cutoff=0.7)
        self._problem("near" if near else "unknown", tag, place, near[0] if near else "")

    def _problem(self, code: str, tag: str, place: Any, near: str = "") -> None:
        paragraph = next(iter(_paragraphs(place)), None) if place is not None else None
        beginning = _text(paragraph).strip() if paragraph is not None else ""
        shown = beginning if len(beginning) <= 24 else f"{beginning[:23]}…"  # noqa: PLR2004
        number = self.numbers.get(paragraph, 0) if paragraph is not None else 0
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, tag[:60], self.part, number, shown, near))


# ---- runs

Run = tuple[Any, int, int]


def _paragraphs(element: Any) -> list[Any]:
    """The paragraphs of an element, itself among them; not those of text boxes inside paragraphs."""
    return [one for one in element.iter(f"{W}p") if not any(up.tag == f"{W}p" for up in one.iterancestors())]


def _boxes(paragraph: Any) -> list[Any]:
    """The text boxes that hang on a paragraph, without those inside others."""
    found = []
    for box in paragraph.iter(f"{W}txbxContent"):
        outer = next(up for up in box.iterancestors(f"{W}p"))
        if outer is paragraph:
            found.append(box)
    return found


def _runs(paragraph: Any) -> tuple[list[Run], str]:
    """The pieces of text of a paragraph with where each begins and ends, and the whole; a tab or break parts them."""
    runs: list[Run] = []
    pieces: list[str] = []
    at = 0
    stack = list(reversed(paragraph))
    while stack:
        one = stack.pop()
        word = local(one.tag)
        if word == "t" and one.tag == f"{W}t":
            text = one.text or ""
            runs.append((one, at, at + len(text)))
            pieces.append(text)
            at += len(text)
        elif one.tag in (f"{W}tab", f"{W}br", f"{W}cr") and one.getparent().tag == f"{W}r":
            pieces.append("\n")
            at += 1
        elif word not in ("txbxContent", "pPr", "rPr", "del"):
            stack += reversed(one)
    return runs, "".join(pieces)


def _text(paragraph: Any) -> str:
    return _runs(paragraph)[1]


def _run_at(runs: Sequence[Run], at: int) -> int:
    return next(place for place, (_run, start, end) in enumerate(runs) if start <= at < end)


def _keep(runs: Sequence[Run], text: str, start: int, end: int, out: list[list[str]]) -> None:
    for place, (_run, first, last) in enumerate(runs):
        piece = text[max(first, start) : min(last, end)]
        if first < end and last > start and piece:
            out[place].append(piece)


def _write(run: Any, text: str) -> None:
    """Set a piece of text; its lines are parted by breaks."""
    lines = text.split("\n")
    run.text = lines[0]
    run.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for line in reversed(lines[1:]):
        more = etree.Element(f"{W}t")
        more.text = line
        more.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.addnext(more)
        run.addnext(etree.Element(f"{W}br"))


def _cut(paragraph: Any, start: int, end: int) -> None:
    """Take signs out of a paragraph."""
    runs, text = _runs(paragraph)
    for run, first, last in runs:
        if first < end and last > start:
            run.text = text[first : max(first, start)] + text[min(last, end) : last]


def _plain_merge_fields(paragraph: Any) -> None:
    """Word's own merge fields, written as `{{ field }}`; those that do not stand plainly in one paragraph are left."""
    for simple in list(paragraph.iter(f"{W}fldSimple")):
        found = _MERGE.match(simple.get(f"{W}instr", ""))
        if found is not None:
            _as_tag(list(simple.iter(f"{W}r")), found[1])
            for run in list(simple):
                simple.addprevious(run)
            simple.getparent().remove(simple)
    open_runs: list[Any] = []
    depth = 0
    for run in [one for one in paragraph if one.tag == f"{W}r"]:
        mark = run.find(f"{W}fldChar")
        kind = mark.get(f"{W}fldCharType") if mark is not None else ""
        depth += {"begin": 1, "end": -1}.get(kind, 0)
        if depth or kind == "end":
            open_runs.append(run)
        if kind == "end" and depth == 0:
            found = _MERGE.match("".join(one.text or "" for part in open_runs for one in part.iter(f"{W}instrText")))
            if found is not None:
                _as_tag(open_runs, found[1])
            open_runs = []


def _as_tag(runs: Sequence[Any], name: str) -> None:
    """The runs of one merge field become a single run with its tag, in the looks of its shown text."""
    if not runs:
        return
    kept = next((one for one in runs if one.find(f"{W}t") is not None), runs[0])
    for child in list(kept):
        if child.tag != f"{W}rPr":
            kept.remove(child)
    text = etree.SubElement(kept, f"{W}t")
    text.text = f"{{{{ {name} }}}}"
    for one in runs:
        if one is not kept:
            one.getparent().remove(one)


__all__ = ["FILTERS", "NUMBER", "Problem", "Values", "Vocabulary", "check_template", "fill_template"]
