"""What an answer hands back, in plain form, so that whatever looks at it later meets nothing of the answer's own.

Comparing, describing and drawing read ``==``, ``len``, ``repr``, attributes; any of them may be the answer's own, and
raise, or never end. So a result is taken apart once, where the answer runs, and within its time. What stays is made of
Python's lists, tuples, sets, dictionaries, numbers and texts, NumPy's arrays and plain tensors; anything else becomes
its description.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from numbers import Real
from types import CoroutineType, EllipsisType, NoneType, NotImplementedType
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from transformer_lab.checks.engine.guard import passes_through
from transformer_lab.checks.engine.words import Strange, Unreadable, article, shown, type_name

# How many items a result may have, in all its parts together.
MANY = 10_000
DEEPEST = 32
# One number may be spread out, and a sparse tensor be nearly empty: so many numbers are not written out.
LARGEST = 10_000_000
_AS_THEY_ARE = (NoneType, bool, int, float, complex, str, Fraction, EllipsisType, NotImplementedType)


@dataclass(frozen=True)
class Opaque:
    """In the place of a result that is no value of a plain kind: how it is said in a sentence."""

    text: str

    def __repr__(self) -> str:
        return self.text


def received(value: Any) -> Any:
    """The same value in plain form.

    Raises
    ------
    Strange
        For one that contains itself, is nested deeper than 32, has more than 10,000 items or raises when it is looked
        at, and for a tensor without numbers on the CPU.
    """
    return _Taker().taken(value, ())


def told(error: BaseException) -> BaseException:
    """The error, or an :class:`Unreadable` in its place where looking at it raises another."""
    try:
        # What an error's class may define for itself, and what the engine reads.
        _ = isinstance(error, NotImplementedError), bool(error.args), error.__traceback__
    except BaseException as another:
        if passes_through(another):
            raise
        return Unreadable(type_name(error))
    return error


class _Taker:
    """Takes one result apart, and counts its items."""

    def __init__(self):
        self.items = 0

    def taken(self, value: Any, around: tuple[int, ...]) -> Any:
        """The value in plain form; ``around`` are the identities of the lists that it lies in."""
        kind = type(value)
        if any(kind is form for form in _AS_THEY_ARE):
            return value
        row = next((row for row in _NESTED if row[0] is kind), None)
        plain = None if row else next((take for form, take in _PLAIN if _is(kind, form)), None)
        if plain:
            return _looked(plain, value)
        row = row or next((row for row in _NESTED if _is(kind, row[0])), None)
        return row[3](self._parts(value, *row[1:3], around)) if row else Opaque(shown(value))

    def _parts(self, value: Any, name: str, parts: Callable[[Any], Iterator], around: tuple[int, ...]) -> list:
        if id(value) in around:
            raise Strange(f"a {name} that contains itself")
        if len(around) == DEEPEST:
            raise Strange(f"lists in lists, more than {DEEPEST} deep")
        # A generator runs the answer's code: what it raises, the answer raises.
        found = list(islice(value, MANY)) if parts is iter else _looked(lambda v: list(islice(parts(v), MANY)), value)
        self.items += len(found)
        if self.items >= MANY:
            raise Strange(f"a result of {MANY:,} items or more")
        return [self.taken(item, (*around, id(value))) for item in found]


def _is(kind: type, form: type) -> bool:
    try:
        return issubclass(kind, form)
    except Exception:  # a class whose own class raises when it is asked
        return False


def _looked(take: Callable[[Any], Any], value: Any) -> Any:
    try:
        return take(value)
    except Strange:
        raise
    except BaseException as error:
        if passes_through(error):
            raise
        name = type_name(value)
        raise Strange(f"{article(name)} {name} that raises {type_name(error)} when it is looked at") from None


def _closed(coroutine: CoroutineType) -> Opaque:
    coroutine.close()
    return Opaque(shown(coroutine))


def _tensor(value: Tensor) -> Tensor:
    """A tensor of torch's own class, dense, without names, on the CPU, in a format that can be read."""
    dispatches = [getattr(kind, "__torch_dispatch__", None) for kind in (type(value), Tensor)]
    if dispatches[0] is not dispatches[1]:
        name = type_name(value)
        raise Strange(f"{article(name)} {name}, a tensor with an arithmetic of its own")
    with torch._C.DisableTorchFunctionSubclass():
        found = value if type(value) is Tensor else value.as_subclass(Tensor)
        if found.is_nested:
            raise Strange("a nested tensor: rows of unequal length have no shape to compare")
        if found.device.type != "cpu":
            raise Strange(
                f"a tensor on the device {found.device}; the arguments are on the CPU, and so is what is wanted"
            )
        if found.is_quantized:
            found = found.dequantize()
        if math.prod(found.shape) > LARGEST:
            raise Strange(f"a tensor of shape {list(found.shape)}, more numbers than any result has")
        if found.layout != torch.strided:
            found = found.to_dense()
        rename = getattr(found, "rename", None)
        if rename is not None and any(getattr(found, "names", ())):  # which torch had until 2.12
            found = rename(None)
        try:
            torch.zeros(1, dtype=found.dtype).to(torch.complex128)
        except RuntimeError:
            raise Strange(f"a tensor of {found.dtype}, whose numbers cannot be read one by one") from None
        return found


def _array(value: np.ndarray) -> np.ndarray:
    found = value.view(np.ndarray) if type(value) is not np.ndarray else value
    if found.size > (MANY if found.dtype == object else LARGEST):
        raise Strange(f"a NumPy array of shape {list(found.shape)}, more than any result has")
    if found.dtype != object:
        return found
    made = np.empty(found.shape, dtype=object)
    for place in np.ndindex(found.shape):
        made[place] = received(found[place])
    return made


def _pairs(value: Mapping) -> Iterator[tuple[Any, Any]]:
    # Its type is asked, and not the value, which may say what it likes.
    return iter(dict.items(cast(dict, value)) if issubclass(type(value), dict) else value.items())


# The class's own ways of reading are called, never a subclass's.
_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Tensor, _tensor),
    (np.ndarray, _array),
    (np.generic, lambda value: np.array(value)[()]),
    (int, int.__pos__),
    (float, float.__pos__),
    (complex, complex.__pos__),
    (str, str.__str__),
    (CoroutineType, _closed),
    (Real, float),
)
_NESTED: tuple[tuple[type, str, Callable[[Any], Iterator], Callable[[list], Any]], ...] = (
    (list, "list", list.__iter__, list),
    (tuple, "tuple", tuple.__iter__, tuple),
    (set, "set", set.__iter__, set),
    (frozenset, "set", frozenset.__iter__, frozenset),
    (Mapping, "dictionary", _pairs, dict),
    (Iterator, "generator", iter, list),
)
