"""A listed mistake that an answer makes, and some of whose consequences it avoids: an empty row put right, say."""

from collections.abc import Sequence

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import Outcome
from transformer_lab.checks.engine.comparing import Fault
from transformer_lab.checks.engine.diagnosing.evidence import numbers

# So many different numbers, from at least two cases, agree by more than chance.
ENOUGH, CLOSE = 6, 1e-6


def wrong_elsewhere(
    outcomes: Sequence[Outcome], theirs: Sequence[Outcome], expected: Sequence[Outcome], faults: Sequence[Fault | None]
) -> int | None:
    """At how many places a mistake is wrong and the answer right; None if they differ anywhere where that is wrong."""
    shared, cases, more = 0, 0, 0
    for outcome, other, want, fault in zip(outcomes, theirs, expected, faults, strict=True):
        values = [None if o.error is not None else numbers(o.value) for o in (outcome, other, want)]
        got, made, right = values
        if fault is None:
            if made is not None and right is not None and made.shape == right.shape:
                more += int(_differs(made, right).sum())
            continue
        if got is None or made is None or right is None or not got.shape == made.shape == right.shape:
            return None
        wrong = _differs(got, right)
        if not wrong.any() or bool((wrong & _differs(made, got)).any()):
            return None
        shared, cases = shared + got[wrong].unique().numel(), cases + 1
        more += int((_differs(made, right) & ~wrong).sum())
    return more if cases > 1 and shared >= ENOUGH else None


def _differs(a: Tensor, b: Tensor) -> Tensor:
    return ~torch.isclose(a.double(), b.double(), rtol=CLOSE, atol=CLOSE, equal_nan=True)
