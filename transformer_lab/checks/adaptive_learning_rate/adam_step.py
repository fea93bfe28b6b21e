"""The exercise *One step of Adam*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


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
