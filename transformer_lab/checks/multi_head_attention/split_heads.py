"""The exercise *Split into heads*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


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
