"""Sets one paper: reads what `kernel.pdf.to_pdf` sends, writes the PDF. A program of its own; it imports nothing of ours."""

import json
import sys

import typst

job = json.load(sys.stdin.buffer)
pdf = typst.compile(
    job["template"],
    root=job["root"],
    font_paths=[job["fonts"]],
    ignore_system_fonts=True,
    format="pdf",
    sys_inputs={"data": job["data"]},
)
sys.stdout.buffer.write(pdf)
