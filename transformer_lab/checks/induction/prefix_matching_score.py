"""The exercise *The prefix-matching score*."""

import torch
from torch import Tensor

from transformer_lab.analysis import prefix_matches, prefix_matching_score
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.induction.previous_token_score import _tokens, _weights
from transformer_lab.checks.samples import numbers_in_a_row


# Prefix matching -----------------------------------------------------------------------------------------------------
def _same(tokens: Tensor, diagonal: int = -1) -> Tensor:
    return (tokens[:, :, None] == tokens[:, None, :]).tril(diagonal)


def _score(weights: Tensor, wanted: Tensor, asked: Tensor | None = None) -> Tensor:
    asked = wanted.any(-1) if asked is None else asked
    return (weights * wanted[:, None]).sum(-1).movedim(-2, -1)[asked].mean(0)


def _latest_only(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = prefix_matches(tokens)
    later = wanted.flip(-1).cumsum(-1).flip(-1)
    return _score(weights, wanted & (later == 1))


def _mean_over_matches(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = prefix_matches(tokens)
    return (weights * wanted[:, None]).transpose(0, 1).sum((1, 2, 3)) / wanted.sum()


def _per_sequence(weights: Tensor, tokens: Tensor) -> Tensor:
    return torch.stack([_score(w[None], prefix_matches(t[None])) for w, t in zip(weights, tokens, strict=True)]).mean(0)


def _before_the_match(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = torch.nn.functional.pad(_same(tokens), (0, 1))[..., 1:]
    return _score(weights, wanted, _same(tokens).any(-1))


PREFIX_MATCHING_SCORE = Exercise(
    name="prefix_matching_score",
    notebook="27_induction",
    title="The prefix-matching score",
    difficulty=3,
    reference=prefix_matching_score,
    adapt=numbers_in_a_row,
    cases=lambda: [
        Case("2 sequences, 3 heads, 8 tokens of 3 kinds", (_weights(2, 3, 8, seed=0), _tokens(2, 8, 3, seed=0))),
        Case("1 sequence, 1 head, 4 tokens of 2 kinds", (_weights(1, 1, 4, seed=1), torch.tensor([[0, 1, 0, 0]]))),
        Case("1 sequence, 4 heads, 7 tokens of 2 kinds", (_weights(1, 4, 7, seed=3), _tokens(1, 7, 2, seed=3))),
        Case("3 sequences, 2 heads, 12 tokens of 9 kinds", (_weights(3, 2, 12, seed=2), _tokens(3, 12, 9, seed=2))),
    ],
    praise="Right: the weight one after every earlier copy, over the queries that have one.",
    mistakes=[
        Mistake(
            "the copy itself",
            "This adds up the weight on the earlier copies of the present token. An induction head looks at what came "
            "*after* them: key j counts when tokens[j − 1] equals tokens[i].",
            lambda weights, tokens: _score(weights, _same(tokens)),
        ),
        Mistake(
            "one before the copy",
            "Shifted to the wrong side: this is the key *before* each earlier copy. Key j counts when tokens[j − 1] "
            "(not tokens[j + 1]) equals tokens[i].",
            _before_the_match,
        ),
        Mistake(
            "itself counted as a copy",
            "The present token is counted as a copy of itself, so every query seems to have one. Only earlier places "
            "count: in the table of equal tokens, what is strictly below the diagonal.",
            lambda weights, tokens: _score(weights, torch.nn.functional.pad(_same(tokens, 0), (1, 0))[..., :-1]),
        ),
        Mistake(
            "equal tokens, itself too",
            "This adds up the weight on all tokens equal to the present one, itself among them. Wanted is the weight "
            "one *after* the earlier ones.",
            lambda weights, tokens: _score(weights, _same(tokens, 0)),
        ),
        Mistake(
            "all queries counted",
            "Queries whose token is new have nothing to find, and pull the mean down: average over the others only.",
            lambda weights, tokens: (weights * prefix_matches(tokens)[:, None]).sum(-1).mean((0, 2)),
        ),
        Mistake(
            "latest copy only",
            "Only the latest copy counts here. All earlier copies do: add up their weights.",
            _latest_only,
        ),
        Mistake(
            "divided by the number of copies",
            "The sum is divided by the number of all copies. Add a query's weights up (they are shares of one row), "
            "then average over the queries.",
            _mean_over_matches,
        ),
        Mistake(
            "mean of the sequences' means",
            "Each sequence is averaged first, then the sequences. One mean over all queries that have a copy is "
            "wanted.",
            _per_sequence,
        ),
        Mistake(
            "heads averaged too",
            "This is one number for all heads together: keep the head axis.",
            lambda weights, tokens: prefix_matching_score(weights, tokens).mean(),
        ),
    ],
)


def _shifted(table: Tensor, step: int) -> Tensor:
    return torch.nn.functional.pad(table, (step, 0))[..., : table.shape[-1]]


def _first_only(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = prefix_matches(tokens)
    return _score(weights, wanted & (wanted.cumsum(-1) == 1))


def _mean_of_copies(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = prefix_matches(tokens)
    shares = (weights * wanted[:, None]).sum(-1) / wanted.sum(-1).clamp(min=1)[:, None]
    return shares.movedim(-2, -1)[wanted.any(-1)].mean(0)


def _largest_copy(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = prefix_matches(tokens)
    return (weights * wanted[:, None]).amax(-1).movedim(-2, -1)[wanted.any(-1)].mean(0)


def _hits(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted = prefix_matches(tokens)
    best = torch.nn.functional.one_hot(weights.argmax(-1), weights.shape[-1])
    return _score(best.to(weights.dtype), wanted)


def _added_up(weights: Tensor, tokens: Tensor) -> Tensor:
    return (weights * prefix_matches(tokens)[:, None]).sum((0, 2, 3))


def _rows_exchanged(weights: Tensor, tokens: Tensor) -> Tensor:
    return _score(weights.transpose(-2, -1), prefix_matches(tokens))


def _asked_by_the_wanted(weights: Tensor, tokens: Tensor) -> Tensor:
    """Queries that are the first copy count too, with nothing found, but not those whose token comes once."""
    twice = (tokens[:, :, None] == tokens[:, None, :]).sum(-1) > 1
    return _score(weights, prefix_matches(tokens), twice)


PREFIX_MATCHING_SCORE.mistakes.extend(
    [
        Mistake(
            "first copy only",
            "Only the first copy counts here. All earlier copies do: add up their weights.",
            _first_only,
        ),
        Mistake(
            "mean over a query's copies",
            "The mean over a query's copies is taken: add their weights up, they are shares of one row.",
            _mean_of_copies,
        ),
        Mistake(
            "largest of the copies",
            "Only the copy with the largest weight counts here: add up the weights of all earlier copies.",
            _largest_copy,
        ),
        Mistake(
            "how often it is the largest",
            "This counts how often the largest weight lies there: add up the weights themselves.",
            _hits,
        ),
        Mistake(
            "added up", "The weights are added up over the queries: average over those that have a copy.", _added_up
        ),
        Mistake(
            "two after the copy",
            "This is the key two after each earlier copy: the one just after it is wanted.",
            lambda weights, tokens: _score(weights, _shifted(_same(tokens), 2), _same(tokens).any(-1)),
        ),
        Mistake("queries and keys exchanged", "Rows and columns are exchanged: rows are queries.", _rows_exchanged),
        Mistake(
            "first occurrences counted",
            "The first occurrence of a token is counted as well, and it has nothing to find: average over the "
            "queries whose "
            "token has occurred *before*.",
            _asked_by_the_wanted,
        ),
        Mistake(
            "the copy itself and all queries",
            "Two things: the weight is taken on the copies and not one after them, and queries with a new token are "
            "counted.",
            lambda weights, tokens: (weights * _same(tokens)[:, None]).sum(-1).mean((0, 2)),
        ),
        Mistake(
            "first sequence only",
            "Only the first sequence is looked at: average over the queries of all.",
            lambda weights, tokens: prefix_matching_score(weights[:1], tokens[:1]),
        ),
    ]
)
