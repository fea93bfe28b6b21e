"""Values in any plain form: Python's, NumPy's or torch's numbers, lists, tuples, arrays."""

import numbers
from typing import Any

import numpy as np
import torch
from torch import Tensor

# A result in float32 where float64 is wanted is compared at its own precision; 16 bits get no such allowance.
SINGLE = 1e-5


def plain(value: Any) -> Any:
    """A number, bool or string of NumPy's or torch's as Python's own; anything else as it is."""
    if isinstance(value, Tensor) and value.dim() == 0:
        return value.detach().item()
    return value.item() if isinstance(value, np.generic) else value


def items_of(value: Any) -> list | None:
    """The items of a list in any plain form, or None."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Tensor | np.ndarray) and value.ndim:
        return list(value)
    return None


def as_tensor(value: Any) -> Tensor | None:
    """A tensor, or what NumPy and Python have in its place; None for anything else."""
    if isinstance(value, Tensor):
        return value.detach()
    if isinstance(value, np.ndarray | np.generic):
        try:
            return torch.from_numpy(np.array(value, order="C").reshape(np.shape(value)))
        except (TypeError, ValueError):
            return None
    if isinstance(value, numbers.Real):
        try:
            return torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
        except (OverflowError, RuntimeError, ValueError):  # a whole number beyond 64 bits
            return None
    return None


def tensor_of_lists(value: Any, want: Any) -> Any:
    """Nested lists of numbers as a tensor, where one is wanted; anything else as it is."""
    if isinstance(want, tuple) and isinstance(value, list | tuple) and len(value) == len(want):
        return tuple(map(tensor_of_lists, value, want))
    if not isinstance(want, Tensor) or not want.dim() or not isinstance(value, list | tuple):
        return value
    try:
        made = torch.tensor(value)
        return torch.tensor(value, dtype=want.dtype) if _fits(made, want) else made
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return value


def _fits(made: Tensor, want: Tensor) -> bool:
    """Whether a list's numbers may be read as the wanted kind without a loss: whole numbers may stand for any."""
    return want.is_floating_point() and made.dtype != torch.bool


def same_values(got: Tensor, want: Tensor, tolerance: float) -> bool:
    """Whether two tensors of one shape hold the same numbers, at the precision of the coarser one."""
    if got.dtype == torch.float32 and want.dtype == torch.float64:
        tolerance = max(tolerance, SINGLE)
    a, b = got.double(), want.double()
    finite = b[b.isfinite()].abs()
    largest = float(finite.max()) if len(finite) else 1.0
    # The absolute part follows small results down, and stops where rounding begins.
    absolute = tolerance * min(1.0, max(largest, 1e-3))
    return torch.allclose(a, b, rtol=tolerance, atol=absolute, equal_nan=True)
