"""Reading charges from a file that somebody keeps: a bill a row (CRD-04)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from roomnight.kernel.tables.values import Bad
from roomnight.pms.rules.identity import Ordinals, key_from_row
from roomnight.pms.rules.lines import money
from roomnight.pms.rules.mapping import day

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "client": ("client", "client number", "account", "客户", "客户号", "客户编号", "单位", "单位名称", "挂账单位", "协议单位"),
    "on": ("date", "bill date", "business date", "日期", "账单日期", "消费日期", "营业日"),
    "amount": ("amount", "金额", "消费金额", "挂账金额"),
    "reference": ("bill", "bill number", "reference", "账单号", "单号", "账单"),
    "department": ("department", "outlet", "部门", "营业点", "餐厅"),
    "signed_by": ("signed by", "signatory", "签单人", "签字人", "签单"),
    "revenue_kind": ("for", "kind", "类别", "项目"),
    "description": ("what", "description", "摘要", "说明", "备注"),
}  # fmt: skip
"""What the columns of such a file are headed with, in small letters."""
NEEDED: Final = ("client", "on", "amount", "reference", "signed_by")
LONGEST: Final = {"reference": 60, "department": 60, "signed_by": 80, "description": 160, "client": 160}


def knows(heading: str) -> bool:
    """Whether a column of this heading is one of them."""
    return any(heading.strip().lower() in names for names in HEADINGS.values())


def places(header: Sequence[str]) -> dict[str, int]:
    """Where each of the columns stands in a file, those that it has."""
    named = [heading.strip().lower() for heading in header]
    found = {field: [at for at, name in enumerate(named) if name in names] for field, names in HEADINGS.items()}
    return {field: where[0] for field, where in found.items() if where}


@dataclass(frozen=True)
class FiledCharge:
    """A row of the file: `problem` says what is wrong with it as it stands, by field and reason; `key` names it again in
    the same file, or in another that has the same row."""

    number: int
    key: str
    client: str
    on: date | None
    cents: int
    values: Mapping[str, str]
    problem: tuple[str, str] | None = None


def filed_charges(header: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[FiledCharge]:
    """Every row as a bill. Rows that say the same are told apart by their place among their equals."""
    where, ordinals = places(header), Ordinals()
    for number, cells in rows:
        texts = {field: cells[at].strip() if at < len(cells) else "" for field, at in where.items()}
        yield _filed(number, texts, ordinals)


def _filed(number: int, texts: Mapping[str, str], ordinals: Ordinals) -> FiledCharge:
    on, cents = day(texts["on"].replace("/", "-").replace(".", "-")[:10]), money(texts["amount"])
    problem = next(((name, "missing") for name in NEEDED if not texts[name] and name != "signed_by"), None)
    problem = problem or next(
        ((name, "too_long") for name, most in LONGEST.items() if len(texts.get(name, "")) > most), None
    )
    if problem is None and isinstance(on, Bad):
        problem = "on", on.reason
    if problem is None and isinstance(cents, Bad):
        problem = "amount", cents.reason
    said = "|".join([str(on), str(cents), *(texts.get(name, "") for name in HEADINGS if name not in ("on", "amount"))])
    digest = hashlib.sha256(said.encode()).hexdigest()[:40]
    values = {name: texts.get(name, "") for name in ("reference", "department", "signed_by", "description")}
    return FiledCharge(
        number, f"file:{key_from_row(digest, ordinals.next('', digest))}", texts["client"],
        on if isinstance(on, date) else None, cents if isinstance(cents, int) else 0,
        {**values, "revenue_kind": texts.get("revenue_kind", "")}, problem,
    )  # fmt: skip
