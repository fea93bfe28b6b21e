"""The exercise *Scale, then add*."""

import math

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _embed_with(content: float = 0.5, position: float = 0.0, after: float = 0.0):
    """Each part multiplied by ``d_model`` to a power."""

    def embed(tokens: Tensor, table: Tensor, positions: Tensor) -> Tensor:
        d_model, length = table.shape[1], tokens.shape[1]
        total = table[tokens] * d_model**content + positions[:length] * d_model**position
        return total * d_model**after

    return embed


def _embed_cases() -> list[Case]:
    def case(label: str, batch: int, length: int, d_model: int, vocab: int = 11, rows: int = 20) -> Case:
        generator = torch.Generator().manual_seed(length)
        tokens = torch.randint(vocab, (batch, length), generator=generator)
        return Case(label, (tokens, draw(vocab, d_model, seed=d_model), draw(rows, d_model, seed=length)))

    return [
        case("2 sentences of 5 words, d_model 4", 2, 5, 4),
        case("1 sentence of 3 words, d_model 16", 1, 3, 16),
        case("as many words as features and sentences", 3, 3, 3),
        case("3 sentences of 2 words, d_model 5", 3, 2, 5, 17),
        case("as many words as positions", 2, 6, 4, rows=6),
    ]


def _placed(
    choose=lambda positions, tokens: positions[: tokens.shape[1]],
    rooted=lambda tokens, table, positions: table.shape[1],
):
    """Other rows of positions, or the root of another number."""
    return lambda tokens, table, positions: (
        table[tokens] * rooted(tokens, table, positions) ** 0.5 + choose(positions, tokens)
    )


EMBEDDING_SCALE = Exercise(
    name="embedding_scale",
    notebook="03_positional_normalization",
    title="Scale, then add",
    difficulty=1,
    reference=_embed_with(),
    cases=_embed_cases,
    praise="Right: the content is scaled, the positions are not.",
    mistakes=[
        Mistake("no scale", "The content is not scaled: multiply it by √d_model.", _embed_with(content=0.0)),
        Mistake(
            "scaled after adding",
            "The sum is scaled, positions and all: their ratio stays what it was. Scale the content, then add.",
            _embed_with(content=0.0, after=0.5),
        ),
        Mistake(
            "positions scaled",
            "The positions are scaled instead of the content, which makes matters worse.",
            _embed_with(content=0.0, position=0.5),
        ),
        Mistake(
            "divided by the root",
            "The content is divided by √d_model: attention divides its scores, embeddings are multiplied.",
            _embed_with(content=-0.5),
        ),
        Mistake(
            "root forgotten",
            "The content is multiplied by d_model: take the square root.",
            _embed_with(content=1.0),
        ),
        Mistake(
            "root of the length",
            "The factor is the root of the sentence's length: use d_model, the width of the vectors.",
            _placed(rooted=lambda tokens, table, positions: tokens.shape[1]),
        ),
        Mistake(
            "root of the vocabulary",
            "The factor is the root of the vocabulary's size, table.shape[0]: the width is table.shape[1].",
            _placed(rooted=lambda tokens, table, positions: len(table)),
        ),
        Mistake(
            "positions forgotten",
            "The positions are not added.",
            _placed(lambda positions, tokens: 0.0),
        ),
        Mistake(
            "a position for every sentence",
            "All words of a sentence got the same row of positions: they run along axis 1, the words.",
            _placed(lambda positions, tokens: positions[: tokens.shape[0], None]),
        ),
        Mistake(
            "positions by token",
            "The row of positions is chosen by the token's number: choose it by the place in the sentence.",
            _placed(lambda positions, tokens: positions[tokens]),
        ),
        Mistake(
            "positions not cut",
            "All rows of positions are added: a sentence needs as many as it has words, positions[: tokens.shape[1]].",
            _placed(lambda positions, tokens: positions),
        ),
        Mistake(
            "positions from 1",
            "The first word got row 1: positions count from 0.",
            _placed(lambda positions, tokens: positions[1 : tokens.shape[1] + 1]),
        ),
        Mistake(
            "the last positions",
            "The last rows of positions are added: the first word gets row 0.",
            _placed(lambda positions, tokens: positions[-tokens.shape[1] :]),
        ),
        Mistake(
            "positions in reverse",
            "The positions run backwards: the first word gets row 0.",
            _placed(lambda positions, tokens: positions[: tokens.shape[1]].flip(0)),
        ),
        Mistake(
            "row 0 for all",
            "Every word got row 0 of positions: word i gets row i.",
            _placed(lambda positions, tokens: positions[:1]),
        ),
        Mistake(
            "positions subtracted",
            "The positions are subtracted: add them.",
            _placed(lambda positions, tokens: -positions[: tokens.shape[1]]),
        ),
        Mistake(
            "root of the rows of positions",
            "The factor is the root of the number of positions: use d_model, the width of the vectors.",
            _placed(rooted=lambda tokens, table, positions: len(positions)),
        ),
        Mistake(
            "root of the number of sentences",
            "The factor is the root of the batch size: use d_model, the width of the vectors.",
            _placed(rooted=lambda tokens, table, positions: len(tokens)),
        ),
        Mistake(
            "no scale, no positions",
            "Two things: the word vectors are not multiplied by √d_model, and no positions are added.",
            lambda tokens, table, positions: table[tokens],
        ),
    ],
)


@EMBEDDING_SCALE.mistake(
    "root rounded down",
    "The root of d_model is rounded down to a whole number: multiply by the root as it is, math.sqrt(d_model).",
)
def _root_rounded_down(tokens, table, positions):
    return math.isqrt(table.shape[1]) * table[tokens] + positions[: tokens.shape[1]]
