"""The exercise *Periods that no distance passes*."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.calling import PACKAGE, package_of
from transformer_lab.checks.exercise import Case, Exercise, Mistake

WANTED, SHORTEST, LONGEST = 4, 4, 24
LENGTHS = (24, 48, 64, 96, 128)


def _right_at(length: int, periods: list[int]) -> Tensor:
    """For each number of places back, from 0 to ``length − 1``: how many of the periods it is right for."""
    back = torch.arange(length)
    return sum(((back + 1) % period == 0).long() for period in periods)  # pyright: ignore[reportReturnType]


def _judged(answer: Callable[..., Any]) -> Callable[..., Any]:
    """The learner returns periods; what counts is for how many of them one distance is right: 1, or 2 and more."""
    if package_of(answer) == PACKAGE:
        return answer  # the reference and the mistakes return that number already

    def most(length: int) -> int | None:
        periods = answer(length)
        if periods is None:
            return None
        periods = [int(period) for period in periods]
        if len(periods) != WANTED or len(set(periods)) != WANTED:
            raise ValueError(f"expected {WANTED} different periods, got {periods}")
        if min(periods) < SHORTEST or max(periods) > LONGEST:
            raise ValueError(f"expected periods from {SHORTEST} to {LONGEST}, got {periods}")
        return min(2, int(_right_at(length, periods).max()))

    return most


def _failing_from(shortest: int) -> Callable[[int], int]:
    """Periods of which two have their first common multiple between the case before and this length."""
    return lambda length: 2 if length >= shortest else 1


FAIR_PERIODS = Exercise(
    name="fair_periods",
    notebook="27_induction",
    title="Periods that no distance passes",
    difficulty=2,
    reference=lambda length: 1,
    adapt=_judged,
    cases=lambda: [Case(f"sequences of {length} tokens", (length,)) for length in LENGTHS],
    praise="Right: whatever distance a head has learnt, it passes on one of your periods at most.",
    mistakes=[
        Mistake(
            f"two pass together within {length}",
            f"Two of these periods have a common multiple of {length} or less: whoever looks one place less back is "
            f"right for both, and in a sequence of {length} there is room for it. Let every two have a least common "
            "multiple above the length.",
            _failing_from(length),
        )
        for length in LENGTHS
    ],
)
