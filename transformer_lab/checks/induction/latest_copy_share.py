"""The exercise *The latest copy's share*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.induction.previous_token_gain import causal_weights
from transformer_lab.checks.samples import numbers_in_a_row


def tokens_of(batch: int, length: int, kinds: int, seed: int) -> Tensor:
    """Seeded tokens of a few kinds, so that many come back."""
    return torch.randint(kinds, (batch, length), generator=torch.Generator().manual_seed(seed))


def _copies(tokens: Tensor, diagonal: int = -1) -> Tensor:
    return (tokens[:, :, None] == tokens[:, None, :]).tril(diagonal)


def _after(copies: Tensor, step: int = 1) -> Tensor:
    """The keys ``step`` places after the copies (before them where it is negative)."""
    length = copies.shape[-1]
    padded = torch.nn.functional.pad(copies, (max(step, 0), max(-step, 0)))
    return padded[..., :length] if step >= 0 else padded[..., -length:]


def _latest(wanted: Tensor) -> Tensor:
    return wanted & (wanted.flip(-1).cumsum(-1).flip(-1) == 1)


def _earliest(wanted: Tensor) -> Tensor:
    return wanted & (wanted.cumsum(-1) == 1)


def _found(weights: Tensor, table: Tensor, asked: Tensor) -> Tensor:
    """The weight on the keys of a table, for each query that is asked: [query, head]."""
    return (weights * table[:, None]).sum(-1).movedim(-2, -1)[asked]


def _share(
    step: int = 1, diagonal: int = -1, least: int = 2, pick: Callable[[Tensor], Tensor] = _latest
) -> Callable[[Tensor, Tensor], Tensor]:
    """The share with one thing changed: which keys, which copies, which queries, which of the copies."""

    def share(weights: Tensor, tokens: Tensor) -> Tensor:
        copies = _copies(tokens, diagonal)
        wanted, asked = _after(copies, step), _copies(tokens).sum(-1) >= least
        return _found(weights, pick(wanted), asked).sum(0) / _found(weights, wanted, asked).sum(0)

    return share


def _parts(weights: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Weight after the latest copy and after any, for each query with a choice: [query, head] both."""
    wanted, asked = _after(_copies(tokens)), _copies(tokens).sum(-1) >= 2
    return _found(weights, _latest(wanted), asked), _found(weights, wanted, asked)


def _largest(weights: Tensor, tokens: Tensor) -> Tensor:
    wanted, asked = _after(_copies(tokens)), _copies(tokens).sum(-1) >= 2
    largest = (weights * wanted[:, None]).amax(-1).movedim(-2, -1)[asked]
    return largest.sum(0) / _found(weights, wanted, asked).sum(0)


def _query_by_query(weights: Tensor, tokens: Tensor) -> Tensor:
    latest, every = _parts(weights, tokens)
    return (latest / every).mean(0)


def _sequence_by_sequence(weights: Tensor, tokens: Tensor) -> Tensor:
    rows = [_share()(w[None], t[None]) for w, t in zip(weights, tokens, strict=True)]
    return torch.stack([row for row in rows if not row.isnan().any()]).mean(0)


LATEST_COPY_SHARE = Exercise(
    name="latest_copy_share",
    notebook="27_induction",
    title="The latest copy's share",
    difficulty=3,
    reference=_share(),
    adapt=numbers_in_a_row,
    cases=lambda: [
        Case(
            "2 sequences, 3 heads, 9 tokens of 3 kinds", (causal_weights(2, 3, 9, seed=0), tokens_of(2, 9, 3, seed=0))
        ),
        Case("1 sequence, 1 head, 5 tokens", (causal_weights(1, 1, 5, seed=1), torch.tensor([[0, 0, 1, 0, 0]]))),
        Case("1 sequence, 4 heads, 8 tokens of 2 kinds", (causal_weights(1, 4, 8, seed=3), tokens_of(1, 8, 2, seed=3))),
        Case(
            "3 sequences, 2 heads, 14 tokens of 5 kinds",
            (causal_weights(3, 2, 14, seed=2), tokens_of(3, 14, 5, seed=2)),
        ),
    ],
    praise="Right: of what the head puts after the earlier copies, the part that lies after the latest.",
    mistakes=[
        Mistake(
            "queries with one copy counted",
            "Queries with a single earlier copy are counted, and their share is 1 in any case: leave them out.",
            _share(least=1),
        ),
        Mistake("the earliest", "This is the share of the *earliest* copy.", _share(pick=_earliest)),
        Mistake(
            "the copies themselves",
            "This is the weight on the copies: wanted is what lies one *after* them.",
            _share(step=0),
        ),
        Mistake("one before the copies", "Shifted to the wrong side: this is one *before* each copy.", _share(step=-1)),
        Mistake(
            "itself counted as a copy",
            "The present token is counted as a copy of itself, and is then the latest: only earlier places count.",
            _share(diagonal=0),
        ),
        Mistake(
            "the copies themselves, the present one too",
            "This is the weight on all tokens equal to the present one, itself among them: wanted is what lies one "
            "*after* the earlier ones.",
            _share(step=0, diagonal=0),
        ),
        Mistake(
            "not divided",
            "This is the mean weight after the latest copy: divide by the weight after all earlier copies.",
            lambda weights, tokens: _parts(weights, tokens)[0].mean(0),
        ),
        Mistake(
            "all copies",
            "This is the mean weight after all copies, the prefix-matching score of these queries: wanted is the part "
            "of it after the latest.",
            lambda weights, tokens: _parts(weights, tokens)[1].mean(0),
        ),
        Mistake(
            "query by query",
            "Each query's share is taken, then their mean: add up both weights over the queries first.",
            _query_by_query,
        ),
        Mistake(
            "sequence by sequence",
            "Each sequence has a share of its own here: add up over the queries of all sequences.",
            _sequence_by_sequence,
        ),
        Mistake("largest copy", "This is the share of the copy with the largest weight, latest or not.", _largest),
        Mistake(
            "heads together",
            "This is one number for all heads together: keep the head axis.",
            lambda weights, tokens: _parts(weights, tokens)[0].sum() / _parts(weights, tokens)[1].sum(),
        ),
        Mistake(
            "queries and keys exchanged",
            "Rows and columns are exchanged: rows are queries.",
            lambda weights, tokens: _share()(weights.transpose(-2, -1), tokens),
        ),
        Mistake(
            "first sequence only",
            "Only the first sequence is looked at: add up over all.",
            lambda weights, tokens: _share()(weights[:1], tokens[:1]),
        ),
        Mistake(
            "earlier ones instead",
            "This is the share of all copies *but* the latest: take it from 1.",
            lambda weights, tokens: 1 - _share()(weights, tokens),
        ),
    ],
)
