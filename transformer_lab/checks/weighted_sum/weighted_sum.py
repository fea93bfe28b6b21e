"""The exercise *A softmax-weighted sum*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _inputs(queries: int, keys: int, width: int, *batch: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Scores, keys and values, keys as wide as values, so that weighing the keys raises no error."""
    scores = 2 * draw(*batch, queries, keys, seed=seed)
    return scores, draw(*batch, keys, width, seed=seed + 1), draw(*batch, keys, width, seed=seed + 2)


# Each row of scores is ten times as large as the one before.
_SCALES = torch.tensor([[0.1], [1.0], [10.0]], dtype=torch.float64)


def _sum_with(axis: int = -1):
    return lambda scores, keys, values: scores.softmax(axis) @ values


def _shares_by(positive):
    """Shares that are not e to the power of the scores, divided by their sum."""
    return lambda scores, keys, values: positive(scores) / positive(scores).sum(-1, keepdim=True) @ values


WEIGHTED_SUM = Exercise(
    name="weighted_sum",
    notebook="01_weighted_sum",
    title="A softmax-weighted sum",
    difficulty=1,
    reference=_sum_with(),
    cases=lambda: [
        Case("2 outputs of 3 values", _inputs(2, 3, 4)),
        Case("as many outputs as values", _inputs(4, 4, 2, seed=3)),
        Case("a batch of 2 with 3 heads", _inputs(5, 2, 3, 2, 3, seed=6)),
        Case("a batch of 3, 3 outputs, 3 values", _inputs(3, 3, 3, 3, seed=9)),
        Case("a batch of 1, one output", _inputs(1, 4, 2, 1, seed=12)),
        Case("one value", _inputs(3, 1, 2, seed=15)),
        Case("rows on very different scales", (_SCALES * draw(3, 4, seed=18), *_inputs(3, 4, 5, seed=19)[1:])),
        Case("scores of 1,000", (1000 + draw(2, 3, seed=21), *_inputs(2, 3, 4, seed=22)[1:])),
    ],
    praise="Right, with any number of axes in front.",
    mistakes=[
        Mistake(
            "overflow",
            "Right for small scores; e to the power of 1,000 is infinite, and infinity by infinity is not a number: "
            "take the row's largest score off first, or use softmax, which does.",
            _shares_by(torch.exp),
        ),
        Mistake(
            "keys weighed",
            "The weights mix the *keys*: keys only help to make the scores; what is handed over are the values.",
            lambda scores, keys, values: scores.softmax(-1) @ keys,
        ),
        Mistake(
            "softmax over the outputs",
            "The softmax runs down the columns: each *row* must share out 1, so take it over the last axis, dim=-1.",
            _sum_with(axis=-2),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the first axis, whatever it holds: the shares of one output lie along the last axis, dim=-1.",
            _sum_with(axis=0),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is right for one table of scores, but wrong as soon as there is a batch: use dim=-1.",
            _sum_with(axis=1),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly, negative ones too: turn them into shares first.",
            lambda scores, keys, values: scores @ values,
        ),
        Mistake(
            "divided by the sum",
            "Dividing by the sum makes the row sum to 1, but negative scores stay negative: take e to the power of "
            "each score first; softmax does both.",
            lambda scores, keys, values: scores / scores.sum(-1, keepdim=True) @ values,
        ),
        Mistake(
            "not divided by the sum",
            "e to the power of the scores is positive, but the rows do not sum to 1: divide by the row's sum.",
            lambda scores, keys, values: scores.exp() @ values,
        ),
        Mistake(
            "plain mean",
            "This is the plain mean of the values: the scores are not used.",
            lambda scores, keys, values: torch.ones_like(scores).softmax(-1) @ values,
        ),
        Mistake(
            "winner takes all",
            "Only the value with the largest score is handed over: a softmax gives every value its share.",
            lambda scores, keys, values: (scores == scores.amax(-1, keepdim=True)).to(scores.dtype) @ values,
        ),
        Mistake(
            "scaled by the root of the width",
            "The scores are divided by √d first, as attention does: here they are given as they are to be used.",
            lambda scores, keys, values: (scores / keys.shape[-1] ** 0.5).softmax(-1) @ values,
        ),
        Mistake(
            "softmax twice",
            "The softmax is taken twice, which makes the shares nearly equal: once is enough.",
            lambda scores, keys, values: scores.softmax(-1).softmax(-1) @ values,
        ),
        Mistake(
            "softmax of the mixture",
            "The softmax falls on the finished mixtures: take it over the scores, then mix the values as they are.",
            lambda scores, keys, values: (scores @ values).softmax(-1),
        ),
        Mistake(
            "sigmoid",
            "Each score is turned into a share by itself, so a row does not sum to 1: a softmax looks at the "
            "whole row.",
            lambda scores, keys, values: scores.sigmoid() @ values,
        ),
        Mistake(
            "sigmoids divided by their sum",
            "The shares are sigmoids divided by their sum: a softmax takes e to the power of each score.",
            _shares_by(torch.sigmoid),
        ),
        Mistake(
            "absolute scores",
            "The signs of the scores are gone: a low score must give a small share. Take e to the power of each score.",
            _shares_by(torch.abs),
        ),
        Mistake(
            "squared scores",
            "Squares are positive, but the signs of the scores are gone: take e to the power of each score.",
            _shares_by(torch.square),
        ),
        Mistake(
            "negative scores cut off",
            "Negative scores get no share at all: e to the power of any score is positive.",
            _shares_by(lambda scores: scores.clamp(min=0)),
        ),
        Mistake("powers of 2", "The shares come from powers of 2: a softmax has e, torch.exp.", _shares_by(torch.exp2)),
        Mistake(
            "logarithm of the shares",
            "The logarithms of the shares weigh the values: softmax, not log_softmax.",
            lambda scores, keys, values: scores.log_softmax(-1) @ values,
        ),
        Mistake(
            "signs of the scores turned",
            "The lowest score gets the largest share: the scores enter the softmax as they are, without a minus.",
            lambda scores, keys, values: (-scores).softmax(-1) @ values,
        ),
        Mistake(
            "mean instead of sum",
            "The weighted values are averaged: their weights sum to 1 already, so add them up.",
            lambda scores, keys, values: scores.softmax(-1) @ values / scores.shape[-1],
        ),
        Mistake(
            "keys and values added",
            "The weights mix keys and values together: what is handed over are the values alone.",
            lambda scores, keys, values: scores.softmax(-1) @ (keys + values),
        ),
        Mistake(
            "shares only",
            "These are the shares alone: let them weigh the values, shares @ values.",
            lambda scores, keys, values: scores.softmax(-1),
        ),
        Mistake(
            "not added up",
            "The weighted values are not added up: sum them over the words.",
            lambda scores, keys, values: scores.softmax(-1)[..., None] * values[..., None, :, :],
        ),
    ],
)
