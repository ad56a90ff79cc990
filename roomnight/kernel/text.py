"""Typed words and numbers as they should be kept: tidy text, telephone numbers, the unified social credit code."""

import re
import unicodedata

from roomnight.kernel.traditional import simplified

# Full-width letters, digits and signs that mean the same as the half-width ones. Chinese punctuation is not here:
# “（上海）” is how a Chinese company writes its name.
_HALF_WIDTH = {0x3000: " "} | {
    full: full - 0xFEE0
    for full in (
        *range(0xFF10, 0xFF1A),
        *range(0xFF21, 0xFF3B),
        *range(0xFF41, 0xFF5B),
        *map(ord, "＂＃％＆＇＊＋－．／＝＠＿"),
    )  # fmt: skip
}
_INVISIBLE = dict.fromkeys(
    (0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), None
)
_SEEN_AS = {"Cc": " ", "Cs": ""}  # control characters, and halves of characters that no database takes


def clean(text: str) -> str:
    """One line as a careful person types it: half-width letters and digits, single blanks, nothing invisible.

    Chinese punctuation stays. “ ＡＢＣ　携程  （上海） ” becomes “ABC 携程 （上海）”.
    """
    half = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_HALF_WIDTH)
    if not half.isprintable():
        half = "".join(_SEEN_AS.get(unicodedata.category(char), char) for char in half)
    return " ".join(half.split())


def clean_lines(text: str) -> str:
    """Several lines, each cleaned; blank lines at both ends go, and never more than one in a row between."""
    lines = [clean(line) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


_ACCENT = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """The text for comparing: half-width, small letters, no accents, simplified characters; punctuation stays.

    “ＣＡＦÉ 國際” becomes “cafe 国际”.
    """
    if text.isascii():
        return text.lower()
    half = unicodedata.normalize("NFKC", text).casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", half))
    return simplified(unicodedata.normalize("NFC", bare))


_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc_tidy(code: str) -> str:
    """The code as it is kept: half-width capitals without blanks."""
    return clean(code).replace(" ", "").upper()


def uscc_valid(code: str) -> bool:
    """Whether these are 18 characters whose last one is the right check character (GB 32100-2015, rule ACC-01)."""
    if len(code) != 18 or any(sign not in _USCC_SIGNS for sign in code):
        return False
    weighted = sum(_USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _USCC_SIGNS[-weighted % 31] == code[17]


_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(r"[48]00\d{7}|[19]\d{2,5}")


def phone_digits(text: str) -> str:
    """The digits of a telephone number as they are compared and searched: “+86 138-1234 8866” is 13812348866.

    The prefix of mainland China goes and the 0 of its area codes comes back: “+86 21 5888 1234” is 02158881234. Other
    countries keep their prefix. An extension stays at the end: “021-5888 1234 转 801” is 02158881234801.
    """
    half = unicodedata.normalize("NFKC", text).lstrip(" (")
    digits = "".join(char for char in half if char.isascii() and char.isdigit())
    if half.startswith("+"):
        abroad = digits
    elif digits.startswith("00"):
        abroad = digits[2:]
    elif digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        abroad = digits
    else:
        return digits
    if not abroad.startswith("86"):
        return abroad
    local = abroad[2:]
    whole = local.startswith("0") or _MOBILE.match(local) or _SERVICE.fullmatch(local)
    return local if whole else f"0{local}"


def mask_phone(text: str) -> str:
    """The number as those see it who need not know it: 138****8866; of a short number the last two digits, if any."""
    digits = phone_digits(text)
    if len(digits) < 9:
        shown = 2 if len(digits) > 4 else 0
        return "*" * (len(digits) - shown) + digits[len(digits) - shown :]
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
