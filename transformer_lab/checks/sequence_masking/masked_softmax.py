"""The exercise *A softmax that survives an empty row*."""

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.attention import masked_softmax
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _scores(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _padding(*lengths: int) -> Tensor:
    return (torch.arange(5) < torch.tensor(lengths)[:, None])[:, None, None]


def _hidden_far_above() -> Tensor:
    scores = _scores(3, 4, seed=8)
    scores[:2, 0], scores[0, 1] = -1500.0, 1500.0
    return scores


def _softmax_cases() -> list[Case]:
    some = torch.tensor([[True, False, True, True], [False, True, False, False], [True, True, True, True]])
    none = torch.tensor([[True, True, False], [False, False, False], [False, False, True]])
    left_padded = masks.combine_masks(torch.tensor([[[False, False, True, True]]]), masks.causal_mask(4))
    return [
        Case("every row has a key", (_scores(3, 4, seed=0), some)),
        Case("a row without a key", (_scores(3, 3, seed=1), none)),
        Case("left padding and a causal mask", (_scores(1, 4, 4, seed=2), left_padded)),
        Case("large scores", (1000 + _scores(3, 3, seed=3), none)),
        Case("large negative scores", (_scores(3, 3, seed=4) - 1000, none)),
        Case("a hidden score far above the others", (_hidden_far_above(), some)),
        Case("scores far apart", (1000 * _scores(3, 4, seed=5), some)),
        Case("one mask for all queries", (_scores(2, 3, 4, seed=6), torch.tensor([True, False, True, True]))),
        Case("2 sentences, 3 heads, padding", (_scores(2, 3, 4, 5, seed=7), _padding(3, 0))),
    ]


MASKED_SOFTMAX = Exercise(
    name="masked_softmax",
    notebook="18_sequence_masking",
    title="A softmax that survives an empty row",
    difficulty=3,
    reference=masked_softmax,
    cases=_softmax_cases,
    gradients=True,
    praise="Right, forward and backward, also for rows without a key and for large scores.",
    mistakes=[
        Mistake(
            "NaN in empty rows",
            "A row without a key is a softmax over −∞ alone, which is 0/0: such a row must come out as zeros.",
            lambda scores, mask: scores.masked_fill(~mask, float("-inf")).softmax(-1),
        ),
        Mistake(
            "equal shares in empty rows",
            "A row without a key gives every *hidden* key an equal share (so does −10⁹ in place of −∞): it must be "
            "zeros.",
            lambda scores, mask: scores.masked_fill(~mask, -1e9).softmax(-1),
        ),
        Mistake(
            "multiplied after the softmax",
            "The hidden weights are set to 0 after the softmax, so the rows no longer sum to 1: hide the scores first.",
            lambda scores, mask: scores.softmax(-1) * mask,
        ),
        Mistake(
            "mask added as 0 and 1",
            "The mask is added as numbers one apart: that only makes allowed keys e times as heavy. Fill with −∞ "
            "instead.",
            lambda scores, mask: (scores + mask.to(scores.dtype)).softmax(-1),
        ),
        Mistake(
            "inverted polarity",
            "The mask is read the wrong way round: True means 'may attend'.",
            lambda scores, mask: masked_softmax(scores, ~mask),
        ),
        Mistake(
            "score 0",
            "Hidden scores are set to 0, which is an ordinary score: fill with −∞.",
            lambda scores, mask: (scores * mask).softmax(-1),
        ),
        Mistake(
            "overflow",
            "exp(1000) is infinite: subtract each row's largest score first, or let softmax do it.",
            lambda scores, mask: (e := scores.exp() * mask) / e.sum(-1, keepdim=True).clamp(min=1e-30),
        ),
    ],
)


def _exact(scores: Tensor, mask: Tensor, some: Tensor, dim: int = -1, empty: float = 0.0) -> Tensor:
    """The right way for the rows with a key (``some``), along one axis."""
    hidden = scores.masked_fill(~mask & some, float("-inf")).softmax(dim)
    return hidden.masked_fill(~some, empty)


MASKED_SOFTMAX.mistakes.extend(
    [
        Mistake(
            "empty rows left",
            "A row without a key keeps the softmax of its ordinary scores: set it to 0 after the softmax.",
            lambda scores, mask: scores.masked_fill(~mask & mask.any(-1, keepdim=True), float("-inf")).softmax(-1),
        ),
        Mistake(
            "rows with a hidden key emptied",
            "Every row with *some* hidden key becomes zeros: only those where no key is left, any() and not all().",
            lambda scores, mask: masked_softmax(scores, mask) * mask.all(-1, keepdim=True),
        ),
        Mistake(
            "hidden after the softmax, divided again",
            "What is hidden is set to 0 only after exp (or the softmax), and the rest is divided by its sum: "
            "right until "
            "a hidden score is far above the others, which are then all 0 already. Hide the scores first.",
            lambda scores, mask: (w := scores.softmax(-1) * mask) / w.sum(-1, keepdim=True).clamp(min=1e-12),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: take it over the keys, dim=-1.",
            lambda scores, mask: _exact(scores, mask, mask.expand(scores.shape).any(-2, keepdim=True), dim=-2),
        ),
        Mistake(
            "ones in empty rows",
            "A row without a key comes out as ones: it must be zeros.",
            lambda scores, mask: _exact(scores, mask, mask.any(-1, keepdim=True), empty=1.0),
        ),
        Mistake(
            "logarithms",
            "These are the logarithms of the weights: softmax, not log_softmax.",
            lambda scores, mask: _exact(scores, mask, mask.any(-1, keepdim=True)).log(),
        ),
        Mistake(
            "nothing hidden",
            "The mask is used for the empty rows only: hide the other False keys too.",
            lambda scores, mask: scores.softmax(-1) * mask.any(-1, keepdim=True),
        ),
        Mistake(
            "mask not used", "The mask is not used: this is the plain softmax.", lambda scores, mask: scores.softmax(-1)
        ),
        Mistake(
            "a small negative number",
            "Hidden scores are set to a number such as −100, and real scores can lie below it: −∞ lies below all.",
            lambda scores, mask: scores.masked_fill(~mask, -100.0).softmax(-1) * mask.any(-1, keepdim=True),
        ),
        Mistake(
            "one empty row empties all",
            "As soon as one row has no key, everything becomes zeros: ask each row, any(dim=-1, keepdim=True).",
            lambda scores, mask: masked_softmax(scores, mask) * mask.any(-1).all(),
        ),
        Mistake(
            "weights of hidden keys shared out",
            "The lost weight is shared out equally: a softmax over the allowed keys divides by *their* sum.",
            lambda scores, mask: (
                (w := scores.softmax(-1) * mask)
                + mask * (1 - w.sum(-1, keepdim=True)) / mask.sum(-1, keepdim=True).clamp(min=1)
            ),
        ),
    ]
)


MASKED_SOFTMAX.mistake(
    "score 0, empty rows right",
    "Hidden scores are set to 0 (multiplied by the mask, say), which is an ordinary score with e⁰ = 1: fill with −∞.",
)(lambda scores, mask: (scores * mask).softmax(-1) * mask.any(-1, keepdim=True))
MASKED_SOFTMAX.mistake(
    "score 0, then the weights hidden",
    "Hidden scores are set to 0 and still count in the sum below the line; their weights are removed "
    "afterwards, so the "
    "rows do not sum to 1: fill with −∞ before the softmax.",
)(lambda scores, mask: (scores * mask).softmax(-1) * mask)
