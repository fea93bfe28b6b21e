"""Exercises about positional encodings."""

import math

import torch
from torch import Tensor

from transformer_lab import positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake

BASE = 10_000.0


def _table(length: int, d_model: int) -> Tensor:
    return positions.sinusoidal_table(length, d_model).to(torch.float32)


def _table_with(exponent: float = 1.0, first: int = 0, swap: bool = False, divide_again: bool = False):
    """A wrong table: with another exponent, another first position, or cosine first."""

    def build(length: int, d_model: int) -> Tensor:
        p = torch.arange(first, first + length, dtype=torch.float64)[:, None]
        angles = p * BASE ** (-exponent * torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
        angles = angles / BASE if divide_again else angles
        waves = [angles.cos(), angles.sin()] if swap else [angles.sin(), angles.cos()]
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
    reference=_table,
    cases=lambda: [
        Case("length 6, d_model 4", (6, 4), 1e-5),
        Case("length 50, d_model 16", (50, 16), 1e-5),
        Case("length 1, d_model 2", (1, 2), 1e-5),
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
            _table_with(swap=True),
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
            lambda length, d_model: _table(length, d_model).T.contiguous(),
        ),
    ],
)


def _adding_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)
    table = _table(20, 6)
    return [
        Case("2 sentences of 5 tokens", (torch.randn(2, 5, 6, generator=generator), table)),
        Case("1 sentence of 20 tokens", (torch.randn(1, 20, 6, generator=generator), table)),
        Case("3 sentences of 3 tokens", (torch.randn(3, 3, 6, generator=generator), table)),
    ]


ADD_POSITIONS = Exercise(
    name="add_positions",
    notebook="08_positional_encoding",
    title="Add the right rows",
    difficulty=1,
    reference=lambda x, table: x + table[: x.shape[1]],
    cases=_adding_cases,
    mistakes=[
        Mistake(
            "batch axis",
            "The table is cut to the number of sentences, and the wrong axis gets the positions: batch comes first, so "
            "the length is x.shape[1].",
            lambda x, table: x + table[: x.shape[0], :],
        ),
        Mistake(
            "a position for every sentence",
            "Every token of a sentence got the same row: positions run along axis 1, the tokens.",
            lambda x, table: x + table[: x.shape[0], None, :],
        ),
        Mistake("the first position for all", "Every token got row 0.", lambda x, table: x + table[0]),
        Mistake(
            "concatenated",
            "Add the rows; do not append them.",
            lambda x, table: torch.cat([x, table[: x.shape[1]].expand(x.shape[0], -1, -1)], dim=-1),
        ),
        Mistake("multiplied", "This multiplies: positions are added.", lambda x, table: x * table[: x.shape[1]]),
    ],
)


def _rotation_with(sign: float = 1.0, scale: float | None = None, halves: bool = False):
    """A wrong rotation: the other way round, without the frequencies, or with the pairs in another layout."""

    def build(shift: int, d_model: int) -> Tensor:
        angles = sign * shift * positions.frequencies(d_model)
        angles = angles if scale is None else torch.full_like(angles, scale * shift)
        matrix = torch.zeros(d_model, d_model)
        for i, angle in enumerate(angles.tolist()):
            a, b = (i, i + d_model // 2) if halves else (2 * i, 2 * i + 1)
            matrix[a, a] = matrix[b, b] = math.cos(angle)
            matrix[a, b], matrix[b, a] = math.sin(angle), -math.sin(angle)
        return matrix

    return build


SHIFT_ROTATION = Exercise(
    name="shift_rotation",
    notebook="08_positional_encoding",
    title="Shift is rotation",
    difficulty=3,
    reference=lambda shift, d_model: positions.shift_rotation(shift, d_model).to(torch.float32),
    cases=lambda: [Case(f"shift {k}, d_model {d}", (k, d), 1e-5) for k, d in ((1, 4), (3, 8), (0, 6), (-2, 4))],
    exact_dtype=True,
    praise="Right: one matrix for every position, and it is a rotation.",
    mistakes=[
        Mistake(
            "turned the wrong way",
            "It turns the wrong way: R(k) takes PE(p) back to p − k. With the sine first, the upper right entry of "
            "each block is + sin.",
            _rotation_with(sign=-1.0),
        ),
        Mistake(
            "one frequency for all pairs",
            "All pairs turn at the same speed: pair i turns by k · 10,000^(−2i/d_model).",
            _rotation_with(scale=1.0),
        ),
        Mistake(
            "pairs in halves",
            "The blocks join feature i with i + d_model/2: in the interleaved layout the pair is 2i and 2i + 1.",
            _rotation_with(halves=True),
        ),
        Mistake(
            "shift ignored",
            "The matrix does not depend on the shift: multiply each frequency by k.",
            lambda shift, d_model: _rotation_with()(1, d_model),
        ),
    ],
)

EXERCISES = (SINUSOIDAL_TABLE, ADD_POSITIONS, SHIFT_ROTATION)
