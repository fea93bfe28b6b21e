"""The exercise *The previous-token score*."""

import torch
from torch import Tensor

from transformer_lab.analysis import previous_token_score
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _weights(batch: int, heads: int, length: int, seed: int) -> Tensor:
    scores = 2 * torch.randn(batch, heads, length, length, generator=torch.Generator().manual_seed(seed))
    return scores.masked_fill(torch.ones(length, length).triu(1).bool(), float("-inf")).softmax(-1)


def _tokens(batch: int, length: int, kinds: int, seed: int) -> Tensor:
    return torch.randint(kinds, (batch, length), generator=torch.Generator().manual_seed(seed))


# The previous token --------------------------------------------------------------------------------------------------
PREVIOUS_TOKEN_SCORE = Exercise(
    name="previous_token_score",
    notebook="27_induction",
    title="The previous-token score",
    difficulty=1,
    reference=previous_token_score,
    cases=lambda: [
        Case("2 sequences, 3 heads, 6 tokens", (_weights(2, 3, 6, seed=0),)),
        Case("1 sequence, 1 head, 2 tokens", (_weights(1, 1, 2, seed=1),)),
        Case("4 sequences, 2 heads, 9 tokens", (_weights(4, 2, 9, seed=2),)),
    ],
    praise="Right: one number for each head, and the first token, which has none before it, is left out.",
    mistakes=[
        Mistake(
            "the token itself",
            "This is the main diagonal, the weight of each token on itself. The token before stands one column to the "
            "left: the first diagonal below, offset −1.",
            lambda weights: weights.diagonal(0, -2, -1).mean(-1).mean(0),
        ),
        Mistake(
            "the token after",
            "Offset +1 is the diagonal *above*: key i + 1, the future, where a causal head has weight 0. Rows are "
            "queries.",
            lambda weights: weights.diagonal(1, -2, -1).mean(-1).mean(0),
        ),
        Mistake(
            "divided by all queries",
            "The sum is divided by the number of all queries. The first has no token before it and must not count: "
            "divide by length − 1.",
            lambda weights: weights.diagonal(-1, -2, -1).sum(-1).mean(0) / weights.shape[-1],
        ),
        Mistake(
            "heads averaged too",
            "This is one number for all heads together. Keep the head axis, and average over sequences and queries.",
            lambda weights: weights.diagonal(-1, -2, -1).mean(),
        ),
        Mistake(
            "sequences not averaged",
            "The batch axis is still there: average over the sequences too.",
            lambda weights: weights.diagonal(-1, -2, -1).mean(-1),
        ),
        Mistake(
            "batch taken for heads",
            "The average runs over axis 1, which is the heads; axis 0 is the batch.",
            lambda weights: weights.diagonal(-1, -2, -1).mean(-1).mean(1),
        ),
        Mistake(
            "two back",
            "Offset −2 is the token two places back; one place back is offset −1.",
            lambda weights: weights.diagonal(-2, -2, -1).mean(-1).mean(0),
        ),
    ],
)
