"""An argument that has no influence on the result, found by replacing it."""

import numbers
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Outcome, run_all
from transformer_lab.checks.engine.comparing import difference
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, with_argument
from transformer_lab.checks.engine.values import items_of
from transformer_lab.checks.engine.words import nth


def ignored_argument(evidence: Evidence) -> Finding | None:
    """An argument that may be replaced without any change of the answer's result, though the reference's changes."""
    if any(outcome.error is not None for outcome in evidence.outcomes) or _is_choice(evidence):
        return None
    paths = {fault.path[:1] for fault in evidence.faults if fault}
    for place, name in enumerate(evidence.names[: len(evidence.cases[0].arguments)]):
        if _is_ignored(evidence, place, ()):
            text = f"{name} has no influence: the result stays the same whatever {name} is, and it should not."
            return Finding("argument not used", text)
        for path in sorted(path for path in paths if path and isinstance(path[0], int)):
            if _is_ignored(evidence, place, path):
                results = f"the {nth(path[0])} of the {len(evidence.expected[0].value)} results"
                text = f"{name} has no influence on {results}, which should depend on it."
                return Finding("argument not used", text)
    return None


def _is_choice(evidence: Evidence) -> bool:
    """Whether the results are indices: those stay the same under many a change of what they depend on."""
    return all(isinstance(want.value, int) and abs(want.value) < 10 for want in evidence.expected)


def _is_ignored(evidence: Evidence, place: int, path: tuple) -> bool:
    """Whether a part of the result stays as it is for every other value, wherever the reference's changes."""
    matters = 0
    for i, case in enumerate(evidence.cases):
        others = [with_argument(case, place, other) for other in _others(case.arguments[place])]
        wanted = run_all(evidence.reference, others, evidence.names)
        before = _at(evidence.expected[i], path)
        cases = [c for c, want in zip(others, wanted, strict=True) if _moves(want, before, path, 1e-3)]
        found = evidence.rerun(cases)
        if any(got.error is not None or _moves(got, _at(evidence.outcomes[i], path), path, 1e-12) for got in found):
            return False
        matters += len(cases)
    return matters >= 3


def _at(outcome: Outcome, path: tuple) -> Any:
    if not path:
        return outcome.value
    items = items_of(outcome.value)
    return items[path[0]] if items is not None and len(items) > path[0] else None


def _moves(outcome: Outcome, before: Any, path: tuple, tolerance: float) -> bool:
    return outcome.error is None and difference(_at(outcome, path), before, tolerance) is not None


def _others(value: Any) -> Iterator[Any]:
    """Other values that could stand there: new ones, the same in another order, on another scale."""
    generator = torch.Generator().manual_seed(1)
    for turn in range(3):
        other = _other(value, turn, generator)
        if other is not None:
            yield other


def _other(value: Any, turn: int, generator: torch.Generator) -> Any:
    if isinstance(value, Tensor):
        return _other_tensor(value, turn, generator)
    if isinstance(value, bool):
        return not value
    if isinstance(value, numbers.Real):
        return value + 1 if turn == 0 else 2 * value if turn == 1 else None
    if isinstance(value, list | tuple):
        made = [_other(item, turn, generator) for item in value]
        return None if any(item is None for item in made) or not made else type(value)(made)
    if callable(value):
        return _other_function(value, turn)
    return None


def _other_function(function: Callable[..., Any], turn: int) -> Callable[..., Any]:
    return lambda *a: (1.5 + turn) * function(*a) + 0.1


def _other_tensor(value: Tensor, turn: int, generator: torch.Generator) -> Tensor:
    order = torch.randperm(value.numel(), generator=generator)
    mixed = value.flatten()[order].view(value.shape)
    if value.is_floating_point():
        drawn = torch.rand(value.shape, generator=generator, dtype=torch.float64).to(value.dtype)
        return (drawn, mixed, value * 1.5 + 0.1)[turn]
    return (mixed, value.flip(-1) if value.dim() else value, mixed.flip(0) if value.dim() else value)[turn]
