"""Names as people write them anew: of each company with a known name proper, others that are it, its branch, or another one.

A file of labelled names has one company a line: the full name, a blank, the name proper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from roomnight.clients.rules.company_names import PLACES
from roomnight.clients.rules.duplicates import DIFFERENT, Particulars, keys, likeness

OWN = Path(__file__).with_name("labelled.txt")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "companies" / "full_names_70.txt"

SAME, BRANCH, APART = "same", "branch", "apart"
FORM = re.compile(r"(?:股份有限|有限责任|有限)?公司$")
TRADITIONAL = str.maketrans(
    "华贸医药传电业东龙国际远馆厂广书车务园设计凤凰务汇联兴财资产营销机会员鱼粤饮装饰钢铁",
    "華貿醫藥傳電業東龍國際遠館廠廣書車務園設計鳳凰務匯聯興財資產營銷機會員魚粵飲裝飾鋼鐵",
)
ELSEWHERE = ("拉萨", "三亚", "喀什")
SMALLER = re.compile(r".{2,3}[市区县镇]")


@dataclass(frozen=True)
class Labelled:
    """A company of which somebody said what its name proper is."""

    full: str
    proper: str

    @property
    def region(self) -> str:
        """The region word that the name begins with, with its 省 or 市; empty where there is none."""
        for length in range(4, 1, -1):
            if self.full[:length] in PLACES and not self.proper.startswith(self.full[:length]):
                level = self.full[length : length + 1]
                return self.full[: length + 1] if level in ("省", "市") else self.full[:length]
        return ""


@dataclass(frozen=True)
class Case:
    """Two names, how the second came about, and what they are: same, branch or apart."""

    how: str
    one: str
    other: str
    wanted: str

    @property
    def found(self) -> str:
        """What the product makes of them: those without a key in common are never compared."""
        one, other = Particulars(self.one), Particulars(self.other)
        if not set(keys(one)) & set(keys(other)):
            return APART
        verdict = likeness(one, other).verdict
        return APART if verdict == DIFFERENT else BRANCH if verdict == BRANCH else SAME


Variant = Callable[[Labelled], str]
"""The name anew; empty where a name cannot be varied so."""


def _without_form(one: Labelled) -> str:
    short = FORM.sub("", one.full)
    return short if short != one.full else ""


def _form(form: str) -> Variant:
    return lambda one: f"{short}{form}" if (short := _without_form(one)) and not one.full.endswith(form) else ""


def _region(change: Callable[[str, str], str]) -> Variant:
    """The name with its region word and the rest put together otherwise."""
    return lambda one: change(one.region, one.full.removeprefix(one.region)) if one.region else ""


def _behind(region: str, rest: str) -> str:
    form = FORM.search(rest)
    return f"{rest[: form.start()]}（{region}）{form.group()}" if form else ""


def _bare(region: str) -> str:
    return region.rstrip("省市")


VARIANTS: dict[str, tuple[str, Variant]] = {
    "another legal form": (SAME, _form("股份有限公司")),
    "limited liability": (SAME, _form("有限责任公司")),
    "without legal form": (SAME, _without_form),
    "full-width blanks": (SAME, lambda one: f"{one.full[:2]}\u3000{one.full[2:]} "),
    "quoted name proper": (SAME, lambda one: one.full.replace(one.proper, f"“{one.proper}”", 1)),
    "traditional characters": (SAME, lambda one: changed if (changed := one.full.translate(TRADITIONAL)) != one.full else ""),
    "region behind, in brackets": (SAME, _region(_behind)),
    "region with 市": (SAME, _region(lambda region, rest: f"{region}市{rest}" if region == _bare(region) and not region.endswith("江") else "")),
    "region without 省 or 市": (SAME, _region(lambda region, rest: f"{_bare(region)}{rest}" if region != _bare(region) else "")),
    "without region": (SAME, _region(lambda _region, rest: rest)),
    "a blank behind the region": (SAME, _region(lambda region, rest: f"{region} {rest}")),
    "name proper only": (SAME, lambda one: one.proper if len(one.proper) > 1 else ""),
    "a branch": (BRANCH, lambda one: f"{one.full}三亚分公司" if FORM.search(one.full) else ""),
    "an office": (BRANCH, lambda one: f"{one.full}驻三亚办事处" if FORM.search(one.full) else ""),
    "another region": (APART, _region(lambda _region, rest: "" if SMALLER.match(rest) else f"{ELSEWHERE[len(rest) % 3]}{rest}")),
}  # fmt: skip


def labelled(path: Path) -> list[Labelled]:
    """The names of a file; those without a name proper are left out."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [Labelled(parts[0], parts[1]) for parts in lines if len(parts) == 2]  # noqa: PLR2004


def cases(names: Sequence[Labelled]) -> Iterator[Case]:
    """Every name in every variant, every name with the name proper of the next, and every pair of two companies."""
    for how, (wanted, vary) in VARIANTS.items():
        for one in names:
            if (other := vary(one)) and other != one.full:
                yield Case(how, one.full, other, wanted)
    for one, another in zip(names, [*names[1:], *names[:1]], strict=True):
        if one.proper in one.full and len(one.proper) == len(another.proper):
            yield Case("another name proper", one.full, one.full.replace(one.proper, another.proper, 1), APART)
    for at, one in enumerate(names):
        for another in names[at + 1 :]:
            yield Case("another company", one.full, another.full, APART)
