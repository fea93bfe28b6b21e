"""The exercise *A softmax that survives an empty row*."""

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.attention import masked_softmax
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _scores(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _softmax_cases() -> list[Case]:
    some = torch.tensor([[True, False, True, True], [False, True, False, False], [True, True, True, True]])
    none = torch.tensor([[True, True, False], [False, False, False], [False, False, True]])
    left_padded = masks.combine_masks(torch.tensor([[[False, False, True, True]]]), masks.causal_mask(4))
    return [
        Case("every row has a key", (_scores(3, 4, seed=0), some)),
        Case("a row without a key", (_scores(3, 3, seed=1), none)),
        Case("left padding and a causal mask", (_scores(1, 4, 4, seed=2), left_padded)),
        Case("large scores", (1000 + _scores(3, 3, seed=3), none)),
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
            "a large negative number",
            "With −10⁹ in place of −∞ a row without a key gives every *hidden* key its share: it must be zeros.",
            lambda scores, mask: scores.masked_fill(~mask, -1e9).softmax(-1),
        ),
        Mistake(
            "multiplied after the softmax",
            "The hidden weights are set to 0 after the softmax, so the rows no longer sum to 1: hide the scores first.",
            lambda scores, mask: scores.softmax(-1) * mask,
        ),
        Mistake(
            "mask added as 0 and 1",
            "The mask is added as 0 and 1: that only makes allowed keys e times as heavy. Fill with −∞ instead.",
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
