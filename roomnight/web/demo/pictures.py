"""Small pictures for the demo: a scanned page, and a signature, drawn without any help."""

from __future__ import annotations

import math
import struct
import zlib


def scanned_page(lines: int = 24) -> bytes:
    """A page of text seen from afar, with a round seal."""
    canvas = _canvas(260, 368)
    for row in range(lines):
        width = 200 if row % 5 != 4 else 120
        for at in range(30, 30 + width):
            canvas[40 + row * 11][at] = 150 if at % 7 else 255
    for step in range(720):
        angle = step * math.pi / 360
        for radius in (30, 31, 32):
            canvas[round(315 + radius * math.sin(angle))][round(190 + radius * math.cos(angle))] = 120
    return _png(canvas)


def signature(seed: int) -> bytes:
    """A scribble, another for every seed."""
    canvas = _canvas(320, 120)
    before: tuple[float, float] | None = None
    for step in range(600):
        t = step / 600
        here = (
            30 + 260 * t + 14 * math.sin(t * (19 + seed % 5)),
            60 + 34 * math.sin(t * (23 + seed % 7)) * (1 - t / 2) + 10 * math.cos(t * 51),
        )  # fmt: skip
        for part in range(12):
            x, y = here if before is None else _between(before, here, part / 12)
            for dx in (-1, 0, 1):
                canvas[round(y)][round(x) + dx] = 30
        before = here
    return _png(canvas)


def _between(one: tuple[float, float], other: tuple[float, float], share: float) -> tuple[float, float]:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _canvas(width: int, height: int) -> list[bytearray]:
    return [bytearray([255] * width) for _row in range(height)]


def _png(canvas: list[bytearray]) -> bytes:
    """A picture in shades of grey."""
    head = struct.pack(">IIBBBBB", len(canvas[0]), len(canvas), 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(row) for row in canvas)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
