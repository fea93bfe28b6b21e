"""The exercise *RMSNorm*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab import normalization
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

Function = Callable[[Tensor], Tensor]


def _divided(by: Callable[[Tensor, float], Tensor], weighted: bool = True, centre: bool = False):
    """``x / by(x, eps) · weight``."""

    def norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
        x = x - x.mean(-1, keepdim=True) if centre else x
        return x / by(x, eps) * (weight if weighted else 1)

    return norm


def _root(x: Tensor, eps: float) -> Tensor:
    return ((x * x).mean(-1, keepdim=True) + eps).sqrt()


def _along(*axes: int):
    def root(x: Tensor, eps: float) -> Tensor:
        return ((x * x).mean([axis for axis in axes if axis >= -x.dim()], keepdim=True) + eps).sqrt()

    return root


def _scales() -> Tensor:
    return draw(3, 4, seed=6) * torch.tensor([[1e-3], [1.0], [1e3]], dtype=torch.float64)


RMS_NORM = Exercise(
    name="rms_norm",
    notebook="21_layer_norm_in_transformer",
    title="RMSNorm",
    difficulty=1,
    reference=normalization.rms_norm,
    cases=lambda: [
        Case("[3, 4], whose mean square is 12.5", (torch.tensor([[3.0, 4.0]]).double(), torch.ones(2).double(), 1e-5)),
        Case("2 sentences of 3 tokens", (1 + 2 * draw(2, 3, 6), 1 + draw(6, seed=1) / 2, 1e-5)),
        Case("4 tokens of 4 features", (draw(4, 4, seed=2) - 1, 1 + draw(4, seed=3) / 2, 1e-5)),
        Case("tiny values, where eps matters", (0.01 * draw(2, 3, 5, seed=4), 1 + draw(5, seed=5) / 2, 1e-3)),
        Case("values below eps", (1e-4 * draw(2, 4, seed=10), 1 + draw(4, seed=11) / 2, 1e-3)),
        Case("tokens on very different scales", (_scales(), 1 + draw(4, seed=7) / 2, 1e-6)),
        Case("2 heads, 3 tokens of 2 features", (draw(1, 2, 3, 2, seed=8), 1 + draw(2, seed=9) / 2, 0.1)),
        Case("a token of zeros", (torch.zeros(2, 4).double(), torch.ones(4).double(), 1e-5)),
    ],
    praise="Right, also for tiny values and a token of zeros.",
    mistakes=[
        Mistake(
            "centred",
            "The mean is subtracted: that is LayerNorm. RMSNorm leaves the mean where it is.",
            _divided(_root, centre=True),
        ),
        Mistake(
            "deviation instead of rms",
            "x is divided by its standard deviation, which takes the mean off inside: use the mean of x².",
            _divided(lambda x, eps: (x.var(-1, unbiased=False, keepdim=True) + eps).sqrt()),
        ),
        Mistake(
            "deviation, divided by d − 1",
            "x is divided by its (unbiased) standard deviation, which takes the mean off inside: use the mean of x².",
            _divided(lambda x, eps: (x.var(-1, keepdim=True) + eps).sqrt()),
        ),
        Mistake(
            "divided by d − 1",
            "The squares are divided by d − 1: nothing is estimated here, divide by d.",
            _divided(lambda x, eps: ((x * x).sum(-1, keepdim=True) / (x.shape[-1] - 1) + eps).sqrt()),
        ),
        Mistake(
            "mean of absolute values",
            "This is the mean of |x|: square first, then mean, then root.",
            _divided(lambda x, eps: x.abs().mean(-1, keepdim=True) + eps),
        ),
        Mistake(
            "sum of squares",
            "The squares are added up, not averaged: that makes the token's length 1, and its features smaller the "
            "more there are. Take the mean.",
            _divided(lambda x, eps: ((x * x).sum(-1, keepdim=True) + eps).sqrt()),
        ),
        Mistake(
            "length 1",
            "x is divided by its length, the root of the *sum* of squares: take the mean, and mind eps.",
            _divided(lambda x, eps: x.norm(dim=-1, keepdim=True)),
        ),
        Mistake(
            "square of the mean",
            "The mean is taken first and then squared: square first, then mean.",
            _divided(lambda x, eps: (x.mean(-1, keepdim=True) ** 2 + eps).sqrt()),
        ),
        Mistake(
            "multiplied",
            "x is multiplied by the root mean square: divide by it.",
            _divided(lambda x, eps: 1 / _root(x, eps)),
        ),
        Mistake(
            "another eps",
            "eps is not used: nn.RMSNorm's own default is another, and only tiny tokens show it.",
            lambda x, weight, eps: normalization.rms_norm(x, weight),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(mean square + eps).",
            _divided(lambda x, eps: (x * x).mean(-1, keepdim=True).sqrt() + eps),
        ),
        Mistake(
            "no eps",
            "eps is missing: a token of zeros is divided by zero.",
            _divided(lambda x, eps: (x * x).mean(-1, keepdim=True).sqrt()),
        ),
        Mistake(
            "root forgotten",
            "x is divided by the mean square: take its root first.",
            _divided(lambda x, eps: (x * x).mean(-1, keepdim=True) + eps),
        ),
        Mistake(
            "token axis",
            "The mean runs over the tokens: take it over the last axis, the features of one token.",
            _divided(_along(-2)),
        ),
        Mistake(
            "whole-sequence axis",
            "The mean runs over all tokens of a sentence: each token has a size of its own, dim=-1.",
            _divided(_along(-2, -1)),
        ),
        Mistake(
            "all axes",
            "mean() without an axis averages over everything: use dim=-1 and keepdim=True.",
            _divided(lambda x, eps: ((x * x).mean() + eps).sqrt()),
        ),
        Mistake("weight forgotten", "weight is not used: multiply by it.", _divided(_root, weighted=False)),
        Mistake(
            "weight added",
            "weight is added: multiply by it.",
            lambda x, weight, eps: x / _root(x, eps) + weight,
        ),
    ],
)


def _mean_square(x: Tensor) -> Tensor:
    return (x * x).mean(-1, keepdim=True)


RMS_NORM.mistakes.extend(
    [
        Mistake(
            "layer norm",
            "This is LayerNorm, with one mean and one deviation: RMSNorm does not subtract the mean, anywhere.",
            lambda x, weight, eps: normalization.layer_norm(x, eps=1e-5) * weight,
        ),
        Mistake(
            "length 1, of at least eps",
            "x is divided by its length, the root of the *sum* of squares: take the mean, and add eps inside the root.",
            _divided(lambda x, eps: x.norm(dim=-1, keepdim=True).clamp(min=eps)),
        ),
        Mistake(
            "length 1, eps added",
            "x is divided by its length, the root of the *sum* of squares: take the mean, and add eps inside the root.",
            _divided(lambda x, eps: x.norm(dim=-1, keepdim=True) + eps),
        ),
        Mistake(
            "eps as a floor",
            "eps is the least that x is divided by: it is added to the mean square, inside the root.",
            _divided(lambda x, eps: _mean_square(x).sqrt().clamp(min=eps)),
        ),
        Mistake(
            "eps as a floor of the square",
            "eps is the least that the mean square may be: it is added to it.",
            _divided(lambda x, eps: _mean_square(x).clamp(min=eps).sqrt()),
        ),
        Mistake(
            "eps squared",
            "eps is squared before it is added: mean square + eps, as it is given.",
            _divided(lambda x, eps: (_mean_square(x) + eps**2).sqrt()),
        ),
        Mistake(
            "eps added to x",
            "eps is added to every square, or x itself: it is added to the mean square once, before the root.",
            _divided(lambda x, eps: ((x + eps) ** 2).mean(-1, keepdim=True).sqrt()),
        ),
        Mistake(
            "mean of the roots",
            "The root is taken before the mean, so this is the mean of |x|: square, mean, root.",
            _divided(lambda x, eps: (x * x + eps).sqrt().mean(-1, keepdim=True)),
        ),
        Mistake(
            "mean of absolute values, no eps",
            "This is the mean of |x|: square first, then mean, then root; and eps is missing.",
            _divided(lambda x, eps: x.abs().mean(-1, keepdim=True)),
        ),
        Mistake(
            "divided by the largest",
            "x is divided by its largest size: divide by the root of the mean of its squares.",
            _divided(lambda x, eps: x.abs().amax(-1, keepdim=True) + eps),
        ),
        Mistake(
            "1 + weight",
            "The result is multiplied by 1 + weight, as some models do: here by weight.",
            lambda x, weight, eps: x / _root(x, eps) * (1 + weight),
        ),
        Mistake(
            "weight inside",
            "x is multiplied by weight before the mean square is taken: normalise first, weigh afterwards.",
            lambda x, weight, eps: (w := x * weight) / _root(w, eps),
        ),
        Mistake(
            "divided by weight",
            "The result is divided by weight: multiply by it.",
            lambda x, weight, eps: x / _root(x, eps) / weight,
        ),
        Mistake(
            "root of the mean square lost",
            "Only the root mean square comes back: x is to be divided by it, and multiplied by weight.",
            lambda x, weight, eps: _root(x, eps),
        ),
        Mistake(
            "first axis",
            "The mean runs over the first axis: take it over the last one, the features of one token.",
            _divided(lambda x, eps: ((x * x).mean(0, keepdim=True) + eps).sqrt()),
        ),
    ]
)
