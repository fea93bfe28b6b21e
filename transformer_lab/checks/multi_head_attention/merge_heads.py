"""The exercise *Put the heads back together*."""

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
