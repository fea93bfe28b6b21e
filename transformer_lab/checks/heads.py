"""Exercises about many heads (16): split, attend, put together, project."""

from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import attend_with, draw


def _split(x: Tensor, num_heads: int) -> Tensor:
    return x.unflatten(-1, (num_heads, -1)).transpose(1, 2)


def _merge(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def _split_by_view(x: Tensor, num_heads: int) -> Tensor:
    return x.reshape(x.shape[0], num_heads, x.shape[1], -1)


def _merge_by_view(x: Tensor) -> Tensor:
    return x.reshape(x.shape[0], x.shape[2], -1)


SPLIT_HEADS = Exercise(
    name="split_heads",
    notebook="16_multi_head_attention",
    title="Split into heads",
    difficulty=1,
    reference=_split,
    cases=lambda: [
        Case("2 sentences of 4 words, 2 heads", (draw(2, 4, 6), 2)),
        Case("6 words, 3 heads", (draw(1, 6, 6), 3)),
        Case("4 words, 4 heads of 2 features", (draw(3, 4, 8), 4)),
        Case("one head", (draw(2, 3, 4), 1)),
    ],
    praise="Right: every head sees every word, through its own features.",
    mistakes=[
        Mistake(
            "view without transpose",
            "The shape is right, but the numbers are not: this cuts the memory into equal runs, so a head gets some "
            "words' features in other words' places. Split the last axis first, then swap the axes.",
            _split_by_view,
        ),
        Mistake(
            "words split",
            "The *words* are split among the heads: every head must see all words, and split the features.",
            lambda x, num_heads: x.unflatten(1, (num_heads, -1)),
        ),
        Mistake(
            "axes not swapped",
            "The head axis stands after the words: swap axes 1 and 2, so that each head's words lie together.",
            lambda x, num_heads: x.unflatten(-1, (num_heads, -1)),
        ),
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i gets the i-th *block* of d_head neighbouring features.",
            lambda x, num_heads: x.unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2),
        ),
        Mistake(
            "words and features swapped",
            "The last two axes are swapped: [batch, head, length, d_head] is wanted.",
            lambda x, num_heads: _split(x, num_heads).transpose(-2, -1),
        ),
    ],
)

MERGE_HEADS = Exercise(
    name="merge_heads",
    notebook="16_multi_head_attention",
    title="Put the heads back together",
    difficulty=1,
    reference=_merge,
    cases=lambda: [
        Case("2 heads of 3 features", (draw(2, 2, 4, 3),)),
        Case("3 heads of 3 features, 3 words", (draw(1, 3, 3, 3),)),
        Case("4 heads of 1 feature", (draw(2, 4, 5, 1),)),
    ],
    praise="Right: what the heads found for a word stands side by side in its row.",
    mistakes=[
        Mistake(
            "reshape without transpose",
            "The shape is right, but each row now mixes several words: swap axes 1 and 2 before joining the last two.",
            _merge_by_view,
        ),
        Mistake(
            "features dealt out",
            "The heads' features are shuffled into each other: head 0's features come first, then head 1's.",
            lambda x: x.permute(0, 2, 3, 1).flatten(2),
        ),
        Mistake("heads added", "The heads are added up: put them side by side.", lambda x: x.sum(1)),
        Mistake("heads averaged", "The heads are averaged: put them side by side.", lambda x: x.mean(1)),
        Mistake(
            "not joined",
            "Heads and features are still two axes: join them with flatten(2).",
            lambda x: x.transpose(1, 2),
        ),
    ],
)


def _multi_with(split=_split, merge=_merge, projected: bool = True, heads: int | None = None, **options):
    attend = attend_with(**options)

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
    ],
    gradients=True,
    # "Without a loop": a loop over the heads would call more of torch for more heads.
    forbidden=[Forbidden("a loop over the heads", grows_with=(5, 2, 3))],
    praise="Right: split, attend, put together, project; the gradients agree too.",
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

EXERCISES = (SPLIT_HEADS, MERGE_HEADS, MULTI_HEAD_ATTENTION)
