"""Exercises about positional encodings."""

import math

import torch
from torch import Tensor

from transformer_lab import positions
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

BASE = 10_000.0


def _table(length: int, d_model: int) -> Tensor:
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
    reference=_table,
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
            lambda length, d_model: _table(length, d_model).T.contiguous(),
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


def _adding_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)
    table = _table(20, 6)
    return [
        Case("2 sentences of 5 tokens", (torch.randn(2, 5, 6, generator=generator), table)),
        Case("1 sentence of 20 tokens", (torch.randn(1, 20, 6, generator=generator), table)),
        Case("3 sentences of 3 tokens", (torch.randn(3, 3, 6, generator=generator), table)),
        Case("one word, float64", (draw(2, 1, 6), table.double())),
        Case("2 sentences of 6 tokens", (torch.randn(2, 6, 6, generator=generator), table)),
    ]


def _adding(rows):
    """``x`` with other rows of the table."""
    return lambda x, table: x + rows(x, table)


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
        Mistake(
            "table not cut",
            "All rows of the table are added: a sentence needs as many as it has words, table[: x.shape[1]].",
            _adding(lambda x, table: table),
        ),
        Mistake(
            "positions from 1",
            "The first word got row 1: positions count from 0.",
            _adding(lambda x, table: table[1 : x.shape[1] + 1]),
        ),
        Mistake(
            "the last rows",
            "The last rows of the table are added: the first word gets row 0.",
            _adding(lambda x, table: table[-x.shape[1] :]),
        ),
        Mistake(
            "positions in reverse",
            "The positions run backwards: the first word gets row 0.",
            _adding(lambda x, table: table[: x.shape[1]].flip(0)),
        ),
        Mistake(
            "as many rows as features",
            "The table is cut to the number of features: the words are axis 1, x.shape[1].",
            _adding(lambda x, table: table[: x.shape[2]]),
        ),
        Mistake(
            "subtracted", "The positions are subtracted: add them.", _adding(lambda x, table: -table[: x.shape[1]])
        ),
        Mistake(
            "averaged",
            "Half of both is taken: add the rows as they are.",
            lambda x, table: (x + table[: x.shape[1]]) / 2,
        ),
        Mistake(
            "x scaled",
            "x is multiplied by √d_model first: this exercise adds the rows to x as it is.",
            lambda x, table: x * x.shape[-1] ** 0.5 + table[: x.shape[1]],
        ),
        Mistake(
            "x forgotten", "These are the rows alone: add them to x.", lambda x, table: table[: x.shape[1]].expand_as(x)
        ),
        Mistake(
            "the first sentence only",
            "Only the first sentence got its positions: every sentence does.",
            lambda x, table: torch.cat([x[:1] + table[: x.shape[1]], x[1:]]),
        ),
        Mistake("nothing added", "x comes back as it was: add the table's rows.", lambda x, table: x.clone()),
    ],
)


def _rotation_with(
    sign: float = 1.0,
    speeds=lambda pairs, d_model: BASE ** (-2 * pairs / d_model),
    halves: bool = False,
    block=lambda c, s: ((c, s), (-s, c)),
    first_only: bool = False,
):
    """A wrong rotation: the other way round, with other speeds or blocks, or with the pairs in another layout."""

    def build(k: int, d_model: int) -> Tensor:
        pairs = torch.arange(d_model // 2, dtype=torch.float64)
        matrix = torch.eye(d_model) if first_only else torch.zeros(d_model, d_model)
        for i, angle in enumerate((sign * k * speeds(pairs, d_model)).tolist()):
            places = (i, i + d_model // 2) if halves else (2 * i, 2 * i + 1)
            for row, entries in zip(places, block(math.cos(angle), math.sin(angle)), strict=True):
                for column, entry in zip(places, entries, strict=True):
                    matrix[row, column] = entry
            if first_only:
                break
        return matrix

    return build


SHIFT_ROTATION = Exercise(
    name="shift_rotation",
    notebook="08_positional_encoding",
    title="Shift is rotation",
    difficulty=3,
    reference=lambda k, d_model: positions.shift_rotation(k, d_model).to(torch.float32),
    cases=lambda: [
        Case(f"shift {k}, d_model {d}", (k, d), 1e-5) for k, d in ((1, 4), (3, 8), (0, 6), (-2, 4), (7, 2), (5, 6))
    ],
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
            _rotation_with(speeds=lambda pairs, d_model: torch.ones_like(pairs)),
        ),
        Mistake(
            "pairs in halves",
            "The blocks join feature i with i + d_model/2: in the interleaved layout the pair is 2i and 2i + 1.",
            _rotation_with(halves=True),
        ),
        Mistake(
            "shift ignored",
            "The matrix does not depend on the shift: multiply each frequency by k.",
            lambda k, d_model: _rotation_with()(1, d_model),
        ),
        Mistake(
            "exponent halved",
            "The speeds are 10,000^(−i/d_model): the exponent is 2i, so pair i turns by k · 10,000^(−2i/d_model).",
            _rotation_with(speeds=lambda pairs, d_model: BASE ** (-pairs / d_model)),
        ),
        Mistake(
            "exponent doubled",
            "The speeds fall too fast: pair i turns by k · 10,000^(−2i/d_model), where 2i is the column already.",
            _rotation_with(speeds=lambda pairs, d_model: BASE ** (-4 * pairs / d_model)),
        ),
        Mistake(
            "exponent of the wrong sign",
            "The speeds grow from pair to pair: the exponent is negative, k · 10,000^(−2i/d_model).",
            _rotation_with(speeds=lambda pairs, d_model: BASE ** (2 * pairs / d_model)),
        ),
        Mistake(
            "sine and cosine swapped",
            "Sine and cosine have changed places: each block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((s, c), (-c, s))),
        ),
        Mistake(
            "sine and cosine swapped, turned round",
            "Sine and cosine have changed places: each block is [[cos, sin], [−sin, cos]], with the cosines "
            "on the diagonal.",
            _rotation_with(block=lambda c, s: ((s, c), (c, -s))),
        ),
        Mistake(
            "no minus",
            "A minus is missing: each block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((c, s), (s, c))),
        ),
        Mistake(
            "both sines negative",
            "Both sines have a minus: each block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((c, -s), (-s, c))),
        ),
        Mistake(
            "mirrored",
            "The blocks mirror instead of turning: [[cos, sin], [−sin, cos]], with the minus before the lower sine.",
            _rotation_with(block=lambda c, s: ((c, s), (s, -c))),
        ),
        Mistake(
            "first block only",
            "Only the first pair turns: every pair has a block of its own.",
            _rotation_with(first_only=True),
        ),
        Mistake(
            "cosines only",
            "The sines beside the diagonal are missing: each block is [[cos, sin], [−sin, cos]].",
            _rotation_with(block=lambda c, s: ((c, 0.0), (0.0, c))),
        ),
        Mistake(
            "identity",
            "This matrix changes nothing: each pair must turn by k times its speed.",
            lambda k, d_model: torch.eye(d_model),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the matrix must be float32: end with .float().",
            lambda k, d_model: positions.shift_rotation(k, d_model).double(),
        ),
    ],
)

EXERCISES = (SINUSOIDAL_TABLE, ADD_POSITIONS, SHIFT_ROTATION)
