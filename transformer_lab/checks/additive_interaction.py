"""Exercises about adding (05): what each part of the residual stream adds to a logit; additive scores."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

EPS = 1e-5


# What each part adds to a logit ---------------------------------------------------------------------------------------
def _stream_inputs(parts: int, d_model: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Parts that are not centred, a gain, a bias, and the word's row of the output matrix."""
    return (
        1 + 2 * draw(parts, d_model, seed=seed),
        1 + draw(d_model, seed=seed + 1) / 2,
        draw(d_model, seed=seed + 2),
        draw(d_model, seed=seed + 3),
    )


def _shares(own: bool = False, centred: bool = True, unbiased: bool = False, gain: bool = True, norm: bool = True):
    def contributions(parts: Tensor, weight: Tensor, bias: Tensor, row: Tensor) -> Tensor:
        stream = parts if own else parts.sum(0)
        deviation = (stream.var(-1, unbiased=unbiased, keepdim=True) + EPS).sqrt()
        each = (parts - parts.mean(-1, keepdim=True) if centred else parts) / (deviation if norm else 1)
        return torch.cat([(each * weight if gain else each) @ row, (bias @ row)[None]])

    return contributions


def _bias_in_each(parts: Tensor, weight: Tensor, bias: Tensor, row: Tensor) -> Tensor:
    found = _shares()(parts, weight, bias, row)
    return torch.cat([found[:-1] + found[-1], found[-1:]])


LOGIT_CONTRIBUTIONS = Exercise(
    name="logit_contributions",
    notebook="05_additive_interaction",
    title="What each part adds to a logit",
    difficulty=2,
    reference=_shares(),
    cases=lambda: [
        Case("3 parts, d_model 4", _stream_inputs(3, 4)),
        Case("7 parts, d_model 16", _stream_inputs(7, 16, seed=4)),
        Case("a single part", _stream_inputs(1, 5, seed=8)),
    ],
    gradients=True,
    praise="Right: the parts and the bias add up to the logit.",
    mistakes=[
        Mistake(
            "each part normalised by itself",
            "Every part is divided by its own deviation, so the parts do not add up to the logit: the norm divides "
            "their *sum* by one number.",
            _shares(own=True),
        ),
        Mistake(
            "not centred",
            "The norm subtracts the mean of the features, from each part as well: parts.mean(-1, keepdim=True).",
            _shares(centred=False),
        ),
        Mistake(
            "unbiased variance",
            "LayerNorm's variance is the biased one: unbiased=False.",
            _shares(unbiased=True),
        ),
        Mistake(
            "gain forgotten",
            "The norm's weight is missing: multiply each feature by it before the product with the word's row.",
            _shares(gain=False),
        ),
        Mistake(
            "norm left out",
            "The parts are not divided by the stream's deviation: the word's row meets the stream after the last norm.",
            _shares(norm=False),
        ),
        Mistake(
            "bias in every part",
            "The bias is added to every part; it comes once, as the last entry.",
            _bias_in_each,
        ),
    ],
)


# Additive scores ------------------------------------------------------------------------------------------------------
def _scores(squash=torch.tanh, combine=torch.add, swap: bool = False, late: bool = False):
    def scores(query: Tensor, key: Tensor, w_query: Tensor, w_key: Tensor, v: Tensor) -> Tensor:
        hidden = combine((query @ w_query).unsqueeze(-2), (key @ w_key).unsqueeze(-3))
        found = squash(hidden @ v) if late else squash(hidden) @ v
        return found.transpose(-2, -1) if swap else found

    return scores


def _score_inputs(queries: int, keys: int, *batch: int, seed: int = 0) -> tuple[Tensor, ...]:
    return (
        draw(*batch, queries, 4, seed=seed),
        draw(*batch, keys, 6, seed=seed + 1),
        draw(4, 5, seed=seed + 2),
        draw(6, 5, seed=seed + 3),
        draw(5, seed=seed + 4),
    )


ADDITIVE_SCORE = Exercise(
    name="additive_score",
    notebook="05_additive_interaction",
    title="Additive scores",
    difficulty=2,
    reference=_scores(),
    cases=lambda: [
        Case("3 queries, 5 keys", _score_inputs(3, 5)),
        Case("as many queries as keys", _score_inputs(4, 4, seed=5)),
        Case("a batch of 2 with 3 heads", _score_inputs(2, 6, 2, 3, seed=10)),
    ],
    gradients=True,
    praise="Right, for queries and keys of different widths and any axes in front; the gradients agree too.",
    mistakes=[
        Mistake(
            "no tanh",
            "Without the tanh the query adds the same number to its whole row, and the softmax does not notice it.",
            _scores(squash=lambda x: x),
        ),
        Mistake(
            "tanh too late",
            "The tanh squashes the finished score; it belongs around the sum, before the product with v.",
            _scores(late=True),
        ),
        Mistake(
            "multiplied instead of added",
            "Query and key are multiplied feature by feature: additive scores add them.",
            _scores(combine=torch.mul),
        ),
        Mistake(
            "ReLU instead of tanh",
            "This is ReLU; the formula has tanh, which keeps every score between −Σ|v| and Σ|v|.",
            _scores(squash=torch.relu),
        ),
        Mistake(
            "keys in rows",
            "Rows and columns are swapped: the result is [..., query, key].",
            _scores(swap=True),
        ),
    ],
)

EXERCISES = [LOGIT_CONTRIBUTIONS, ADDITIVE_SCORE]
