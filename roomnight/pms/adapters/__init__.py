"""The mapping profiles that ship with the product: one folder for each source system.

A folder holds a profile for each kind of file the system exports, as JSON, each with a small invented sample beside it.
Layouts differ from installation to installation: a shipped profile is where a hotel's own begins.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def _profiles() -> Iterator[tuple[str, Path]]:
    for path in sorted(FOLDER.glob("*/*.json")):
        parts = [path.parent.name] if path.stem == "profile" else [path.parent.name, path.stem]
        yield "-".join(parts).replace("_", "-"), path


SHIPPED: Mapping[str, Mapping[str, Any]] = {key: json.loads(path.read_text("utf-8")) for key, path in _profiles()}
"""The written form of each shipped profile, by its key, such as `hotel-booking-demand`."""

SAMPLES: Mapping[str, Path] = {
    key: next(path.parent.glob("sample.*" if path.stem == "profile" else f"{path.stem}.csv"))
    for key, path in _profiles()
}
"""A small file that each shipped profile reads."""
