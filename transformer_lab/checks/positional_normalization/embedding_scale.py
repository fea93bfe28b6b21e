"""The exercise *As loud as you choose*."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _behind_a_norm(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Words louder or positions fainter: a norm follows, so what counts is each vector up to a positive factor."""

    def normed(tokens: Tensor, table: Tensor, positions: Tensor, ratio: float) -> Any:
        given = answer(tokens, table, positions, ratio)
        found = as_tensor(given)
        if found is None or found.shape != (*tokens.shape, table.shape[1]) or not found.is_floating_point():
            return given
        return found / found.norm(dim=-1, keepdim=True)

    return normed


def _length(vectors: Tensor) -> Tensor:
    return vectors.norm(dim=1).mean()


def _embed(
    factor: Callable[[Tensor, Tensor, float], Tensor | float] = lambda table, positions, ratio: (
        ratio * _length(positions) / _length(table)
    ),
    rows: Callable[[Tensor, Tensor], Tensor] = lambda positions, tokens: positions[: tokens.shape[1]],
) -> Callable[[Tensor, Tensor, Tensor, float], Tensor]:
    """Words times a factor, plus rows of the positions."""
    return lambda tokens, table, positions, ratio: (
        factor(table, positions, ratio) * table[tokens] + rows(positions, tokens)
    )


def _cases() -> list[Case]:
    def case(label: str, batch: int, length: int, d_model: int, ratio: float, vocab: int = 11, rows: int = 20) -> Case:
        tokens = torch.randint(vocab, (batch, length), generator=torch.Generator().manual_seed(length))
        table, positions = draw(vocab, d_model, seed=d_model), draw(rows, d_model, seed=length)
        # Rows of different lengths, so that one mean cannot be taken for another.
        table, positions = (m * torch.linspace(0.5, 2, len(m), dtype=m.dtype)[:, None] for m in (table, positions))
        return Case(label, (tokens, table, positions, ratio))

    return [
        case("2 sentences of 5 words, d_model 4, ratio 1.5", 2, 5, 4, 1.5),
        case("1 sentence of 3 words, d_model 16, ratio 1", 1, 3, 16, 1.0),
        case("as many words as features and sentences, ratio 0.5", 3, 3, 3, 0.5),
        case("3 sentences of 2 words, d_model 5, ratio 2", 3, 2, 5, 2.0, 17),
        case("as many words as positions, ratio 3", 2, 6, 4, 3.0, rows=6),
    ]


EMBEDDING_SCALE = Exercise(
    name="embedding_scale",
    notebook="03_positional_normalization",
    title="As loud as you choose",
    difficulty=2,
    reference=_behind_a_norm(_embed()),
    adapt=_behind_a_norm,
    cases=_cases,
    praise="Right: only the ratio counts, whichever of the two you changed.",
    mistakes=[
        Mistake(
            "no factor",
            "Words and positions are added as they are: bring their mean lengths to the ratio first.",
            _embed(lambda table, positions, ratio: 1.0),
        ),
        Mistake(
            "the root of d_model",
            "The factor is √d_model: that fits a table of deviation 1/√d_model and a ratio of √2. Measure the lengths "
            "that are given.",
            _embed(lambda table, positions, ratio: table.shape[1] ** 0.5),
        ),
        Mistake(
            "ratio alone",
            "The words are multiplied by the ratio alone, but they begin with a length of their own: divide that out.",
            _embed(lambda table, positions, ratio: ratio),
        ),
        Mistake(
            "ratio forgotten",
            "Word and position are equally loud, whatever the ratio is: multiply by it.",
            _embed(lambda table, positions, ratio: _length(positions) / _length(table)),
        ),
        Mistake(
            "ratio turned round",
            "The position is `ratio` times as loud as the word: the word is to be the louder one.",
            _embed(lambda table, positions, ratio: _length(positions) / _length(table) / ratio),
        ),
        Mistake(
            "lengths turned round",
            "The two lengths have changed places: the factor of the words is ratio · length of a position / length of "
            "a word.",
            _embed(lambda table, positions, ratio: ratio * _length(table) / _length(positions)),
        ),
        Mistake(
            "length of the positions forgotten",
            "The words have the length `ratio` now, but the positions are not of length 1.",
            _embed(lambda table, positions, ratio: ratio / _length(table)),
        ),
        Mistake(
            "length of the words forgotten",
            "The words are multiplied by what should be their length, but they do not begin with length 1.",
            _embed(lambda table, positions, ratio: ratio * _length(positions)),
        ),
        Mistake(
            "root of the mean square",
            "The factor is made from the root of the mean square of the lengths: take the mean of the lengths.",
            _embed(
                lambda table, positions, ratio: (
                    ratio * (positions.norm() / table.norm()) * ((len(table) / len(positions)) ** 0.5)
                )
            ),
        ),
        Mistake(
            "whole tables",
            "The norm of a whole table grows with its number of rows: take the norm of each row (dim=1), and then "
            "the mean.",
            _embed(lambda table, positions, ratio: ratio * positions.norm() / table.norm()),
        ),
        Mistake(
            "norm over the rows",
            "The norms run down the columns: the length of a vector is the norm of its *row*, dim=1.",
            _embed(lambda table, positions, ratio: ratio * positions.norm(dim=0).mean() / table.norm(dim=0).mean()),
        ),
        Mistake(
            "deviations",
            "The deviations of all numbers are compared: compare the mean lengths of the rows.",
            _embed(lambda table, positions, ratio: ratio * positions.std() / table.std()),
        ),
        Mistake(
            "positions forgotten",
            "The positions are not added.",
            _embed(rows=lambda positions, tokens: positions[:1] * 0),
        ),
        Mistake(
            "a position for every sentence",
            "All words of a sentence got the same row of positions: they run along axis 1, the words.",
            _embed(rows=lambda positions, tokens: positions[: tokens.shape[0], None]),
        ),
        Mistake(
            "positions by token",
            "The row of positions is chosen by the token's number: choose it by the place in the sentence.",
            _embed(rows=lambda positions, tokens: positions[tokens]),
        ),
        Mistake(
            "positions not cut",
            "All rows of positions are added: a sentence needs as many as it has words, positions[: tokens.shape[1]].",
            _embed(rows=lambda positions, tokens: positions),
        ),
        Mistake(
            "positions from 1",
            "The first word got row 1: positions count from 0.",
            _embed(rows=lambda positions, tokens: positions[1 : tokens.shape[1] + 1]),
        ),
        Mistake(
            "positions in reverse",
            "The positions run backwards: the first word gets row 0.",
            _embed(rows=lambda positions, tokens: positions[: tokens.shape[1]].flip(0)),
        ),
        Mistake(
            "positions subtracted",
            "The positions are subtracted: add them.",
            _embed(rows=lambda positions, tokens: -positions[: tokens.shape[1]]),
        ),
    ],
)


@EMBEDDING_SCALE.mistake(
    "each word by itself",
    "Every word is brought to the same length: one factor for the whole table, so that words may differ in length.",
)
def _each_by_itself(tokens: Tensor, table: Tensor, positions: Tensor, ratio: float) -> Tensor:
    words = table[tokens]
    words = words / words.norm(dim=-1, keepdim=True)
    return ratio * _length(positions) * words + positions[: tokens.shape[1]]


@EMBEDDING_SCALE.mistake(
    "words of the batch only",
    "The mean length is that of the words in these sentences: the factor is for the whole table, so that it does not "
    "change from batch to batch.",
)
def _of_the_batch(tokens: Tensor, table: Tensor, positions: Tensor, ratio: float) -> Tensor:
    return _embed(lambda *_: ratio * _length(positions) / table[tokens].norm(dim=-1).mean())(
        tokens, table, positions, ratio
    )


@EMBEDDING_SCALE.mistake(
    "used positions only",
    "The mean length is that of the rows in use: take all rows of positions, so that the factor does not change with "
    "the length of a sentence.",
)
def _used_positions(tokens: Tensor, table: Tensor, positions: Tensor, ratio: float) -> Tensor:
    return _embed(lambda *_: ratio * _length(positions[: tokens.shape[1]]) / _length(table))(
        tokens, table, positions, ratio
    )
