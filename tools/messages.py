"""Translations without GNU gettext: `python -m tools.messages compile | update | check`.

compile  every .po beside its app becomes the .mo that Django reads
update   bring the .po files in line with the sources: new sentences come in empty, unused ones go
check    fail, and say why, unless every sentence is in Chinese, once, with the same variables in it

A sentence belongs to the lowest floor that uses it, so that it is translated once. English is the source.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.extract import Found, Message, NotExtractable, in_app, in_python

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
METADATA = {
    "Language": LOCALE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
POSITIONAL = re.compile(r"%(?:%|[-#0 +]*\d*(?:\.\d+)?[a-zA-Z])")
BRACES = re.compile(r"\{\w*\}")


def floors(root: Path) -> list[str]:
    """The apps from the lowest floor to the highest, as settings.py names them."""
    for node in ast.parse((root / "roomnight" / "settings.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "FLOORS":
            return [str(floor) for floor in ast.literal_eval(node.value)]
    raise SystemExit("roomnight/settings.py names no FLOORS")


def po_path(root: Path, app: str) -> Path:
    return root / "roomnight" / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def read(path: Path) -> dict[tuple[str, str], polib.POEntry]:
    """The entries of a .po file by context and text; of two alike the one still in use; none where there is no file."""
    if not path.exists():
        return {}
    entries = sorted(polib.pofile(str(path), encoding="utf-8"), key=lambda entry: not entry.obsolete)
    return {(entry.msgctxt or "", entry.msgid): entry for entry in entries}


def wanted(root: Path) -> dict[str, dict[tuple[str, str], Found]]:
    """What each app's .po must hold: the sentences of its sources that no lower floor uses already."""
    taken: dict[tuple[str, str], Found] = {}
    result: dict[str, dict[tuple[str, str], Found]] = {}
    top = [
        found
        for path in sorted((root / "roomnight").glob("*.py"))
        for found in in_python(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    ]
    for app in floors(root):
        folder = root / "roomnight" / app
        mine = result.setdefault(app, {})
        for found in [*top, *(in_app(folder, root) if folder.is_dir() else [])]:
            key = (found.message.context, found.message.text)
            if key not in taken:
                taken[key] = mine[key] = found
            elif found.message.plural and not taken[key].message.plural:  # a counted use serves the plain one too
                owner = next(entries for entries in result.values() if key in entries)
                taken[key] = owner[key] = found
        top = []  # what stands outside the apps belongs to the lowest floor
    return result


def compile_all(root: Path) -> None:
    """Write the .mo beside each .po; whole or not at all, as a running server may be reading it."""
    for path in sorted(root.glob("roomnight/*/locale/*/LC_MESSAGES/*.po")):
        half = path.with_suffix(".mo.new")
        polib.pofile(str(path), encoding="utf-8").save_as_mofile(str(half))
        os.replace(half, path.with_suffix(".mo"))


def update(root: Path) -> None:
    """Rewrite each app's .po from its sources; a translation stays, also when its sentence moves to another app."""
    per_app = wanted(root)
    known: dict[tuple[str, str], polib.POEntry] = {}
    for app in per_app:
        for key, entry in read(po_path(root, app)).items():
            if key not in known or not (known[key].msgstr or known[key].msgstr_plural):
                known[key] = entry
    for app, messages in per_app.items():
        own = read(po_path(root, app))
        entries = [merged(found.message, own.get(key) or known.get(key)) for key, found in messages.items()]
        write(po_path(root, app), entries)


def merged(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    """A fresh entry with the translation and the translator's remark of an old one."""
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if "%(" in message.text + message.plural:
        entry.flags.append("python-format")
    translation = ""
    if old is not None:
        translation = old.msgstr or old.msgstr_plural.get(0, "")
        entry.tcomment = old.tcomment
        entry.flags.extend(flag for flag in old.flags if flag == "fuzzy")
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: translation}
    else:
        entry.msgstr = translation
    return entry


def write(path: Path, entries: list[polib.POEntry]) -> None:
    """Sorted, without dates and line numbers: the same sources give the same bytes."""
    if not entries:
        path.unlink(missing_ok=True)
        return
    file = polib.POFile(wrapwidth=0)
    file.metadata = dict(METADATA)
    file.extend(sorted(entries, key=lambda entry: (entry.msgid, entry.msgctxt or "")))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(file).rstrip() + "\n", encoding="utf-8")


def problems(root: Path) -> Iterator[str]:
    """What keeps the translation from being whole, one line each."""
    for app, messages in wanted(root).items():
        path = po_path(root, app)
        name = path.relative_to(root).as_posix()
        entries = read(path)
        for key, found in messages.items():
            entry = entries.get(key)
            if entry is None or entry.obsolete:
                yield f"{found.place}: not in {name}: {found.message.text!r}"
            else:
                yield from entry_problems(found.message, entry, f"{name}: {found.message.text!r}")
        for key, entry in entries.items():
            if key not in messages or entry.obsolete:
                yield f"{name}: used by no source of this app, or translated on a lower floor: {entry.msgid!r}"


def entry_problems(message: Message, entry: polib.POEntry, where: str) -> Iterator[str]:
    translation = entry.msgstr_plural.get(0, "") if message.plural else entry.msgstr
    if entry.fuzzy:
        yield f"{where}: fuzzy"
    if (entry.msgid_plural or "") != message.plural:
        yield f"{where}: its plural is now {message.plural!r}"
    elif not translation:
        yield f"{where}: no translation"
    elif variables(translation) != variables(message.plural or message.text):
        yield f"{where}: other variables in {translation!r}"


class Recorder(dict[str, int]):
    """Stands in for the values of a sentence and remembers which were asked for."""

    def __missing__(self, name: str) -> int:
        self[name] = 0
        return 0


def variables(text: str) -> list[str]:
    """What gets filled in: the names in `%(name)s`, else `%s` and its like in order; and `{name}`."""
    braces = sorted(set(BRACES.findall(text)))
    if "%(" not in text and "%%" not in text:
        return [*POSITIONAL.findall(text), *braces]
    values = Recorder()
    try:
        text % values
    except (ValueError, TypeError):
        return ["malformed"]
    return [*sorted(values), *braces]


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["compile"]:
                compile_all(ROOT)
            case ["update"]:
                update(ROOT)
            case ["check"]:
                lines = list(problems(ROOT))
                print(*lines, sep="\n", end="\n" if lines else "", file=sys.stderr)
                return 1 if lines else 0
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except NotExtractable as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
