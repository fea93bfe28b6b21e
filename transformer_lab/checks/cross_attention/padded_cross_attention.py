"""The exercise *Two lengths*: cross-attention between two padded sequences."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw, head_matrices

Attend = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]


def _real(lengths: Tensor, size: int) -> Tensor:
    return torch.arange(size) < lengths[:, None]


def _lengths_of_memory(x: Tensor, memory: Tensor, x_lengths: Tensor, memory_lengths: Tensor) -> Tensor:
    return _real(memory_lengths, memory.shape[1])[:, None, :]


def _rows_of_x(out: Tensor, x_lengths: Tensor, memory_lengths: Tensor) -> Tensor:
    return out * _real(x_lengths, out.shape[1])[:, :, None]


def _cross(
    scores: Callable[[Tensor, Tensor], Tensor] = lambda q, k: q @ k.mT,
    divisor: Callable[[Tensor, Tensor, Tensor], float] = lambda q, x, memory: q.shape[-1] ** 0.5,
    allowed: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor] = _lengths_of_memory,
    share: Callable[[Tensor], Tensor] = lambda scores: scores.softmax(-1),
    rows: Callable[[Tensor, Tensor, Tensor], Tensor] = _rows_of_x,
    fill: float = float("-inf"),
) -> Attend:
    """Cross-attention in its steps, right by default."""

    def attend(x, memory, x_lengths, memory_lengths, w_q, w_k, w_v):
        q, k, v = x @ w_q, memory @ w_k, memory @ w_v
        table = (scores(q, k) / divisor(q, x, memory)).masked_fill(~allowed(x, memory, x_lengths, memory_lengths), fill)
        return rows(share(table) @ v, x_lengths, memory_lengths)

    return attend


def _given(change: Callable[..., tuple]) -> Attend:
    """The right attention with other arguments."""
    return lambda *arguments: _cross()(*change(*arguments))


def _values_from_x(x, memory, x_lengths, memory_lengths, w_q, w_k, w_v):
    """Its own table of weights, and values of the sequence that asks; None where their number does not fit."""
    scores = (x @ w_q) @ (memory @ w_k).mT / w_q.shape[-1] ** 0.5
    scores = scores.masked_fill(~_lengths_of_memory(x, memory, x_lengths, memory_lengths), float("-inf"))
    return _rows_of_x(scores.softmax(-1) @ (x @ w_v), x_lengths, memory_lengths)


def _sequences(batch, n_q, n_k, x_lengths, memory_lengths, matrices, seed=0):
    width = matrices[0].shape[0]
    x, memory = draw(batch, n_q, width, seed=seed), draw(batch, n_k, width, seed=seed + 1)
    return x, memory, torch.tensor(x_lengths), torch.tensor(memory_lengths), *matrices


def _loud(arguments):
    """The same with padding a hundred times as loud as the words."""
    x, memory, x_lengths, memory_lengths, *matrices = arguments
    loud = torch.where(_real(memory_lengths, memory.shape[1])[:, :, None], 1.0, 100.0)
    return x, memory * loud, x_lengths, memory_lengths, *matrices


PADDED_CROSS_ATTENTION = Exercise(
    name="padded_cross_attention",
    notebook="04_cross_attention",
    title="Two lengths",
    difficulty=2,
    reference=_cross(),
    cases=lambda: [
        Case("3 queries, 7 keys", _sequences(2, 3, 7, (3, 2), (4, 7), head_matrices(6, 4))),
        Case("4 queries, 2 keys", _sequences(2, 4, 2, (1, 4), (2, 1), head_matrices(6, 2), seed=2)),
        Case("equal sizes", _sequences(3, 5, 5, (2, 5, 4), (5, 1, 3), head_matrices(6, 6), seed=4)),
        Case("as many sentences as queries", _sequences(3, 3, 4, (3, 1, 2), (2, 4, 3), head_matrices(5, 2), seed=6)),
        Case("a batch of 1, no padding", _sequences(1, 2, 3, (2,), (3,), head_matrices(3, 5), seed=8)),
        Case("a memory of 1", _sequences(2, 3, 1, (2, 3), (1, 1), head_matrices(4, 3), seed=10)),
        Case(
            "padding with far larger numbers", _loud(_sequences(2, 4, 6, (4, 3), (3, 2), head_matrices(6, 3), seed=12))
        ),
    ],
    gradients=True,
    exact_zeros=True,
    praise="Right: the memory's lengths hide keys, and the rows that nobody reads are empty.",
    mistakes=[
        Mistake(
            "padding read",
            "The padding of the memory gets its share like any word: hide it with the memory's lengths.",
            _cross(allowed=lambda x, memory, x_lengths, memory_lengths: torch.ones(1, 1, 1, dtype=torch.bool)),
        ),
        Mistake(
            "keys hidden by the lengths of x",
            "The keys are hidden by the lengths of x: they are memory's, whoever answers brings the mask.",
            _cross(
                allowed=lambda x, memory, x_lengths, memory_lengths: _real(x_lengths, memory.shape[1])[:, None, :],
            ),
        ),
        Mistake(
            "rows emptied by the lengths of memory",
            "The rows are emptied by the lengths of memory: rows are queries, and those are x's.",
            _cross(rows=lambda out, x_lengths, memory_lengths: _rows_of_x(out, memory_lengths, x_lengths)),
        ),
        Mistake(
            "both lengths exchanged",
            "The two lengths have changed places: memory's hide keys (columns), x's empty rows.",
            _given(lambda x, memory, x_lengths, memory_lengths, *w: (x, memory, memory_lengths, x_lengths, *w)),
        ),
        Mistake(
            "rows not emptied",
            "The rows of x's padding hold a mixture: they are to be 0.",
            _cross(rows=lambda out, x_lengths, memory_lengths: out),
        ),
        Mistake(
            "no softmax",
            "The scores weigh the values directly: a softmax over the keys must turn them into weights first.",
            _cross(share=lambda scores: scores, fill=0.0),
        ),
        Mistake(
            "score 0 instead of −∞",
            "The padding has a score of 0, and e⁰ = 1 is an ordinary share: fill with −∞ before the softmax.",
            _cross(fill=0.0),
        ),
        Mistake(
            "softmax over the queries",
            "The softmax runs over the queries: each query shares out its attention among the keys, dim=-1.",
            _cross(share=lambda scores: scores.softmax(-2).nan_to_num()),
        ),
        Mistake(
            "softmax over the sentences",
            "dim=0 is the batch: each query shares out its attention among the keys, dim=-1.",
            _cross(share=lambda scores: scores.softmax(0).nan_to_num()),
        ),
        Mistake(
            "the whole axis order reversed",
            "`.T` reverses all axes, also the batch's: exchange the last two, `k.transpose(-2, -1)` or `k.mT`.",
            _cross(scores=lambda q, k: q @ k.permute(*reversed(range(k.dim())))),
        ),
        Mistake(
            "no scale", "The scores are not scaled: divide q · k by √d_head.", _cross(divisor=lambda q, x, memory: 1.0)
        ),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root.",
            _cross(divisor=lambda q, x, memory: q.shape[-1]),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: divide by √d_head, the width of the queries.",
            _cross(divisor=lambda q, x, memory: x.shape[-1] ** 0.5),
        ),
        Mistake(
            "scaled by the number of keys",
            "The scores are divided by the root of the number of keys: divide by √d_head, the width of the queries.",
            _cross(divisor=lambda q, x, memory: memory.shape[-2] ** 0.5),
        ),
        Mistake(
            "values from x",
            "The values come from x: whoever is found by its key must hand out its *own* value, so both come from "
            "memory.",
            _values_from_x,
        ),
        Mistake(
            "memory ignored",
            "This is self-attention: keys and values must come from memory.",
            _given(lambda x, memory, x_lengths, memory_lengths, *w: (x, x, x_lengths, x_lengths, *w)),
        ),
        Mistake(
            "roles swapped",
            "The memory asks and x answers: the queries come from x, and the output has as many rows as x.",
            _given(lambda x, memory, x_lengths, memory_lengths, *w: (memory, x, memory_lengths, x_lengths, *w)),
        ),
        Mistake(
            "query and key matrices swapped",
            "w_q and w_k have changed places: w_q makes the queries from x, w_k the keys from memory.",
            _given(lambda x, memory, lx, lm, w_q, w_k, w_v: (x, memory, lx, lm, w_k, w_q, w_v)),
        ),
        Mistake(
            "key and value matrices swapped",
            "w_k and w_v have changed places: w_k makes what is compared, w_v what is handed out.",
            _given(lambda x, memory, lx, lm, w_q, w_k, w_v: (x, memory, lx, lm, w_q, w_v, w_k)),
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: what is handed out are the values, memory @ w_v.",
            _given(lambda x, memory, lx, lm, w_q, w_k, w_v: (x, memory, lx, lm, w_q, w_k, w_k)),
        ),
    ],
)
