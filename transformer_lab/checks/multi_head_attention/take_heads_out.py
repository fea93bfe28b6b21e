"""The exercise *Take heads out*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

Four = tuple[Tensor, Tensor, Tensor, Tensor]


def _features(width: int, num_heads: int, heads: list[int]) -> Tensor:
    """The numbers of the features that belong to ``heads``, in their order."""
    return torch.arange(width).view(num_heads, -1)[heads].flatten()


def _dealt(width: int, num_heads: int, heads: list[int]) -> Tensor:
    return torch.arange(width).view(-1, num_heads).T[heads].flatten()


def _cut(
    features: Callable[[int, int, list[int]], Tensor] = _features,
    heads: Callable[[list[int], int], list[int]] = lambda kept, num_heads: kept,
    before: Callable[[Tensor, Tensor], Tensor] = lambda w, chosen: w[:, chosen],
    after: Callable[[Tensor, Tensor], Tensor] = lambda w, chosen: w[chosen],
) -> Callable[..., Four]:
    """The four matrices of the heads that stay, right by default."""

    def cut(w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, num_heads: int, kept: list[int]) -> Four:
        chosen = features(len(w_q), num_heads, heads(kept, num_heads))
        return before(w_q, chosen), before(w_k, chosen), before(w_v, chosen), after(w_o, chosen)

    return cut


def _zeroed(w: Tensor, chosen: Tensor, axis: int) -> Tensor:
    return torch.zeros_like(w).index_copy(axis, chosen, w.index_select(axis, chosen))


def _only_values(w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, num_heads: int, kept: list[int]) -> Four:
    _, _, for_v, for_o = _cut()(w_q, w_k, w_v, w_o, num_heads, kept)
    return w_q, w_k, for_v, for_o


def _matrices(width: int, seed: int = 0) -> tuple[Tensor, ...]:
    return tuple(draw(width, width, seed=seed + i) for i in range(4))


TAKE_HEADS_OUT = Exercise(
    name="take_heads_out",
    notebook="16_multi_head_attention",
    title="Take heads out",
    difficulty=2,
    reference=_cut(),
    cases=lambda: [
        Case("3 heads of 2 features, 0 and 2 stay", (*_matrices(6), 3, [0, 2])),
        Case("4 heads of 3 features, 1 and 2 stay", (*_matrices(12, seed=4), 4, [1, 2])),
        Case("4 heads of 2 features, 3 and 0 stay, in this order", (*_matrices(8, seed=8), 4, [3, 0])),
        Case("4 heads of 1 feature, one stays", (*_matrices(4, seed=12), 4, [2])),
        Case("2 heads of 3 features, both stay", (*_matrices(6, seed=16), 2, [0, 1])),
        Case("6 heads of 2 features, four stay", (*_matrices(12, seed=20), 6, [1, 2, 4, 5])),
    ],
    gradients=True,
    praise="Right: columns of the three matrices that make the heads, rows of the one that reads them.",
    mistakes=[
        Mistake(
            "rows everywhere",
            "Rows are cut from all four. The rows of w_q, w_k and w_v are the layer's inputs, and all of them stay: "
            "what they make stands in their columns.",
            _cut(before=lambda w, chosen: w[chosen]),
        ),
        Mistake(
            "columns everywhere",
            "Columns are cut from all four. The columns of w_o are the layer's outputs, and all of them stay: what it "
            "reads of a head are rows.",
            _cut(after=lambda w, chosen: w[:, chosen]),
        ),
        Mistake(
            "rows and columns exchanged",
            "Rows and columns have changed places: x @ w makes one feature from each *column* of w, and reads one with "
            "each *row*.",
            _cut(before=lambda w, chosen: w[chosen], after=lambda w, chosen: w[:, chosen]),
        ),
        Mistake(
            "w_o left whole",
            "w_o still has a row for every feature of every head: the rows of those that went must go, too.",
            _cut(after=lambda w, chosen: w),
        ),
        Mistake(
            "only w_o cut",
            "Only w_o is cut: the heads that went are still computed. Cut their columns from w_q, w_k and w_v.",
            _cut(before=lambda w, chosen: w),
        ),
        Mistake(
            "only values and output cut",
            "w_q and w_k are whole: the heads that went still compare words. Cut their columns, too.",
            _only_values,
        ),
        Mistake(
            "set to zero",
            "The heads that went are set to zero, and the matrices are as large as before: cut them out.",
            _cut(before=lambda w, chosen: _zeroed(w, chosen, 1), after=lambda w, chosen: _zeroed(w, chosen, 0)),
        ),
        Mistake(
            "the others kept",
            "These are the heads that were to go: kept names those that stay.",
            _cut(heads=lambda kept, num_heads: [i for i in range(num_heads) if i not in kept]),
        ),
        Mistake(
            "sorted",
            "The heads are put in order of their numbers: they are wanted in the order of kept.",
            _cut(heads=lambda kept, num_heads: sorted(kept)),
        ),
        Mistake(
            "the first ones",
            "As many heads stay as were to, but the first ones: which ones, kept says.",
            _cut(heads=lambda kept, num_heads: list(range(len(kept)))),
        ),
        Mistake(
            "features in place of heads",
            "The numbers of kept are taken for features: a head is a block of d_model / num_heads of them.",
            _cut(features=lambda width, num_heads, heads: torch.tensor(heads)),
        ),
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i has the i-th *block* of neighbouring features.",
            _cut(features=_dealt),
        ),
        Mistake(
            "w_o made larger",
            "w_o is multiplied by heads before / heads now, as dropout would: the pieces of those that stay are wanted "
            "as they are.",
            lambda *a: (*_cut()(*a)[:3], _cut()(*a)[3] * a[4] / len(a[5])),
        ),
        Mistake(
            "transposed",
            "All four matrices are transposed (as nn.Linear keeps its own): they are used as x @ w.",
            lambda *a: tuple(w.T for w in _cut()(*a)),
        ),
    ],
)
