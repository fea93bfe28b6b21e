"""The exercise *Put the heads back together*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.multi_head_attention.split_heads import _merge, _merge_by_view
from transformer_lab.checks.samples import draw

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
        Case("3 sentences of 5 words, 2 heads of 4 features", (draw(3, 2, 5, 4),)),
        Case("one head, one word", (draw(2, 1, 1, 3),)),
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


@MERGE_HEADS.mistake(
    "words of all heads in a row",
    "Heads and words are joined, so the heads stand one below the other: swap axes 1 and 2, and join the last two.",
)
def _heads_and_words(x: Tensor) -> Tensor:
    return x.flatten(1, 2)


@MERGE_HEADS.mistake(
    "words joined too", "Words are joined with the features, so a sentence is one row: join the last two axes only."
)
def _words_too(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(1)


@MERGE_HEADS.mistake("heads in reverse", "The heads are put together in reverse order: head 0's features come first.")
def _reversed(x: Tensor) -> Tensor:
    return _merge(x.flip(1))


@MERGE_HEADS.mistake(
    "words and features swapped", "The result is [batch, d_model, length]: wanted is [batch, length, d_model]."
)
def _turned(x: Tensor) -> Tensor:
    return _merge(x).transpose(1, 2)


@MERGE_HEADS.mistake(
    "features before words",
    "Words and features changed places before the join, so rows mix words: swap heads and words, axes 1 and 2.",
)
def _features_swapped(x: Tensor) -> Tensor:
    return x.transpose(2, 3).reshape(x.shape[0], x.shape[2], -1)


@MERGE_HEADS.mistake("only the first head", "Only head 0 is left, again and again: every head has its own part.")
def _first_only(x: Tensor) -> Tensor:
    return x[:, 0].repeat(1, 1, x.shape[1])


@MERGE_HEADS.mistake(
    "the largest of the heads", "For each feature the largest of the heads is taken: put the heads side by side."
)
def _largest(x: Tensor) -> Tensor:
    return x.amax(1)
