"""The exercise *Clocks at any time*."""

import math

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake

BASE = 10_000.0


def sinusoids_at(positions: Tensor, d_model: int) -> Tensor:
    """The hands of the clocks at any positions, in float32."""
    return _hands()(positions, d_model)


def _hands(
    exponent: float = 1.0,
    at=lambda positions: positions,
    waves_of=lambda angles: [angles.sin(), angles.cos()],
    join=lambda waves: torch.stack(waves, dim=-1).flatten(-2),
    base: float = BASE,
    width=lambda d_model: d_model,
):
    """The hands, or wrong ones: with another exponent, at other positions, other waves, in another order."""

    def build(positions: Tensor, d_model: int) -> Tensor:
        columns = torch.arange(0, d_model, 2, dtype=torch.float64)
        angles = at(positions.double())[..., None] * base ** (-exponent * columns / width(d_model))
        return join(waves_of(angles)).float()

    return build


def _own_frequency(factor: float):
    """Every column has its own: ``factor · column`` in the exponent."""

    def build(positions: Tensor, d_model: int) -> Tensor:
        column = torch.arange(d_model)
        angles = positions.double()[..., None] * BASE ** (-factor * column.double() / d_model)
        return torch.where(column % 2 == 0, angles.sin(), angles.cos()).float()

    return build


def _counted(positions: Tensor) -> Tensor:
    return torch.arange(positions.shape[-1]).double().expand(positions.shape)


def _cases() -> list[Case]:
    cases = {
        "2 sentences of 3, d_model 4": ([[0.0, 1.0, 2.0], [5.0, 6.0, 7.0]], 4),
        "half past: 1 sentence of 4, d_model 16": ([[0.5, 1.0, 2.5, 49.25]], 16),
        "one place, d_model 2": ([[3.0]], 2),
        "3 sentences of 2, before the beginning": ([[-2.0, 0.0], [-0.5, 30.0], [1.0, 1.5]], 6),
        "as many places as features": ([[9.0, 8.0, 3.0, 2.5]] * 2, 4),
    }
    return [Case(label, (torch.tensor(places), d_model), 1e-4) for label, (places, d_model) in cases.items()]


SINUSOIDS_AT = Exercise(
    name="sinusoids_at",
    notebook="08_positional_encoding",
    title="Clocks at any time",
    difficulty=2,
    tensors=True,
    reference=sinusoids_at,
    cases=_cases,
    exact_dtype=True,
    praise="Right, at half past and before the beginning too.",
    mistakes=[
        Mistake(
            "exponent doubled",
            "The exponent is doubled: with columns 0, 2, 4 … the exponent is column / d_model, for 2i is the "
            "column already.",
            _hands(exponent=2.0),
        ),
        Mistake(
            "exponent doubled in every column",
            "Every column has a frequency of its own, with 2 · column in the exponent: columns 2i and 2i + 1 share "
            "10,000^(−2i/d_model).",
            _own_frequency(2.0),
        ),
        Mistake(
            "a frequency for every column",
            "Columns 2i and 2i + 1 must share one frequency, else they are no sine–cosine pair: use 2i for both.",
            _own_frequency(1.0),
        ),
        Mistake(
            "halves instead of interleaved",
            "All sines stand before all cosines. Some libraries do that, but the formula alternates: sine in the even "
            "columns, cosine in the odd ones.",
            _hands(join=lambda waves: torch.cat(waves, dim=-1)),
        ),
        Mistake(
            "sine and cosine swapped",
            "Sine belongs in the even columns, cosine in the odd ones.",
            _hands(waves_of=lambda angles: [angles.cos(), angles.sin()]),
        ),
        Mistake(
            "counted from 0",
            "The places are counted 0, 1, 2 … whatever was given: read the hands at `positions`.",
            _hands(at=_counted),
        ),
        Mistake(
            "whole places only",
            "The places are rounded down: a hand can be read at half past as well, so take the angle of the position "
            "as it is.",
            _hands(at=torch.floor),
        ),
        Mistake(
            "rounded towards 0",
            "The places lose their fractions (.long() does that): take the angle of the position as it is.",
            _hands(at=torch.trunc),
        ),
        Mistake(
            "the first sentence's places",
            "Every sentence got the places of the first: each has a row of its own in `positions`.",
            _hands(at=lambda positions: positions[:1].expand_as(positions)),
        ),
        Mistake("one place too far", "Every position is one too large: take it as it is.", _hands(at=lambda p: p + 1)),
        Mistake(
            "divided by 10,000 twice",
            "The position is divided by 10,000 once more than the formula says, so all clocks nearly stand still.",
            _hands(at=lambda positions: positions / BASE),
        ),
        Mistake(
            "exponent of the wrong sign",
            "The frequencies grow with the column: the exponent must be negative (or the power a divisor).",
            _hands(exponent=-1.0),
        ),
        Mistake(
            "places and features transposed",
            "Places and features have changed axes: the features come last, [batch, length, d_model].",
            lambda positions, d_model: sinusoids_at(positions, d_model).mT.contiguous(),
        ),
        Mistake(
            "exponent halved",
            "The exponent is i / d_model with i counting the pairs: it is 2i / d_model.",
            _hands(exponent=0.5),
        ),
        Mistake("base 1,000", "The base is 1,000: the formula has 10,000.", _hands(base=1_000.0)),
        Mistake("base 100,000", "The base is 100,000: the formula has 10,000.", _hands(base=100_000.0)),
        Mistake(
            "base e",
            "e stands where 10,000 should: with exp, the exponent is −log(10,000) · 2i / d_model.",
            _hands(base=math.e),
        ),
        Mistake(
            "the last frequency reaches 1/10,000",
            "The exponent divides by d_model − 2, so the last pair reaches 1/10,000: some libraries do that, "
            "the formula divides by d_model.",
            _hands(width=lambda d_model: max(d_model - 2, 1)),
        ),
        Mistake(
            "divided by d_model − 1",
            "The exponent divides by d_model − 1: the formula divides by d_model.",
            _hands(width=lambda d_model: d_model - 1),
        ),
        Mistake(
            "sines only",
            "Every column is a sine: the odd columns are cosines of the same angle.",
            _hands(waves_of=lambda angles: [angles.sin(), angles.sin()]),
        ),
        Mistake(
            "cosines only",
            "Every column is a cosine: the even columns are sines of the same angle.",
            _hands(waves_of=lambda angles: [angles.cos(), angles.cos()]),
        ),
        Mistake(
            "angles, not waves",
            "These are the angles: take their sine and cosine.",
            _hands(waves_of=lambda angles: [angles, angles]),
        ),
        Mistake(
            "cosine turned round",
            "The cosines have the wrong sign.",
            _hands(waves_of=lambda angles: [angles.sin(), -angles.cos()]),
        ),
        Mistake(
            "whole turns",
            "The angles are multiplied by 2π: the formula takes position times frequency in radians.",
            _hands(waves_of=lambda angles: [(2 * math.pi * angles).sin(), (2 * math.pi * angles).cos()]),
        ),
        Mistake(
            "frequencies in reverse",
            "The frequencies run backwards: the fastest pair comes first, columns 0 and 1.",
            _hands(waves_of=lambda angles: [angles.flip(-1).sin(), angles.flip(-1).cos()]),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the tensor must be float32: end with .float().",
            lambda positions, d_model: sinusoids_at(positions, d_model).double(),
        ),
    ],
)
