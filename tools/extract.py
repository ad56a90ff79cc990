"""Finds every sentence that the product asks to be translated, exactly as Django looks it up at run time."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import unescape_string_literal
from django.utils.translation import trim_whitespace

# Where a function of django.utils.translation takes its context, its sentence and its plural.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
STRING = r"""(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')"""
MARKED = re.compile(rf"(?<!\w)_\(({STRING})\)", re.DOTALL)
LITERAL = re.compile(rf"({STRING})(?=$|\|)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Message:
    """A sentence; `plural` is empty for one that does not count, `context` for one that needs no distinction."""

    text: str
    context: str = ""
    plural: str = ""


@dataclass(frozen=True, order=True)
class Found:
    """A message and where it stands, as `path:line`."""

    message: Message
    place: str


class NotExtractable(Exception):
    """A sentence is marked for translation in a way that nobody can look up; the text says where and why."""


def in_python(source: str, name: str) -> Iterator[Found]:
    """The messages of a Python module. A variable is passed over: its value was marked where it was written."""
    tree = ast.parse(source, name)
    aliases = {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        positions = FUNCTIONS.get(aliases.get(called, called))
        if positions is None:
            continue
        place = f"{name}:{node.lineno}"
        context, text, plural = (_argument(node, position, place) for position in positions)
        if text:
            yield Found(Message(text, context or "", plural or ""), place)


def _argument(call: ast.Call, position: int | None, place: str) -> str | None:
    """The literal at a position of a call; nothing for a variable or where there is no such argument."""
    if position is None or position >= len(call.args):
        return None
    value = call.args[position]
    if isinstance(value, ast.JoinedStr | ast.BinOp):
        raise NotExtractable(f"{place}: a sentence for translation must be one literal with %(name)s in it")
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def in_template(source: str, name: str) -> Iterator[Found]:
    """The messages of a Django template: translate, blocktranslate, and `_("…")` in any tag or variable."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        place = f"{name}:{token.lineno}"
        tag = token.contents.split(maxsplit=1)[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if tag == "comment":
            _skip_comment(tokens)
            continue
        for literal in MARKED.findall(token.contents):
            yield Found(Message(_looked_up(literal)), place)
        if tag in {"translate", "trans"}:
            if message := _translate(token.split_contents(), place):
                yield Found(message, place)
        elif tag in {"blocktranslate", "blocktrans"}:
            yield Found(_blocktranslate(token.split_contents(), tokens, tag, place), place)


def _looked_up(literal: str) -> str:
    """Django doubles the percent signs of a literal in a template before it looks it up."""
    return unescape_string_literal(literal).replace("%", "%%")


def _skip_comment(tokens: Iterator[Token]) -> None:
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.split()[:1] == ["endcomment"]:
            return


def _translate(words: list[str], place: str) -> Message | None:
    """`{% translate "…" context "…" %}`; nothing for a variable, whose value was marked where it was written."""
    literal = LITERAL.match(words[1]) if len(words) > 1 else None
    return Message(_looked_up(literal[1]), _context(words[2:], place)) if literal else None


def _context(words: list[str], place: str) -> str:
    if "context" not in words:
        return ""
    literal = LITERAL.match((words[words.index("context") + 1 :] or [""])[0])
    if not literal:
        raise NotExtractable(f"{place}: the context of a translation must be a literal")
    return unescape_string_literal(literal[1])


def _blocktranslate(words: list[str], tokens: Iterator[Token], tag: str, place: str) -> Message:
    """Everything up to the end tag; `{{ name }}` is looked up as `%(name)s`."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
        elif token.token_type == TokenType.VAR:
            if not token.contents.isidentifier():
                raise NotExtractable(
                    f"{place}: name {{{{ {token.contents} }}}} in the tag: with short={token.contents}"
                )
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.BLOCK and token.contents.strip() == "plural":
            parts.append([])
        elif token.token_type == TokenType.BLOCK and token.contents.strip() == f"end{tag}":
            break
        elif token.token_type == TokenType.BLOCK:
            raise NotExtractable(f"{place}: {{% {token.contents} %}} cannot stand inside {tag}")
    else:
        raise NotExtractable(f"{place}: {tag} does not end")
    texts = ["".join(part) for part in parts]
    if "trimmed" in words:
        texts = [trim_whitespace(text) for text in texts]
    return Message(texts[0], _context(words[1:], place), texts[1] if len(texts) > 1 else "")


def in_app(app: Path, root: Path) -> list[Found]:
    """Every message of an app's modules and templates, in the order of their files; tests and migrations apart."""
    found: list[Found] = []
    for path in sorted(app.rglob("*")):
        parts = path.relative_to(app).parts
        if not path.is_file() or {"tests", "migrations", "static"} & set(parts):
            continue
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            found.extend(in_python(path.read_text(encoding="utf-8"), name))
        elif "templates" in parts[:-1]:
            found.extend(in_template(path.read_text(encoding="utf-8"), name))
    return found
