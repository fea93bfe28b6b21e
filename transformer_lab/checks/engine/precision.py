"""An answer that makes its own numbers makes them in torch's default, float32: right, where the inputs are float64.

It is then judged on float32 copies of the inputs, with an allowance for what float32 costs the reference itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Case, Outcome, run_all
from transformer_lab.checks.engine.comparing import Fault, difference
from transformer_lab.checks.engine.values import as_tensor, items_of
from transformer_lab.checks.engine.words import first_line

NOTE = (
    "It is right in float32, torch's default; the inputs here are float64, and what you make yourself would keep their "
    "digits with dtype=x.dtype."
)
MIXED = (
    "What you make yourself is float32, torch's default, and does not go together with the float64 of the inputs: make "
    "it with dtype=x.dtype."
)
RELATIVE, OF_LARGEST, TIMES_REFERENCE = 1e-4, 1e-5, 10.0


def single(case: Case) -> Case:
    """The case with every float64 tensor in float32."""
    return replace(case, arguments=_to_single(case.arguments))


def _to_single(value: Any) -> Any:
    if isinstance(value, Tensor) and value.dtype == torch.float64:
        return value.float()
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(_to_single, value))
    return value


def is_float32(got: Outcome, want: Outcome) -> bool:
    """Whether a result came in float32 (or NumPy's) where the reference has float64."""
    pairs = zip(_leaves(got.value), _leaves(want.value), strict=False)
    return any(_narrower(found, wanted) for found, wanted in pairs)


def _narrower(found: Any, wanted: Any) -> bool:
    tensor = as_tensor(found)
    if tensor is None or not isinstance(wanted, Tensor):
        return False
    return tensor.dim() > 0 and tensor.dtype == torch.float32 and wanted.dtype == torch.float64


def _leaves(value: Any) -> list:
    items = items_of(value) if isinstance(value, list | tuple) else None
    return [value] if items is None else [leaf for item in items for leaf in _leaves(item)]


def agrees_in_float32(
    answer: Callable[..., Any],
    reference: Callable[..., Any],
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    faults: Sequence[Fault | None],
    names: Sequence[str],
) -> bool:
    """Whether nothing but float32 stands between an answer and the reference."""
    wanted = run_all(reference, cases, names)
    suspects = (o for o, want, fault in zip(outcomes, wanted, faults, strict=True) if fault and not _by_dtype(o, want))
    copies = [single(case) for case in cases]
    if any(suspects) or all(a is b for c, d in zip(cases, copies, strict=True) for a, b in _pairs(c, d)):
        return False
    plain, found = run_all(reference, copies, names), run_all(answer, copies, names)
    return all(map(_close, found, wanted, plain))


def _pairs(case: Case, copy: Case) -> zip:
    return zip(_leaves(case.arguments), _leaves(copy.arguments), strict=True)


def mixes(outcome: Outcome) -> bool:
    """Whether an answer has stumbled over numbers in float32 that it made itself, among the inputs' float64."""
    text = first_line(outcome.error).lower() if isinstance(outcome.error, RuntimeError) else ""
    return "dtype" in text or ("double" in text and "float" in text)


def _by_dtype(outcome: Outcome, want: Outcome) -> bool:
    """Whether a failure may be the dtype's: torch refuses to mix two, or the result is float32."""
    if outcome.error is None:
        return outcome.changed is None and is_float32(outcome, want)
    text = first_line(outcome.error).lower()
    return isinstance(outcome.error, RuntimeError) and any(word in text for word in ("dtype", "double", "float"))


def _close(found: Outcome, want: Outcome, plain: Outcome) -> bool:
    if found.error is not None or plain.error is not None or found.changed is not None:
        return found.error is not None and type(found.error) is type(want.error)
    leaves = [_leaves(outcome.value) for outcome in (found, want, plain)]
    if len(leaves[0]) != len(leaves[1]):
        return False
    return all(_leaf_close(*trio) for trio in zip(*leaves, strict=True))


def _leaf_close(found: Any, want: Any, plain: Any) -> bool:
    if not isinstance(want, Tensor) or not want.is_floating_point():
        return difference(found, want, RELATIVE) is None
    tensor = as_tensor(found)
    if tensor is None or tensor.shape != want.shape or not tensor.is_floating_point():
        return False
    lost = (plain.double() - want.double()).abs().nan_to_num().max() if want.numel() else 0.0
    scale = want.double().nan_to_num(posinf=0.0, neginf=0.0).abs().max() if want.numel() else 0.0
    allowed = float(OF_LARGEST * scale + TIMES_REFERENCE * lost)
    return torch.allclose(tensor.double(), want.double(), rtol=RELATIVE, atol=allowed, equal_nan=True)
