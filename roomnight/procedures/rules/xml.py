"""Reading XML that a stranger may have written: bounded in size, depth and count, no document types, no entities (PRC-07)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

LARGEST = 2_000_000  # bytes
DEEPEST = 60
MOST_ELEMENTS = 30_000


class Unreadable(ValueError):
    """A file that is not taken further: `reason` is a key of chart.REASONS, with the line where reading stopped."""

    def __init__(self, reason: str, line: int = 1, **values: object) -> None:
        super().__init__(reason, line)
        self.reason, self.line, self.values = reason, line, values


@dataclass
class Node:
    """One element: its namespace and name, its attributes (those of other namespaces as "{namespace}name"), where it stands."""

    space: str
    name: str
    line: int
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text right inside it."""
        return "".join(self.texts).strip()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def all(self, *names: str, space: str | None = None) -> list[Node]:
        """The children of these names; in the element's own namespace where none is given."""
        wanted = self.space if space is None else space
        return [child for child in self.children if child.space == wanted and child.name in names]

    def one(self, name: str, space: str | None = None) -> Node | None:
        return next(iter(self.all(name, space=space)), None)

    def walk(self) -> Iterator[Node]:
        """It and everything inside, in the order of the file."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class _Builder:
    """Puts the tree together while expat reads; refuses what could grow beyond bounds."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0

    def doctype(self, *_given: object) -> None:
        raise Unreadable("doctype", self.parser.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise Unreadable("too_many", line, most=MOST_ELEMENTS)
        if len(self.open) >= DEEPEST:
            raise Unreadable("too_deep", line, deepest=DEEPEST)
        space, _blank, name = tag.rpartition(" ")
        known = {self._key(key): value for key, value in attributes.items()}
        node = Node(space, name, line, known, self.open[-1] if self.open else None)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    @staticmethod
    def _key(key: str) -> str:
        space, _blank, name = key.rpartition(" ")
        return f"{{{space}}}{name}" if space else name

    def end(self, _tag: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        if self.open:
            self.open[-1].texts.append(text)


def parse(source: bytes) -> Node:
    """The tree of a file. Raises Unreadable with the reason and the line."""
    if len(source) > LARGEST:
        raise Unreadable("too_large", most=LARGEST)
    builder = _Builder()
    try:
        builder.parser.Parse(source, True)
    except expat.ExpatError as error:
        raise Unreadable("not_xml", error.lineno, why=expat.ErrorString(error.code)) from error
    except (ValueError, LookupError, UnicodeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("not_xml", builder.parser.CurrentLineNumber, why=str(error)) from error
    if builder.root is None:
        raise Unreadable("not_xml", why="no element found")
    return builder.root
