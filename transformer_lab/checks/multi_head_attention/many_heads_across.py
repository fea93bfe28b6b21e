"""The exercise *Many heads across*: cross-attention with heads and padding."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.multi_head_attention.fold_heads import _split
from transformer_lab.checks.samples import draw

Across = Callable[..., Tensor]
HIDDEN = float("-inf")


def _merge(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def _split_by_view(x: Tensor, num_heads: int) -> Tensor:
    return x.reshape(x.shape[0], num_heads, x.shape[1], -1)


def _merge_by_view(x: Tensor) -> Tensor:
    return x.reshape(x.shape[0], x.shape[2], -1)


def _dealt(x: Tensor, num_heads: int) -> Tensor:
    return x.unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2)


def _dealt_back(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1).flatten(2)


def _root(q: Tensor, k: Tensor) -> float:
    return q.shape[-1] ** 0.5


def _across(
    split: Callable[[Tensor, int], Tensor] = _split,
    merge: Callable[[Tensor], Tensor] = _merge,
    divisor: Callable[[Tensor, Tensor], float] = _root,
    hide: Callable[[Tensor, Tensor], Tensor] = lambda scores, real: scores.masked_fill(~real[:, None, None], HIDDEN),
    share: Callable[[Tensor], Tensor] = lambda scores: scores.softmax(-1),
    later: Callable[[Tensor, Tensor], Tensor] = lambda weights, real: weights,
    project: Callable[[Tensor, Tensor], Tensor] = lambda together, w_o: together @ w_o,
) -> Across:
    """Cross-attention with heads in its steps, right by default."""

    def attend(x, y, w_q, w_k, w_v, w_o, num_heads, real):
        q, k, v = split(x @ w_q, num_heads), split(y @ w_k, num_heads), split(y @ w_v, num_heads)
        scores = hide(q @ k.transpose(-2, -1) / divisor(q, k), real)
        return project(merge(later(share(scores), real) @ v), w_o)

    return attend


def _given(change: Callable[..., tuple]) -> Across:
    """The right way with other arguments."""
    return lambda *arguments: _across()(*change(*arguments))


def _words(batch: int, queries: int, lengths: tuple[int, ...], d_model: int, num_heads: int, seed: int = 0):
    y, real = draw(batch, max(lengths), d_model, seed=seed + 1), torch.arange(max(lengths))
    matrices = tuple(draw(d_model, d_model, seed=seed + 2 + i) / d_model**0.5 for i in range(4))
    x = 2 * draw(batch, queries, d_model, seed=seed)
    return x, 2 * y, *matrices, num_heads, real < torch.tensor(lengths)[:, None]


def _loud(arguments):
    """The same with padding a hundred times as loud as the words."""
    x, y, *matrices, num_heads, real = arguments
    return x, y * torch.where(real[..., None], 1.0, 100.0), *matrices, num_heads, real


def _values_from_x(x, y, w_q, w_k, w_v, w_o, num_heads, real):
    q, k, v = _split(x @ w_q, num_heads), _split(y @ w_k, num_heads), _split(x @ w_v, num_heads)
    scores = (q @ k.mT / _root(q, k)).masked_fill(~real[:, None, None], HIDDEN)
    return _merge(scores.softmax(-1) @ v) @ w_o


def _mean_of_heads(x, y, w_q, w_k, w_v, w_o, num_heads, real):
    """One table for all heads: the mean of theirs."""
    return _across(later=lambda weights, real: weights.mean(1, keepdim=True))(x, y, w_q, w_k, w_v, w_o, num_heads, real)


MANY_HEADS_ACROSS = Exercise(
    name="many_heads_across",
    notebook="16_multi_head_attention",
    title="Many heads across",
    difficulty=2,
    reference=_across(),
    cases=lambda: [
        Case("3 words ask 5, 2 heads", _words(2, 3, (5, 2), 6, 2)),
        Case("4 words ask 2, 4 heads", _words(2, 4, (1, 2), 8, 4, seed=10)),
        Case("as many words as sentences and heads", _words(3, 3, (3, 1, 2), 6, 3, seed=20)),
        Case("a batch of 1, no padding, 3 heads of 1 feature", _words(1, 5, (4,), 3, 3, seed=30)),
        Case("3 sentences, 2 heads of 4 features", _words(3, 5, (4, 6, 3), 8, 2, seed=40)),
        Case("padding with far larger numbers", _loud(_words(2, 4, (3, 6), 6, 2, seed=50))),
    ],
    # "Without a loop": a loop over the heads would call more of torch for more heads.
    forbidden=[Forbidden("a loop over the heads", grows_with=(6, 2, 3))],
    gradients=True,
    praise="Right: queries of one sentence, keys and values of the other, and no head sees its padding.",
    mistakes=[
        Mistake(
            "padding read",
            "The padding of y gets its share like any word: hide it, in every head.",
            _across(hide=lambda scores, real: scores),
        ),
        Mistake(
            "mask inverted",
            "The words are hidden and the padding is read: real is True where a word stands.",
            _across(hide=lambda scores, real: scores.masked_fill(real[:, None, None], HIDDEN)),
        ),
        Mistake(
            "score 0 in place of −∞",
            "The padding has a score of 0, and e⁰ = 1 is an ordinary share: fill with −∞ before the softmax.",
            _across(hide=lambda scores, real: scores * real[:, None, None]),
        ),
        Mistake(
            "hidden after the softmax",
            "The padding is taken away after the softmax, so rows sum to less than 1: hide it before.",
            _across(hide=lambda scores, real: scores, later=lambda weights, real: weights * real[:, None, None]),
        ),
        Mistake(
            "added as numbers",
            "real is added to the scores, one more for every word: that only leans towards words. Fill with −∞.",
            _across(hide=lambda scores, real: scores + real[:, None, None]),
        ),
        Mistake(
            "no output projection",
            "The heads are put together but not projected: multiply by w_o, so that every feature can use every head.",
            _across(project=lambda together, w_o: together),
        ),
        Mistake(
            "projected twice",
            "The result is multiplied by w_o twice: once, after the heads are put together.",
            _across(project=lambda together, w_o: together @ w_o @ w_o),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: each head's dot product has d_head = d_model / num_heads terms.",
            _across(divisor=lambda q, k: (q.shape[1] * q.shape[-1]) ** 0.5),
        ),
        Mistake("no scale", "The scores are not scaled: divide by √d_head.", _across(divisor=lambda q, k: 1.0)),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root.",
            _across(divisor=lambda q, k: q.shape[-1]),
        ),
        Mistake(
            "scaled by the number of heads",
            "The scores are divided by √num_heads: divide by √d_head, the number of terms in each dot product.",
            _across(divisor=lambda q, k: q.shape[1] ** 0.5),
        ),
        Mistake(
            "scaled by the number of keys",
            "The scores are divided by the root of the number of keys: divide by √d_head.",
            _across(divisor=lambda q, k: k.shape[2] ** 0.5),
        ),
        Mistake(
            "view without transpose",
            "Splitting and merging are each other's inverse, but both cut through the words: split the last axis, "
            "then swap axes 1 and 2 (and back).",
            _across(split=_split_by_view, merge=_merge_by_view),
        ),
        Mistake(
            "split by view",
            "The split cuts through the words: split the last axis first, then swap axes 1 and 2.",
            _across(split=_split_by_view),
        ),
        Mistake(
            "merge by view",
            "The split is right, but the merge mixes words: swap axes 1 and 2 before joining the last two.",
            _across(merge=_merge_by_view),
        ),
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i gets the i-th *block* of neighbouring features.",
            _across(split=_dealt, merge=_dealt_back),
        ),
        Mistake(
            "split dealt out",
            "The split deals the features out like cards: head i gets the i-th *block* of neighbouring features.",
            _across(split=_dealt),
        ),
        Mistake(
            "merge dealt out",
            "The merge shuffles the heads' features into each other: head 0's features come first, then head 1's.",
            _across(merge=_dealt_back),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: take it over the keys, dim=-1.",
            _across(share=lambda scores: scores.softmax(-2).nan_to_num()),
        ),
        Mistake(
            "softmax over heads",
            "The softmax runs over the heads (dim=1 after the split): take it over the keys, dim=-1.",
            _across(share=lambda scores: scores.softmax(1).nan_to_num()),
        ),
        Mistake("one head", "This is one wide head: num_heads is not used.", _given(lambda *a: (*a[:6], 1, a[7]))),
        Mistake(
            "one table for all heads",
            "The heads' weights are averaged: each head has a table of its own.",
            _mean_of_heads,
        ),
        Mistake(
            "memory ignored",
            "This is self-attention: keys and values must come from y.",
            _given(lambda x, y, *rest: (x, x, *rest[:-1], torch.ones(x.shape[:2], dtype=torch.bool))),
        ),
        Mistake(
            "values from x",
            "The values come from x: whoever is found by its key must hand out its *own* value, so both come from y.",
            _values_from_x,
        ),
        Mistake(
            "query and key matrices swapped",
            "w_q and w_k have changed places: w_q makes the queries from x, w_k the keys from y.",
            _given(lambda x, y, w_q, w_k, *rest: (x, y, w_k, w_q, *rest)),
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: what is handed out are the values, y @ w_v.",
            _given(lambda x, y, w_q, w_k, w_v, *rest: (x, y, w_q, w_k, w_k, *rest)),
        ),
        Mistake(
            "values not projected",
            "The values are the words themselves: project y with w_v first.",
            _given(lambda x, y, w_q, w_k, w_v, *rest: (x, y, w_q, w_k, torch.eye(len(w_v), dtype=w_v.dtype), *rest)),
        ),
        Mistake(
            "matrices transposed",
            "All four matrices are transposed (as nn.Linear does with its own): x @ w is wanted.",
            _given(lambda x, y, w_q, w_k, w_v, w_o, *rest: (x, y, w_q.T, w_k.T, w_v.T, w_o.T, *rest)),
        ),
    ],
)


@MANY_HEADS_ACROSS.mistake(
    "words added", "x is added to the result: the residual connection is not part of the attention itself."
)
def _residual(x: Tensor, *rest) -> Tensor:
    return x + _across()(x, *rest)
