"""Money is exact: `Decimal` with two places, in the hotel's currency. A float never becomes money."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

# The sign before the amount. The same in both languages, so that a statement reads alike whoever prints it.
SYMBOLS = {
    "CNY": "¥", "HKD": "HK$", "MOP": "MOP$", "TWD": "NT$", "USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥",
    "KRW": "₩", "SGD": "S$", "THB": "฿", "AUD": "A$", "CAD": "C$",
}  # fmt: skip


def cents(value: Decimal | int | str) -> Decimal:
    """An amount rounded to the cent, half a cent away from zero: 2.345 is 2.35, −2.345 is −2.35, as in commerce.

    Refuses a float with TypeError, for its value is not the one that was typed; ValueError for what is no number.
    """
    if isinstance(value, float):
        raise TypeError("money is never a float")
    try:
        with localcontext(prec=60):
            rounded = Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError(f"not an amount: {value!r}") from None
    if rounded.is_nan():
        raise ValueError(f"not an amount: {value!r}")
    return rounded if rounded else ZERO


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum to the cent; 0.00 for nothing."""
    with localcontext(prec=60):
        return cents(sum(amounts, ZERO))


_TYPED = re.compile(
    r"""(?P<sign>[-+]?)\s*
        (?:人民币|RMB|CNY|(?:US|HK|NT|S|A|C|MOP)?\$|(?:JP)?¥|[€£₩฿])?\s*
        (?P<sign_inside>[-+]?)
        (?P<whole>\d{1,3}(?:,\d{3})+|\d*)
        (?P<fraction>(?:\.\d*)?)\s*
        (?P<unit>[万亿]?)\s*
        (?:元整?|圆整?|块|RMB|CNY)?""",
    re.VERBOSE | re.IGNORECASE,
)
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}


def parse_money(text: str) -> Decimal:
    """The amount somebody typed: “¥12,345.00”, “12345”, “1.2万元”, “(300.50)” and “−300.5” for less than nothing.

    ValueError for anything else and for fractions of a cent, which nobody means; rounding is never done in silence.
    """
    half = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    bracketed = half.startswith("(") and half.endswith(")")
    found = _TYPED.fullmatch(half[1:-1].strip() if bracketed else half)
    signs = "(" * bracketed + found["sign"] + found["sign_inside"] if found else ""
    if not found or len(signs) > 1 or not any(map(str.isdigit, found["whole"] + found["fraction"])):
        raise ValueError(f"not an amount: {text!r}")
    with localcontext(prec=60):
        plain = (found["whole"] or "0").replace(",", "") + found["fraction"]
        amount = Decimal(plain) * _UNITS[found["unit"]]
        if amount != cents(amount):
            raise ValueError(f"more exact than a cent: {text!r}")
        return cents(-amount if signs in {"-", "("} else amount)


def format_money(value: Decimal, currency: str = "CNY", language: str = "zh-hans") -> str:
    """“¥12,345.00”, “-¥300.50”. A currency without a sign is named: “12,345.00 CHF”, in Chinese “CHF 12,345.00”."""
    amount = cents(value)
    number = f"{abs(amount):,.2f}"
    minus = "-" if amount < 0 else ""
    if symbol := SYMBOLS.get(currency):
        return f"{minus}{symbol}{number}"
    return f"{currency} {minus}{number}" if language.startswith("zh") else f"{minus}{number} {currency}"
