"""The exercise *What each part adds to a logit*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

EPS = 1e-5


def _stream_inputs(parts: int, d_model: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Parts that are not centred, a gain, a bias, and the word's row of the output matrix."""
    return (
        1 + 2 * draw(parts, d_model, seed=seed),
        1 + draw(d_model, seed=seed + 1) / 2,
        draw(d_model, seed=seed + 2),
        draw(d_model, seed=seed + 3),
    )


def _shares(
    stream=lambda parts: parts.sum(0),
    mean=lambda parts: parts.mean(-1, keepdim=True),
    divisor=lambda variance: (variance + EPS).sqrt(),
    unbiased: bool = False,
    gain: bool = True,
):
    """Each part's share, right by default."""

    def contributions(parts: Tensor, weight: Tensor, bias: Tensor, row: Tensor) -> Tensor:
        each = (parts - mean(parts)) / divisor(stream(parts).var(-1, unbiased=unbiased, keepdim=True))
        return torch.cat([(each * weight if gain else each) @ row, (bias @ row)[None]])

    return contributions


def _small(inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """A stream so quiet that eps counts."""
    return (0.002 * inputs[0], *inputs[1:])


def _bias_in_each(parts: Tensor, weight: Tensor, bias: Tensor, row: Tensor) -> Tensor:
    found = _shares()(parts, weight, bias, row)
    return torch.cat([found[:-1] + found[-1], found[-1:]])


def _spread_bias(parts: Tensor, weight: Tensor, bias: Tensor, row: Tensor) -> Tensor:
    found = _shares()(parts, weight, bias, row)
    return torch.cat([found[:-1] + found[-1] / len(parts), found[-1:]])


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
        Case("as many parts as features, all small", _small(_stream_inputs(4, 4, seed=12))),
        Case("2 parts in float32", tuple(x.float() for x in _stream_inputs(2, 6, seed=16)), 1e-4),
    ],
    praise="Right: the parts and the bias add up to the logit.",
    mistakes=[
        Mistake(
            "each part normalised by itself",
            "Every part is divided by its own deviation, so the parts do not add up to the logit: the norm divides "
            "their *sum* by one number.",
            _shares(stream=lambda parts: parts),
        ),
        Mistake(
            "not centred",
            "The norm subtracts the mean of the features, from each part as well: parts.mean(-1, keepdim=True).",
            _shares(mean=lambda parts: 0.0),
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
            _shares(divisor=torch.ones_like),
        ),
        Mistake(
            "bias in every part",
            "The bias is added to every part; it comes once, as the last entry.",
            _bias_in_each,
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(variance + eps).",
            _shares(divisor=lambda variance: variance.sqrt() + EPS),
        ),
        Mistake("no eps", "eps is missing under the root: divide by √(variance + eps).", _shares(divisor=torch.sqrt)),
        Mistake(
            "variance instead of deviation",
            "This divides by the variance: take the root of (variance + eps) first.",
            _shares(divisor=lambda variance: variance + EPS),
        ),
        Mistake(
            "the stream's mean from every part",
            "The mean of the whole stream is taken from every part: the mean of a sum is the sum of the "
            "means, so each part subtracts its own.",
            _shares(mean=lambda parts: parts.sum(0).mean()),
        ),
        Mistake(
            "the stream's mean shared equally",
            "Each part subtracts an equal share of the stream's mean: it has a mean of its own, and subtracts that.",
            _shares(mean=lambda parts: parts.sum(0).mean() / len(parts)),
        ),
        Mistake(
            "centred over the parts",
            "The mean over the parts is subtracted: the norm's mean runs over the features of each part.",
            _shares(mean=lambda parts: parts.mean(0)),
        ),
        Mistake(
            "deviation of all numbers",
            "The deviation is that of all parts' numbers together: the norm sees their sum, parts.sum(0).",
            _shares(stream=lambda parts: parts.flatten()),
        ),
        Mistake(
            "deviation of the mean of the parts",
            "The deviation is that of the parts' mean: the stream is their sum.",
            _shares(stream=lambda parts: parts.mean(0)),
        ),
        Mistake("bias first", "The bias's share stands first: it comes last.", lambda *a: _shares()(*a).roll(1)),
        Mistake(
            "bias forgotten",
            "The bias's share, bias @ row, is missing: it is the last entry.",
            lambda *a: _shares()(*a)[:-1],
        ),
        Mistake(
            "bias shared out", "The bias is shared out among the parts: it comes once, as the last entry.", _spread_bias
        ),
        Mistake(
            "the whole logit last",
            "The last entry is the sum of all, the logit: it should be the bias's share, bias @ row.",
            lambda *a: torch.cat([(found := _shares()(*a))[:-1], found.sum()[None]]),
        ),
        Mistake(
            "bias without the row",
            "The last entry is the sum of the bias: it meets the word's row like everything else, bias @ row.",
            lambda parts, weight, bias, row: torch.cat([_shares()(parts, weight, bias, row)[:-1], bias.sum()[None]]),
        ),
        Mistake(
            "weight on the bias",
            "The bias is multiplied by the weight: it is added after it, so its share is bias @ row.",
            lambda parts, weight, bias, row: _shares()(parts, weight, bias * weight, row),
        ),
        Mistake(
            "row not used",
            "The word's row is not used: each part's share is its product with the row.",
            lambda parts, weight, bias, row: _shares()(parts, weight, bias, torch.ones_like(row)),
        ),
    ],
)


@LOGIT_CONTRIBUTIONS.mistake(
    "variances of the parts added up",
    "The variances of the parts are added up: that is the variance of their sum only if they have nothing to do with "
    "each other. Take that of parts.sum(0).",
)
def _variances_added(parts, weight, bias, row):
    centred = parts - parts.mean(-1, keepdim=True)
    deviation = (centred.square().mean(-1).sum() + 1e-5).sqrt()
    return torch.cat([(centred / deviation * weight) @ row, (bias @ row)[None]])


@LOGIT_CONTRIBUTIONS.mistake(
    "deviations of the parts added up",
    "The deviations of the parts are added up: there is one deviation for all, that of parts.sum(0).",
)
def _deviations_added(parts, weight, bias, row):
    centred = parts - parts.mean(-1, keepdim=True)
    deviation = (centred.square().mean(-1) + 1e-5).sqrt().sum()
    return torch.cat([(centred / deviation * weight) @ row, (bias @ row)[None]])
