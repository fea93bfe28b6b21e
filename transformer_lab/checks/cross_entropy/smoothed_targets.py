"""The exercise *Smoothed targets*."""

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _smoothing_cases() -> list[Case]:
    return [
        Case("4 words, ε = 0.1", (torch.tensor([2, 0]), 4, 0.1)),
        Case("3 words, ε = 0.3", (torch.tensor([0, 1, 2, 1]), 3, 0.3)),
        Case("no smoothing", (torch.tensor([1]), 5, 0.0)),
        Case("one word", (torch.tensor([1]), 2, 0.4)),
        Case("nothing but ε", (torch.tensor([[3], [0], [1]]), 4, 1.0)),
        Case("a batch of sentences", (torch.tensor([[1, 0, 2], [2, 2, 1]]), 6, 0.2)),
    ]


def _smooth(target: Tensor, vocab_size: int, epsilon: float) -> Tensor:
    return (1 - epsilon) * F.one_hot(target, vocab_size).float() + epsilon / vocab_size


def _others_only(target: Tensor, vocab_size: int, epsilon: float) -> Tensor:
    one_hot = F.one_hot(target, vocab_size).float()
    return (1 - epsilon) * one_hot + epsilon / (vocab_size - 1) * (1 - one_hot)


def _mixed(mix):
    """Another mixture; ``mix(one_hot, vocab_size, epsilon)``."""
    return lambda target, vocab_size, epsilon: mix(F.one_hot(target, vocab_size).float(), vocab_size, epsilon)


SMOOTHED_TARGETS = Exercise(
    name="smoothed_targets",
    notebook="10_cross_entropy",
    title="Smoothed targets",
    difficulty=1,
    reference=_smooth,
    cases=_smoothing_cases,
    exact_dtype=True,
    praise="Right: every row adds up to 1, and no word has probability 0.",
    mistakes=[
        Mistake(
            "shared among the wrong words only",
            "ε is shared among the wrong words only. In the definition used here (and by PyTorch) every word gets "
            "ε / vocab_size, the right one too.",
            _others_only,
        ),
        Mistake(
            "right word not lowered",
            "The rows add up to more than 1: the right word keeps only 1 − ε of its 1.",
            lambda target, vocab_size, epsilon: F.one_hot(target, vocab_size).float() + epsilon / vocab_size,
        ),
        Mistake(
            "ε not divided",
            "Every word got the whole ε: share it, ε / vocab_size for each.",
            lambda target, vocab_size, epsilon: (1 - epsilon) * F.one_hot(target, vocab_size).float() + epsilon,
        ),
        Mistake(
            "wrong words left at zero",
            "The wrong words still have probability 0: give ε / vocab_size to every word.",
            lambda target, vocab_size, epsilon: (1 - epsilon) * F.one_hot(target, vocab_size).float(),
        ),
        Mistake(
            "ε and 1 − ε exchanged",
            "ε and 1 − ε have changed places: the right word keeps 1 − ε.",
            lambda target, vocab_size, epsilon: _smooth(target, vocab_size, 1 - epsilon),
        ),
        Mistake(
            "ε / (vocab_size − 1) for all",
            "ε is divided by vocab_size − 1 and every word gets it: the row adds up to more than 1. Divide "
            "by vocab_size.",
            _mixed(lambda hot, v, e: (1 - e) * hot + e / (v - 1)),
        ),
        Mistake(
            "right word exactly 1 − ε",
            "The right word has 1 − ε and not its share of ε as well: the row adds up to less than 1.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1 - e, e / v)),
        ),
        Mistake(
            "right word left at 1",
            "The right word keeps its 1, and the others get theirs on top: multiply by 1 − ε first.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1.0, e / v)),
        ),
        Mistake(
            "wrong words get the whole ε",
            "Every wrong word got the whole ε: it is shared, ε / vocab_size for each word.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1 - e, e)),
        ),
        Mistake("not smoothed", "This is the one-hot distribution: ε is not used.", _mixed(lambda hot, v, e: hot)),
        Mistake(
            "equal for all",
            "Every word got 1 / vocab_size: the right word keeps 1 − ε besides its share of ε.",
            _mixed(lambda hot, v, e: torch.full_like(hot, 1 / v)),
        ),
        Mistake(
            "ε / vocab_size taken from the right word",
            "The right word loses ε / vocab_size only: it keeps 1 − ε, and its share of ε.",
            _mixed(lambda hot, v, e: torch.where(hot > 0, 1 - e / v, e / v)),
        ),
        Mistake(
            "softmax",
            "The row goes through a softmax: the smoothed row adds up to 1 already.",
            _mixed(lambda hot, v, e: ((1 - e) * hot + e / v).softmax(-1)),
        ),
        Mistake(
            "divided by the sum",
            "One-hot plus ε is divided by its sum: that lowers the right word too little. Take (1 − ε) · "
            "one-hot + ε / vocab_size.",
            _mixed(lambda hot, v, e: (hot + e) / (1 + v * e)),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the distribution must be float32: end with .float().",
            _mixed(lambda hot, v, e: ((1 - e) * hot + e / v).double()),
        ),
    ],
)


SMOOTHED_TARGETS.mistake(
    "axes of target lost",
    "The tokens of all sentences come in one row: keep target's axes, the shape is [*target.shape, vocab_size].",
)(lambda target, vocab_size, epsilon: _smooth(target.flatten(), vocab_size, epsilon))
