"""A client's own list of what it owes, laid beside ours line by line (CRD-06)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy
from roomnight.kernel.tables.values import Bad, read_day, read_number

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "on": (
        "date", "bill date", "arrival", "check in", "日期", "账单日期", "消费日期", "入住日期", "到店日期", "发生日期", "业务日期",
    ),
    "amount": ("amount", "total", "commission", "金额", "消费金额", "应付金额", "应付", "合计", "总额", "佣金", "佣金金额"),
    "reference": (
        "reference", "bill", "bill number", "invoice", "confirmation", "order", "账单号", "单号", "账单", "账单编号", "凭证号",
        "确认号", "订单号", "发票号",
    ),
    "text": ("what", "description", "guest", "note", "摘要", "说明", "备注", "项目", "客人", "姓名", "客人姓名", "入住人"),
}  # fmt: skip
"""What the columns of such a list are headed with, in small letters; the last two lines of a travel agency's commissions too."""
NEEDED: Final = ("amount",)
MOST_ROWS: Final = 20_000

KINDS: dict[str, Any] = {
    "same": _("The same"), "differs": _("Another amount"), "theirs": _("Only on the client's list"), "ours": _("Only on ours"),
    "doubled": _("Listed twice"), "settled": _("Settled already"), "elsewhere": _("Not in what was compared"), "unread": _("Could not be read"),
}  # fmt: skip
"""What may come of a line; all but the first are differences."""
TOLERANCE = Policy[Decimal](
    "credit.compare_tolerance",
    Decimal("0.05"),
    label=_("Amounts of a client's list and ours that differ by no more than this count as the same"),
    source="CRD-06",
    kind="money",
    check=lambda value: 0 <= value <= 100,  # noqa: PLR2004
)
TOLERANCE_DAYS = Policy[int](
    "credit.compare_days",
    3,
    label=_("Days by which a client may date a bill without a number otherwise than we do"),
    source="CRD-06",
    kind="days",
    check=lambda value: 0 <= value <= 31,  # noqa: PLR2004
)


def knows(heading: str) -> bool:
    return any(heading.strip().lower() in names for names in HEADINGS.values())


def places(header: Sequence[str], named: Mapping[str, str]) -> dict[str, int]:
    """Where each column stands: under the heading that was `named` for it, else under one that is known."""
    there = [heading.strip().lower() for heading in header]
    found: dict[str, int] = {}
    for field, known in HEADINGS.items():
        wanted = (named[field].strip().lower(),) if named.get(field) else known
        at = [place for place, name in enumerate(there) if name in wanted]
        if at:
            found[field] = at[0]
    return found


@dataclass(frozen=True)
class Theirs:
    """A row of the client's list; `problem` where it could not be read."""

    number: int
    on: date | None
    cents: int
    reference: str = ""
    text: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Ours:
    """A line of our ledger; `is_settled` where nothing of it is open."""

    pk: int
    on: date
    cents: int
    reference: str = ""
    is_settled: bool = False


@dataclass(frozen=True)
class Pair:
    """What came of a line: theirs, ours (several where their one is the sum of ours), or both."""

    kind: str
    theirs: Theirs | None = None
    ours: tuple[Ours, ...] = ()

    @property
    def their_cents(self) -> int:
        return self.theirs.cents if self.theirs else 0

    @property
    def our_cents(self) -> int:
        """What we hold against it; lines outside of what is compared count nothing."""
        return 0 if self.kind in ("settled", "elsewhere") else sum(one.cents for one in self.ours)

    @property
    def difference(self) -> int:
        return self.their_cents - self.our_cents


def read_rows(
    header: Sequence[str], rows: Iterable[tuple[int, list[str]]], named: Mapping[str, str]
) -> Iterator[Theirs]:
    """The rows of a list as lines."""
    where = places(header, named)
    for number, cells in rows:
        texts = {field: cells[at].strip() if at < len(cells) else "" for field, at in where.items()}
        amount, on = (
            read_number(texts.get("amount", "")),
            read_day(texts.get("on", "")[:10]) if texts.get("on") else None,
        )
        words = {"reference": texts.get("reference", "")[:60], "text": texts.get("text", "")[:160]}
        if isinstance(amount, Bad) or isinstance(on, Bad):
            bad = amount if isinstance(amount, Bad) else on
            yield Theirs(number, None, 0, **words, problem=bad.reason if isinstance(bad, Bad) else "")
            continue
        yield Theirs(number, on, int((amount * 100).to_integral_value()), **words)


def plain_reference(text: str) -> str:
    """A number without what people write around it: “No. F-0012 ” and “f0012” are one."""
    half = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", half).removeprefix("NO")


def compare(
    theirs: Sequence[Theirs], ours: Sequence[Ours], others: Sequence[Ours], *, tolerance: int, days: int
) -> list[Pair]:
    """Every line of both lists once, in the order of theirs, then what is only ours.

    `ours` is what is compared, `others` the rest of the client's ledger: a line of theirs found only there is settled
    already, or stands elsewhere. Lines are first matched by number, several of ours together where their sum is meant; then
    those without one by amount and day, the nearest day first. `tolerance` is in cents.
    """
    left = {one.pk: one for one in ours}
    found: dict[int, Pair] = {}
    by_number: dict[str, list[Ours]] = {}
    for one in ours:
        by_number.setdefault(plain_reference(one.reference), []).append(one)
    by_number.pop("", None)

    def near(cents: int, other: int) -> bool:
        return abs(cents - other) <= tolerance

    def take(place: int, kind: str, lines: Sequence[Ours]) -> None:
        found[place] = Pair(kind, theirs[place], tuple(lines))
        for one in lines:
            left.pop(one.pk, None)

    readable = [place for place, row in enumerate(theirs) if not row.problem]
    for step in (_exact(near), _whole(near), _any):
        for place in readable:
            row = theirs[place]
            known = [one for one in by_number.get(plain_reference(row.reference), ()) if one.pk in left]
            if place not in found and known and (lines := step(row, known)):
                take(place, "same" if near(row.cents, sum(one.cents for one in lines)) else "differs", lines)
    for place in readable:
        if place not in found and (line := _nearest(theirs[place], left.values(), days, near)):
            take(place, "same", [line])
    matched = {
        (plain_reference(pair.theirs.reference), pair.theirs.cents)
        for pair in found.values()
        if pair.theirs and pair.theirs.reference
    }
    for place in readable:
        row = theirs[place]
        if place not in found:
            found[place] = _outside(row, others, days, near, matched)
    for place, row in enumerate(theirs):
        if row.problem:
            found[place] = Pair("unread", row)
    taken = {
        (plain_reference(one.reference), one.cents) for pair in found.values() for one in pair.ours if one.reference
    }
    rest = [
        Pair(
            "doubled" if (plain_reference(one.reference), one.cents) in taken and one.reference else "ours",
            None,
            (one,),
        )
        for one in ours
        if one.pk in left
    ]
    return [found[place] for place in range(len(theirs))] + rest


Near = Callable[[int, int], bool]
Step = Callable[[Theirs, list[Ours]], list[Ours]]


def _exact(near: Near) -> Step:
    return lambda row, known: [one for one in known if near(row.cents, one.cents)][:1]


def _whole(near: Near) -> Step:
    return lambda row, known: known if len(known) > 1 and near(row.cents, sum(one.cents for one in known)) else []


def _any(_row: Theirs, known: list[Ours]) -> list[Ours]:
    return known[:1]


def _nearest(row: Theirs, lines: Iterable[Ours], days: int, near: Near) -> Ours | None:
    """Our line of the same amount about the same day, where one of both has no number or none of ours has theirs."""
    if row.on is None:
        return None
    number = plain_reference(row.reference)
    close = [
        one
        for one in lines
        if near(row.cents, one.cents) and abs((one.on - row.on).days) <= days
        and (not number or not one.reference or plain_reference(one.reference) == number)
    ]  # fmt: skip
    return min(close, key=lambda one: (abs((one.on - row.on).days), one.pk), default=None)  # type: ignore[operator]


def _outside(row: Theirs, others: Sequence[Ours], days: int, near: Near, matched: set[tuple[str, int]]) -> Pair:
    number = plain_reference(row.reference)
    if number and (number, row.cents) in matched:
        return Pair("doubled", row)
    same = [one for one in others if number and plain_reference(one.reference) == number and near(row.cents, one.cents)]
    line = same[0] if same else _nearest(row, others, days, near)
    if line is None:
        return Pair("theirs", row)
    return Pair("settled" if line.is_settled else "elsewhere", row, (line,))


@dataclass(frozen=True)
class Total:
    """How many lines came out in one way, and their sums in cents."""

    kind: str
    count: int
    theirs: int
    ours: int

    @property
    def difference(self) -> int:
        return self.theirs - self.ours


def totals(pairs: Iterable[Pair]) -> list[Total]:
    """The sums by what came of the lines, in the order of `KINDS`; together they are both lists."""
    known = list(pairs)
    return [
        Total(kind, len(mine), sum(one.their_cents for one in mine), sum(one.our_cents for one in mine))
        for kind in KINDS
        if (mine := [one for one in known if one.kind == kind])
    ]
