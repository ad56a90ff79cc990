"""Chinese read aloud in Latin letters: what people type when they look for 携程 by “xiecheng” or “xc”."""

from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby
from typing import Any

from roomnight.kernel.names import core_name
from roomnight.kernel.text import fold

# Family names that are read otherwise than the character usually is.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge",
    "翟": "zhai", "缪": "miao", "覃": "qin", "牟": "mu", "隗": "wei", "佴": "nai", "阚": "kan",
}  # fmt: skip
# Family names whose character begins many other names in its usual reading: found by both, written by the usual one.
RARE_SURNAMES = {
    "乐": "yue", "黑": "he", "折": "she", "秘": "bi", "召": "shao", "种": "chong", "重": "chong", "繁": "po",
    "员": "yun", "句": "gou", "祭": "zhai", "都": "du", "薄": "bo", "洗": "xian",
}  # fmt: skip


@cache
def _reader() -> Any:
    """The library with its dictionaries: a third of a second to load, so only when the first name is read."""
    return import_module("pypinyin")


def is_han(char: str) -> bool:
    """Whether this is a Chinese character, rare ones included."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U000323af"


@lru_cache(maxsize=20_000)
def syllables(han: str) -> tuple[str, ...]:
    """One syllable for each of these Chinese characters, read in the light of its neighbours: 银行 is yin hang.

    ü is written v, as on a keyboard; a character that nobody reads any more stands for itself.
    """
    read = _reader().lazy_pinyin
    together = read(han, errors=list)
    return tuple(together if len(together) == len(han) else (read(char, errors=list)[0] for char in han))


def readings(han: str) -> list[tuple[str, ...]]:
    """Every way a name may begin to be read, the likeliest first: 单小丽 as shan xiao li and as dan xiao li.

    A word of the language has one reading: 单位 is dan wei only.
    """
    usual = syllables(han)
    surname, rare = SURNAMES.get(han[:1]), RARE_SURNAMES.get(han[:1])
    if not (surname or rare) or _begins_with_word(han):
        return [usual]
    if surname:
        return [(surname, *usual[1:]), usual]
    return [usual, (str(rare), *usual[1:])]


def full(text: str) -> str:
    """All of it in small letters without blanks: 单小丽 is shanxiaoli, “ABC 携程” abcxiecheng."""
    return "".join(word for word, _ in _read(text))


def initials(text: str) -> str:
    """The first letter of each character, other words and numbers whole: “携程 360” is xc360."""
    return "".join(word[:1] if spoken else word for word, spoken in _read(text))


def mnemonic(name: str) -> str:
    """The account's short code 助记码 as the trade makes it: 上海携程商务有限公司 is XCSW (rule ACC-01).

    Initials of the name without legal form and region, A to Z and 0 to 9, at most 12 signs; "" where there is none.
    """
    return "".join(char for char in initials(core_name(name)).upper() if char.isascii() and char.isalnum())[:12]


def _begins_with_word(han: str) -> bool:
    words = _reader().constants.PHRASES_DICT
    return any(han[:length] in words for length in (2, 3, 4) if length <= len(han))


def _kind(char: str) -> str:
    if is_han(char):
        return "han"
    return "word" if char.isalnum() else ""


def _read(text: str) -> list[tuple[str, bool]]:
    """Each character's syllable, marked True, and each Latin word or number as a whole, marked False."""
    words: list[tuple[str, bool]] = []
    for kind, chars in groupby(fold(text), key=_kind):
        run = "".join(chars)
        if kind == "han":
            spoken = syllables(run) if words else readings(run)[0]
            words += [(syllable, True) for syllable in spoken]
        elif kind:
            words.append((run, False))
    return words
