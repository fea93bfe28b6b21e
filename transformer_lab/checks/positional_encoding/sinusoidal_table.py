"""The exercise *The table of sinusoids*."""

import math

import torch
from torch import Tensor

from transformer_lab import positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake

BASE = 10_000.0


def table_of_sinusoids(length: int, d_model: int) -> Tensor:
    """The table, in float32."""
    return positions.sinusoidal_table(length, d_model).to(torch.float32)


def _table_with(
    exponent: float = 1.0,
    first: int = 0,
    waves_of=lambda angles: [angles.sin(), angles.cos()],
    divide_again: bool = False,
    base: float = BASE,
    width=lambda d_model: d_model,
):
    """A wrong table: with another exponent, another first position, other waves."""

    def build(length: int, d_model: int) -> Tensor:
        p = torch.arange(first, first + length, dtype=torch.float64)[:, None]
        angles = p * base ** (-exponent * torch.arange(0, d_model, 2, dtype=torch.float64) / width(d_model))
        angles = angles / BASE if divide_again else angles
        waves = waves_of(angles)
        return torch.stack(waves, dim=2).flatten(1).float()

    return build


def _own_frequency_each(length: int, d_model: int) -> Tensor:
    angles = torch.arange(length)[:, None] * BASE ** (-torch.arange(d_model, dtype=torch.float64) / d_model)
    return torch.where(torch.arange(d_model) % 2 == 0, angles.sin(), angles.cos()).float()


def _per_column_doubled(length: int, d_model: int) -> Tensor:
    # 2i taken as twice the *column*, when i already counts pairs.
    column = torch.arange(d_model, dtype=torch.float64)
    angles = torch.arange(length)[:, None] * BASE ** (-2 * column / d_model)
    return torch.where(torch.arange(d_model) % 2 == 0, angles.sin(), angles.cos()).float()


SINUSOIDAL_TABLE = Exercise(
    name="sinusoidal_table",
    notebook="08_positional_encoding",
    title="The table of sinusoids",
    difficulty=2,
    tensors=True,
    reference=table_of_sinusoids,
    cases=lambda: [
        Case("length 6, d_model 4", (6, 4), 1e-4),
        Case("length 50, d_model 16", (50, 16), 1e-4),
        Case("length 1, d_model 2", (1, 2), 1e-4),
        Case("length 4, d_model 6", (4, 6), 1e-4),
        Case("as many positions as features", (10, 10), 1e-4),
    ],
    exact_dtype=True,
    praise="Right, for every length and width that was tried.",
    mistakes=[
        Mistake(
            "exponent doubled",
            "The exponent is doubled: with columns 0, 2, 4 … the exponent is column / d_model, for 2i is the "
            "column already.",
            _table_with(exponent=2.0),
        ),
        Mistake(
            "exponent doubled in every column",
            "Every column has a frequency of its own, with 2 · column in the exponent: columns 2i and 2i + 1 share "
            "10,000^(−2i/d_model).",
            _per_column_doubled,
        ),
        Mistake(
            "a frequency for every column",
            "Columns 2i and 2i + 1 must share one frequency, else they are no sine–cosine pair: use 2i for both.",
            _own_frequency_each,
        ),
        Mistake(
            "halves instead of interleaved",
            "All sines stand before all cosines. Some libraries do that, but the formula alternates: sine in the even "
            "columns, cosine in the odd ones.",
            lambda length, d_model: positions.sinusoidal_table(length, d_model, layout="halves").float(),
        ),
        Mistake(
            "sine and cosine swapped",
            "Sine belongs in the even columns, cosine in the odd ones.",
            _table_with(waves_of=lambda angles: [angles.cos(), angles.sin()]),
        ),
        Mistake("positions from 1", "Positions count from 0: the first row is 0, 1, 0, 1 …", _table_with(first=1)),
        Mistake(
            "divided by 10,000 twice",
            "The position is divided by 10,000 once more than the formula says, so all clocks nearly stand still.",
            _table_with(divide_again=True),
        ),
        Mistake(
            "exponent of the wrong sign",
            "The frequencies grow with the column: the exponent must be negative (or the power a divisor).",
            _table_with(exponent=-1.0),
        ),
        Mistake(
            "table transposed",
            "The table is transposed: one row for each position, one column for each feature.",
            lambda length, d_model: table_of_sinusoids(length, d_model).T.contiguous(),
        ),
        Mistake(
            "exponent halved",
            "The exponent is i / d_model with i counting the pairs: it is 2i / d_model.",
            _table_with(exponent=0.5),
        ),
        Mistake("base 1,000", "The base is 1,000: the formula has 10,000.", _table_with(base=1_000.0)),
        Mistake("base 100,000", "The base is 100,000: the formula has 10,000.", _table_with(base=100_000.0)),
        Mistake(
            "base e",
            "e stands where 10,000 should: with exp, the exponent is −log(10,000) · 2i / d_model.",
            _table_with(base=math.e),
        ),
        Mistake(
            "the last frequency reaches 1/10,000",
            "The exponent divides by d_model − 2, so the last pair reaches 1/10,000: some libraries do that, "
            "the formula divides by d_model.",
            _table_with(width=lambda d_model: max(d_model - 2, 1)),
        ),
        Mistake(
            "divided by d_model − 1",
            "The exponent divides by d_model − 1: the formula divides by d_model.",
            _table_with(width=lambda d_model: d_model - 1),
        ),
        Mistake(
            "sines only",
            "Every column is a sine: the odd columns are cosines of the same angle.",
            _table_with(waves_of=lambda angles: [angles.sin(), angles.sin()]),
        ),
        Mistake(
            "cosines only",
            "Every column is a cosine: the even columns are sines of the same angle.",
            _table_with(waves_of=lambda angles: [angles.cos(), angles.cos()]),
        ),
        Mistake(
            "angles, not waves",
            "These are the angles: take their sine and cosine.",
            _table_with(waves_of=lambda angles: [angles, angles]),
        ),
        Mistake(
            "cosine turned round",
            "The cosines have the wrong sign.",
            _table_with(waves_of=lambda angles: [angles.sin(), -angles.cos()]),
        ),
        Mistake(
            "whole turns",
            "The angles are multiplied by 2π: the formula takes position times frequency in radians.",
            _table_with(waves_of=lambda angles: [(2 * math.pi * angles).sin(), (2 * math.pi * angles).cos()]),
        ),
        Mistake(
            "frequencies in reverse",
            "The frequencies run backwards: the fastest pair comes first, columns 0 and 1.",
            _table_with(waves_of=lambda angles: [angles.flip(1).sin(), angles.flip(1).cos()]),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the table must be float32: end with .float().",
            lambda length, d_model: positions.sinusoidal_table(length, d_model).double(),
        ),
    ],
)
