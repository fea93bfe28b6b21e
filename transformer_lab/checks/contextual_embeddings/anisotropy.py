"""The exercise *How alike are unrelated vectors?*."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# How alike ----------------------------------------------------------------------------------------------------------
def _strangers(words: Tensor) -> Tensor:
    """True for every pair of rows that belong to different words."""
    return words[:, None] != words[None, :]


def _cosines(x: Tensor) -> Tensor:
    return (unit := normalize(x, dim=-1)) @ unit.T


def _pairs(x: Tensor, words: Tensor) -> Tensor:
    """The cosines of all pairs of rows that belong to different words."""
    return _cosines(x)[_strangers(words)]


def _others(x: Tensor) -> Tensor:
    """True for every pair of different rows, whatever their words."""
    return ~torch.eye(len(x), dtype=torch.bool)


def _firsts(words: Tensor) -> list[int]:
    """The first row of each word."""
    return [i for i, word in enumerate(words.tolist()) if word not in words[:i].tolist()]


def _occurrences(*words: int) -> Tensor:
    return torch.tensor(words)


ANISOTROPY = Exercise(
    name="anisotropy",
    notebook="30_contextual_embeddings",
    title="How alike are unrelated vectors?",
    difficulty=2,
    reference=lambda x, words: _pairs(x, words).mean(),
    cases=lambda: [
        Case("6 vectors that lean to one side", (draw(6, 4) + 0.7, _occurrences(3, 8, 3, 1, 8, 3))),
        Case("5 vectors around the origin", (draw(5, 3, seed=1), _occurrences(0, 0, 2, 7, 2))),
        Case(
            "7 vectors of very different lengths",
            (draw(7, 3, seed=3) * torch.arange(1, 8)[:, None] ** 3, _occurrences(5, 1, 5, 5, 2, 9, 9)),
        ),
        Case("2 words, one of them twice", (draw(3, 5, seed=2) + 0.3, _occurrences(4, 6, 4))),
        Case("4 vectors of 4 words", (draw(4, 5, seed=5) + 0.4, _occurrences(2, 0, 3, 1))),
    ],
    praise="Right: every pair of different words' vectors, by cosine.",
    mistakes=[
        Mistake(
            "occurrences of one word",
            "Pairs of the same word are counted too: they are alike because they are one word. Keep the pairs whose "
            "words differ.",
            lambda x, words: _cosines(x)[_others(x)].mean(),
        ),
        Mistake(
            "each vector with itself",
            "All pairs are counted, also each vector with itself: keep the pairs whose words differ.",
            lambda x, words: _cosines(x).mean(),
        ),
        Mistake(
            "one word only",
            "These are the pairs of the *same* word: the pairs whose words differ are asked for.",
            lambda x, words: _cosines(x)[~_strangers(words)].mean(),
        ),
        Mistake(
            "zeros averaged in",
            "Pairs of the same word are set to zero but still counted: divide by the number of pairs whose words "
            "differ.",
            lambda x, words: (_cosines(x) * _strangers(words)).mean(),
        ),
        Mistake(
            "divided by all pairs of rows",
            "The sum is divided by n · (n − 1): divide by the number of pairs whose words differ.",
            lambda x, words: _pairs(x, words).sum() / (len(x) * (len(x) - 1)),
        ),
        Mistake(
            "first occurrence of each word",
            "Only the first row of each word is used: every occurrence counts.",
            lambda x, words: _pairs(x[_firsts(words)], words[_firsts(words)]).mean(),
        ),
        Mistake(
            "dot products",
            "These are dot products: bring every vector to length 1 first.",
            lambda x, words: (x @ x.T)[_strangers(words)].mean(),
        ),
        Mistake(
            "absolute values",
            "The signs are gone: vectors on opposite sides must be allowed to cancel.",
            lambda x, words: _pairs(x, words).abs().mean(),
        ),
        Mistake(
            "centred first",
            "The mean is subtracted first, and it is the mean that makes vectors alike: measure what is there.",
            lambda x, words: _pairs(x - x.mean(0), words).mean(),
        ),
        Mistake(
            "cosine to the mean vector",
            "This compares each vector with the mean of all: compare the vectors with one another.",
            lambda x, words: cosine_similarity(x, x.mean(0, keepdim=True), dim=-1).mean(),
        ),
        Mistake("added up", "The cosines are added up: take their mean.", lambda x, words: _pairs(x, words).sum()),
        Mistake(
            "neighbours only",
            "Only neighbouring rows are compared: all pairs of different words count.",
            lambda x, words: cosine_similarity(x[:-1], x[1:], dim=-1).mean(),
        ),
        Mistake(
            "squared cosines",
            "The cosines are squared, so that their signs are gone: average them as they are.",
            lambda x, words: _pairs(x, words).square().mean(),
        ),
        Mistake(
            "largest cosine",
            "This is the largest cosine: the mean of all pairs is wanted.",
            lambda x, words: _pairs(x, words).max(),
        ),
        Mistake(
            "median",
            "This is the median: the mean of all pairs is wanted.",
            lambda x, words: _pairs(x, words).median(),
        ),
        Mistake(
            "angle, not cosine",
            "These are the angles: the cosine itself is wanted.",
            lambda x, words: _pairs(x, words).clamp(-1, 1).acos().mean(),
        ),
        Mistake(
            "distance, not cosine",
            "This is 1 − cosine, a distance: the cosine itself is wanted.",
            lambda x, words: 1 - _pairs(x, words).mean(),
        ),
        Mistake(
            "columns normalised",
            "The *columns* are brought to length 1: a row is a vector, dim=-1.",
            lambda x, words: ((unit := normalize(x, dim=0)) @ unit.T)[_strangers(words)].mean(),
        ),
        Mistake(
            "one table of cosines",
            "The cosines themselves come back: their mean is wanted, one number.",
            _pairs,
        ),
    ],
)
