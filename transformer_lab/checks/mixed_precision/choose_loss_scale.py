"""The exercise *Choose a loss scale*."""

import math

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake

LARGEST_FLOAT16 = torch.finfo(torch.float16).max


def _loss_scale_cases() -> list[Case]:
    several = (
        ("largest gradient 0.75", [1e-8, 3e-6, 0.75]),
        ("largest gradient 40, negative", [2e-7, -40.0, 1.0]),
        ("largest gradient 3.1", [[0.001, 3.1], [-0.2, 0.0]]),
        ("tiny gradients", [1.5e-9, -6e-10]),
        ("a gradient of a million", [-3.0, 1e6]),
        ("a gradient that reaches 65,504 exactly", [1.0, 63.96875]),
        ("a gradient that would reach 65,520", [63.984375, -2.0]),
        ("a gradient that would reach 65,526", [63.99, -2.0]),
        ("a gradient of 65,504", [[65504.0], [-1.0]]),
        ("largest gradient 1, negative", [-1.0, 0.5, 0.25, 0.5]),
        ("largest gradient 0.9, several", [0.9, -0.8, 0.85, 0.7, -0.9]),
    )
    return [Case(label, (torch.tensor(numbers),)) for label, numbers in several]


def _largest(gradients: Tensor) -> float:
    return float(gradients.abs().max())


def _scaled_by(size=_largest, limit: float = LARGEST_FLOAT16, change=lambda scale: scale, rounding=math.floor):
    """The power of two below ``limit / size``, or something made of it."""
    return lambda gradients: change(2.0 ** rounding(math.log2(limit / size(gradients))))


CHOOSE_LOSS_SCALE = Exercise(
    name="choose_loss_scale",
    notebook="12_mixed_precision",
    title="Choose a loss scale",
    difficulty=1,
    reference=_scaled_by(),
    cases=_loss_scale_cases,
    praise="Right: the largest power of two that lets nothing overflow, and so saves the most from underflow.",
    mistakes=[
        Mistake(
            "overflow",
            "One factor of two too many: the largest gradient becomes infinite. Round the exponent down.",
            _scaled_by(rounding=math.ceil),
        ),
        Mistake(
            "sign forgotten",
            "Negative gradients overflow too: take the largest absolute value.",
            _scaled_by(lambda gradients: float(gradients.max())),
        ),
        Mistake(
            "not a power of two",
            "Scaling by anything but a power of two rounds every gradient once more: take the power of two below.",
            lambda gradients: LARGEST_FLOAT16 / float(gradients.abs().max()),
        ),
        Mistake(
            "mean, not largest",
            "The mean says nothing about overflow: one infinite gradient spoils the step. Use the largest.",
            _scaled_by(lambda gradients: float(gradients.abs().mean())),
        ),
        Mistake(
            "smallest gradient",
            "This brings the smallest gradient up to the largest number that float16 has: use the largest gradient.",
            _scaled_by(lambda gradients: float(gradients[gradients != 0].abs().min())),
        ),
        Mistake(
            "always the same",
            "The scale does not depend on the gradients: 65,536 is only where a dynamic scaler begins.",
            lambda gradients: 65536.0,
        ),
        Mistake(
            "only up to 1",
            "This brings the largest gradient to 1: float16 goes up to 65,504.",
            _scaled_by(limit=1.0),
        ),
        Mistake(
            "below the limit instead of at most",
            "A gradient that becomes exactly 65,504 is allowed: the scale may reach the limit.",
            _scaled_by(rounding=lambda exponent: math.ceil(exponent) - 1),
        ),
        Mistake(
            "65,536 as the limit",
            "The limit here is 65,536: float16's largest number is 65,504.",
            _scaled_by(limit=65536.0),
        ),
        Mistake(
            "65,520 as the limit",
            "The limit here is 65,520, from where float16 rounds to infinity: the text has 65,504.",
            _scaled_by(limit=65520.0),
        ),
        Mistake(
            "32,768 as the limit",
            "The limit here is 32,768, the largest power of two of float16: its largest number is 65,504.",
            _scaled_by(limit=32768.0),
        ),
        Mistake(
            "never below 1",
            "The scale does not go below 1, where a gradient is larger than float16 holds: it may be ½, ¼, …",
            _scaled_by(change=lambda scale: max(1.0, scale)),
        ),
        Mistake(
            "nothing below 1",
            "Where a gradient is larger than float16 holds, the scale is 0: it may be ½, ¼, …",
            _scaled_by(change=lambda scale: int(scale)),
        ),
        Mistake(
            "never above 65,536",
            "The scale stops at 65,536: for small gradients it may be larger.",
            _scaled_by(change=lambda scale: min(65536.0, scale)),
        ),
        Mistake(
            "rounded to the nearest",
            "The exponent is rounded to the nearest whole number: round it down, or the largest gradient overflows.",
            _scaled_by(rounding=round),
        ),
        Mistake(
            "rounded towards zero",
            "The exponent is rounded towards zero (int): for a negative one that is upwards. Use math.floor.",
            _scaled_by(rounding=int),
        ),
        Mistake(
            "natural logarithm",
            "The exponent is a natural logarithm: take it to base 2, math.log2.",
            lambda gradients: 2.0 ** math.floor(math.log(LARGEST_FLOAT16 / _largest(gradients))),
        ),
        Mistake(
            "the exponent",
            "This is the exponent: return 2 to that power.",
            lambda gradients: math.floor(math.log2(LARGEST_FLOAT16 / _largest(gradients))),
        ),
        Mistake(
            "one halving too many",
            "The scale is half of what it may be: the power of two just below 65,504 / largest fits already.",
            _scaled_by(change=lambda scale: scale / 2),
        ),
        Mistake(
            "upside down",
            "The quotient is upside down: 65,504 / largest, not largest / 65,504.",
            lambda gradients: 2.0 ** math.floor(math.log2(_largest(gradients) / LARGEST_FLOAT16)),
        ),
        Mistake(
            "inverse",
            "This is 1 / scale, by which the gradients are divided later: return the scale.",
            _scaled_by(change=lambda scale: 1 / scale),
        ),
        Mistake(
            "norm instead of the largest",
            "The norm of all gradients is used: only the one furthest from zero can overflow first.",
            _scaled_by(lambda gradients: float(gradients.norm())),
        ),
        Mistake(
            "sum instead of the largest",
            "The absolute values are added up: only the one furthest from zero can overflow first.",
            _scaled_by(lambda gradients: float(gradients.abs().sum())),
        ),
        Mistake(
            "the largest as a power of two",
            "The largest gradient is rounded to a power of two on its own before it divides: round the quotient down.",
            lambda gradients: 2.0 ** (15 - math.floor(math.log2(_largest(gradients)))),
        ),
        Mistake(
            "power of ten",
            "This is a power of ten: a power of two changes the exponent of a number alone, and rounds nothing.",
            lambda gradients: 10.0 ** math.floor(math.log10(LARGEST_FLOAT16 / _largest(gradients))),
        ),
    ],
)
