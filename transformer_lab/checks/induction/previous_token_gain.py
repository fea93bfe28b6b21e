"""The exercise *One back, against an even look*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import numbers_in_a_row


def causal_weights(batch: int, heads: int, length: int, seed: int) -> Tensor:
    """Seeded rows of weights that look at no later token."""
    scores = 2 * torch.randn(batch, heads, length, length, generator=torch.Generator().manual_seed(seed))
    return scores.masked_fill(torch.ones(length, length).triu(1).bool(), float("-inf")).softmax(-1)


def _score(weights: Tensor, offset: int = -1) -> Tensor:
    return weights.diagonal(offset, -2, -1).mean((0, 2))


def _even(length: int, first: int = 2, last: int | None = None) -> Tensor:
    """The mean of ``1 / keys`` over queries that see ``first``, …, ``last`` keys."""
    return (1 / torch.arange(first, (length if last is None else last) + 1)).mean()


def _gain(score: Callable[[Tensor], Tensor], even: Callable[[int], Tensor] = _even) -> Callable[[Tensor], Tensor]:
    """The gain with another score, or another idea of an even look."""

    def gain(weights: Tensor) -> Tensor:
        chance = even(weights.shape[-1])
        return (score(weights) - chance) / (1 - chance)

    return gain


def _by_query(weights: Tensor) -> Tensor:
    even = 1 / torch.arange(2, weights.shape[-1] + 1)
    return ((weights.diagonal(-1, -2, -1) - even) / (1 - even)).mean((0, 2))


def _below(weights: Tensor) -> Tensor:
    return weights.diagonal(-1, -2, -1)


PREVIOUS_TOKEN_GAIN = Exercise(
    name="previous_token_gain",
    notebook="27_induction",
    title="One back, against an even look",
    difficulty=2,
    reference=_gain(_score),
    adapt=numbers_in_a_row,
    cases=lambda: [
        Case("2 sequences, 3 heads, 6 tokens", (causal_weights(2, 3, 6, seed=0),)),
        Case("1 sequence, 1 head, 3 tokens", (causal_weights(1, 1, 3, seed=1),)),
        Case("3 sequences, 5 heads, 4 tokens", (causal_weights(3, 5, 4, seed=3),)),
        Case("4 sequences, 2 heads, 9 tokens", (causal_weights(4, 2, 9, seed=2),)),
        Case("an even look, 5 tokens", (torch.ones(2, 2, 5, 5).tril() / torch.arange(1, 6)[:, None],), 1e-5),
    ],
    praise="Right: 0 for a head that looks evenly, 1 for one that looks one back, whatever the length.",
    mistakes=[
        Mistake("not compared", "This is the score alone: an even look has one, too, and it counts as 0.", _score),
        Mistake(
            "not divided",
            "The even look is taken off, but what is left is not divided: a perfect head has to reach 1.",
            lambda weights: _score(weights) - _even(weights.shape[-1]),
        ),
        Mistake(
            "a ratio",
            "This is how many times the even look's score it is: subtract that score, and divide by what is left to 1.",
            lambda weights: _score(weights) / _even(weights.shape[-1]),
        ),
        Mistake(
            "divided by the even look",
            "It is divided by the even look's score: divide by what that score leaves to 1.",
            lambda weights: _score(weights) / _even(weights.shape[-1]) - 1,
        ),
        Mistake(
            "even over all keys",
            "The even look spreads over all keys here. Query i has i + 1: those up to its own place.",
            _gain(_score, lambda length: torch.tensor(1 / length)),
        ),
        Mistake(
            "own place left out",
            "The even look leaves the query's own place out: it may look there, so query i has i + 1 keys.",
            _gain(_score, lambda length: _even(length, first=1, last=length - 1)),
        ),
        Mistake(
            "first query in the even look",
            "The first query counts in the even look, but not in the score: take the same queries for both.",
            _gain(_score, lambda length: _even(length, first=1)),
        ),
        Mistake(
            "even look of the middle query",
            "This is one over the mean number of keys: it is the mean of one over the number that is wanted.",
            _gain(_score, lambda length: 1 / torch.arange(2.0, length + 1).mean()),
        ),
        Mistake(
            "query by query",
            "Each query is compared with its own even look, and then the mean is taken: take the two means first.",
            _by_query,
        ),
        Mistake(
            "the token itself",
            "This is the main diagonal, the weight of each token on itself. The token before stands one column to the "
            "left: the first diagonal below, offset −1.",
            _gain(lambda weights: _score(weights, 0)),
        ),
        Mistake(
            "the token after",
            "Offset +1 is the diagonal *above*: key i + 1, the future, where a causal head has weight 0. Rows are "
            "queries.",
            _gain(lambda weights: _score(weights, 1)),
        ),
        Mistake(
            "two back",
            "Offset −2 is the token two places back; one place back is offset −1.",
            _gain(lambda weights: _score(weights, -2)),
        ),
        Mistake(
            "divided by all queries",
            "The sum is divided by the number of all queries. The first has no token before it and must not count: "
            "divide by length − 1.",
            _gain(lambda weights: _below(weights).sum(-1).mean(0) / weights.shape[-1]),
        ),
        Mistake(
            "heads averaged too",
            "This is one number for all heads together. Keep the head axis, and average over sequences and queries.",
            _gain(lambda weights: _below(weights).mean()),
        ),
        Mistake(
            "sequences not averaged",
            "The batch axis is still there: average over the sequences too.",
            _gain(lambda weights: _below(weights).mean(-1)),
        ),
        Mistake(
            "batch taken for heads",
            "The average runs over axis 1, which is the heads; axis 0 is the batch.",
            _gain(lambda weights: _below(weights).mean(-1).mean(1)),
        ),
        Mistake(
            "first sequence only",
            "Only the first sequence is looked at: average over all.",
            _gain(lambda weights: _below(weights)[0].mean(-1)),
        ),
        Mistake(
            "how often it is the largest",
            "This counts how often the token before has the largest weight: average the weight itself.",
            _gain(
                lambda weights: (
                    (weights.argmax(-1)[..., 1:] == torch.arange(weights.shape[-1] - 1)).float().mean((0, 2))
                )
            ),
        ),
    ],
)
