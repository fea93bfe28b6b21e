"""Exercises about positional normalisation and the scale of embeddings (03)."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _pono_with(
    axes: tuple[int, ...] = (1,), unbiased: bool = False, centred: bool = True, inside: bool = True, root=True
):
    """Normalise over ``axes``, or a wrong way to do it."""

    def normalize(x: Tensor, eps: float) -> Tensor:
        mean = x.mean(axes, keepdim=True)
        variance = x.var(axes, unbiased=unbiased, keepdim=True)
        divisor = (variance + eps).sqrt() if inside else variance.sqrt() + eps
        return ((x - mean) if centred else x) / (divisor if root else variance + eps)

    return normalize


def _image(*shape: int, seed: int = 0) -> Tensor:
    """Channels of different size on different levels, so that no two axes can be confused."""
    levels = torch.arange(shape[1], dtype=torch.float64)[:, None, None]
    return draw(*shape, seed=seed) * (1 + levels) + levels


PONO = Exercise(
    name="pono",
    notebook="03_positional_normalization",
    title="Positional normalisation of an image",
    difficulty=1,
    reference=_pono_with(),
    cases=lambda: [
        Case("2 images of 5 channels, 3 by 4", (_image(2, 5, 3, 4), 1e-5)),
        Case("as many channels as rows and columns", (_image(4, 4, 4, 4, seed=1), 1e-5)),
        Case("one image of 2 channels", (_image(1, 2, 2, 3, seed=2), 1e-5)),
        Case("nearly equal channels", (3 + 1e-3 * draw(1, 4, 2, 2, seed=3), 1e-3)),
        Case("3 images in float32, eps 0.1", (_image(3, 2, 1, 5, seed=4).float(), 0.1), 1e-5),
        Case("equal channels", (torch.full((1, 3, 2, 2), 7.0, dtype=torch.float64), 1e-5)),
    ],
    praise="Right: one mean and one deviation for each position of each image.",
    mistakes=[
        Mistake(
            "over the positions",
            "Mean and deviation are taken over height and width, for each channel: that is instance normalisation. "
            "Here the channels of one position are averaged, dim=1.",
            _pono_with(axes=(2, 3)),
        ),
        Mistake(
            "over the batch",
            "Mean and deviation are taken over all positions of all images: that is batch normalisation. Average over "
            "the channels only, dim=1.",
            _pono_with(axes=(0, 2, 3)),
        ),
        Mistake(
            "whole image",
            "Mean and deviation are taken over the whole image: that is LayerNorm as it is used for images. Average "
            "over the channels only, dim=1.",
            _pono_with(axes=(1, 2, 3)),
        ),
        Mistake(
            "last axis",
            "dim=-1 is the width here: in a sentence the features come last, in an image the channels are axis 1.",
            _pono_with(axes=(3,)),
        ),
        Mistake("height", "dim=2 is the height: the channels are axis 1.", _pono_with(axes=(2,))),
        Mistake(
            "unbiased variance",
            "The variance divides by the number of channels less one: the paper's formula divides by their number "
            "(unbiased=False).",
            _pono_with(unbiased=True),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(variance + eps).",
            _pono_with(inside=False),
        ),
        Mistake(
            "unbiased variance, eps outside the root",
            "Two mistakes at once: std() divides by one less unless unbiased=False, and eps belongs inside the root.",
            _pono_with(unbiased=True, inside=False),
        ),
        Mistake(
            "no eps",
            "eps is missing: where all channels are equal, zero is divided by zero.",
            lambda x, eps: _pono_with()(x, 0.0),
        ),
        Mistake("not centred", "The mean is not subtracted: centre each position first.", _pono_with(centred=False)),
        Mistake(
            "variance instead of deviation",
            "This divides by the variance: take the square root of (variance + eps) first.",
            _pono_with(root=False),
        ),
        Mistake(
            "variance kept from falling below eps",
            "eps is used as the smallest variance allowed: it is added to every variance, √(variance + eps).",
            lambda x, eps: (x - x.mean(1, keepdim=True)) / x.var(1, unbiased=False, keepdim=True).clamp(min=eps).sqrt(),
        ),
        Mistake(
            "eps fixed at 1e-5",
            "eps is taken to be 1e-5, whatever is given: use the argument.",
            lambda x, eps: _pono_with()(x, 1e-5),
        ),
        Mistake(
            "variance not centred",
            "The mean square of x itself is used as the variance: square the *centred* values.",
            lambda x, eps: (x - x.mean(1, keepdim=True)) / (x.square().mean(1, keepdim=True) + eps).sqrt(),
        ),
        Mistake(
            "RMSNorm",
            "Nothing is centred: subtract the mean over the channels first, and use the centred values above "
            "and below.",
            lambda x, eps: x / (x.square().mean(1, keepdim=True) + eps).sqrt(),
        ),
        Mistake(
            "length instead of deviation",
            "Each position is brought to length 1: the variance is the *mean* of the squares over the "
            "channels, not their sum.",
            lambda x, eps: (c := x - x.mean(1, keepdim=True)) / (c.square().sum(1, keepdim=True) + eps).sqrt(),
        ),
        Mistake(
            "all images together",
            "Mean and deviation are taken over the channels of all images: each image has its own, dim=1 alone.",
            _pono_with(axes=(0, 1)),
        ),
        Mistake(
            "over the images",
            "Mean and deviation are taken over the images, dim=0: the channels are axis 1.",
            _pono_with(axes=(0,)),
        ),
        Mistake(
            "channels and rows",
            "Mean and deviation are taken over channels and height: average over the channels only, dim=1.",
            _pono_with(axes=(1, 2)),
        ),
        Mistake(
            "channels and columns",
            "Mean and deviation are taken over channels and width: average over the channels only, dim=1.",
            _pono_with(axes=(1, 3)),
        ),
        Mistake(
            "not divided",
            "The channels are centred, but not divided by √(variance + eps).",
            lambda x, eps: x - x.mean(1, keepdim=True),
        ),
        Mistake(
            "keepdim forgotten",
            "Mean and variance have lost their axis, so they meet other axes than the channels: keepdim=True.",
            lambda x, eps: (x - x.mean(1)) / (x.var(1, unbiased=False) + eps).sqrt(),
        ),
    ],
)


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

EXERCISES = (PONO, EMBEDDING_SCALE)
