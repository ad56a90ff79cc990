"""A page as a careful reader of its HTML sees it: language, title, headings, controls and their labels, words."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "template", "title", "head", "svg"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


class Element:
    """One element: its tag, attributes, parent, and the text right inside it."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.texts: list[str] = []
        self.children: list[Element] = []

    def ancestors(self) -> list[Element]:
        found, one = [], self.parent
        while one is not None:
            found.append(one)
            one = one.parent
        return found

    def words(self) -> str:
        """All text in it, and what stands for text: aria-label, alt, title."""
        own = [*self.texts, *(self.attributes.get(name, "") for name in ("aria-label", "alt", "title"))]
        return " ".join([*own, *(child.words() for child in self.children)]).strip()

    def is_foreign(self) -> bool:
        """A word of another language, of a machine, or out of somebody's file."""
        other = "lang" in self.attributes and self.tag != "html"
        return other or self.attributes.get("translate") == "no" or self.tag in {"code", "kbd", "pre", "samp"}

    def is_seen(self) -> bool:
        chain = [self, *self.ancestors()]
        return not any(one.tag in UNSEEN or "hidden" in one.attributes for one in chain)


class Html(HTMLParser):
    """A parsed page or piece of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.unclosed: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1] if self.open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent)
        self.elements.append(element)
        if parent is not None:
            parent.children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1].tag != tag:
            self.unclosed.append(f"</{tag}> closes {self.open[-1].tag if self.open else 'nothing'}")
            while self.open and self.open[-1].tag != tag:
                self.open.pop()
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.open[-1].texts.append(data.strip())

    def all(self, tag: str) -> list[Element]:
        return [one for one in self.elements if one.tag == tag]

    def is_whole_page(self) -> bool:
        return bool(self.all("html"))

    def words_in_its_language(self) -> list[str]:
        """Every piece of text that is shown or read out, but what says of itself that it is no word of this language."""
        found = []
        for one in self.elements:
            if not any(part.tag in UNSEEN or part.is_foreign() for part in [one, *one.ancestors()]):
                found += one.texts
                found += [
                    one.attributes[name]
                    for name in ("aria-label", "placeholder", "alt", "title")
                    if name in one.attributes
                ]
        return [text.strip() for text in found if text.strip()]


def problems(page: Html) -> list[str]:
    """What keeps a page from being read by everybody, one line each."""
    found = [*page.unclosed, *doubled_ids(page), *unlabelled(page), *nameless(page)]
    if page.is_whole_page():
        html = page.all("html")[0]
        headings = [one for one in page.all("h1") if one.is_seen()]
        if not html.attributes.get("lang"):
            found.append("the page does not say its language")
        if not [one for one in page.all("title") if one.texts and "head" in {part.tag for part in one.ancestors()}]:
            found.append("the page has no title")
        if len(headings) != 1 or not headings[0].words():
            found.append(f"the page has {len(headings)} first headings")
    return found


def doubled_ids(page: Html) -> list[str]:
    ids = [one.attributes["id"] for one in page.elements if one.attributes.get("id")]
    return [f'id "{name}" is there {ids.count(name)} times' for name in sorted(set(ids)) if ids.count(name) > 1]


def unlabelled(page: Html) -> list[str]:
    """Controls that nothing names; aria-labelledby must point at something that is there."""
    ids = {one.attributes["id"] for one in page.elements if "id" in one.attributes}
    labelled = {one.attributes.get("for") for one in page.all("label") if one.words()}
    found = []
    for one in page.elements:
        if one.tag not in {"input", "select", "textarea"} or one.attributes.get("type", "") in NEEDS_NO_LABEL:
            continue
        wrapped = any(part.tag == "label" and part.words() for part in one.ancestors())
        points = one.attributes.get("aria-labelledby", "").split()
        named = one.attributes.get("aria-label") or (points and set(points) <= ids)
        if not (wrapped or named or one.attributes.get("id") in labelled):
            found.append(f"no label: <{one.tag} name={one.attributes.get('name')}>")
    return found


def nameless(page: Html) -> list[str]:
    """Links and buttons without a word, pictures without a description."""
    found = []
    for one in page.elements:
        if one.tag in {"a", "button"} and not one.words() and "aria-labelledby" not in one.attributes:
            found.append(f"no words in <{one.tag} class={one.attributes.get('class')}>")
        if one.tag == "img" and "alt" not in one.attributes:
            found.append(f"no description of {one.attributes.get('src')}")
        if one.tag == "a" and not one.attributes.get("href"):
            found.append(f"a link that leads nowhere: {one.words()}")
    return found
