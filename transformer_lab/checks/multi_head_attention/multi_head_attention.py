"""The exercise *Multi-head attention*."""

from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.multi_head_attention.split_heads import _merge, _merge_by_view, _split, _split_by_view
from transformer_lab.checks.samples import attend_with, draw


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
