"""A Word document as PDF, by the office program of this machine where there is one (AGR-03)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal

LONGEST_SECONDS: Final = 60.0
PROGRAMS: Final = ("soffice", "libreoffice")


def office() -> str | None:
    """Where the office program lies, None where none is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def has_office() -> bool:
    return office() is not None


def to_pdf(document: bytes, *, seconds: float = LONGEST_SECONDS) -> bytes:
    """The PDF of a .docx of ours. Refused: no office program, one that takes too long, one that fails.

    It runs in a folder and with settings of its own, is given nothing of our surroundings, and ends with all it started.
    """
    program = office()
    if program is None:
        raise Refusal("word.no_office", _("No office program is installed here that makes PDFs of Word documents."))
    with tempfile.TemporaryDirectory(prefix="roomnight-") as name:
        folder = Path(name)
        (folder / "document.docx").write_bytes(document)
        arguments = [
            program, "--headless", "--norestore", "--nolockcheck", "--nodefault", f"-env:UserInstallation=file://{name}/settings",
            "--convert-to", "pdf:writer_pdf_Export", "--outdir", name, "document.docx",
        ]  # fmt: skip
        surroundings = {"PATH": os.environ.get("PATH", os.defpath), "HOME": name, "TMPDIR": name, "LANG": "C.UTF-8"}
        process = subprocess.Popen(  # noqa: S603 (found on the path by name, and nothing typed on its command line)
            arguments, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Refusal("word.too_slow", _("Making the PDF takes too long: the Word document is there.")) from None
        finally:
            _end(process)
        made = folder / "document.pdf"
        if not made.is_file() or not (content := made.read_bytes()).startswith(b"%PDF-"):
            raise Refusal("word.no_pdf", _("The office program could not make a PDF of this document."))
        return content


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
