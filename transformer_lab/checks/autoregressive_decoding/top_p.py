"""The exercise *Top-p*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw, ties_in_any_order


# Top-p ----------------------------------------------------------------------------------------------------------------
def _top_p_with(
    needed: Callable[[Tensor, float], Tensor] = lambda ordered, p: ordered.cumsum(0) - ordered < p - 1e-12,
    largest_first: bool = True,
    restore: bool = True,
    renormalise: bool = True,
):
    """A (possibly wrong) top-p: which of the ordered shares stay, whether order and sum are restored."""

    def top_p(shares: Tensor, p: float) -> Tensor:
        ordered, places = shares.sort(descending=largest_first, stable=True)
        kept = ordered * needed(ordered, p)
        kept = torch.zeros_like(shares).scatter(0, places, kept) if restore else kept
        return kept / kept.sum() if renormalise else kept

    return top_p


def _at_least(shares: Tensor, smallest: Tensor) -> Tensor:
    kept = shares * (shares >= smallest)
    return kept / kept.sum()


def _shares(*eighths: float) -> Tensor:
    """Multiples of 1/16, which floating-point sums hit exactly."""
    return torch.tensor(eighths, dtype=torch.float64) / 16


TOP_P = Exercise(
    name="top_p",
    notebook="29_autoregressive_decoding",
    title="Top-p",
    difficulty=2,
    reference=ties_in_any_order(_top_p_with()),
    cases=lambda: [
        Case("p = 0.7, crossed in the middle", (_shares(1, 6, 2, 4, 3), 0.7)),
        Case("p = 0.75, reached exactly", (_shares(2, 4, 8, 1, 1), 0.75)),
        Case("p = 0.3, the first is enough", (_shares(3, 7, 6), 0.3)),
        Case("p = 0.5, the last place first", (_shares(1, 2, 4, 9), 0.5)),
        Case("p = 0.9, 5 shares", (_shares(4, 1, 7, 1.5, 2.5), 0.9)),
        Case("p = 1", (_shares(5, 1, 10), 1.0)),
        Case("equal shares, of which one is enough", (_shares(6, 5, 5), 0.6)),
        Case("12 shares, p = 0.6", (draw(12, seed=4).softmax(0), 0.6)),
    ],
    adapt=ties_in_any_order,
    praise="Right: the smallest set that reaches p, in its old places, with sum 1.",
    mistakes=[
        Mistake(
            "the crossing one dropped",
            "The share that crosses p is dropped, so less than p is kept (or nothing at all): it belongs to the set.",
            _top_p_with(lambda ordered, p: ordered.cumsum(0) <= p + 1e-12),
        ),
        Mistake(
            "one too many",
            "Where the sum reaches p exactly, one more is kept: a share is needed only while the sum before it is "
            "below p.",
            _top_p_with(lambda ordered, p: ordered.cumsum(0) - ordered <= p + 1e-12),
        ),
        Mistake(
            "all equal ones kept",
            "Every share as large as the last one needed is kept, so with equal shares the set is not the smallest: "
            "choose by place in the order, not by size.",
            lambda shares, p: _at_least(shares, shares[_top_p_with()(shares, p) > 0].min()),
        ),
        Mistake(
            "each share against p",
            "Each share is compared with p by itself: it is the running *sum* that must reach p.",
            lambda shares, p: (shares * (shares >= p)) / (shares * (shares >= p)).sum(),
        ),
        Mistake(
            "a share of the largest",
            "Kept is what is at least p times the largest (that is min-p): add up the largest ones until p is reached.",
            lambda shares, p: (shares * (shares >= p * shares.max())) / (shares * (shares >= p * shares.max())).sum(),
        ),
        Mistake(
            "smallest first",
            "The smallest shares are added up first: sort from large to small.",
            _top_p_with(largest_first=False),
        ),
        Mistake(
            "order lost",
            "The shares come back sorted: each must return to its place, for its place says which token it is.",
            _top_p_with(restore=False),
        ),
        Mistake(
            "sum below 1",
            "What is left does not sum to 1: divide by its sum.",
            _top_p_with(renormalise=False),
        ),
        Mistake("nothing cut", "Nothing is cut off: p is not used.", lambda shares, p: shares.clone()),
        Mistake("only the largest", "Only the largest is kept: that is greedy, not top-p.", _top_p_with(
            lambda ordered, p: torch.arange(len(ordered)) < 1)),
    ],
)  # fmt: skip


def _kept_where(keep):
    """``keep(shares, p)`` says which stay, in the order of the row; what is left sums to 1 again."""

    def top_p(shares: Tensor, p: float) -> Tensor:
        kept = shares * keep(shares, p)
        return kept / kept.sum()

    return top_p


def _needed(ordered: Tensor, p: float) -> Tensor:
    return ordered.cumsum(0) - ordered < p - 1e-12


def _mask_in_sorted_order(shares: Tensor, p: float) -> Tensor:
    return _needed(shares.sort(descending=True).values, p)


def _crossing_dropped_but_the_first(ordered: Tensor, p: float) -> Tensor:
    return (ordered.cumsum(0) <= p + 1e-12) | (torch.arange(len(ordered)) == 0)


def _below_but_the_first(ordered: Tensor, p: float) -> Tensor:
    return (ordered.cumsum(0) < p - 1e-12) | (torch.arange(len(ordered)) == 0)


def _sorted_twice(shares: Tensor, p: float) -> Tensor:
    ordered, places = shares.sort(descending=True, stable=True)
    kept = ordered * _needed(ordered, p)
    return (kept / kept.sum())[places]


TOP_P.mistakes.extend(
    [
        Mistake(
            "the crossing one dropped, the first kept",
            "The share that crosses p is dropped (unless it is the first), so less than p is kept: it belongs to the "
            "set.",
            _top_p_with(_crossing_dropped_but_the_first),
        ),
        Mistake(
            "the one that reaches p dropped",
            "The share with which the sum reaches p or crosses it is dropped: it belongs to the set.",
            _top_p_with(_below_but_the_first),
        ),
        Mistake(
            "the one that reaches p dropped, even the first",
            "The share with which the sum reaches p or crosses it is dropped, even the first: it belongs to the set.",
            _top_p_with(lambda ordered, p: ordered.cumsum(0) < p - 1e-12),
        ),
        Mistake(
            "one too many in every case",
            "One share too many is kept: as soon as the sum has reached p, the set is complete.",
            _top_p_with(lambda ordered, p: torch.arange(len(ordered)) <= _needed(ordered, p).sum()),
        ),
        Mistake(
            "not sorted",
            "The shares are added up in the order of the row: sort from large to small first.",
            _kept_where(lambda shares, p: _needed(shares, p)),
        ),
        Mistake(
            "places of the sorted row",
            "What is needed was found in the sorted row, but is cut from the unsorted one: bring it back to its "
            "places first.",
            _kept_where(_mask_in_sorted_order),
        ),
        Mistake(
            "back by the places themselves",
            "The way back indexes with the places, which sorts a second time: scatter, or sort the places (argsort).",
            _sorted_twice,
        ),
        Mistake(
            "divided by p",
            "What is left is divided by p: the kept ones sum to p or more, divide by their own sum.",
            lambda shares, p: _top_p_with(renormalise=False)(shares, p) / p,
        ),
        Mistake(
            "softmax of what is left",
            "A softmax is taken of what is left: the shares are probabilities already, divide by their sum.",
            lambda shares, p: shares.masked_fill(_top_p_with()(shares, p) == 0, float("-inf")).softmax(0),
        ),
        Mistake(
            "softmax of everything",
            "A softmax is taken with zeros in it, which gives the cut ones a share again: divide by the sum.",
            lambda shares, p: _top_p_with(renormalise=False)(shares, p).softmax(0),
        ),
        Mistake(
            "kept ones equal",
            "All that are kept get the same share: they keep their proportions, divide by their sum.",
            lambda shares, p: (k := (_top_p_with()(shares, p) > 0).to(shares)) / k.sum(),
        ),
        Mistake(
            "shares above 1 − p",
            "Each share is compared with 1 − p by itself: it is the running *sum* that must reach p.",
            _kept_where(lambda shares, p: shares >= 1 - p),
        ),
        Mistake(
            "a share p of the row",
            "The largest p · n of the n shares are kept, whatever they sum to: add them up until the sum reaches p.",
            _top_p_with(lambda ordered, p: torch.arange(len(ordered)) < max(1, round(p * len(ordered)))),
        ),
        Mistake(
            "the largest dropped",
            "The kept and the cut ones have changed places: the largest ones stay.",
            _kept_where(lambda shares, p: _top_p_with()(shares, p) == 0),
        ),
        Mistake(
            "order lost, sum below 1",
            "Two things: the shares come back sorted, and they do not sum to 1.",
            _top_p_with(restore=False, renormalise=False),
        ),
        Mistake(
            "cut off",
            "The cut ones are missing from the row: they stay in it, as 0, for a place says which token it is.",
            lambda shares, p: (k := _top_p_with()(shares, p))[k > 0],
        ),
    ]
)


@TOP_P.mistake(
    "places taken for ranks",
    "The places of the sorted row are read as if they were ranks: needed[places] asks at the wrong ones. Write "
    "back with "
    "scatter(0, places, …), or take argsort of the places.",
)
def _places_for_ranks(shares, p):
    ordered, places = shares.sort(descending=True)
    needed = ordered.cumsum(0) - ordered < p - 1e-12
    kept = shares * needed[places]
    return kept / kept.sum()
