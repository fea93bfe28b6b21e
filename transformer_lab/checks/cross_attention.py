"""Exercises about attention between two sequences (04): cross-attention, and nothing from the padding."""

import torch
from torch import Tensor

from transformer_lab.attention import scaled_dot_product_attention
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import attend_with, draw, head_matrices


def _cross(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return scaled_dot_product_attention(x @ w_q, memory @ w_k, memory @ w_v)[0]


def _cross_with(**options):
    attend = attend_with(**options)
    return lambda x, memory, w_q, w_k, w_v: attend(x @ w_q, memory @ w_k, memory @ w_v, x.shape[-1])


CROSS_ATTENTION = Exercise(
    name="cross_attention",
    notebook="04_cross_attention",
    title="Cross-attention",
    difficulty=2,
    reference=_cross,
    cases=lambda: [
        Case("3 queries, 7 keys", (draw(3, 6), draw(7, 6, seed=1), *head_matrices(6, 4))),
        Case("a batch, 4 queries, 2 keys", (draw(2, 4, 6), draw(2, 2, 6, seed=1), *head_matrices(6, 2))),
        Case("equal lengths", (draw(2, 5, 6), draw(2, 5, 6, seed=1), *head_matrices(6, 6))),
    ],
    gradients=True,
    praise="Right, whichever sequence is longer; the gradients reach both sequences and all three matrices.",
    mistakes=[
        Mistake(
            "roles swapped",
            "The memory asks and x answers: the queries come from x, and the output has as many rows as x.",
            lambda x, memory, w_q, w_k, w_v: _cross(memory, x, w_q, w_k, w_v),
        ),
        Mistake(
            "memory ignored",
            "This is self-attention: keys and values must come from memory.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, x, w_q, w_k, w_v),
        ),
        Mistake(
            "values from x",
            "The values come from x: whoever is found by its key must hand out its *own* value, so both come from "
            "memory.",
            lambda x, memory, w_q, w_k, w_v: (
                ((x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1) @ (x @ w_v)
            ),
        ),
        Mistake(
            "keys from x",
            "The keys come from x: queries from x, keys *and* values from memory.",
            lambda x, memory, w_q, w_k, w_v: (
                ((x @ w_q) @ (x @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1) @ (memory @ w_v)
            ),
        ),
        Mistake(
            "key and value matrices swapped",
            "w_k and w_v have changed places: w_k makes what is compared, w_v what is handed out.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_q, w_v, w_k),
        ),
        Mistake("no scale", "The scores are not scaled: divide q · k by √d_head.", _cross_with(power=0)),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: divide by √d_head, the width of the queries.",
            _cross_with(width_of_x=True),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: each query shares out its attention among the keys, dim=-1.",
            _cross_with(axis=-2),
        ),
    ],
)


def _padded_with(axis: int = -1, inverted: bool = False, fill: float = float("-inf"), reach: int = 0, first=False):
    """Softmax over the keys with (possibly wrong) padding."""

    def attend(scores: Tensor, lengths: Tensor) -> Tensor:
        allowed = torch.arange(scores.shape[axis]) < (lengths[:1].expand(len(lengths)) if first else lengths)[:, None]
        allowed = torch.arange(scores.shape[axis]) < lengths[:, None] + reach if reach else allowed
        allowed = (~allowed if inverted else allowed)[:, None, :] if axis == -1 else allowed[:, :, None]
        return scores.masked_fill(~allowed, fill).softmax(-1)

    return attend


KEY_PADDING = Exercise(
    name="key_padding",
    notebook="04_cross_attention",
    title="Nothing from the padding",
    difficulty=2,
    reference=_padded_with(),
    cases=lambda: [
        Case("3 queries, 5 keys", (draw(2, 3, 5), torch.tensor([5, 2]))),
        Case("as many queries as keys", (draw(3, 4, 4, seed=1), torch.tensor([3, 1, 4]))),
        Case("more queries than keys", (draw(2, 6, 3, seed=2), torch.tensor([2, 1]))),
    ],
    gradients=True,
    exact_zeros=True,
    praise="Right: padding gets exactly nothing, and every row still sums to 1.",
    mistakes=[
        Mistake(
            "queries masked",
            "The *queries* past the length are hidden: lengths counts keys, the last axis of scores.",
            _padded_with(axis=-2),
        ),
        Mistake(
            "inverted",
            "The mask is the wrong way round: the words are hidden and the padding is read.",
            _padded_with(inverted=True),
        ),
        Mistake(
            "score 0 instead of −∞",
            "A score of 0 is an ordinary score, and e⁰ = 1 is an ordinary share: fill with −∞ before the softmax.",
            _padded_with(fill=0.0),
        ),
        Mistake(
            "zeroed after the softmax",
            "The weights are set to 0 after the softmax, so the rows no longer sum to 1: hide the scores before it.",
            lambda scores, lengths: (
                scores.softmax(-1) * (torch.arange(scores.shape[-1]) < lengths[:, None])[:, None, :]
            ),
        ),
        Mistake(
            "one key too many",
            "The first padding key is still read: keys count from 0, so key k is a word when k < length.",
            _padded_with(reach=1),
        ),
        Mistake(
            "one length for all",
            "Every sentence got the first one's length: compare with lengths[:, None].",
            _padded_with(first=True),
        ),
        Mistake(
            "not hidden at all",
            "The lengths are not used: padding gets its share like any word.",
            lambda scores, lengths: scores.softmax(-1),
        ),
    ],
)

EXERCISES = (CROSS_ATTENTION, KEY_PADDING)
