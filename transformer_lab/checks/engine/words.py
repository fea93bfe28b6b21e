"""How values, errors and places are said in a sentence."""

import math
import numbers
from collections.abc import Sequence
from typing import Any

from torch import Tensor

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def shown(value: Any) -> str:
    """A short repr, without addresses."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    try:
        text = repr(value)
    except Exception:  # a repr of the learner's own may raise anything
        text = ""
    plain = text and len(text) <= 80 and "\n" not in text and " at 0x" not in text
    return text if plain else f"{article(type(value).__name__)} {type(value).__name__}"


def article(noun: str) -> str:
    """``a`` or ``an``."""
    return "an" if noun[:1].lower() in "aeiou" else "a"


def kind_of(value: Any) -> str:
    """What a value is, for ``got …``: a tensor by its shape, anything else by its repr or its type."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {list(value.shape)}"
    if type(value).__module__ == "numpy" and hasattr(value, "shape") and value.shape:
        return f"a NumPy array of shape {list(value.shape)}"
    return shown(value)


def number(value: Any) -> str:
    """A number to six places, True and False as words, integers whole."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, numbers.Integral) and abs(int(value)) > 10**300:
        return f"a number of about {math.log10(abs(int(value))):.0f} digits"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return f"{float(value):.6g}"
    return shown(value)


def first_line(error: BaseException) -> str:
    """The first line of what an error says; its text may itself raise."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        return "(its text cannot be read)"
    return lines[0] if lines else "no message"


def raised(error: BaseException) -> str:
    """``raised KeyError: 'oops'``, in the words of who reads it."""
    if isinstance(error, SystemExit):
        return "ended the program (SystemExit): return the result instead."
    if isinstance(error, KeyboardInterrupt):
        return "raised KeyboardInterrupt, which stops the program: return the result instead."
    if isinstance(error, RecursionError):
        return "raised RecursionError: it calls itself again and again. Is there a call that ends the chain?"
    return f"raised {type(error).__name__}: {first_line(error)}"


def joined(items: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def nth(index: int) -> str:
    """``first``, ``second``, …, from 0."""
    return ORDINALS[index] if index < len(ORDINALS) else f"{index + 1}th"


def axis_name(axis: int) -> str:
    """``last``, ``second to last``, … for -1, -2, …."""
    return "last" if axis == -1 else f"{nth(-axis - 1)} to last"


def along(dims: int, axis: int, place: object) -> str:
    """``[:, 2]``: one place, or a slice of them, along one axis of a tensor."""
    return f"[{', '.join([':'] * (axis % dims) + [str(place)])}]"
