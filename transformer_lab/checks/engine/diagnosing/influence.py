"""Which places of the result change with which place of an argument: too many of them, or too few."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Outcome, run_all
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding, numbers, with_argument
from transformer_lab.checks.engine.words import along

MOST = 6
OWN = "no influence wanted"


def wrong_influence(evidence: Evidence) -> Finding | None:
    """Places of the result that change with other places of an argument than they should."""
    return _found(evidence, lambda name: name != OWN)


def own_influence(evidence: Evidence) -> Finding | None:
    """Places that should be the same whatever their own place of an argument is (zeros, say), and are not."""
    return _found(evidence, lambda name: name == OWN)


def _found(evidence: Evidence, counts: Callable[[str], bool]) -> Finding | None:
    part = evidence.part()
    if part is None or part.prefix:
        return None
    failing = [i for i in evidence.order if evidence.faults[i]]
    for place, name in enumerate(evidence.names[: len(evidence.cases[0].arguments)]):
        found = [_in_case(evidence, i, place, name, counts) for i in failing[:2]]
        first = found[0] if found else None
        if first is not None and all(other is not None and other.name == first.name for other in found):
            return first
    return None


def _in_case(evidence: Evidence, index: int, place: int, name: str, counts: Callable[[str], bool]) -> Finding | None:
    case, want = evidence.cases[index], numbers(evidence.expected[index].value)
    value, got = case.arguments[place], numbers(evidence.outcomes[index].value)
    if (
        not isinstance(value, Tensor)
        or not value.is_floating_point()
        or got is None
        or want is None
        or got.shape != want.shape
    ):
        return None
    for axis in range(value.dim()):
        count = value.shape[axis]
        shared = [b for b in range(want.dim()) if want.shape[b] == count]
        if not 2 <= count <= MOST or not shared or evidence.left() < 0.1:
            continue
        changed = [with_argument(case, place, _changed_at(value, axis, j)) for j in range(count)]
        theirs = run_all(evidence.reference, changed, evidence.names)
        ours = evidence.rerun(changed)
        if any(outcome.error is not None for outcome in (*theirs, *ours)):
            continue
        for b in shared:
            should, does = _matrix(theirs, want, b), _matrix(ours, got, b)
            if should is not None and does is not None:
                words = _compared(should, does, (name, value.dim(), axis), (want.dim(), b))
                if words is not None and counts(words[0]):
                    return Finding(*words, index)
    return None


def _changed_at(value: Tensor, axis: int, place: int) -> Tensor:
    generator = torch.Generator().manual_seed(2)
    other = value.clone()
    part = other.select(axis, place)
    drawn = torch.rand(part.shape, generator=generator, dtype=torch.float64).to(value.dtype)
    part.copy_(part * (0.5 + drawn) + 0.3 * drawn)
    return other


def _matrix(outcomes: Sequence[Outcome], before: Tensor, axis: int) -> Tensor | None:
    """``[i, j]``: whether place i of the result changes with place j of the argument."""
    columns = []
    for outcome in outcomes:
        now = numbers(outcome.value)
        if now is None or now.shape != before.shape:
            return None
        moved = ~torch.isclose(now.double(), before.double(), rtol=1e-7, atol=1e-10, equal_nan=True)
        columns.append(moved.movedim(axis, 0).flatten(1).any(1) if before.dim() > 1 else moved)
    return torch.stack(columns, dim=1)


def _compared(should: Tensor, does: Tensor, argument: tuple, result: tuple) -> tuple[str, str] | None:
    (name, dims, axis), (result_dims, b) = argument, result
    own = torch.eye(len(should), dtype=torch.bool)
    later = torch.triu(torch.ones_like(should), 1)
    too_much, too_little = does & ~should, should & ~does
    if too_much.any() == too_little.any():
        return None
    i, j = (too_much | too_little).nonzero()[0].tolist()
    cause, effect = f"`{name}{along(dims, axis, j)}`", f"`result{along(result_dims, b, i)}`"
    moves = f"when only {cause} changes, so does {effect}, and should not."
    stays = f"{effect} stays the same whatever {cause} is, and should change with it."
    if too_much.any() and not (too_much & ~own).any():
        return OWN, f"{effect} changes with {cause}, and should not."
    if too_much.any() and not (should & ~own).any():
        if axis == b == 0 and dims > 2:
            return "batch mixed up", f"The batch is mixed up: {moves}"
        return "places mixed up", f"Places are mixed up: {moves}"
    if too_much.any() and not (should & later).any() and not (too_much & ~later).any():
        return "looks ahead", f"Later places are looked at: {moves}"
    if len(should) > 2 and should.all() and torch.equal(too_little, later):
        return "later places hidden", f"Later places have no influence: {stays}"
    if should.all() and torch.equal(does, own):
        return "each place alone", f"Each place depends on itself alone: {stays}"
    return None
