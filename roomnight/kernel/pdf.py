"""Papers: what is printed, filed or handed over as a PDF.

What people typed goes in as data and never as markup, so that no text can change the page it stands on. A separate process
sets the page: one that takes too long is ended, and nothing it does can hurt the server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal

PACKAGE: Final = Path(__file__).resolve().parent.parent
FONTS: Final = PACKAGE / "kernel" / "fonts"
PAPER: Final = PACKAGE / "kernel" / "paper" / "sheet.typ"
SETTER: Final = PACKAGE / "kernel" / "paper" / "setter.py"
LONGEST_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Facts:
    """A part of a sheet that says what is what: (label, value) pairs, two columns of them where they are short."""

    title: str
    rows: Sequence[tuple[str, str]]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Table:
    """A part of a sheet with rows. `widths` are shares of the page; `right` are the places of the columns with numbers."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    right: Sequence[int] = ()
    empty: str = ""
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Words:
    """A part of a sheet that is told in sentences; line breaks stay."""

    title: str
    text: str
    kind: str = field(default="words", init=False)


@dataclass(frozen=True)
class Sheet:
    """A paper of the ordinary kind: heading, a quiet line below it, parts in order, and at the foot who printed it when."""

    title: str
    detail: str
    house: str
    foot: str
    parts: Sequence[Facts | Table | Words]
    marks: Sequence[str] = ()
    is_wide: bool = False


def sheet_pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF in the language in force."""
    return to_pdf(PAPER, asdict(sheet))


def to_pdf(template: Path, data: Mapping[str, Any], *, seconds: float = LONGEST_SECONDS) -> bytes:
    """A Typst template of ours, filled with data that it reads from `sys.inputs.data` as JSON.

    Refuses with `pdf.no_font` where set-up did not put the fonts, `pdf.too_long` after so many seconds, `pdf.failed` else.
    """
    if len(list(FONTS.glob("*.ttf"))) < 2:  # noqa: PLR2004 (ordinary and bold)
        raise Refusal(
            "pdf.no_font",
            _("The fonts for printed papers are not installed: run the set-up again (python3 bootstrap.py)."),
        )
    words = {"lang": "en" if get_language() == "en" else "zh", "page_of": _("Page {page} of {pages}")}
    job = {
        "template": str(template),
        "root": str(PACKAGE),
        "fonts": str(FONTS),
        "data": json.dumps({**words, **data}, cls=DjangoJSONEncoder, ensure_ascii=False),
    }
    try:
        made = subprocess.run(  # noqa: S603 (our own program, and nothing typed on its command line)
            [sys.executable, "-I", str(SETTER)],
            input=json.dumps(job, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refusal("pdf.too_long", _("This paper takes too long to print: choose less for it.")) from None
    if made.returncode or not made.stdout.startswith(b"%PDF-"):
        raise Refusal(
            "pdf.failed",
            _("The paper could not be made: %(why)s") % {"why": made.stderr.decode(errors="replace").strip()[-300:]},
        )
    return made.stdout
