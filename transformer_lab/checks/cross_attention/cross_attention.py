"""The exercise *Cross-attention*."""

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


def _cross_scaled(count):
    """The scores divided by the root of something else."""
    return lambda x, memory, w_q, w_k, w_v: (
        ((x @ w_q) @ (memory @ w_k).mT / count(x, memory) ** 0.5).softmax(-1) @ (memory @ w_v)
    )


def _causal_cross(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    scores = (x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, float("-inf")).softmax(-1) @ (memory @ w_v)


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
        Case("3 sentences, as many queries as sentences", (draw(3, 3, 5), draw(3, 4, 5, seed=1), *head_matrices(5, 2))),
        Case("2 axes in front", (draw(2, 3, 2, 4, seed=2), draw(2, 3, 5, 4, seed=3), *head_matrices(4, 3))),
        Case("a batch of 1, a memory of 1", (draw(1, 2, 3), draw(1, 1, 3, seed=1), *head_matrices(3, 5))),
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
        Mistake(
            "query and key matrices swapped",
            "w_q and w_k have changed places: w_q makes the queries from x, w_k the keys from memory.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_k, w_q, w_v),
        ),
        Mistake(
            "query and value matrices swapped",
            "w_q and w_v have changed places: w_q makes the queries from x, w_v the values from memory.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_v, w_k, w_q),
        ),
        Mistake(
            "the memory asks itself",
            "This is self-attention of the memory: the queries come from x, and the output has as many rows as x.",
            lambda x, memory, w_q, w_k, w_v: _cross(memory, memory, w_q, w_k, w_v),
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: what is handed out are the values, memory @ w_v.",
            lambda x, memory, w_q, w_k, w_v: _cross(x, memory, w_q, w_k, w_k),
        ),
        Mistake(
            "divided by d_head", "The scores are divided by d_head: divide by its square root.", _cross_with(power=1)
        ),
        Mistake(
            "multiplied by the root", "The scores are multiplied by √d_head: divide by it.", _cross_with(power=-0.5)
        ),
        Mistake(
            "divided after the softmax",
            "The weights are divided after the softmax, so they no longer sum to 1: divide the scores before it.",
            lambda x, memory, w_q, w_k, w_v: _cross_with(power=0)(x, memory, w_q, w_k, w_v) / w_q.shape[-1] ** 0.5,
        ),
        Mistake(
            "scaled by the number of keys",
            "The scores are divided by the root of the number of keys: divide by √d_head, the width of the queries.",
            _cross_scaled(lambda x, memory: memory.shape[-2]),
        ),
        Mistake(
            "scaled by the number of queries",
            "The scores are divided by the root of the number of queries: divide by √d_head, their width.",
            _cross_scaled(lambda x, memory: x.shape[-2]),
        ),
        Mistake(
            "softmax over dim 1",
            "dim=1 is the keys for one sentence, but the queries as soon as there is a batch: use dim=-1.",
            _cross_with(axis=1),
        ),
        Mistake(
            "softmax over dim 0",
            "dim=0 is the first axis, whatever it holds: each query shares out its attention among the keys, dim=-1.",
            _cross_with(axis=0),
        ),
        Mistake(
            "softmax over the whole table",
            "The whole table sums to 1: each row must, for each query shares out its own attention.",
            _cross_with(axis=99),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _cross_with(softmax=False),
        ),
        Mistake(
            "causal mask",
            "Later places of the memory are hidden, as in a causal mask: every query may look at the whole memory.",
            _causal_cross,
        ),
        Mistake(
            "weights returned",
            "These are the weights: multiply them by the values, memory @ w_v.",
            lambda x, memory, w_q, w_k, w_v: ((x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1),
        ),
        Mistake(
            "residual added",
            "The queries are added to the output: return what attention brings, alone.",
            lambda x, memory, w_q, w_k, w_v: x @ w_q + _cross(x, memory, w_q, w_k, w_v),
        ),
    ],
)
