"""The exercise *The slopes of a softmax*."""

import torch

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

SOFTMAX_JACOBIAN = Exercise(
    name="softmax_jacobian",
    notebook="06_self_attention",
    title="The slopes of a softmax",
    difficulty=2,
    reference=lambda weights: weights.diag() - torch.outer(weights, weights),
    cases=lambda: [
        Case("two equal weights", (torch.full((2,), 0.5, dtype=torch.float64),)),
        Case("five weights", (draw(5).softmax(0),)),
        Case("one weight near 1", ((12 * draw(4, seed=1)).softmax(0),)),
        Case("a single key", (torch.ones(1, dtype=torch.float64),)),
        Case("weights of exactly 0", (torch.tensor([0.25, 0.0, 0.75], dtype=torch.float64),)),
        Case("three weights in float32", (draw(3, seed=2).float().softmax(0),), 1e-5),
    ],
    praise="Right: each row sums to 0, because what one weight gains the others lose.",
    mistakes=[
        Mistake(
            "only the diagonal",
            "The slopes beside the diagonal are missing: raising one score lowers all *other* weights, by p_i · p_j.",
            lambda weights: (weights * (1 - weights)).diag(),
        ),
        Mistake(
            "square forgotten",
            "On the diagonal p_i · p_i is missing: there the slope is p_i − p_i².",
            lambda weights: weights.diag() - (torch.outer(weights, weights) - (weights**2).diag()),
        ),
        Mistake(
            "wrong sign",
            "The signs are turned around: a higher score raises its own weight, so the diagonal is positive.",
            lambda weights: torch.outer(weights, weights) - weights.diag(),
        ),
        Mistake(
            "outer product added",
            "The outer product is subtracted, not added: the others lose.",
            lambda weights: weights.diag() + torch.outer(weights, weights),
        ),
        Mistake(
            "softmax taken again",
            "The argument holds the weights already: no softmax is needed.",
            lambda weights: weights.softmax(0).diag() - torch.outer(weights.softmax(0), weights.softmax(0)),
        ),
        Mistake(
            "slopes of the logarithm",
            "These are the slopes of log(softmax): multiply row i by the weight p_i.",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - weights,
        ),
        Mistake(
            "δ forgotten",
            "Every entry is p_i (1 − p_j): δ is 1 on the diagonal alone, elsewhere the slope is −p_i · p_j.",
            lambda weights: weights[:, None] * (1 - weights),
        ),
        Mistake(
            "δ forgotten, rows and columns swapped",
            "Every entry is p_j (1 − p_i): δ is 1 on the diagonal alone, elsewhere the slope is −p_i · p_j.",
            lambda weights: weights * (1 - weights[:, None]),
        ),
        Mistake(
            "p_j alone subtracted",
            "p_j is subtracted from the diagonal's p_i in every row: it must be multiplied by p_i first, p_i "
            "δ − p_i p_j.",
            lambda weights: weights.diag() - weights,
        ),
        Mistake(
            "p_i alone subtracted",
            "p_i is subtracted in its whole row: it must be multiplied by p_j first, p_i δ − p_i p_j.",
            lambda weights: weights.diag() - weights[:, None],
        ),
        Mistake(
            "δ − p_i",
            "The factor p_j is missing: p_i (δ_ij − p_j).",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - weights[:, None],
        ),
        Mistake(
            "δ not multiplied",
            "p_i stands beside p_j alone and not beside δ: it multiplies the whole bracket, p_i (δ_ij − p_j).",
            lambda weights: torch.eye(len(weights), dtype=weights.dtype) - torch.outer(weights, weights),
        ),
        Mistake(
            "dot product instead of all products",
            "The number p · p is subtracted everywhere: torch.outer makes the table of all products p_i · p_j.",
            lambda weights: weights.diag() - weights @ weights,
        ),
        Mistake(
            "squares instead of all products",
            "The squares p_j² are subtracted in every row: torch.outer makes the table of all products p_i · p_j.",
            lambda weights: weights.diag() - weights * weights,
        ),
        Mistake(
            "others rise too",
            "Beside the diagonal the signs are turned round: a higher score lowers all other weights.",
            lambda weights: 2 * (weights * (1 - weights)).diag() - (weights.diag() - torch.outer(weights, weights)),
        ),
        Mistake(
            "only the products",
            "This is the table of all products with a minus: on the diagonal p_i must be added.",
            lambda weights: -torch.outer(weights, weights),
        ),
        Mistake(
            "only the diagonal as a list",
            "These are the n slopes of the diagonal: the table is [n, n], also how one score moves the "
            "*other* weights.",
            lambda weights: weights * (1 - weights),
        ),
    ],
)


SOFTMAX_JACOBIAN.mistake(
    "upper half only", "Below the diagonal there are zeros: the table is symmetric, −p_i p_j on both sides."
)(lambda weights: (torch.diag(weights) - torch.outer(weights, weights)).triu())
SOFTMAX_JACOBIAN.mistake(
    "lower half only", "Above the diagonal there are zeros: the table is symmetric, −p_i p_j on both sides."
)(lambda weights: (torch.diag(weights) - torch.outer(weights, weights)).tril())
