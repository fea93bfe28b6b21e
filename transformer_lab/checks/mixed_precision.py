"""Exercises about mixed precision (12): scaling losses."""

import math

import torch

from transformer_lab.checks.exercise import Case, Exercise, Mistake

LARGEST_FLOAT16 = torch.finfo(torch.float16).max


def _loss_scale_cases() -> list[Case]:
    return [
        Case("largest gradient 0.75", (torch.tensor([1e-8, 3e-6, 0.75]),)),
        Case("largest gradient 40, negative", (torch.tensor([2e-7, -40.0, 1.0]),)),
        Case("largest gradient 3.1", (torch.tensor([[0.001, 3.1], [-0.2, 0.0]]),)),
        Case("tiny gradients", (torch.tensor([1.5e-9, -6e-10]),)),
    ]


def _power(limit: float, rounding=math.floor) -> float:
    return 2.0 ** rounding(math.log2(limit))


CHOOSE_LOSS_SCALE = Exercise(
    name="choose_loss_scale",
    notebook="12_mixed_precision",
    title="Choose a loss scale",
    difficulty=1,
    reference=lambda gradients: _power(LARGEST_FLOAT16 / float(gradients.abs().max())),
    cases=_loss_scale_cases,
    praise="Right: the largest power of two that lets nothing overflow, and so saves the most from underflow.",
    mistakes=[
        Mistake(
            "overflow",
            "One factor of two too many: the largest gradient becomes infinite. Round the exponent down.",
            lambda gradients: _power(LARGEST_FLOAT16 / float(gradients.abs().max()), math.ceil),
        ),
        Mistake(
            "sign forgotten",
            "Negative gradients overflow too: take the largest absolute value.",
            lambda gradients: _power(LARGEST_FLOAT16 / float(gradients.max())),
        ),
        Mistake(
            "not a power of two",
            "Scaling by anything but a power of two rounds every gradient once more: take the power of two below.",
            lambda gradients: LARGEST_FLOAT16 / float(gradients.abs().max()),
        ),
        Mistake(
            "mean, not largest",
            "The mean says nothing about overflow: one infinite gradient spoils the step. Use the largest.",
            lambda gradients: _power(LARGEST_FLOAT16 / float(gradients.abs().mean())),
        ),
        Mistake(
            "smallest gradient",
            "This brings the smallest gradient up to the largest number that float16 has: use the largest gradient.",
            lambda gradients: _power(LARGEST_FLOAT16 / float(gradients[gradients != 0].abs().min())),
        ),
        Mistake(
            "always the same",
            "The scale does not depend on the gradients: 65,536 is only where a dynamic scaler begins.",
            lambda gradients: 65536.0,
        ),
        Mistake(
            "only up to 1",
            "This brings the largest gradient to 1: float16 goes up to 65,504.",
            lambda gradients: _power(1 / float(gradients.abs().max())),
        ),
    ],
)


def _scaler(
    reset_growth: bool = True, reset_overflow: bool = True, shrink: float = 0.5, grow: float = 2.0, late: int = 0
):
    """A dynamic scaler, right by default: the scale in use after each step."""

    def scales(overflows: list[bool], scale: float, interval: int) -> list[float]:
        good, history = 0, []
        for overflow in overflows:
            good = 0 if overflow and reset_overflow else good if overflow else good + 1
            scale = scale * shrink if overflow else scale
            if not overflow and good >= interval + late:
                scale, good = scale * grow, 0 if reset_growth else good
            history.append(scale)
        return history

    return scales


def _scaler_cases() -> list[Case]:
    on, off = True, False
    return [
        Case("8 good steps, interval 3", ([off] * 8, 1024.0, 3)),
        Case("overflow at once, twice", ([on, on, off, off, off], 65536.0, 2)),
        Case("an overflow just before growth", ([off, off, on, off, off, off, off], 16.0, 3)),
        Case("interval 1", ([off, on, off], 8.0, 1)),
    ]


DYNAMIC_SCALER = Exercise(
    name="dynamic_scaler",
    notebook="12_mixed_precision",
    title="A dynamic scaler",
    difficulty=3,
    reference=_scaler(),
    cases=_scaler_cases,
    praise="Right: the same scales as torch.amp.GradScaler with growth_factor 2 and backoff_factor 0.5.",
    mistakes=[
        Mistake(
            "overflow does not reset the counter",
            "Good steps from before an overflow still count: the interval starts again after an overflow.",
            _scaler(reset_overflow=False),
        ),
        Mistake(
            "growth does not reset the counter",
            "After the first growth the scale doubles at every step: set the counter back to 0.",
            _scaler(reset_growth=False),
        ),
        Mistake(
            "one step late", "The scale grows one step late: it doubles at the interval's last step.", _scaler(late=1)
        ),
        Mistake(
            "never grows", "The scale never grows: after interval good steps in a row, double it.", _scaler(grow=1.0)
        ),
        Mistake(
            "never shrinks",
            "The scale stays where it is after an overflow, so the next step overflows too: halve it.",
            _scaler(shrink=1.0),
        ),
        Mistake(
            "never changes",
            "The scale never changes: halve it after an overflow, double it after good steps.",
            _scaler(shrink=1.0, grow=1.0),
        ),
        Mistake(
            "directions exchanged",
            "The two directions have changed places: halve after an overflow, double after good steps.",
            _scaler(shrink=2.0, grow=0.5),
        ),
    ],
)

EXERCISES = (CHOOSE_LOSS_SCALE, DYNAMIC_SCALER)
