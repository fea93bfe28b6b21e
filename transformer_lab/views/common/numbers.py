"""Numbers and tokens as a reader wants them. The twin of ``numbers.js``: what the browser writes, Python writes too.

One rounding for both: to the nearest, and a tie away from zero, as schools teach it and as JavaScript's ``toFixed``
does (1/8 is 0.13; Python's own formatting would take the even neighbour, 0.12). What is rounded is the stored binary
number: 1.005 lies below the tie and is 1.00. ``tests/views_js/fixtures/twins.json`` holds both sides together.
"""

import math
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = {"\n": "⏎", "\t": "⇥"}
# Classes of characters (Unicode Annex 9) that are written from right to left, or that turn what follows.
_TURNS = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}


def said(value: float, digits: int = 2, whole: bool = False) -> str:
    """A number with so many decimals: real minus sign, thousands apart, tiny ones as 1.2×10⁻⁷, NaN and ∞ spelt out."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size, sign = abs(value), "−" if value < 0 else ""
    if size >= 1e15 or (not whole and 0 < size < 0.5 * 10.0**-digits):
        return sign + _power(size)
    rounded = _rounded(size, 0 if whole or size >= 1e5 else digits)
    return (sign if rounded else "") + f"{rounded:{',' if rounded >= 10_000 else ''}f}"


def _rounded(size: float, digits: int) -> Decimal:
    return Decimal(size).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _power(size: float) -> str:
    """``3×10⁻⁷`` with one decimal; the mantissa 1 is left out."""
    exact = Decimal(size)
    power = exact.adjusted()
    mantissa = exact.scaleb(-power).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if mantissa == 10:
        mantissa, power = Decimal("1.0"), power + 1
    raised = str(power).translate(_RAISED)
    return f"10{raised}" if mantissa == 1 else f"{mantissa}×10{raised}"


def plain(value: float, digits: int = 6) -> str:
    """A number from 10⁻⁶ to 10²¹ with so many significant digits, and no more of them than it needs: 10000, 0.3."""
    exact = Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_UP)
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def length(value: float) -> str:
    """A length in positions: one decimal, from 1,000 on none."""
    return said(value, 0 if value >= 1000 else 1)


def probability(p: float) -> str:
    """Two decimals, near 0 and near 1 more; nothing that is possible is called 0 or 1."""
    if 0.9995 <= p < 1:
        return ">0.999"
    if 0 < p < 1e-4:
        return "<0.0001"
    return said(p, 2 if p == 0 else 4 if p < 0.0095 else 3 if p < 0.0995 or p > 0.99 else 2)


def shown(token: str, longest: int = 18) -> str:
    """Make one token printable: blank and empty ones get a sign, line breaks too, long ones lose their middle."""
    signs = [_SIGNS.get(c, "�" if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c) for c in token]
    if not signs:
        return "∅"
    if all(c == " " for c in signs):
        signs = ["␣"] * len(signs)
    half = (longest - 1) // 2
    return "".join(signs if len(signs) <= longest else [*signs[:half], "…", *signs[-half:]])


def isolated(text: str) -> str:
    """Keep a text to itself that turns the direction of writing (Arabic, Hebrew), so that a sentence may hold it."""
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(c) in _TURNS for c in text) else text
