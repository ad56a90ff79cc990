"""Whether two clients are one (ACC-04): by credit code, telephone and name, with the reasons in words.

Values in, values out: `keys` are what a table is asked by, so that only the few that may be meant are compared at all;
`likeness` compares two and says how alike they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.clients.rules.company_names import (
    ABBREVIATIONS,
    PROVINCE_OF,
    SPELLED_OUT,
    VAGUE,
    CompanyName,
    place_of,
    places_agree,
    taken_apart,
)
from roomnight.kernel.pinyin import is_han, syllables
from roomnight.kernel.text import fold, phone_digits, uscc_tidy, uscc_valid

SAME, PERHAPS, BRANCH, DIFFERENT = "same", "perhaps", "branch", "different"
LONGEST_KEY = 40
SHORTEST_NEAR, LONGEST_NEAR = 3, 6  # signs of a name that is looked for with one sign wrong
LONG_PROPER = 4  # signs of a name proper that may have one wrong; of three, another one is another name
FEWEST_ROMAN = 4  # Latin letters below which a word spells half the companies of a town
FEWEST_DIGITS = 7

SENTENCES: dict[str, Any] = {
    "credit_code": _("The same unified social credit code."),
    "phone": _("The same telephone number."),
    "email": _("The same email address."),
    "wechat": _("The same WeChat name."),
    "name": _("The same name."),
    "form": _("The names differ in the legal form only."),
    "group": _("The names differ in the legal form only; one is the group."),
    "region": _("The names differ in the region word and the legal form only."),
    "trade_part": _("The same name proper “%(proper)s”, and the lines of business overlap."),
    "no_trade": _("The same name proper “%(proper)s”; one name does not say the line of business."),
    "short": _("One is called by the other's short name."),
    "abbreviation": _("One name is the usual abbreviation of the other."),
    "near": _("The names differ in one character: %(one)s, %(other)s."),
    "sound": _("The names sound alike: %(one)s, %(other)s."),
    "near_discreet": _("The names differ in one character."),
    "sound_discreet": _("The names sound alike."),
    "roman_discreet": _("The English name spells the Chinese one."),
    "english": _("The same English name."),
    "roman": _("The English name spells the Chinese one: %(one)s, %(other)s."),
    "branch": _("One is a branch of the other: link it, do not merge it."),
    "branches": _("Both are branches of “%(proper)s”."),
    "same_account": _("At the same client."),
    "other_code": _("But the credit codes differ."),
    "other_region": _("But they are in different places."),
    "other_trade": _("But the lines of business differ."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be one, or may not: a code of SENTENCES and what fills it."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(SENTENCES[self.code]) % self.values

    @property
    def discreet(self) -> Reason:
        """The same without a name, for those who may not know the other one."""
        return Reason(f"{self.code}_discreet") if "other" in self.values else self


@dataclass(frozen=True, slots=True)
class Likeness:
    """What came of comparing two: the verdict, its weight from 0 to 100, and why."""

    verdict: str
    points: int
    reasons: tuple[Reason, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether somebody should look."""
        return self.verdict != DIFFERENT


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a client that tells it from others. `phones` are its own and those of its people."""

    name: str
    name_en: str = ""
    short_name: str = ""
    credit_code: str = ""
    phones: tuple[str, ...] = ()
    province: str = ""
    city: str = ""


# Telephone numbers


def e164(text: str) -> list[str]:
    """The numbers in a field as the world dials them: “021-5888 1234 转 801 / 13812348866” is +862158881234 and
    +8613812348866. Extensions go; what is too short to be a number is left out."""
    found = []
    for part in re.split(r"[/、,，;；|]|或|\s{2,}", text):
        digits = phone_digits(re.split(r"转|分机|ext|[#＃xX]", part, maxsplit=1)[0])
        if len(digits) < FEWEST_DIGITS:
            continue
        if part.strip().startswith(("+", "00")) and not re.match(r"\s*(?:\+|00)\s*86", part):
            found.append(f"+{digits}")
        elif re.match(r"1[3-9]\d{9}", digits):
            found.append(f"+86{digits[:11]}")
        elif digits.startswith("0"):
            longest = 11 if digits[1] in "12" else 12
            found.append(f"+86{digits[1:longest]}")
        else:
            found.append(digits)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=50_000)
def _numbers(phones: tuple[str, ...]) -> frozenset[str]:
    return frozenset(number for phone in phones for number in e164(phone))


# Keys


def keys(one: Particulars) -> list[tuple[str, str]]:
    """What a client is looked up by: (kind, value), the most telling first, without doubles."""
    found: dict[tuple[str, str], None] = {}
    if code := _code(one):
        found["credit", code] = None
    found.update({("phone", number): None for number in sorted(_numbers(one.phones))})
    names = [taken_apart(name) for name in dict.fromkeys((one.name, one.short_name, one.name_en)) if name.strip()]
    for name in names:
        found.update(dict.fromkeys(_name_keys(name)))
    return [(kind, value[:LONGEST_KEY]) for kind, value in found if value]


def person_keys(phones: tuple[str, ...], email: str, wechat: str) -> list[tuple[str, str]]:
    """What a person at a client is looked up by: telephone numbers, email address, WeChat name."""
    found = [("phone", number) for number in sorted(_numbers(phones))]
    found += [(kind, fold(text).strip()[:LONGEST_KEY]) for kind, text in (("email", email), ("wechat", wechat)) if text]
    return found


def _name_keys(name: CompanyName) -> Iterator[tuple[str, str]]:
    yield "name", name.bare
    if name.is_latin:
        if len(name.proper) >= FEWEST_ROMAN:
            yield "roman", name.proper
        return
    yield "proper", name.proper
    if short := SPELLED_OUT.get(name.bare.removeprefix("中国")) or (name.bare if name.bare in ABBREVIATIONS else ""):
        yield "short", SPELLED_OUT.get(ABBREVIATIONS.get(short, ""), short)
    for text in dict.fromkeys((name.bare, name.proper)):
        if SHORTEST_NEAR <= len(text) <= LONGEST_NEAR:
            yield "near", text
            for at in range(len(text)):
                yield "near", text[:at] + text[at + 1 :]
    yield "sound", sound(name.bare)
    roman = sound(name.proper)
    if len(roman) >= FEWEST_ROMAN:
        yield "roman", roman


@lru_cache(maxsize=50_000)
def sound(text: str) -> str:
    """The text as it is read, without tones: 携程 is xiecheng; other signs as they are."""
    if not any(map(is_han, text)):
        return text
    runs = re.findall(r"[\u3400-\u9fff\U00020000-\U000323af]+|[^\u3400-\u9fff\U00020000-\U000323af]+", text)
    return "".join("".join(syllables(run)) if is_han(run[0]) else run for run in runs)


def _code(one: Particulars) -> str:
    code = uscc_tidy(one.credit_code) if one.credit_code else ""
    return code if uscc_valid(code) else ""


# Likeness


def likeness(one: Particulars, other: Particulars) -> Likeness:
    """How alike two clients are (ACC-04). A branch is told from its house; differing credit codes weigh against."""
    by_name = _by_name(one, other)
    codes = _code(one), _code(other)
    shared_phone = bool(_numbers(one.phones) & _numbers(other.phones))
    reasons = list(by_name.reasons)
    if all(codes) and codes[0] == codes[1]:
        verdict = BRANCH if by_name.verdict == BRANCH else SAME
        kept = [reason for reason in reasons if not reason.code.startswith("other_")]
        return Likeness(verdict, 100, (Reason("credit_code"), *kept))
    if by_name.verdict == BRANCH:
        return by_name
    verdict, points = by_name.verdict, by_name.points
    if shared_phone:
        reasons.insert(0, Reason("phone"))
        points = min(100, points + 20) if verdict != DIFFERENT else 55
        verdict = SAME if points >= 90 else PERHAPS
    if all(codes):
        reasons.append(Reason("other_code"))
        points = max(0, points - 40)
        verdict = PERHAPS if points >= 50 else DIFFERENT
    return Likeness(verdict, points, tuple(reasons))


def _by_name(one: Particulars, other: Particulars) -> Likeness:
    """By names alone: the best that any two of them give."""
    first, second = taken_apart(one.name), taken_apart(other.name)
    if not first.whole or not second.whole:
        return Likeness(DIFFERENT, 0)
    best = _two_names(first, second, _agreement(one, first, other, second))
    if best.verdict in (SAME, BRANCH):
        return best
    candidates = [best, _english(one, first, other, second), _short_names(one, first, other, second)]
    return max((like for like in candidates if like is not None), key=lambda like: like.points)


def _agreement(one: Particulars, first: CompanyName, other: Particulars, second: CompanyName) -> tuple[bool, bool]:
    """Whether the places in the names agree, and whether those where the clients are said to be do."""
    in_names = places_agree(first.places, second.places)
    here, there = ([place_of(x.city) or place_of(x.province)] for x in (one, other))
    known_here = frozenset(filter(None, first.places or here))
    known_there = frozenset(filter(None, second.places or there))
    return in_names, places_agree(known_here, known_there)


def _two_names(one: CompanyName, other: CompanyName, places: tuple[bool, bool]) -> Likeness:
    if one.whole == other.whole:
        return Likeness(SAME, 100, (Reason("name"),)) if places[1] else _elsewhere(80, Reason("name"))
    if one.is_latin or other.is_latin:
        return _latin_names(one, other)
    if bool(one.branch) != bool(other.branch) or one.branch_place != other.branch_place:
        return _branches(one, other, places)
    if one.bare == other.bare:
        return _bare_equal(one, other, places)
    if not places[0]:
        return Likeness(DIFFERENT, 20, (Reason("other_region"),))
    if _abbreviates(one.bare, other.bare) or _abbreviates(other.bare, one.bare):
        return Likeness(PERHAPS, 75, (Reason("abbreviation"),))
    if one.proper == other.proper:
        return _proper_equal(one, other, places)
    return _nearly(one, other, places)


def _elsewhere(points: int, *reasons: Reason) -> Likeness:
    """As alike as that, but in different places."""
    lower = points - 25
    return Likeness(PERHAPS if lower >= 50 else DIFFERENT, lower, (*reasons, Reason("other_region")))


def _branches(one: CompanyName, other: CompanyName, places: tuple[bool, bool]) -> Likeness:
    """One is a branch, or both are, of different places: a house and its branches are linked, never merged."""
    related = places[0] and (one.bare == other.bare or (one.proper == other.proper and _trades(one, other) != "other"))
    if not related:
        return Likeness(DIFFERENT, 10)
    if one.branch and other.branch:
        return Likeness(BRANCH, 60, (Reason("branches", {"proper": one.proper}),))
    return Likeness(BRANCH, 80, (Reason("branch"),))


def _bare_equal(one: CompanyName, other: CompanyName, places: tuple[bool, bool]) -> Likeness:
    """The same but for legal form and region."""
    if not places[0]:
        return Likeness(DIFFERENT, 35, (Reason("other_region"),))
    if one.is_group != other.is_group:
        return _placed(82, places, Reason("group"))
    if one.places != other.places:
        vague = bool((one.places ^ other.places) & VAGUE)
        return _placed(80 if vague else 88, places, Reason("region"))
    return _placed(94, places, Reason("form"))


def _placed(points: int, places: tuple[bool, bool], reason: Reason) -> Likeness:
    if not places[1]:
        return _elsewhere(points, reason)
    return Likeness(SAME if points >= 85 else PERHAPS, points, (reason,))


def _trades(one: CompanyName, other: CompanyName) -> str:
    """How two lines of business stand to each other: equal, part, silent, or other."""
    if one.trade == other.trade or (one.trades and one.trades == other.trades):
        return "equal"
    if not one.trade or not other.trade:
        return "silent"
    if one.trades & other.trades:
        return "part"
    return "other" if one.trades and other.trades else "part"


def _proper_equal(one: CompanyName, other: CompanyName, places: tuple[bool, bool]) -> Likeness:
    """The same name proper with other words of trade."""
    values = {"proper": one.proper}
    match _trades(one, other):
        case "equal" | "part" as how:
            points, reason = 78 if how == "equal" else 68, Reason("trade_part", values)
        case "silent":
            points, reason = 66, Reason("no_trade", values)
        case _:
            return Likeness(DIFFERENT, 35, (Reason("other_trade"),))
    if one.proper in PROVINCE_OF or not places[1]:
        return _elsewhere(points, reason) if not places[1] else Likeness(DIFFERENT, 30)
    return Likeness(PERHAPS, points, (reason,))


_NUMBER_OR_SIDE = re.compile(r"[一二三四五六七八九十百千两\da-z东南西北中上下左右前后新老大小内外甲乙丙丁男女]")


def _nearly(one: CompanyName, other: CompanyName, places: tuple[bool, bool]) -> Likeness:
    """One sign more, less or other, or the same sound. Of two signs a name proper has none to spare."""
    nothing = Likeness(DIFFERENT, 0)
    if not places[1] or _trades(one, other) == "other":
        return nothing
    values = {"one": one.bare, "other": other.bare}
    alike = len(one.bare) == len(other.bare) and sound(one.bare) == sound(other.bare)
    wrong = differing_signs(one.bare, other.bare)
    if wrong is None:
        return Likeness(PERHAPS, 55, (Reason("sound", values),)) if alike else nothing
    if any(_NUMBER_OR_SIDE.fullmatch(sign) for sign in wrong.signs):
        return nothing
    if alike:
        return Likeness(PERHAPS, 62, (Reason("sound", values),))
    shorter = min(len(one.proper), len(other.proper))
    long_proper = shorter >= (LONG_PROPER if wrong.signs else SHORTEST_NEAR)
    in_trade = wrong.at >= shorter + (len(one.bare) != len(other.bare))
    if min(len(one.bare), len(other.bare)) >= SHORTEST_NEAR and (long_proper or in_trade):
        return Likeness(PERHAPS, 60, (Reason("near", values),))
    return nothing


@dataclass(frozen=True, slots=True)
class Slip:
    """Where two texts differ by one sign, and which signs those are."""

    at: int
    signs: tuple[str, ...]


def differing_signs(one: str, other: str) -> Slip | None:
    """The one slip between two texts: a sign more, less or other, or two neighbours changed over. None for any more."""
    if one == other or abs(len(one) - len(other)) > 1:
        return None
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        if one[at + 1 :] == other[at + 1 :]:
            return Slip(at, (one[at], other[at]))
        swapped = one[at : at + 2][::-1] == other[at : at + 2] and one[at + 2 :] == other[at + 2 :]
        return Slip(at, ()) if swapped else None
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return Slip(at, (longer[at],)) if longer[at + 1 :] == shorter[at:] else None


def _abbreviates(short: str, full: str) -> bool:
    return ABBREVIATIONS.get(short) == full.removeprefix("中国")


def _latin_names(one: CompanyName, other: CompanyName) -> Likeness:
    """Names in Latin letters, or one of them: equal without legal form and place, or spelt from the Chinese."""
    if one.is_latin and other.is_latin:
        if one.bare != other.bare:
            slip = differing_signs(one.bare, other.bare)
            numbered = slip is None or any(sign.isdigit() for sign in slip.signs)
            if numbered or min(len(one.bare), len(other.bare)) < 8:
                return Likeness(DIFFERENT, 0)
            return Likeness(PERHAPS, 60, (Reason("near", {"one": one.bare, "other": other.bare}),))
        if one.places and other.places and not one.places & other.places:
            return Likeness(DIFFERENT, 35, (Reason("other_region"),))
        return Likeness(SAME, 90, (Reason("form"),))
    latin, chinese = (one, other) if one.is_latin else (other, one)
    if chinese.branch or len(latin.proper) < FEWEST_ROMAN or sound(chinese.proper) != latin.proper:
        return Likeness(DIFFERENT, 0)
    return Likeness(PERHAPS, 52, (Reason("roman", {"one": chinese.proper, "other": latin.proper}),))


def _english(one: Particulars, first: CompanyName, other: Particulars, second: CompanyName) -> Likeness | None:
    """By the English names, also where the English one stands as the name."""
    here = [taken_apart(x) for x in (one.name_en, one.name if first.is_latin else "") if x]
    there = [taken_apart(x) for x in (other.name_en, other.name if second.is_latin else "") if x]
    if not any(a.bare and a.bare == b.bare for a in here for b in there):
        return None
    if any(a.places and b.places and not a.places & b.places for a in here for b in there):
        return None
    if first.branch != second.branch:
        return None
    sure = first.is_latin or second.is_latin
    return Likeness(SAME if sure else PERHAPS, 86 if sure else 70, (Reason("english"),))


def _short_names(one: Particulars, first: CompanyName, other: Particulars, second: CompanyName) -> Likeness | None:
    """By the short names: what one is called is what the other is called for short."""
    if not (one.short_name or other.short_name) or first.branch != second.branch:
        return None
    here = {first.bare, *(taken_apart(x).bare for x in (one.short_name,) if x)}
    there = {second.bare, *(taken_apart(x).bare for x in (other.short_name,) if x)}
    if not here & there or not places_agree(first.places, second.places):
        return None
    if _trades(first, second) == "other":
        return Likeness(PERHAPS, 52, (Reason("short"), Reason("other_trade")))
    return Likeness(PERHAPS, 72, (Reason("short"),))


# People


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person at a client that tells them from others."""

    name: str
    name_en: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    wechat: str = ""


def person_likeness(one: Person, other: Person, *, at_one_account: bool) -> Likeness:
    """How alike two people are: by number and address anywhere, by name at one client. A switchboard says nothing."""
    named_alike = _signs(one.name) == _signs(other.name)
    reasons = []
    shared = _numbers(one.phones) & _numbers(other.phones)
    if any(named_alike or _MOBILE.match(number) for number in shared):
        reasons.append(Reason("phone"))
    if one.email and fold(one.email) == fold(other.email):
        reasons.append(Reason("email"))
    if one.wechat and fold(one.wechat) == fold(other.wechat):
        reasons.append(Reason("wechat"))
    if named_alike and (reasons or at_one_account):
        where = [Reason("same_account")] if at_one_account else []
        points = 95 if reasons else 75
        return Likeness(SAME if reasons else PERHAPS, points, (Reason("name"), *reasons, *where))
    if reasons:
        return Likeness(PERHAPS, 70, tuple(reasons))
    if at_one_account and len(one.name) > 1 and sound(_signs(one.name)) == sound(_signs(other.name)):
        return Likeness(PERHAPS, 55, (Reason("sound", {"one": one.name, "other": other.name}), Reason("same_account")))
    return Likeness(DIFFERENT, 0)


_MOBILE = re.compile(r"\+861[3-9]")


def _signs(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))
