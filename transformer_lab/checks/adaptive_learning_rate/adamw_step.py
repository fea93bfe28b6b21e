"""The exercise *One step of AdamW*."""

import torch

from transformer_lab.checks.adaptive_learning_rate.adam_mistakes import ADAM_MISTAKES, adam_with
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

_ADAM = adam_with()


def _decayed(adam=_ADAM, keep=lambda w, lr, decay: w * (1 - lr * decay)):
    """A step of Adam, right or wrong, from weights that have been pulled towards 0; right by default."""

    def step(w, gradient, m, v, t, lr, beta1, beta2, eps, decay):
        return adam(keep(w, lr, decay), gradient, m, v, t, lr, beta1, beta2, eps)

    return step


def _table_case() -> Case:
    """A table of parameters, gradients from a millionth to a thousand, other betas."""
    sizes = torch.tensor([[1e-6, 1e-3, 1.0], [1e3, 1.0, 1e-2]], dtype=torch.float64)
    w, gradient, m = draw(2, 3, seed=20), sizes * draw(2, 3, seed=21), sizes * draw(2, 3, seed=22)
    v = (sizes * draw(2, 3, seed=23)) ** 2
    return Case("a table with gradients of very different size", (w, gradient, m, v, 5, 0.1, 0.8, 0.95, 1e-6, 0.5))


def _adam_cases() -> list[Case]:
    def case(label: str, t: int, seed: int, size: float = 1.0, eps: float = 1e-8, decay: float = 2.0) -> Case:
        zero = torch.zeros(4, dtype=torch.float64)
        m, v = (zero, zero) if t == 1 else (size * draw(4, seed=seed + 1), size**2 * draw(4, seed=seed + 2) ** 2)
        return Case(label, (draw(4, seed=seed), size * draw(4, seed=seed + 3), m, v, t, 0.01, 0.9, 0.98, eps, decay))

    return [
        case("the first step", 1, 0),
        case("the tenth step", 10, 4, decay=5.0),
        case("a gradient a thousand times larger", 3, 8, size=1000.0, decay=3.0),
        case("a tiny gradient and a large eps", 2, 12, size=1e-3, eps=1e-3),
        _table_case(),
    ]


ADAMW_STEP = Exercise(
    name="adamw_step",
    notebook="19_adaptive_learning_rate",
    title="One step of AdamW",
    difficulty=2,
    reference=_decayed(),
    cases=_adam_cases,
    praise="Right: the same numbers as torch.optim.AdamW. The decay knows the rate, and nothing of the gradients.",
    mistakes=[Mistake(each.name, each.message, _decayed(each.variant)) for each in ADAM_MISTAKES],
)


def _in_the_gradient(w, gradient, m, v, t, lr, beta1, beta2, eps, decay):
    return _ADAM(w, gradient + decay * w, m, v, t, lr, beta1, beta2, eps)


def _in_the_mean(w, gradient, m, v, t, lr, beta1, beta2, eps, decay):
    _, m, v = _ADAM(w, gradient, m, v, t, lr, beta1, beta2, eps)
    return w - lr * (m / (1 - beta1**t) + decay * w) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


def _after_the_step(w, gradient, m, v, t, lr, beta1, beta2, eps, decay):
    moved, m, v = _ADAM(w, gradient, m, v, t, lr, beta1, beta2, eps)
    return moved * (1 - lr * decay), m, v


DECAYS = {
    "decay in the gradient": (
        "The decay is added to the gradient, so it goes through m and v and is divided by √v̂ like the rest: that is L2 "
        "with Adam. Pull w itself, beside the averages.",
        _in_the_gradient,
    ),
    "decay divided by the root": (
        "The decay is divided by √v̂: weights with large gradients would hardly decay. Pull w itself.",
        _in_the_mean,
    ),
    "decay after the step": (
        "The *new* w decays, and with it the step that has just been made: pull the w that came in.",
        _after_the_step,
    ),
    "decay without the rate": (
        "The decay does not know the rate: a step takes lr · decay of w, so that it falls with the schedule.",
        _decayed(keep=lambda w, lr, decay: w * (1 - decay)),
    ),
    "no decay": ("decay is not used: this is Adam.", _decayed(keep=lambda w, lr, decay: w)),
    "growing": (
        "The weights grow: the decay is subtracted.",
        _decayed(keep=lambda w, lr, decay: w * (1 + lr * decay)),
    ),
    "decay of a constant length": (
        "Every weight loses the same length, lr · decay: it loses that *share* of itself.",
        _decayed(keep=lambda w, lr, decay: w - lr * decay * w.sign()),
    ),
    "only the decay": (
        "w decays and makes no step: subtract lr · m̂ / (√v̂ + eps) as well.",
        lambda w, g, m, v, t, lr, beta1, beta2, eps, decay: (
            w * (1 - lr * decay),
            *_ADAM(w, g, m, v, t, lr, beta1, beta2, eps)[1:],
        ),
    ),
    "w multiplied by the rate and the decay": (
        "What is left of w is lr · decay of it: that much is to be *lost*, 1 − lr · decay is left.",
        _decayed(keep=lambda w, lr, decay: w * lr * decay),
    ),
}
for _name, (_words, _answer) in DECAYS.items():
    ADAMW_STEP.mistake(_name, _words)(_answer)
