"""The exercise *Top-p*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


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


def _shares(*eighths: float) -> Tensor:
    """Multiples of 1/16, which floating-point sums hit exactly."""
    return torch.tensor(eighths, dtype=torch.float64) / 16


TOP_P = Exercise(
    name="top_p",
    notebook="29_autoregressive_decoding",
    title="Top-p",
    difficulty=2,
    reference=_top_p_with(),
    cases=lambda: [
        Case("p = 0.7, crossed in the middle", (_shares(1, 6, 2, 4, 3), 0.7)),
        Case("p = 0.75, reached exactly", (_shares(2, 4, 8, 1, 1), 0.75)),
        Case("p = 0.3, the first is enough", (_shares(3, 7, 6), 0.3)),
        Case("p = 1", (_shares(5, 1, 10), 1.0)),
        Case("12 shares, p = 0.6", (draw(12, seed=4).softmax(0), 0.6)),
    ],
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
