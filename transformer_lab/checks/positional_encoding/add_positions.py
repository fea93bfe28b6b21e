"""The exercise *Add the right rows*."""

import torch

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.positional_encoding.sinusoidal_table import table_of_sinusoids
from transformer_lab.checks.samples import draw


def _adding_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)
    table = table_of_sinusoids(20, 6)
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
