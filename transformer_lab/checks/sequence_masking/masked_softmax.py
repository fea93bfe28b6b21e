"""The exercise *The best keys only*: a softmax over the k best of the allowed keys, safe where none is allowed."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.attention import masked_softmax
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw

Choose = Callable[[Tensor, Tensor, int], Tensor]


def _largest(scores: Tensor, k: int) -> Tensor:
    """True for the k largest of each row, or for all where there are fewer."""
    best = scores.topk(min(max(k, 0), scores.shape[-1]), dim=-1).indices
    return torch.zeros_like(scores, dtype=torch.bool).scatter(-1, best, True)


def _right(scores: Tensor, mask: Tensor, k: int) -> Tensor:
    return _largest(scores.masked_fill(~mask, float("-inf")), k) & mask


def _share(choose: Choose = _right):
    """A softmax over the chosen keys; right by default."""
    return lambda scores, mask, k: masked_softmax(scores, choose(scores, mask, k))


def _padding(*lengths: int) -> Tensor:
    return (torch.arange(5) < torch.tensor(lengths)[:, None])[:, None, None]


def _cases() -> list[Case]:
    some = torch.tensor([[True, False, True, True], [False, True, False, False], [True, True, True, True]])
    none = torch.tensor([[True, True, False, True], [False] * 4, [False, True, True, True]])
    left_padded = masks.combine_masks(torch.tensor([[[False, False, True, True]]]), masks.causal_mask(4))
    far = draw(3, 4, seed=5)
    far[0, 1], far[2, 0] = 1500.0, -1500.0
    return [
        Case("the best 2 of 4 keys", (draw(3, 4), some, 2)),
        Case("a row without a key, the best 2", (draw(3, 4, seed=1), none, 2)),
        Case("left padding and a causal mask, the best 2", (draw(1, 4, 4, seed=2), left_padded, 2)),
        Case("more than there are: the best 9", (draw(3, 4, seed=3), none, 9)),
        Case("the best alone", (draw(3, 4, seed=4), some, 1)),
        Case("a hidden score far above the others", (far, some, 2)),
        Case("large scores, the best 3", (1000 + draw(3, 4, seed=6), none, 3)),
        Case("one mask for all queries", (draw(2, 3, 4, seed=7), torch.tensor([True, False, True, True]), 2)),
        Case("2 sentences, 3 heads, padding", (draw(2, 3, 4, 5, seed=8), _padding(3, 0), 2)),
        Case("all scores negative", (draw(3, 4, seed=9) - 5, some, 2)),
    ]


MASKED_SOFTMAX = Exercise(
    name="masked_softmax",
    notebook="18_sequence_masking",
    title="The best keys only",
    difficulty=3,
    reference=_share(),
    cases=_cases,
    gradients=True,
    forbidden=[Forbidden("masked_softmax of the package", own=(masked_softmax,))],
    praise="Right, forward and backward: the mask first, then the choice, and no NaN is made where nothing is left.",
    mistakes=[],
)


def _filled(fill: float):
    return lambda scores, mask, k: scores.masked_fill(~_right(scores, mask, k), fill).softmax(-1)


def _late(scores: Tensor, mask: Tensor, k: int) -> Tensor:
    return scores.masked_fill(~mask, float("-inf")).softmax(-1).nan_to_num() * _right(scores, mask, k)


def _repaired_after(scores: Tensor, mask: Tensor, k: int) -> Tensor:
    chosen = _right(scores, mask, k)
    return (scores + torch.zeros_like(scores).masked_fill(~chosen, float("-inf"))).softmax(-1).nan_to_num(0.0)


def _without_largest(scores: Tensor, mask: Tensor, k: int) -> Tensor:
    weights = scores.exp() * _right(scores, mask, k)
    return weights / weights.sum(-1, keepdim=True).clamp(min=1e-30)


def _down_the_queries(scores: Tensor, mask: Tensor, k: int) -> Tensor:
    return masked_softmax(scores.mT, _right(scores, mask, k).mT).mT


MISTAKES = {
    "NaN in empty rows": (
        "A row without a key is a softmax over −∞ alone, which is 0/0: such a row must come out as zeros.",
        _filled(float("-inf")),
    ),
    "equal shares in empty rows": (
        "A row without a key gives every *hidden* key an equal share (so does −10⁹ in place of −∞): it must be zeros.",
        _filled(-1e9),
    ),
    "NaN in the gradient": (
        "The weights are right and a gradient is NaN: setting NaN to 0 afterwards comes too late, for 0 · NaN is NaN. "
        "Let the softmax of an empty row work on finite scores, or fill (not add) the −∞.",
        _repaired_after,
    ),
    "the best of all keys": (
        "The best keys are chosen before the mask, so hidden ones take places: hide first, then choose.",
        _share(lambda scores, mask, k: _largest(scores, k) & mask),
    ),
    "hidden keys among the best": (
        "The mask is not used: the best of all keys are taken, hidden or not. Hide first, then choose.",
        _share(lambda scores, mask, k: _largest(scores, k)),
    ),
    "hidden keys where too few are left": (
        "Where fewer than k keys are allowed, hidden ones fill the places: the chosen keys must be allowed, too.",
        _share(lambda scores, mask, k: _largest(scores.masked_fill(~mask, float("-inf")), k)),
    ),
    "not divided again": (
        "The other weights are removed after the softmax, so a row no longer sums to 1: remove their *scores* first.",
        _late,
    ),
    "all the allowed": (
        "k is not used: all the allowed keys share, not the best k of them.",
        _share(lambda scores, mask, k: mask),
    ),
    "inverted polarity": (
        "The mask is read the wrong way round: True means 'may attend'.",
        lambda scores, mask, k: _share()(scores, ~mask, k),
    ),
    "one too few": (
        "One key too few is kept: the k-th best belongs to the k best (≥, not >).",
        _share(lambda scores, mask, k: _right(scores, mask, k - 1)),
    ),
    "one too many": (
        "One key too many is kept: the k best, not the k + 1 best.",
        _share(lambda scores, mask, k: _right(scores, mask, k + 1)),
    ),
    "the worst keys": (
        "The k *smallest* scores are kept: the largest are wanted.",
        _share(lambda scores, mask, k: _right(-scores, mask, k)),
    ),
    "equal shares": (
        "The best keys share equally: a softmax of their scores says who gets how much.",
        lambda scores, mask, k: masked_softmax(0 * scores, _right(scores, mask, k)),
    ),
    "score 0": (
        "The scores of the other keys are set to 0, which is an ordinary score with e⁰ = 1: fill with −∞.",
        lambda scores, mask, k: (scores * _right(scores, mask, k)).softmax(-1) * mask.any(-1, keepdim=True),
    ),
    "overflow": (
        "exp(1000) is infinite: subtract each row's largest score first, or let softmax do it.",
        _without_largest,
    ),
    "softmax over queries": (
        "The softmax runs over the queries: take it over the keys, dim=-1.",
        _down_the_queries,
    ),
    "empty where too few are left": (
        "Where fewer than k keys are allowed, the whole row becomes zeros: those that are left share then.",
        lambda scores, mask, k: _share()(scores, mask, k) * (mask.expand(scores.shape).sum(-1, keepdim=True) >= k),
    ),
    "ones in empty rows": (
        "A row without a key comes out as ones: it must be zeros.",
        lambda scores, mask, k: _share()(scores, mask, k) + (~mask.any(-1, keepdim=True)).to(scores.dtype),
    ),
    "one empty row empties all": (
        "As soon as one row has no key, everything becomes zeros: ask each row, any(dim=-1, keepdim=True).",
        lambda scores, mask, k: _share()(scores, mask, k) * mask.any(-1).all(),
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    MASKED_SOFTMAX.mistake(_name, _words)(_answer)
