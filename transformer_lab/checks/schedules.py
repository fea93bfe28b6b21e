"""Exercises about the learning rate (19): the schedule of the first Transformer, and one step of Adam."""

import math

import torch
from torch import Tensor

from transformer_lab import schedules
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

NOAM_RATE = Exercise(
    name="noam_rate",
    notebook="19_adaptive_learning_rate",
    title="Up in a line, down as a root",
    difficulty=1,
    reference=lambda step, d_model, warmup: schedules.noam(d_model, warmup)(step),
    cases=lambda: [
        Case(f"step {step}, d_model {d_model}, warmup {warmup}", (step, d_model, warmup), 1e-9)
        for step, d_model, warmup in (
            (1, 512, 4000),
            (2000, 512, 4000),
            (4000, 512, 4000),
            (16000, 512, 4000),
            (30, 64, 10),
            (7, 128, 1),
        )
    ],
    praise="Right: it rises to 1 / √(d_model · warmup) at the last step of the warm-up, and falls from there.",
    mistakes=[
        Mistake(
            "larger instead of smaller",
            "This takes the larger of the two branches: min, not max, or the rate begins huge and never stops rising.",
            lambda step, d_model, warmup: d_model**-0.5 * max(step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "d_model forgotten",
            "The factor d_model^−½ is missing: wider models get smaller rates.",
            lambda step, d_model, warmup: min(step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "multiplied by the root of d_model",
            "The rate is multiplied by √d_model: divide by it.",
            lambda step, d_model, warmup: d_model**0.5 * min(step**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "divided by d_model",
            "The rate is divided by d_model: divide by its square root.",
            lambda step, d_model, warmup: min(step**-0.5, step * warmup**-1.5) / d_model,
        ),
        Mistake(
            "no warm-up",
            "There is no warm-up: up to step warmup the rate is step · warmup^−1.5, which is smaller than step^−½.",
            lambda step, d_model, warmup: d_model**-0.5 * step**-0.5,
        ),
        Mistake(
            "no decay",
            "The rate never falls: after the warm-up it is step^−½.",
            lambda step, d_model, warmup: d_model**-0.5 * min(warmup**-0.5, step * warmup**-1.5),
        ),
        Mistake(
            "rises forever",
            "The rate rises forever: take the smaller of step · warmup^−1.5 and step^−½.",
            lambda step, d_model, warmup: d_model**-0.5 * step * warmup**-1.5,
        ),
        Mistake(
            "branches that do not meet",
            "The warm-up is step / warmup, which does not meet step^−½ at step warmup: the exponent is −1.5.",
            lambda step, d_model, warmup: d_model**-0.5 * min(step**-0.5, step / warmup),
        ),
        Mistake(
            "decay as 1 / step",
            "The rate falls as 1 / step: it falls as 1 / √step.",
            lambda step, d_model, warmup: d_model**-0.5 * min(warmup**0.5 / step, step * warmup**-1.5),
        ),
        Mistake(
            "steps from 0",
            "The step is counted once more or once less: steps count from 1 and are used as they come.",
            lambda step, d_model, warmup: d_model**-0.5 * min((step + 1) ** -0.5, (step + 1) * warmup**-1.5),
        ),
    ],
)


def _adam_with(
    correct_mean: bool = True,
    correct_square: bool = True,
    inside: bool = False,
    swap: bool = False,
    sign: float = -1.0,
    root: bool = True,
    squared: bool = True,
    keep_corrected: bool = False,
    blend: bool = True,
    momentum: bool = True,
    late: bool = False,
):
    """One step of Adam, or a wrong one; the arguments are those of the exercise."""

    def step(
        w: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, lr: float, beta1: float, beta2: float, eps: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        beta1, beta2 = (beta2, beta1) if swap else (beta1, beta2)
        m = beta1 * m + ((1 - beta1) if blend else 1) * gradient
        v = beta2 * v + ((1 - beta2) if blend else 1) * (gradient**2 if squared else gradient.abs())
        power = t + 1 if late else t
        m_hat = m / (1 - beta1**power) if correct_mean else m
        v_hat = v / (1 - beta2**power) if correct_square else v
        divisor = (v_hat + eps).sqrt() if inside else (v_hat.sqrt() if root else v_hat) + eps
        w = w + sign * lr * (m_hat if momentum else gradient) / divisor
        return (w, m_hat, v_hat) if keep_corrected else (w, m, v)

    return step


def _adam_cases() -> list[Case]:
    def case(label: str, t: int, seed: int, size: float = 1.0, eps: float = 1e-8) -> Case:
        zero = torch.zeros(4, dtype=torch.float64)
        m, v = (zero, zero) if t == 1 else (size * draw(4, seed=seed + 1), size**2 * draw(4, seed=seed + 2) ** 2)
        return Case(label, (draw(4, seed=seed), size * draw(4, seed=seed + 3), m, v, t, 0.01, 0.9, 0.98, eps))

    return [
        case("the first step", 1, 0),
        case("the tenth step", 10, 4),
        case("a gradient a thousand times larger", 3, 8, size=1000.0),
        case("a tiny gradient and a large eps", 2, 12, size=1e-3, eps=1e-3),
    ]


ADAM_STEP = Exercise(
    name="adam_step",
    notebook="19_adaptive_learning_rate",
    title="One step of Adam",
    difficulty=2,
    reference=_adam_with(),
    cases=_adam_cases,
    praise="Right: the same numbers as torch.optim.Adam, from the first step on.",
    mistakes=[
        Mistake(
            "no bias correction",
            "The averages are not corrected: they start at 0 and are too small at first, by 1 − β^t. Divide by that.",
            _adam_with(correct_mean=False, correct_square=False),
        ),
        Mistake(
            "only the mean corrected",
            "Only m is corrected: v starts at 0 too, and is too small by 1 − β₂^t.",
            _adam_with(correct_square=False),
        ),
        Mistake(
            "only the square corrected",
            "Only v is corrected: m starts at 0 too, and is too small by 1 − β₁^t.",
            _adam_with(correct_mean=False),
        ),
        Mistake(
            "corrected averages kept",
            "The corrected averages are returned: keep the plain ones, and correct only for this step's use.",
            _adam_with(keep_corrected=True),
        ),
        Mistake(
            "eps inside the root",
            "eps stands inside the root: Adam divides by √v̂ + eps (LayerNorm is the one with eps inside).",
            _adam_with(inside=True),
        ),
        Mistake(
            "root forgotten",
            "This divides by v̂: take its square root, so that the step does not depend on the gradient's size.",
            _adam_with(root=False),
        ),
        Mistake(
            "not squared",
            "v averages the gradient's size: it must average its square.",
            _adam_with(squared=False),
        ),
        Mistake(
            "betas swapped",
            "The betas have changed places: beta1 is for the mean m, beta2 for the square v.",
            _adam_with(swap=True),
        ),
        Mistake(
            "gradient not weighed",
            "The new gradient enters with weight 1: its weight is 1 − β, so that m and v are averages, not sums.",
            _adam_with(blend=False),
        ),
        Mistake(
            "gradient instead of its average",
            "The step goes along the gradient itself: it goes along m̂, its running average.",
            _adam_with(momentum=False),
        ),
        Mistake("uphill", "It climbs: subtract the step.", _adam_with(sign=1.0)),
        Mistake(
            "exponent t + 1",
            "The correction uses t + 1: t counts from 1 already, so the first step divides by 1 − β.",
            _adam_with(late=True),
        ),
    ],
)


def _cosine_with(half: float = 1.0, sine: bool = False, warm: bool = True, whole: bool = False, floor: bool = True):
    """Linear warm-up and a cosine, or a wrong one."""

    def rate(step: int, peak: float, warmup: int, total: int) -> float:
        if warm and step <= warmup:
            return peak * step / warmup
        start = 0 if whole else warmup
        progress = (step - start) / (total - start)
        progress = min(1.0, progress) if floor else progress
        angle = half * math.pi * progress
        return peak * (1 - math.sin(angle / 2)) if sine else peak * (1 + math.cos(angle)) / 2

    return rate


COSINE_RATE = Exercise(
    name="cosine_rate",
    notebook="19_adaptive_learning_rate",
    title="Up in a line, down as a cosine",
    difficulty=2,
    reference=_cosine_with(),
    cases=lambda: [
        Case(f"step {step} of {total}, warmup {warmup}", (step, 0.1, warmup, total), 1e-9)
        for step, warmup, total in (
            (1, 10, 100),
            (10, 10, 100),
            (11, 10, 100),
            (55, 10, 100),
            (100, 10, 100),
            (150, 10, 100),
        )
    ],
    praise="Right: half a cosine from the peak to 0, and 0 from there on.",
    mistakes=[
        Mistake(
            "no warm-up",
            "There is no warm-up: up to step warmup the rate is peak · step / warmup.",
            _cosine_with(warm=False),
        ),
        Mistake(
            "cosine from the first step",
            "The cosine runs from step 0, so it is on its way down when the warm-up ends: begin at step warmup.",
            _cosine_with(whole=True),
        ),
        Mistake(
            "a whole turn",
            "The cosine makes a whole turn and comes back to the peak: half a turn, π, is wanted.",
            _cosine_with(half=2.0),
        ),
        Mistake(
            "a quarter turn",
            "The cosine makes a quarter of a turn only and ends at half the peak: π, not π / 2.",
            _cosine_with(half=0.5),
        ),
        Mistake(
            "rises again",
            "After the last step the rate rises again: it stays at 0 (limit the progress to 1).",
            _cosine_with(floor=False),
        ),
        Mistake(
            "a sine",
            "This falls fastest right after the peak: half a cosine falls slowly, then fast, then slowly.",
            _cosine_with(sine=True),
        ),
    ],
)

EXERCISES = (NOAM_RATE, ADAM_STEP, COSINE_RATE)
