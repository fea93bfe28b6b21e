"""How values, errors and places are said in a sentence."""

import math
import numbers
import re
import unicodedata
from collections.abc import Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from torch import Tensor

from transformer_lab.checks.engine.guard import passes_through

FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# Characters of an error's own text in a sentence; more are cut off, with a sign.
LONGEST = 400
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class Strange(Exception):
    """A result that cannot be compared with any other; its text says what it is."""


class Unreadable(Exception):
    """In the place of an error that cannot be looked at; its text is the name of that error's class."""


def shown(value: Any) -> str:
    """A short repr, without addresses; the kind of value where it has none that can be read."""
    kind = type_name(value)
    try:
        text = _own_words(value)
    except BaseException as error:  # a repr or a name of the learner's own may raise anything
        if passes_through(error):
            raise
        text = ""
    plain = text and len(text) <= 80 and "\n" not in text and " at 0x" not in text
    return printable(text if plain else f"{article(kind)} {kind}")


def _own_words(value: Any) -> str:
    if isinstance(value, type):
        return f"the class {_name_of(value)}"
    if isinstance(value, FUNCTIONS):
        return f"the function {value.__name__}"
    return str.__str__(repr(value))  # which may be of a class of the learner's own


def _name_of(kind: type) -> str:
    """A class's name as Python itself keeps it, whatever the class of the class says."""
    return printable(type.__dict__["__name__"].__get__(kind))


def type_name(value: Any) -> str:
    """The name of a value's class."""
    return _name_of(type(value))


def printable(text: str) -> str:
    """The text with control characters and halves of characters written as escapes."""
    unseen = [c for c in set(text) if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
    return text.translate({ord(c): c.encode("unicode_escape").decode() for c in unseen})


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
        lines = str.__str__(str(error)).strip().splitlines()
    except BaseException as another:
        if passes_through(another):
            raise
        return "(its text cannot be read)"
    if not lines:
        return "no message"
    line = lines[0] if len(lines[0]) <= LONGEST else f"{lines[0][:LONGEST]} …"
    return printable(ADDRESS.sub("", line))


def raised(error: BaseException) -> str:
    """``raised KeyError: 'oops'``, in the words of who reads it."""
    if isinstance(error, SystemExit):
        return "ended the program (SystemExit): return the result instead."
    if isinstance(error, KeyboardInterrupt):
        return "raised KeyboardInterrupt, which stops the program: return the result instead."
    if isinstance(error, Strange):
        return f"returned {error}."
    if isinstance(error, Unreadable):
        return f"raised {error}, which cannot be read."
    if isinstance(error, RecursionError):
        return "raised RecursionError: it calls itself again and again. Is there a call that ends the chain?"
    return f"raised {type_name(error)}: {first_line(error)}"


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
