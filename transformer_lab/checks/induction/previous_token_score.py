"""The exercise *The previous-token score*."""

import torch
from torch import Tensor

from transformer_lab.analysis import previous_token_score
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import numbers_in_a_row


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
    adapt=numbers_in_a_row,
    cases=lambda: [
        Case("2 sequences, 3 heads, 6 tokens", (_weights(2, 3, 6, seed=0),)),
        Case("1 sequence, 1 head, 2 tokens", (_weights(1, 1, 2, seed=1),)),
        Case("3 sequences, 5 heads, 4 tokens", (_weights(3, 5, 4, seed=3),)),
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


def _below(weights: Tensor) -> Tensor:
    return weights.diagonal(-1, -2, -1)


def _places(length: int) -> Tensor:
    """True where the key stands before the query."""
    return torch.ones(length, length).tril(-1).bool()


PREVIOUS_TOKEN_SCORE.mistakes.extend(
    [
        Mistake(
            "how often it is the largest",
            "This counts how often the token before has the largest weight: average the weight itself.",
            lambda weights: (weights.argmax(-1)[..., 1:] == torch.arange(weights.shape[-1] - 1)).float().mean((0, 2)),
        ),
        Mistake(
            "sequences added up",
            "The sequences are added up: average over them, too.",
            lambda weights: _below(weights).mean(-1).sum(0),
        ),
        Mistake(
            "queries added up",
            "The queries are added up: average over them.",
            lambda weights: _below(weights).sum(-1).mean(0),
        ),
        Mistake(
            "everything added up",
            "Sequences and queries are added up: average over both.",
            lambda weights: _below(weights).sum((0, 2)),
        ),
        Mistake(
            "largest instead of mean",
            "The largest weight is taken: the mean is wanted.",
            lambda weights: _below(weights).amax(-1).mean(0),
        ),
        Mistake(
            "all tokens before",
            "All tokens before are counted, not only the one just before: it is one diagonal of the table.",
            lambda weights: (weights * _places(weights.shape[-1])).sum(-1)[..., 1:].mean((0, 2)),
        ),
        Mistake(
            "mean over the whole table",
            "The sum of the diagonal is divided by the number of all cells: it has length − 1 of them.",
            lambda weights: _below(weights).sum(-1).mean(0) / weights.shape[-1] ** 2,
        ),
        Mistake(
            "first sequence only",
            "Only the first sequence is looked at: average over all.",
            lambda weights: _below(weights)[0].mean(-1),
        ),
        Mistake(
            "one number for each query",
            "The queries are still there: average over them, too.",
            lambda weights: _below(weights).mean(0),
        ),
        Mistake(
            "last query only",
            "Only the last query is looked at: average over all that have a token before.",
            lambda weights: _below(weights)[..., -1].mean(0),
        ),
        Mistake(
            "the first token's weight on itself",
            "The first token is counted with its weight on itself, which is 1: it has none before it, and does not "
            "count.",
            lambda weights: (_below(weights).sum(-1) + weights[..., 0, 0]).mean(0) / weights.shape[-1],
        ),
        Mistake(
            "median",
            "The median of the queries is taken: the mean is wanted.",
            lambda weights: _below(weights).median(-1).values.mean(0),
        ),
    ]
)
