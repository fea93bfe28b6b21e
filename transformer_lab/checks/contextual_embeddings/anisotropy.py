"""The exercise *How alike are unrelated vectors?*."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# How alike ----------------------------------------------------------------------------------------------------------
def _pairs(x: Tensor) -> Tensor:
    """The cosines of all pairs of different rows."""
    unit = normalize(x, dim=-1)
    return (unit @ unit.T)[~torch.eye(len(x), dtype=torch.bool)]


ANISOTROPY = Exercise(
    name="anisotropy",
    notebook="30_contextual_embeddings",
    title="How alike are unrelated vectors?",
    difficulty=2,
    reference=lambda x: _pairs(x).mean(),
    cases=lambda: [
        Case("6 vectors that lean to one side", (draw(6, 4) + 0.7,)),
        Case("5 vectors around the origin", (draw(5, 3, seed=1),)),
        Case("7 vectors of very different lengths", (draw(7, 3, seed=3) * torch.arange(1, 8)[:, None] ** 3,)),
        Case("2 vectors", (draw(2, 5, seed=2) + 0.3,)),
    ],
    praise="Right: every pair of different vectors once, by cosine.",
    mistakes=[
        Mistake(
            "each vector with itself",
            "The diagonal is counted: a vector's cosine with itself is 1, which says nothing. Leave those n pairs out.",
            lambda x: (normalize(x, dim=-1) @ normalize(x, dim=-1).T).mean(),
        ),
        Mistake(
            "diagonal zeroed, still divided by n²",
            "The diagonal is set to zero but still counted: divide by n · (n − 1).",
            lambda x: _pairs(x).sum() / len(x) ** 2,
        ),
        Mistake(
            "dot products",
            "These are dot products: bring every vector to length 1 first.",
            lambda x: (x @ x.T)[~torch.eye(len(x), dtype=torch.bool)].mean(),
        ),
        Mistake(
            "absolute values",
            "The signs are gone: vectors on opposite sides must be allowed to cancel.",
            lambda x: _pairs(x).abs().mean(),
        ),
        Mistake(
            "centred first",
            "The mean is subtracted first, and it is the mean that makes vectors alike: measure what is there.",
            lambda x: _pairs(x - x.mean(0)).mean(),
        ),
        Mistake(
            "cosine to the mean vector",
            "This compares each vector with the mean of all: compare the vectors with one another.",
            lambda x: cosine_similarity(x, x.mean(0, keepdim=True), dim=-1).mean(),
        ),
        Mistake(
            "features compared",
            "This compares the features (columns) with one another: a row is a vector.",
            lambda x: _pairs(x.T).mean(),
        ),
    ],
)


def _cosines(x: Tensor) -> Tensor:
    return (unit := normalize(x, dim=-1)) @ unit.T


ANISOTROPY.mistakes.extend(
    [
        Mistake("added up", "The cosines are added up: take their mean.", lambda x: _pairs(x).sum()),
        Mistake(
            "half of the pairs, divided by all",
            "Each pair is added once, but the sum is divided by n · (n − 1), which counts it twice: divide by half "
            "of that.",
            lambda x: _pairs(x).sum() / 2 / (len(x) * (len(x) - 1)),
        ),
        Mistake(
            "each vector with itself, in the upper triangle",
            "The upper triangle holds the diagonal: triu(diagonal=1) leaves each vector's cosine with itself out.",
            lambda x: _cosines(x)[torch.ones(len(x), len(x)).triu().bool()].mean(),
        ),
        Mistake(
            "zeros of the triangle averaged in",
            "The triangle's other half is 0 and averaged in: divide the sum by the number of pairs, n · (n − 1) / 2.",
            lambda x: _cosines(x).triu(1).mean(),
        ),
        Mistake(
            "neighbours only",
            "Only neighbouring rows are compared: all pairs of different rows count.",
            lambda x: cosine_similarity(x[:-1], x[1:], dim=-1).mean(),
        ),
        Mistake(
            "neighbours all round",
            "Each row is compared with the next one only: all pairs of different rows count.",
            lambda x: cosine_similarity(x, x.roll(1, 0), dim=-1).mean() + 0 * x.sum(),
        ),
        Mistake(
            "with the first row only",
            "All rows are compared with the first one only: all pairs of different rows count.",
            lambda x: cosine_similarity(x[:1], x[1:], dim=-1).mean(),
        ),
        Mistake(
            "squared cosines",
            "The cosines are squared, so that their signs are gone: average them as they are.",
            lambda x: _pairs(x).square().mean(),
        ),
        Mistake(
            "largest cosine", "This is the largest cosine: the mean of all pairs is wanted.", lambda x: _pairs(x).max()
        ),
        Mistake("median", "This is the median: the mean of all pairs is wanted.", lambda x: _pairs(x).median()),
        Mistake(
            "length of the mean vector",
            "This is the length of the mean of the unit vectors: its square is the mean of *all* cosines, and n of "
            "them are 1.",
            lambda x: normalize(x, dim=-1).mean(0).norm(),
        ),
        Mistake(
            "only one taken off",
            "The sum of all cosines has n ones in it, not one: subtract n.",
            lambda x: (_cosines(x).sum() - 1) / (len(x) * (len(x) - 1)),
        ),
        Mistake(
            "divided by n squared less one",
            "The sum is divided by n² − 1: there are n · (n − 1) pairs.",
            lambda x: _pairs(x).sum() / (len(x) ** 2 - 1),
        ),
        Mistake(
            "divided by n",
            "The sum is divided by n: there are n · (n − 1) pairs.",
            lambda x: _pairs(x).sum() / len(x),
        ),
        Mistake(
            "angle, not cosine",
            "These are the angles: the cosine itself is wanted.",
            lambda x: _pairs(x).clamp(-1, 1).acos().mean(),
        ),
        Mistake(
            "distance, not cosine",
            "This is 1 − cosine, a distance: the cosine itself is wanted.",
            lambda x: 1 - _pairs(x).mean(),
        ),
        Mistake(
            "columns normalised",
            "The *columns* are brought to length 1: a row is a vector, dim=-1.",
            lambda x: ((unit := normalize(x, dim=0)) @ unit.T)[~torch.eye(len(x), dtype=torch.bool)].mean(),
        ),
        Mistake(
            "one table of cosines",
            "The cosines themselves come back: their mean is wanted, one number.",
            _pairs,
        ),
    ]
)
