"""Long texts with headings, lists and tables, written in Markdown and shown without trusting them (SEC-05).

Nothing a person typed becomes a tag: HTML is not understood, pictures are not shown, links go to the web, to mail or within
the product. What comes out is read once more, and shown as plain text should anything be in it that is not on the list.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS: Final = frozenset(
    {"p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a", "table",
     "thead", "tbody", "tr", "th", "td"}
)  # fmt: skip
ATTRIBUTES: Final = {"a": {"href", "title", "rel"}, "ol": {"start"}, "code": {"class"}}
GOES_TO: Final = re.compile(r"(?:https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
DEEPER: Final = 2  # a page has its own first two headings

_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
_reader.disable(["image", "html_block", "html_inline"])
_reader.validateLink = lambda url: bool(GOES_TO.match(url.strip()))  # type: ignore[method-assign]


def rendered(text: str) -> SafeString:
    """The text as HTML of a few harmless tags."""
    tokens = _reader.parse(text)
    for token in tokens:
        _tame(token)
    html = str(_reader.renderer.render(tokens, _reader.options, {}))
    return SafeString(html) if _is_harmless(html) else SafeString(f"<pre>{escape(text)}</pre>")


def _tame(token: Token) -> None:
    """Headings below the page's own; no styles; links that tell the other side nothing."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(max(int(token.tag[1]) + 1, DEEPER + 1), 6)}"
    token.attrs = {name: value for name, value in token.attrs.items() if name in ("href", "title", "start")}
    if token.type == "link_open":
        token.attrs["rel"] = "noopener noreferrer nofollow"
    token.info = ""
    for child in token.children or []:
        _tame(child)


class _Looking(HTMLParser):
    """Notes whether anything is there that should not be."""

    is_harmless = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name for name, _value in attrs} <= ATTRIBUTES.get(tag, set())
        leads = all(GOES_TO.match((value or "").strip()) for name, value in attrs if name == "href")
        if tag not in TAGS or not known or not leads:
            self.is_harmless = False

    def handle_comment(self, data: str) -> None:
        self.is_harmless = False

    def handle_decl(self, decl: str) -> None:
        self.is_harmless = False

    def handle_pi(self, data: str) -> None:
        self.is_harmless = False


def _is_harmless(html: str) -> bool:
    looking = _Looking()
    looking.feed(html)
    looking.close()
    return looking.is_harmless


def plain_parts(text: str) -> list[tuple[str, str]]:
    """The text for paper: (heading, sentences) pairs, list items with their number or a dot, one a line."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    lists: list[int | None] = []
    mark = ""
    in_heading = False
    for token in _reader.parse(text):
        if token.type == "heading_open":
            in_heading = True
        elif token.type == "heading_close":
            in_heading = False
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(int(str(token.attrs.get("start", 1))) if token.type.startswith("ordered") else None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            mark = "· " if number is None else f"{number}. "
            lists[-1] = None if number is None else number + 1
        elif token.type in ("inline", "fence", "code_block"):
            words = _words(token)
            if in_heading:
                parts.append((words, []))
            else:
                parts[-1][1].append("    " * max(len(lists) - 1, 0) + mark + words)
            mark = ""
    return [(title, "\n".join(lines)) for title, lines in parts if title or lines]


def _words(token: Token) -> str:
    """The bare words of a paragraph."""
    if token.type != "inline":
        return token.content.rstrip("\n")
    return "".join("\n" if one.type in ("softbreak", "hardbreak") else one.content for one in token.children or [])
