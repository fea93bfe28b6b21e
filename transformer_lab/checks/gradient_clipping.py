"""Exercises about clipping gradients (11)."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _global_norm(gradients: list[Tensor]) -> float:
    return float(torch.cat([gradient.flatten() for gradient in gradients]).norm())


def _factor(norm: float, max_norm: float) -> float:
    return min(1.0, max_norm / norm)


def _scaled(gradients: list[Tensor], factor: float) -> list[Tensor]:
    return [gradient * factor for gradient in gradients]


def _clip(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    norm = _global_norm(gradients)
    return _scaled(gradients, _factor(norm, max_norm)), norm


def _each_by_itself(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    return [gradient * _factor(_global_norm([gradient]), max_norm) for gradient in gradients], _global_norm(gradients)


def _squared_norm(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    squared = _global_norm(gradients) ** 2
    return _scaled(gradients, _factor(squared, max_norm)), squared


def _sum_of_norms(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    total = sum(_global_norm([gradient]) for gradient in gradients)
    return _scaled(gradients, _factor(total, max_norm)), total


def _norm_afterwards(gradients: list[Tensor], max_norm: float) -> tuple[list[Tensor], float]:
    clipped, _ = _clip(gradients, max_norm)
    return clipped, _global_norm(clipped)


def _clip_cases() -> list[Case]:
    return [
        Case("one gradient (3, 4), limit 1", ([torch.tensor([3.0, 4.0]).double()], 1.0)),
        Case(
            "three gradients, too long together", ([_random(4, 3), 5 * _random(3, seed=1), _random(2, 2, seed=2)], 2.0)
        ),
        Case("each short enough, together not", ([torch.full((2,), 0.6).double() for _ in range(3)], 1.0)),
        Case("short gradients", ([0.01 * _random(3), 0.02 * _random(2, seed=1)], 1.0)),
    ]


CLIP_BY_GLOBAL_NORM = Exercise(
    name="clip_by_global_norm",
    notebook="11_gradient_clipping",
    title="Clip by the global norm",
    difficulty=2,
    reference=_clip,
    cases=_clip_cases,
    praise="Right: one factor for all tensors, never above 1, and the norm from before.",
    mistakes=[
        Mistake(
            "each tensor by itself",
            "Every tensor is clipped by its own norm, which turns the whole gradient: use one factor, from the norm "
            "over all tensors together.",
            _each_by_itself,
        ),
        Mistake(
            "clipped by value",
            "Single numbers are cut off, which changes the direction: multiply all by one factor.",
            lambda gradients, max_norm: ([g.clamp(-max_norm, max_norm) for g in gradients], _global_norm(gradients)),
        ),
        Mistake(
            "short gradients stretched",
            "Short gradients are stretched to max_norm: the factor is at most 1.",
            lambda gradients, max_norm: (
                _scaled(gradients, max_norm / _global_norm(gradients)),
                _global_norm(gradients),
            ),
        ),
        Mistake("root forgotten", "This is the squared norm: take the root of the sum of squares.", _squared_norm),
        Mistake(
            "norms added up",
            "The tensors' norms are added up: add their squares, then take the root.",
            _sum_of_norms,
        ),
        Mistake(
            "norm after clipping",
            "The norm that is returned is the one after clipping: return the one from before, which tells of spikes.",
            _norm_afterwards,
        ),
        Mistake(
            "not clipped",
            "The gradients come back as they were: multiply them by max_norm / norm where the norm is larger.",
            lambda gradients, max_norm: (_scaled(gradients, 1.0), _global_norm(gradients)),
        ),
    ],
)


def _average(micro_batches: list[Tensor]) -> Tensor:
    return torch.stack(micro_batches).mean(dim=0)


def _shorten(gradient: Tensor, max_norm: float) -> Tensor:
    return _clip([gradient], max_norm)[0][0]


def _accumulation_cases() -> list[Case]:
    spike = [0.1 * _random(6), 0.1 * _random(6, seed=1), 50 * _random(6, seed=2)]
    return [
        Case("3 micro-batches, one of them a spike", (spike, 1.0)),
        Case("2 that cancel almost", ([torch.tensor([3.0, 0.5]).double(), torch.tensor([-3.0, 0.5]).double()], 1.0)),
        Case("4 short ones", ([0.2 * _random(5, seed=i) for i in range(4)], 1.0)),
    ]


CLIP_ACCUMULATED = Exercise(
    name="clip_accumulated",
    notebook="11_gradient_clipping",
    title="Clipping and accumulation",
    difficulty=1,
    reference=lambda micro_batches, max_norm: _shorten(_average(micro_batches), max_norm),
    cases=_accumulation_cases,
    praise="Right: clip once, what the optimiser is about to see.",
    mistakes=[
        Mistake(
            "each micro-batch clipped",
            "Each micro-batch is clipped before the average, so a large one counts for less than its share: average "
            "first, clip the result once.",
            lambda micro_batches, max_norm: _average([_shorten(each, max_norm) for each in micro_batches]),
        ),
        Mistake(
            "sum, not mean",
            "The micro-batches are added up: the gradient of the mean loss is their mean.",
            lambda micro_batches, max_norm: _shorten(torch.stack(micro_batches).sum(dim=0), max_norm),
        ),
        Mistake(
            "clipped, then divided",
            "The sum is clipped and then divided by the number of micro-batches: divide first, clip last.",
            lambda micro_batches, max_norm: (
                _shorten(_average(micro_batches) * len(micro_batches), max_norm) / len(micro_batches)
            ),
        ),
        Mistake(
            "always rescaled",
            "A short gradient is stretched to max_norm: the factor is at most 1.",
            lambda micro_batches, max_norm: _average(micro_batches) / _average(micro_batches).norm() * max_norm,
        ),
        Mistake(
            "not clipped",
            "This is the mean, not clipped: shorten it to max_norm where it is longer.",
            lambda micro_batches, max_norm: _average(micro_batches),
        ),
    ],
)


EXERCISES = (CLIP_BY_GLOBAL_NORM, CLIP_ACCUMULATED)
