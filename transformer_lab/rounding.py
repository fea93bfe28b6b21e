"""How a measured number is printed: rounded to what was measured, and marked as measured."""

import math
from typing import Any

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MAX_DIGITS = 6
# Beyond these, a number is written with a power of ten.
SMALLEST, LARGEST = 1e-3, 1e6


def about(number: Any, digits: int = 2, *, percent: bool = False) -> str:
    """``about(0.8012)`` is "≈ 0.80": a measured number with its sign "≈", to ``digits`` significant digits.

    1234 becomes "≈ 1,200", 0.00012 becomes "≈ 1.2 × 10⁻⁴", and with ``percent`` 0.923 becomes "≈ 92 %". A
    tensor of one element is taken as its number.

    What was measured differs in its last digits from machine to machine. So a test that executes a notebook again does
    not compare what follows a "≈": an assert beside it bounds the number.

    Raises
    ------
    TypeError
        When ``number`` is no number, nor a tensor of one.
    ValueError
        When it is not finite, or when ``digits`` is not from 1 to 6.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MAX_DIGITS:
        raise ValueError(f"digits must be a whole number from 1 to {MAX_DIGITS}, got {digits!r}")
    if isinstance(number, str | bytes | bool):
        raise TypeError(f"number must be a number, got {number!r}")
    try:
        value = float(number)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"number must be a number or a tensor of one, got {type(number).__name__}: {error}") from None
    if not math.isfinite(value):
        raise ValueError(f"number must be finite, got {value}")
    return f"≈ {_written(100 * value if percent else value, digits)}{' %' if percent else ''}"


def _written(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")  # rounds, and so decides the power of ten
    power = int(exponent)
    if value == 0:
        return "0"
    if not SMALLEST <= abs(float(f"{mantissa}e{power}")) < LARGEST:
        return f"{mantissa.replace('-', '−')} × 10{str(power).translate(RAISED)}"
    rounded = float(f"{mantissa}e{power}")
    return f"{rounded:,.{max(0, digits - 1 - power)}f}".replace("-", "−")
