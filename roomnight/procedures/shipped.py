"""The procedures that ship with Roomnight: each lies in the folder `shipped/<code>/` of the app that owns its subject.

chart.bpmn   the flow chart      *.dmn            its decision tables
about.toml   title, department…  forms/<code>.json  the forms of its steps
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps

MAKER = "roomnight"
"""Whose work a shipped version is."""


@dataclass(frozen=True, eq=False)
class ShippedForm:
    """A form as shipped: its code, the schema as it is written, and whether it is also kept as a register 登记簿."""

    code: str
    source: str
    is_register: bool

    @property
    def schema(self) -> dict[str, Any]:
        return dict(json.loads(self.source))


@dataclass(frozen=True, eq=False)
class ShippedProcedure:
    """A procedure as shipped. `read_by` are the roles whose people read and acknowledge it (PRC-10)."""

    code: str
    version: int
    title: str
    title_en: str
    department: str
    purpose: str
    purpose_en: str
    read_by: tuple[str, ...]
    source: bytes
    tables: tuple[bytes, ...]
    forms: tuple[ShippedForm, ...]


@lru_cache(maxsize=1)
def shipped() -> tuple[ShippedProcedure, ...]:
    """Every shipped procedure of the apps in use, by code; the files are read once."""
    folders = [
        folder
        for app in apps.get_app_configs()
        if app.name.startswith("roomnight.")
        for folder in (Path(app.path) / "shipped").glob("*/about.toml")
    ]
    return tuple(sorted((read_folder(one.parent) for one in folders), key=lambda one: one.code))


def read_folder(folder: Path) -> ShippedProcedure:
    """One procedure from its folder."""
    about = tomllib.loads((folder / "about.toml").read_text(encoding="utf-8"))
    registers = set(about["registers"])
    forms = [
        ShippedForm(path.stem, path.read_text(encoding="utf-8"), path.stem in registers)
        for path in sorted(folder.glob("forms/*.json"))
    ]
    return ShippedProcedure(
        code=folder.name, version=about["version"], title=about["title"], title_en=about["title_en"],
        department=about["department"], purpose=about["purpose"], purpose_en=about["purpose_en"],
        read_by=tuple(about["read_by"]), source=(folder / "chart.bpmn").read_bytes(),
        tables=tuple(path.read_bytes() for path in sorted(folder.glob("*.dmn"))), forms=tuple(forms),
    )  # fmt: skip
