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
