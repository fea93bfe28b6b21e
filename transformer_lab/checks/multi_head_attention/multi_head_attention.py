"""The exercise *Multi-head attention*."""

import torch
from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.multi_head_attention.split_heads import _merge, _merge_by_view, _split, _split_by_view
from transformer_lab.checks.samples import attend_with, draw


def _multi_with(split=_split, merge=_merge, projected: bool = True, heads: int | None = None, attend=None, **options):
    attend = attend or attend_with(**options)

    def multi(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, num_heads: int) -> Tensor:
        q, k, v = (split(x @ w, heads or num_heads) for w in (w_q, w_k, w_v))
        out = merge(attend(q, k, v, x.shape[-1]))
        return out @ w_o if projected else out

    return multi


def _four_matrices(d_model: int) -> tuple[Tensor, ...]:
    return tuple(draw(d_model, d_model, seed=5 + i) / d_model**0.5 for i in range(4))


MULTI_HEAD_ATTENTION = Exercise(
    name="multi_head_attention",
    notebook="16_multi_head_attention",
    title="Multi-head attention",
    difficulty=3,
    reference=_multi_with(),
    cases=lambda: [
        Case("2 sentences of 4 words, 2 heads", (2 * draw(2, 4, 6), *_four_matrices(6), 2)),
        Case("5 words, 4 heads", (2 * draw(1, 5, 8), *_four_matrices(8), 4)),
        Case("3 words, 3 heads of 1 feature", (2 * draw(2, 3, 3), *_four_matrices(3), 3)),
        Case("3 sentences of 5 words, 2 heads of 4 features", (2 * draw(3, 5, 8, seed=1), *_four_matrices(8), 2)),
    ],
    # "Without a loop": a loop over the heads would call more of torch for more heads.
    forbidden=[Forbidden("a loop over the heads", grows_with=(5, 2, 3))],
    praise="Right: split, attend, put together, project.",
    mistakes=[
        Mistake(
            "no output projection",
            "The heads are put together but not projected: multiply by w_o, so that every feature can use every head.",
            _multi_with(projected=False),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: each head's dot product has d_head = d_model / num_heads terms.",
            _multi_with(width_of_x=True),
        ),
        Mistake("no scale", "The scores are not scaled: divide by √d_head.", _multi_with(power=0)),
        Mistake(
            "view without transpose",
            "Splitting and merging are each other's inverse, but both cut through the words: split the last axis, "
            "then swap axes 1 and 2 (and back).",
            _multi_with(split=_split_by_view, merge=_merge_by_view),
        ),
        Mistake(
            "split by view",
            "The split cuts through the words: split the last axis first, then swap axes 1 and 2.",
            _multi_with(split=_split_by_view),
        ),
        Mistake(
            "merge by view",
            "The split is right, but the merge mixes words: swap axes 1 and 2 before joining the last two.",
            _multi_with(merge=_merge_by_view),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: take it over the keys, dim=-1.",
            _multi_with(axis=-2),
        ),
        Mistake(
            "softmax over heads",
            "The softmax runs over the heads (dim=1 after the split): take it over the keys, dim=-1.",
            _multi_with(axis=1),
        ),
        Mistake(
            "one head",
            "This is one wide head: num_heads is not used.",
            _multi_with(heads=1),
        ),
    ],
)


def _dealt(x: Tensor, num_heads: int) -> Tensor:
    return x.unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2)


def _dealt_back(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1).flatten(2)


def _bare(change, **options):
    """The right way with other matrices."""
    multi = _multi_with(**options)

    def changed(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, num_heads: int):
        for_q, for_k, for_v, for_o = change(w_q, w_k, w_v, w_o)
        return multi(x, for_q, for_k, for_v, for_o, num_heads)

    return changed


def _eye(w: Tensor) -> Tensor:
    return torch.eye(len(w), dtype=w.dtype)


def _causal(q: Tensor, k: Tensor, v: Tensor, d_model: int) -> Tensor:
    scores = q @ k.mT / q.shape[-1] ** 0.5
    later = torch.ones(scores.shape[-2:]).triu(1).bool()
    return scores.masked_fill(later, float("-inf")).softmax(-1) @ v


def _divided_late(q: Tensor, k: Tensor, v: Tensor, d_model: int) -> Tensor:
    return (q @ k.mT).softmax(-1) / q.shape[-1] ** 0.5 @ v


def _scaled_by_heads(q: Tensor, k: Tensor, v: Tensor, d_model: int) -> Tensor:
    return (q @ k.mT / q.shape[1] ** 0.5).softmax(-1) @ v


def _scaled_by_length(q: Tensor, k: Tensor, v: Tensor, d_model: int) -> Tensor:
    return (q @ k.mT / q.shape[2] ** 0.5).softmax(-1) @ v


MULTI_HEAD_ATTENTION.mistakes.extend(
    [
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i gets the i-th *block* of neighbouring features.",
            _multi_with(split=_dealt, merge=_dealt_back),
        ),
        Mistake(
            "split dealt out",
            "The split deals the features out like cards: head i gets the i-th *block* of neighbouring features.",
            _multi_with(split=_dealt),
        ),
        Mistake(
            "merge dealt out",
            "The merge shuffles the heads' features into each other: head 0's features come first, then head 1's.",
            _multi_with(merge=_dealt_back),
        ),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root, or the weights become nearly equal.",
            _multi_with(power=1),
        ),
        Mistake(
            "multiplied by the root", "The scores are multiplied by √d_head: divide by it.", _multi_with(power=-0.5)
        ),
        Mistake(
            "scaled by the number of heads",
            "The scores are divided by √num_heads: divide by √d_head, the number of terms in each dot product.",
            _multi_with(attend=_scaled_by_heads),
        ),
        Mistake(
            "scaled by the length",
            "The scores are divided by the root of the number of words: divide by √d_head.",
            _multi_with(attend=_scaled_by_length),
        ),
        Mistake(
            "divided after the softmax",
            "The division by √d_head comes after the softmax, so the rows no longer sum to 1: divide the scores.",
            _multi_with(attend=_divided_late),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _multi_with(softmax=False),
        ),
        Mistake(
            "softmax over the whole table",
            "The whole table of a head sums to 1: each row must, dim=-1.",
            _multi_with(axis=99),
        ),
        Mistake(
            "query and key swapped",
            "The table is transposed: row i must hold query i against every key, q @ k.transpose(-2, -1).",
            _multi_with(swap=True),
        ),
        Mistake("causal", "Later words are hidden: no mask was asked for.", _multi_with(attend=_causal)),
        Mistake(
            "matrices transposed",
            "All four matrices are transposed (as nn.Linear does with its own): x @ w is wanted.",
            _bare(lambda *w: [m.T for m in w]),
        ),
        Mistake(
            "w_q, w_k, w_v transposed",
            "w_q, w_k and w_v are transposed (as nn.Linear does with its own): x @ w is wanted.",
            _bare(lambda q, k, v, o: (q.T, k.T, v.T, o)),
        ),
        Mistake(
            "values not projected",
            "The values are the words themselves: project them with w_v first.",
            _bare(lambda q, k, v, o: (q, k, _eye(v), o)),
        ),
        Mistake(
            "nothing projected before",
            "Queries, keys and values are the words themselves: project x with w_q, w_k and w_v first.",
            _bare(lambda q, k, v, o: (_eye(q), _eye(k), _eye(v), o)),
        ),
        Mistake(
            "keys not projected",
            "The keys are the words themselves: project them with w_k first.",
            _bare(lambda q, k, v, o: (q, _eye(k), v, o)),
        ),
    ]
)


@MULTI_HEAD_ATTENTION.mistake(
    "words added", "x is added to the result: the residual connection is not part of the attention itself."
)
def _residual(x: Tensor, *rest) -> Tensor:
    return x + _multi_with()(x, *rest)


@MULTI_HEAD_ATTENTION.mistake(
    "projected twice", "The result is multiplied by w_o twice: once, after the heads are put together."
)
def _projected_twice(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, num_heads: int) -> Tensor:
    return _multi_with()(x, w_q, w_k, w_v, w_o, num_heads) @ w_o
