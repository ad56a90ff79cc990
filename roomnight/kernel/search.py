"""How a client or a person is found by what somebody remembers of a name (rule ACC-05): words in, words out.

A record is kept as tokens: every character and pair of characters of its names, every beginning of a word in pinyin, in
initials and in Latin letters, its codes, and its telephone numbers from every digit on. A query asks for all of its own
tokens; Latin ones count as beginnings. What is found that way is looked at again and put in order by `rank`.
The tables behind it are in search_index.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import TypeVar

from roomnight.kernel.names import core_name, without_form
from roomnight.kernel.pinyin import is_han, readings, syllables
from roomnight.kernel.text import fold, phone_digits

T = TypeVar("T")

LONGEST = 16  # signs of a token; what is longer is cut, in the index and in the query alike
START = "‹"  # marks the token of a whole name; no query can contain it
MOST_QUERY_TOKENS = 24
FEWEST_PHONE_DIGITS = 3
FEWEST_OF_A_WHOLE_NUMBER = (
    8  # shorter ones are parts, in which 00 is no prefix of a country: 00042 ends an account's code
)
# Extensions of what is_han() knows by characters that are written without blanks too: Japanese and Korean names.
_UNSPACED = re.compile("[\u3005\u3007\u3040-\u30ff\uac00-\ud7af]")


def compact(text: str) -> str:
    """The text for comparing names: folded, letters and digits only. “携程（上海）Ctrip Co.” is 携程上海ctripco."""
    return "".join(char for char in fold(text) if char.isalnum())


# What is kept of a record


def index_tokens(
    *,
    names: Iterable[str],
    latin: Iterable[str] = (),
    phones: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> list[str]:
    """Everything a record shall be found by, without doubles: letters, digits and characters only, no blanks within.

    names: in any language, of companies or people. latin: English names, e-mail addresses. codes: account codes,
    mnemonics, tax numbers, found by their beginning and their last four signs.
    """
    found: dict[str, None] = {}
    for name in (*names, *latin):
        found.update(dict.fromkeys(_name_tokens(fold(name))))
    for code in codes:
        found.update(dict.fromkeys(_code_tokens(_words(fold(code)))))
    for phone in phones:
        digits = phone_digits(phone)
        found.update(dict.fromkeys(digits[at:][:LONGEST] for at in range(len(digits) - FEWEST_PHONE_DIGITS + 1)))
    return list(filter(None, found))


def _name_tokens(name: str) -> Iterator[str]:
    words = _words(name)
    if not words:
        return
    characters = [word for word in words if _unspaced(word)]
    yield from characters
    for one, next_one in pairwise(words):
        if _unspaced(one) and _unspaced(next_one):
            yield one + next_one
    for word in words:
        if not _unspaced(word):
            yield from (word[at:][:LONGEST] for at in range(len(word)))
    short = without_form(name)  # nobody looks for “gongsi”
    spoken_until = len(_words(short)) if name.startswith(short) else len(words)
    for reading in _spoken(name):
        sounds = "".join(reading)[:LONGEST]
        yield START + sounds
        yield from _beginnings(reading, spoken_until)
        first_letters = [sound if word == sound else sound[:1] for word, sound in zip(words, reading, strict=True)]
        yield START + "".join(first_letters)[:LONGEST]
        yield from _beginnings(first_letters, spoken_until)
    yield START + "".join(words)[:LONGEST]
    if len(words) > 1 and not characters:
        yield "".join(word[:1] for word in words)[:LONGEST]


def _code_tokens(words: list[str]) -> Iterator[str]:
    if not words:
        return
    code = "".join(words)
    yield from (START + code[:LONGEST], code[:LONGEST], code[-4:])
    if number := re.search(r"\d+$", words[-1]):
        yield from (number.group()[:LONGEST], number.group().lstrip("0")[:LONGEST])


def _words(folded: str) -> list[str]:
    """The name in pieces: a Chinese character each, and whole Latin words and numbers; punctuation is left out."""
    words: list[str] = []
    for kind, chars in groupby(folded, key=_kind):
        if kind == "unspaced":
            words += chars
        elif kind:
            words.append("".join(chars))
    return words


def _spoken(folded: str) -> list[tuple[str, ...]]:
    """The name as it is read, piece by piece as `_words` cuts it; twice where it may begin with a family name."""
    beginnings: list[tuple[str, ...]] = [()]
    for kind, chars in groupby(folded, key=_kind):
        run = "".join(chars)
        if kind == "unspaced":
            ways = [syllables(run)] if beginnings[0] else readings(run)
            beginnings = [(*before, *way) for before in beginnings for way in ways]
        elif kind:
            beginnings = [(*before, run) for before in beginnings]
    return beginnings


def _beginnings(words: Sequence[str], count: int) -> Iterator[str]:
    """From each of the first `count` pieces on to the end: xiechengshangwu, chengshangwu, shangwu, wu."""
    joined = "".join(words)
    at = 0
    for word in words[:count]:
        yield joined[at : at + LONGEST]
        at += len(word)


def _unspaced(char: str) -> bool:
    return len(char) == 1 and (is_han(char) or bool(_UNSPACED.match(char)))


def _kind(char: str) -> str:
    if _unspaced(char):
        return "unspaced"
    return "word" if char.isalnum() else ""


# What is asked for


def query_tokens(query: str) -> list[tuple[str, bool]]:
    """The tokens that a record must all have, each with whether it counts as a beginning; none where nothing is asked.

    “携程商务 xc” asks for 携程, 程商, 商务 and something that begins with xc. A single Latin letter or digit asks for
    names that begin with it, and for nothing beside longer words. Three digits such as 138 are in very many records:
    pages should ask for four.
    """
    if digits := _as_phone(query):
        return [(digits[:LONGEST], True)]
    found: dict[tuple[str, bool], None] = {}
    for term in _terms(query):
        for unspaced, group in groupby(_words(term), key=_unspaced):
            words = list(group)
            if not unspaced:
                found.update({(word[:LONGEST], True): None for word in words})
            elif len(words) == 1:
                found[words[0], False] = None
            else:
                found.update({(one + next_one, False): None for one, next_one in pairwise(words)})
    telling = [(token, beginning) for token, beginning in found if len(token) > 1 or not beginning]
    return telling[:MOST_QUERY_TOKENS] or start_tokens(query)


def start_tokens(query: str) -> list[tuple[str, bool]]:
    """The one token that only records have whose name, pinyin, initials or code begin with the whole query."""
    text = compact(" ".join(_terms(query)))
    return [(START + text[:LONGEST], True)] if text else []


def looser(query: str) -> str:
    """The query without a legal form at its end, or "": who types 携程有限公司 wants 携程商务有限公司 as well."""
    folded = fold(query).strip()
    short = without_form(folded)
    return short if short != folded and folded.startswith(short) else ""


def _terms(query: str) -> list[str]:
    return fold(query[:200]).split()


def _as_phone(query: str) -> str:
    """The digits of a query that is one telephone number, prefix of the country and all; "" for any other."""
    typed = fold(query).strip()
    if not re.fullmatch(r"\+?[\d ()\-]+", typed):
        return ""
    plain = re.sub(r"\D", "", typed)
    digits = phone_digits(typed) if len(plain) >= FEWEST_OF_A_WHOLE_NUMBER or typed.startswith("+") else plain
    whole = " " not in typed or typed.startswith(("+", "00")) or len(digits) >= 10
    return digits if whole else ""


# What comes first


@dataclass(frozen=True, slots=True)
class Described:
    """What a found record is judged by. tokens: as kept in the index, separated by blanks; worked out where missing."""

    names: Sequence[str]
    codes: Sequence[str] = ()
    phones: Sequence[str] = ()
    tokens: str = ""


EXACT, PREFIX, CONTAINS, PINYIN_EXACT, PINYIN_PREFIX, PINYIN = range(6)


def rank(query: str, items: Iterable[T], describe: Callable[[T], Described]) -> list[T]:
    """The items that the query really means, best first: exact, then prefix, then any part, then pinyin.

    Among equals the shorter name comes first; beyond that the order given is kept. What only shared tokens is left out.
    """
    wanted = [_Query(text) for text in (query, looser(query)) if compact(text)]
    graded: list[tuple[int, int, T]] = []
    for item in items:
        record = _Record(describe(item))
        grades = (wish.grade(record) + 10 * later for later, wish in enumerate(wanted))
        best = min((grade for grade in grades if grade % 10 <= PINYIN), default=None)
        if best is not None:
            graded.append((best, min(map(len, record.names), default=0), item))
    graded.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in graded]


_NOT_MEANT = 9


class _Record:
    """A described record made comparable."""

    def __init__(self, described: Described) -> None:
        self.names = [compact(name) for name in described.names if name]
        self.codes = [compact(code) for code in described.codes if code]
        self.phones = [phone_digits(phone) for phone in described.phones if phone]
        self.described = described

    @cached_property
    def cores(self) -> list[str]:
        return [compact(core_name(name)) for name in self.described.names]

    @cached_property
    def tokens(self) -> str:
        """Between blanks, so that “ xc” finds the beginning of a token and “ xc ” a whole one."""
        kept = self.described.tokens or " ".join(index_tokens(names=self.described.names, codes=self.described.codes))
        return f" {kept} "


class _Query:
    """A query made comparable, whole and term by term."""

    def __init__(self, query: str) -> None:
        self.whole = compact(query)
        self.terms = [term for term in map(compact, _terms(query)) if term]
        self.digits = _as_phone(query)

    def grade(self, record: _Record) -> int:
        """How well it fits, 0 best; 9 when it is not meant. Of several words the worst decides, at best CONTAINS."""
        grade = self._grade(self.whole, record)
        if self.digits and self.digits != self.whole:
            grade = min(grade, self._grade(self.digits, record))
        if grade == _NOT_MEANT and len(self.terms) > 1:
            return max(CONTAINS, *(self._grade(term, record) for term in self.terms))
        return grade

    def _grade(self, text: str, record: _Record) -> int:
        plain = (*record.names, *record.codes, *record.phones)
        if text in plain:
            return EXACT
        if any(one.startswith(text) for one in plain):
            return EXACT if text in record.cores else PREFIX
        if any(text in one for one in plain):
            return EXACT if text in record.cores else CONTAINS
        return _spoken_grade(text, record)


def _spoken_grade(text: str, record: _Record) -> int:
    """As `_Query.grade`, for a text that nothing is written as: by the tokens of its pinyin and initials."""
    cut = text[:LONGEST]
    if len(text) > LONGEST and not any(text in "".join(way) for name in record.names for way in _spoken(name)):
        return _NOT_MEANT
    if any(map(is_han, text)):
        return _mixed_grade(text, record)
    if f" {START}{cut} " in record.tokens:
        return PINYIN_EXACT
    if f" {START}{cut}" in record.tokens:
        return PINYIN_PREFIX
    return PINYIN if f" {cut}" in record.tokens else _NOT_MEANT


def _mixed_grade(text: str, record: _Record) -> int:
    """For “携cheng”: every piece must be there, the Chinese ones as written."""
    pieces = ["".join(group) for _, group in groupby(text, key=_kind)]
    if len(pieces) < 2:
        return _NOT_MEANT
    found = all(
        any(piece in name for name in record.names) if _kind(piece[0]) == "unspaced" else f" {piece}" in record.tokens
        for piece in pieces
    )
    return PINYIN if found else _NOT_MEANT
