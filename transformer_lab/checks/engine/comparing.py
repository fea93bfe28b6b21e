"""Whether two results are the same, and how they differ.

The values are compared, not the form that they come in: a number may be Python's, NumPy's or a tensor without axes, a
list may be a tuple or an array, whole numbers may have 32 or 64 bits. What remains, a :class:`Fault`, is said in words.
"""

import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

import numpy as np
import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor, items_of, plain, same_values
from transformer_lab.checks.engine.words import joined, kind_of, nth, number, shown


@dataclass(frozen=True)
class Fault:
    """One difference: a sentence, of which kind, and the two values between which it lies.

    ``kind`` is one of ``values``, ``shape``, ``dtype``, ``type``, ``length``, ``keys``, ``raised``, ``changed``,
    ``nothing``. ``path`` leads to the differing part of a result made of several.
    """

    text: str
    kind: str
    got: Any = None
    want: Any = None
    path: tuple = ()
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}, {self.text}" if self.where else self.text


def difference(got: Any, want: Any, tolerance: float, exact_dtype: bool = False) -> Fault | None:
    """How ``got`` differs from ``want``; None when it does not."""
    if isinstance(want, Tensor):
        return _tensor_difference(got, want, tolerance, exact_dtype)
    if isinstance(want, Mapping):
        return _mapping_difference(got, want, tolerance, exact_dtype)
    if isinstance(want, list | tuple):
        return _list_difference(got, want, tolerance, exact_dtype)
    if isinstance(want, set | frozenset):
        return _set_difference(got, want)
    if isinstance(want, bool):
        return _bool_difference(got, want)
    if is_number(want):
        return _number_difference(got, want, tolerance)
    try:
        same = got is want or bool(got == want)
    except Exception:  # an == of the learner's own may raise anything, an array's has no truth value
        same = False
    return None if same else Fault(f"expected {shown(want)}, got {kind_of(got)}.", "values", got, want)


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a value is a real number, Python's, NumPy's or a fraction: what counts as a float in a signature."""
    return isinstance(value, numbers.Real)


def _tensor_difference(got: Any, want: Tensor, tolerance: float, exact_dtype: bool) -> Fault | None:
    found = as_tensor(got)
    if found is None or (not isinstance(got, Tensor | np.ndarray) and want.dim()):
        return Fault(f"expected a tensor of shape {list(want.shape)}, got {kind_of(got)}.", "type", got, want)
    if found.shape != want.shape:
        text = f"expected shape {list(want.shape)}, got {list(found.shape)}."
        return Fault(text, "shape", found, want)
    same = not found.is_complex() and same_values(found, want, tolerance)
    if same:
        return _dtype_difference(found, want, exact_dtype)
    return _values(found, want)


def _family(dtype: torch.dtype) -> str:
    return "boolean" if dtype == torch.bool else "floating-point" if dtype.is_floating_point else "whole"


def _dtype_difference(got: Tensor, want: Tensor, exact: bool) -> Fault | None:
    families = _family(got.dtype), _family(want.dtype)
    if got.dtype == want.dtype or (families[0] == families[1] and not exact):
        return None
    text = f"the values are right, but expected dtype {want.dtype}, got {got.dtype}."
    return Fault(text, "dtype", got, want)


def _values(got: Tensor, want: Tensor) -> Fault:
    if got.is_complex():
        return Fault("expected real numbers, got complex ones.", "dtype", got, want)
    gap = (got.double() - want.double()).abs()
    gap[got.double() == want.double()] = 0.0  # the same infinity on both sides
    gap[got.isnan() & want.isnan()] = 0.0
    gap = gap.nan_to_num(nan=math.inf)
    # NumPy's: torch's own imports a whole algebra system at its first call, a second of a verdict.
    place = tuple(map(int, np.unravel_index(int(gap.argmax()), gap.shape)))
    expected, found = want[place].item(), got[place].item()
    if isinstance(expected, bool) and not isinstance(found, bool) and found in (0, 1):
        found = bool(found)
    spot = f" at {list(place)}" if place else ""
    return Fault(f"expected {number(expected)}{spot}, got {number(found)}.", "values", got, want)


def _mapping_difference(got: Any, want: Mapping, tolerance: float, exact: bool) -> Fault | None:
    if not isinstance(got, Mapping):
        return Fault(f"expected a dictionary, got {kind_of(got)}.", "type", got, want)
    if set(got) != set(want):
        text = f"expected the keys {sorted(map(str, want))}, got {sorted(map(str, got))}."
        return Fault(text, "keys", got, want)
    for key in want:
        fault = difference(got[key], want[key], tolerance, exact)
        if fault:
            return replace(fault, path=(key, *fault.path), where=_place(f"at {key!r}", fault.where))
    return None


def _list_difference(got: Any, want: list | tuple, tolerance: float, exact: bool) -> Fault | None:
    if isinstance(got, Tensor | np.ndarray) and got.ndim and len(got) != len(want):  # before any item is taken out
        return Fault(f"expected {len(want)} items, got {len(got)}.", "length", got, want)
    items = items_of(got)
    if items is None:
        kind = "a list" if isinstance(want, list) else f"{len(want)} results"
        return Fault(f"expected {kind}, got {kind_of(got)}.", "type", got, want)
    if len(items) != len(want):
        return Fault(f"expected {len(want)} items, got {len(items)}.", "length", got, want)
    faults = [difference(*pair, tolerance, exact) for pair in zip(items, want, strict=True)]
    for index, fault in enumerate(faults):
        if fault:
            return replace(fault, path=(index, *fault.path), where=_place(_item(want, index, faults), fault.where))
    return None


def _item(want: list | tuple, index: int, faults: list[Fault | None]) -> str:
    """``in the second of the three results`` (and the others are right), or the place in a list."""
    if isinstance(want, list):
        return f"at place {index} of the list"
    right = [nth(i) for i, fault in enumerate(faults) if not fault]
    others = f" (the {joined(right)} {'is' if len(right) == 1 else 'are'} right)" if right else ""
    return f"in the {nth(index)} of the {len(want)} results{others}"


def _place(outer: str, inner: str) -> str:
    return f"{outer}, {inner}" if inner else outer


def _set_difference(got: Any, want: set | frozenset) -> Fault | None:
    if not isinstance(got, set | frozenset):
        return Fault(f"expected a set, got {kind_of(got)}.", "type", got, want)
    if any(isinstance(part, Tensor) for item in got for part in (item if isinstance(item, tuple) else (item,))):
        text = "expected numbers in the set, got tensors."
        return Fault(text, "type", got, want)
    found = {tuple(map(plain, x)) if isinstance(x, tuple) else plain(x) for x in got}
    if found == want:
        return None
    missing, extra = want - found, found - want
    parts = [f"{word} {_some(items)}" for word, items in (("missing", missing), ("too many", extra)) if items]
    return Fault(f"expected {len(want)} members, got {len(found)}: {', '.join(parts)}.", "values", found, want)


def _some(items: set | frozenset) -> str:
    listed = sorted(items, key=repr)
    return ", ".join(map(shown, listed[:3])) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


def _bool_difference(got: Any, want: bool) -> Fault | None:
    found = plain(got)
    if isinstance(found, bool) and found == want:
        return None
    return Fault(
        f"expected {want}, got {kind_of(found)}.", "values" if isinstance(found, bool) else "type", found, want
    )


def _number_difference(got: Any, want: float, tolerance: float) -> Fault | None:
    if isinstance(got, Tensor | np.ndarray) and math.prod(got.shape) == 1:
        got = got.reshape(())[()]
    found = plain(got)
    if isinstance(found, bool) or not is_number(found):
        return Fault(f"expected a number, got {kind_of(found)}.", "type", found, want)
    if str(getattr(got, "dtype", "")).endswith("float32"):  # no finer than its own format: a few steps at 1
        tolerance = max(tolerance, 8 * torch.finfo(torch.float32).eps)
    try:
        found = float(found) if not isinstance(found, int) or abs(found) < 2**53 else found
        if math.isnan(found) and math.isnan(want):
            return None
    except OverflowError:  # a whole number beyond all floats
        digits = int(math.log10(abs(int(found)))) + 1
        return Fault(f"expected {number(want)}, got a number of {digits} digits.", "values", None, want)
    if math.isclose(found, want, rel_tol=tolerance, abs_tol=tolerance * min(1.0, max(abs(want), 1e-3))):
        return None
    return Fault(f"expected {number(want)}, got {number(found)}.", "values", found, want)


def extra_zeros(got: Any, want: Any) -> Fault | None:
    """A number that is nearly 0 where the text says exactly 0."""
    found = as_tensor(got)
    if found is None or not isinstance(want, Tensor) or found.shape != want.shape:
        return None
    nearly = (want == 0) & (found != 0)
    if not nearly.any():
        return None
    place = tuple(nearly.nonzero()[0].tolist())
    text = f"expected exactly 0 at {list(place)}, got {found[place].item():.3g}."
    return Fault(text, "values", found, want)
