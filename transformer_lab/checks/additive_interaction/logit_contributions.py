"""The exercise *What each part adds to a logit*, where RMSNorm stands before the output."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

EPS = 1e-5


def _stream_inputs(parts: int, d_model: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Parts that are not centred, a gain, and the word's row of the output matrix."""
    return 1 + 2 * draw(parts, d_model, seed=seed), 1 + draw(d_model, seed=seed + 1) / 2, draw(d_model, seed=seed + 3)


def _small(inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """A stream so quiet that eps counts."""
    return (0.002 * inputs[0], *inputs[1:])


def _root(stream: Tensor) -> Tensor:
    return (stream.square().mean(-1, keepdim=True) + EPS).sqrt()


def _deviation(stream: Tensor) -> Tensor:
    return (stream.var(-1, unbiased=False, keepdim=True) + EPS).sqrt()


def _reference(parts: Tensor, weight: Tensor, row: Tensor) -> Tensor:
    root = (parts.sum(0).square().mean() + EPS).sqrt()
    return (parts / root * weight) @ row


def _shares(stream=lambda parts: parts.sum(0), divisor=_root, part=lambda parts: parts, gain: bool = True):
    """Each part's share, right by default."""

    def contributions(parts: Tensor, weight: Tensor, row: Tensor) -> Tensor:
        each = part(parts) / divisor(stream(parts))
        return (each * weight if gain else each) @ row

    return contributions


def _centred(parts: Tensor) -> Tensor:
    return parts - parts.mean(-1, keepdim=True)


LOGIT_CONTRIBUTIONS = Exercise(
    name="logit_contributions",
    notebook="05_additive_interaction",
    title="What each part adds to a logit",
    difficulty=2,
    reference=_reference,
    cases=lambda: [
        Case("3 parts, d_model 4", _stream_inputs(3, 4)),
        Case("7 parts, d_model 16", _stream_inputs(7, 16, seed=4)),
        Case("a single part", _stream_inputs(1, 5, seed=8)),
        Case("as many parts as features, all small", _small(_stream_inputs(4, 4, seed=12))),
        Case("2 parts in float32", tuple(x.float() for x in _stream_inputs(2, 6, seed=16)), 1e-4),
    ],
    praise="Right: one divisor for all, no mean taken off, and the parts add up to the logit.",
    mistakes=[
        Mistake(
            "LayerNorm",
            "This is what LayerNorm would do: RMSNorm takes no mean off, neither from the parts nor under the root.",
            _shares(divisor=_deviation, part=_centred),
        ),
        Mistake(
            "centred",
            "The mean is taken off each part: RMSNorm takes none off.",
            _shares(part=_centred),
        ),
        Mistake(
            "deviation under the bar",
            "The parts are divided by the stream's deviation, from which the mean was taken off: RMSNorm divides by "
            "the root of the mean square.",
            _shares(divisor=_deviation),
        ),
        Mistake(
            "each part normalised by itself",
            "Every part is divided by its own root mean square, so the parts do not add up to the logit: the norm "
            "divides their *sum* by one number.",
            _shares(stream=lambda parts: parts),
        ),
        Mistake(
            "gain forgotten",
            "The norm's weight is missing: multiply each feature by it before the product with the word's row.",
            _shares(gain=False),
        ),
        Mistake(
            "norm left out",
            "The parts are not divided by the stream's root mean square: the row meets the stream after the norm.",
            _shares(divisor=lambda stream: torch.ones_like(stream[..., :1])),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(mean square + eps).",
            _shares(divisor=lambda stream: stream.square().mean(-1, keepdim=True).sqrt() + EPS),
        ),
        Mistake(
            "no eps",
            "eps is missing under the root: divide by √(mean square + eps).",
            _shares(divisor=lambda stream: stream.square().mean(-1, keepdim=True).sqrt()),
        ),
        Mistake(
            "no root",
            "This divides by the mean square: take the root of (mean square + eps) first.",
            _shares(divisor=lambda stream: stream.square().mean(-1, keepdim=True) + EPS),
        ),
        Mistake(
            "divided by the length",
            "This divides by the stream's length, √(sum of squares): under RMSNorm's root stands their *mean*.",
            _shares(divisor=lambda stream: (stream.square().sum(-1, keepdim=True) + EPS).sqrt()),
        ),
        Mistake(
            "root of all numbers",
            "The mean square is that of all parts' numbers together: the norm sees their sum, parts.sum(0).",
            _shares(stream=lambda parts: parts.flatten()),
        ),
        Mistake(
            "root of the mean of the parts",
            "The root mean square is that of the parts' mean: the stream is their sum.",
            _shares(stream=lambda parts: parts.mean(0)),
        ),
        Mistake(
            "mean squares of the parts added up",
            "The mean squares of the parts are added up: that is the mean square of their sum only if they stand at "
            "right angles to each other. Take that of parts.sum(0).",
            _shares(stream=lambda parts: parts, divisor=lambda parts: (parts.square().mean(-1).sum() + EPS).sqrt()),
        ),
        Mistake(
            "roots of the parts added up",
            "The parts' root mean squares are added up: there is one for all, that of parts.sum(0).",
            _shares(stream=lambda parts: parts, divisor=lambda parts: _root(parts).sum()),
        ),
        Mistake(
            "gain before the root",
            "The stream is multiplied by the weight before its mean square is taken: the norm divides first.",
            lambda parts, weight, row: (parts * weight / _root(parts.sum(0) * weight)) @ row,
        ),
        Mistake(
            "row not used",
            "The word's row is not used: each part's share is its product with the row.",
            lambda parts, weight, row: _reference(parts, weight, torch.ones_like(row)),
        ),
        Mistake(
            "the logit alone",
            "This is their sum, the logit: return one share for each part.",
            lambda parts, weight, row: _reference(parts, weight, row).sum(),
        ),
        Mistake(
            "shares of 1",
            "The shares are divided by the logit, so that they sum to 1: they add up to the logit itself.",
            lambda parts, weight, row: (found := _reference(parts, weight, row)) / found.sum(),
        ),
    ],
)
