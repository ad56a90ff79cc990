"""Whether a stay that was booked elsewhere is a client's, and how sure that is (AGR-07). Values in, value out.

A person decides; what is shown to them must be worth looking at. So names that are merely alike, a switchboard or a domain of
several companies are not enough by themselves, and nothing is proposed against what the reservation says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from roomnight.clients.rules.duplicates import BRANCH, SAME, Likeness

COMPANY, INVOICE, EMAIL, PHONE = "company", "invoice", "email", "phone"
BY_NAME: Final = (COMPANY, INVOICE)
ENOUGH, FAIR, STRONG = 65, 75, 85
SURE: Final = 95
EXCLUSIVE_DOMAIN, SHARED_DOMAIN = 80, 45
EXCLUSIVE_MOBILE, EXCLUSIVE_LINE, SHARED_PHONE = 80, 60, 45
UNPLACED: Final = 60
"""A name with a place, of a client of whom no place is known."""
POINTS: Final[Mapping[str, int]] = {
    "name": SURE, "form": 92, "region": 88, "english": 86, "group": 78, "abbreviation": 76, "short": 72, "branch": 70,
    "trade_part": 55, "no_trade": 55, "near": 50, "sound": 50, "roman": 50, "branches": 40,
}  # fmt: skip
"""How much a likeness of names says here, by its first reason."""
_NOBODY: Final = re.compile(
    r"(?:个人|自己|本人|散客|自费|自付|自来|无|没有|不详|暂无|同上|普票|专票|增值税.*|发票|n/?a|none|nil|null|private|personal|self|guest|walk-?in"
    r"|\W*)|.{1,4}(?:先生|女士|小姐|太太|老师|夫妇|一家)|(?:mr|mrs|ms|miss|dr)\.?\s.{1,40}",
    re.IGNORECASE,
)
_COMPANY_SIGN: Final = re.compile(
    r"公司|集团|企业|厂|商行|商社|银行|大学|学院|医院|学校|研究|协会|学会|商会|事务所|中心|委员会|局|厅|部|社|院|馆|店|室"
    r"|\b(?:co|ltd|inc|llc|corp|group|gmbh|university|bank|institute|company|limited)\b",
    re.IGNORECASE,
)
_MOBILE: Final = re.compile(r"\+861[3-9]\d{9}|\+(?!86)\d{7,15}")
FEWEST_SIGNS = 2


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a client: what of the reservation it is, why (a code), how much it says, and what it names."""

    kind: str
    why: str
    points: int
    text: str = ""


@dataclass(frozen=True)
class Said:
    """What a reservation says of where its guest comes from.

    `is_numbered`: it stands under the number of another client already.
    """

    company: str = ""
    invoice: str = ""
    domain: str = ""
    phone: str = ""
    is_numbered: bool = False

    def names(self) -> Iterator[tuple[str, str]]:
        for kind, text in ((COMPANY, self.company), (INVOICE, self.invoice)):
            if names_company(text):
                yield kind, text


@dataclass(frozen=True)
class Alike:
    """A client of the hotel whose name is like the one on a reservation. `is_placed`: it is known where it is."""

    account: int
    likeness: Likeness
    is_placed: bool = True


@dataclass(frozen=True)
class Book:
    """By what clients are known: the clients of a mail domain, and of a telephone number with what sort of number it is."""

    domains: Mapping[str, Collection[int]] = field(default_factory=dict)
    phones: Mapping[str, tuple[Collection[int], bool]] = field(default_factory=dict)


def names_company(text: str) -> bool:
    """Whether a text may name a company at all: not “个人”, not “王先生”, not a single sign."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return len(plain) >= FEWEST_SIGNS and not _NOBODY.fullmatch(plain)


def is_mobile(number: str) -> bool:
    """Whether a number, as the world dials it, is one person's rather than a switchboard's."""
    return bool(_MOBILE.fullmatch(number))


def domains_above(domain: str) -> Iterator[str]:
    """A mail domain and those above it: sh.huaxing.com.cn, huaxing.com.cn, com.cn."""
    parts = domain.split(".")
    for start in range(len(parts) - 1):
        yield ".".join(parts[start:])


def by_name(kind: str, text: str, candidates: Iterable[Alike]) -> tuple[int, Evidence] | None:
    """The one client that a name means, with how much it says; None where it is nobody's, or several may be meant."""
    found = sorted(
        ((_points(one), one) for one in candidates), key=lambda pair: (-pair[0], pair[1].account)
    )  # fmt: skip
    if not found or not found[0][0] or (len(found) > 1 and found[1][0] == found[0][0]):
        return None
    points, best = found[0]
    return best.account, Evidence(kind, best.likeness.reasons[0].code, points, text)


def _points(one: Alike) -> int:
    codes = [reason.code for reason in one.likeness.reasons if reason.code != "phone"]
    if not codes or not one.likeness.counts or any(code.startswith("other_") for code in codes):
        return 0
    points = POINTS.get(codes[0], 0)
    if one.likeness.verdict not in (SAME, BRANCH) and points > POINTS["group"]:
        points = POINTS["group"]
    return points if one.is_placed or codes[0] != "region" else min(points, UNPLACED)


def evidence(said: Said, named: Mapping[str, tuple[int, Evidence] | None], book: Book) -> dict[int, list[Evidence]]:
    """What speaks for which client. `named` is what `by_name` found for the names in it.

    Under another client's number only a name speaks. Where a name is another company's, mail and telephone do not: the
    people of one company book for another.
    """
    found: dict[int, list[Evidence]] = {}
    for _kind, text in said.names():
        meant = named.get(text)
        if meant is not None:
            found.setdefault(meant[0], []).append(Evidence(_kind, meant[1].why, meant[1].points, text))
    if said.is_numbered:
        return {account: some for account, some in found.items() if max(one.points for one in some) >= STRONG}
    strangers = any(named.get(text) is None and _COMPANY_SIGN.search(text) for _kind, text in said.names())
    certain = {account for account, some in found.items() if max(one.points for one in some) >= STRONG}
    for account, one in _by_address(said, book):
        if not strangers and (not certain or account in certain):
            found.setdefault(account, []).append(one)
    return found


def _by_address(said: Said, book: Book) -> Iterator[tuple[int, Evidence]]:
    for domain in domains_above(said.domain) if said.domain else ():
        whose = book.domains.get(domain, ())
        for account in whose:
            points = EXCLUSIVE_DOMAIN if len(whose) == 1 else SHARED_DOMAIN
            yield account, Evidence(EMAIL, "domain" if len(whose) == 1 else "shared_domain", points, domain)
        if whose:
            break
    if said.phone in book.phones:
        whose, is_one_person_s = book.phones[said.phone]
        exclusive = EXCLUSIVE_MOBILE if is_one_person_s else EXCLUSIVE_LINE
        for account in whose:
            alone = len(whose) == 1
            yield account, Evidence(PHONE, "phone" if alone else "shared_phone", exclusive if alone else SHARED_PHONE)


def strength(found: Iterable[Evidence]) -> int:
    """How sure all of it together is, 0 to 100: things that agree add up, and nothing is more than certain.

    A company's name and the invoice's are one thing said twice; the better one counts.
    """
    best: dict[str, int] = {}
    for one in found:
        kind = COMPANY if one.kind in BY_NAME else one.kind
        best[kind] = max(best.get(kind, 0), one.points)
    doubt = 1.0
    for points in best.values():
        doubt *= 1 - points / 100
    return round(100 * (1 - doubt))
