"""The exercise *A threshold for a promise*."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor
from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw

Threshold = Callable[[Tensor, Tensor, float], Any]


def _called(answer: Threshold) -> Threshold:
    """Many thresholds do: between two neighbouring scores all call the same. What counts is what is called."""

    def called(scores: Tensor, wanted: Tensor, share: float) -> Any:
        given = answer(scores, wanted, share)
        number = as_tensor(given)
        if number is None or number.numel() != 1 or number.dtype == torch.bool:
            return given
        return scores >= number.double()

    return called


def _needed(wanted: Tensor, share: float, whole: Callable[[float], int] = math.ceil) -> int:
    """How many of the wanted must be caught; shares are decimals, so 0.7 of 10 is 7 and not 8."""
    return max(1, whole(round(share * int(wanted.sum()), 9)))


def _lowest_caught(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    return scores[wanted].sort(descending=True).values[_needed(wanted, share) - 1]


def _case(count: int, positives: int, share: float, seed: int) -> Case:
    scores = draw(count, seed=seed)
    wanted = torch.zeros(count, dtype=torch.bool)
    wanted[torch.randperm(count, generator=torch.Generator().manual_seed(seed))[:positives]] = True
    return Case(f"{positives} of {count} wanted, {share:.0%} of them to be caught", (scores, wanted, share))


def _ties() -> Case:
    scores = torch.tensor([0.9, 0.5, 0.5, 0.5, 0.1, 0.5], dtype=torch.float64)
    wanted = torch.tensor([True, True, False, True, True, False])
    return Case("equal scores", (scores, wanted, 0.5))


THRESHOLD = Exercise(
    name="threshold",
    notebook="25_encoder",
    title="A threshold for a promise",
    difficulty=2,
    reference=_called(_lowest_caught),
    adapt=_called,
    cases=lambda: [
        _case(20, 10, 0.7, seed=0),
        _case(30, 9, 0.5, seed=1),
        _case(12, 4, 0.9, seed=2),
        _case(40, 3, 1.0, seed=3),
        _case(25, 20, 0.05, seed=4),
        _case(16, 16, 0.8, seed=5),
        Case("one sentence", (torch.tensor([-2.0], dtype=torch.float64), torch.tensor([True]), 0.5)),
        _ties(),
    ],
    praise="Right: the promise is kept, and no lower threshold was needed for it.",
    mistakes=[],
)


@THRESHOLD.mistake(
    "rounded down",
    "The number to be caught is rounded down, so the promise is just missed: half of 9 is 5, not 4. Round up.",
)
def _rounded_down(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    return scores[wanted].sort(descending=True).values[_needed(wanted, share, math.floor) - 1]


@THRESHOLD.mistake(
    "a share of all",
    "The share is taken of *all* sentences: recall counts the wanted ones alone.",
)
def _share_of_all(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    return scores.sort(descending=True).values[max(1, math.ceil(round(share * len(scores), 9))) - 1]


@THRESHOLD.mistake(
    "counted from below",
    "The wanted scores are counted from the lowest: what lies at the threshold or above is caught: count from the top.",
)
def _from_below(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    return scores[wanted].sort().values[_needed(wanted, share) - 1]


@THRESHOLD.mistake(
    "one too many",
    "One wanted sentence more than promised is caught: the list counts from 0.",
)
def _one_too_many(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    ordered = scores[wanted].sort(descending=True).values
    return ordered[min(_needed(wanted, share), len(ordered) - 1)]


@THRESHOLD.mistake(
    "all of them",
    "This catches all that are wanted, whatever the promise; a higher threshold keeps it with fewer false alarms.",
)
def _catches_all(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    return scores[wanted].min()


@THRESHOLD.mistake(
    "the share itself",
    "The share is returned as the threshold: it counts sentences, and the threshold is compared with their scores.",
)
def _the_share(scores: Tensor, wanted: Tensor, share: float) -> float:
    return share


@THRESHOLD.mistake(
    "precision promised",
    "The share is kept of those that are *called* (precision): the promise is about those that *are* wanted (recall).",
)
def _precision(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    ordered = scores.sort(descending=True)
    right = wanted[ordered.indices].cumsum(0) / torch.arange(1, len(scores) + 1)
    return ordered.values[int((right >= share).nonzero()[-1])] if bool((right >= share).any()) else ordered.values[0]


@THRESHOLD.mistake(
    "the others' scores",
    "The scores of the sentences that are *not* wanted are counted: take scores[wanted].",
)
def _others(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    others = scores[~wanted].sort(descending=True).values
    count = math.ceil(round(share * len(others), 9))
    return others[max(1, count) - 1] if len(others) else scores.max()


@THRESHOLD.mistake(
    "a quantile between two scores",
    "torch.quantile lands between two scores, by the distance of the ends: one sentence too few may be caught. Count.",
)
def _quantile(scores: Tensor, wanted: Tensor, share: float) -> Tensor:
    return scores[wanted].quantile(1 - share)
