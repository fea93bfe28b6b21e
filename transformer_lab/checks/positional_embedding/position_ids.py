"""The exercise *The right row behind padding*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _row_of(real: Tensor) -> Tensor:
    return (real.long().cumsum(dim=1) - 1) * real


def _padding_may_have_any_row(answer: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Padding is masked: which row it gets is all one, as long as there is such a row."""

    def rows(real: Tensor) -> Tensor:
        found = answer(real)
        same = isinstance(found, Tensor) and found.shape == real.shape and found.dtype == torch.long
        return torch.where(real, found, found.clamp(max=0)) if same else found

    return rows


POSITION_IDS = Exercise(
    name="position_ids",
    notebook="17_positional_embedding",
    title="The right row behind padding",
    difficulty=2,
    reference=_row_of,
    adapt=_padding_may_have_any_row,
    cases=lambda: [
        Case("padding on the left", (torch.tensor([[0, 0, 1, 1, 1], [1, 1, 1, 1, 1]]).bool(),)),
        Case("padding on the right", (torch.tensor([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]).bool(),)),
        Case("three sentences", (torch.tensor([[0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 1, 1]]).bool(),)),
        Case("padding on both sides", (torch.tensor([[0, 1, 1, 1, 0, 0]]).bool(),)),
    ],
    praise="Right: the first real token has row 0, wherever it stands.",
    mistakes=[
        Mistake(
            "padding counted",
            "Padding is counted as if it were text, so the first word of a sentence padded on the left does not have "
            "row 0: count the real tokens only.",
            lambda real: torch.arange(real.shape[1]).expand(real.shape),
        ),
        Mistake(
            "from 1",
            "The first real token has row 1: the running count includes the token itself, so subtract 1.",
            lambda real: real.long().cumsum(dim=1),
        ),
        Mistake(
            "minus one for padding",
            "Padding on the left gets row −1, which in Python is the *last* row, and in nn.Embedding an error: clamp "
            "it to 0 (padding is masked, so any row that exists will do).",
            lambda real: real.long().cumsum(dim=1) - 1,
        ),
        Mistake(
            "counted down the batch",
            "The count runs down the batch (dim=0), from sentence to sentence: count along the tokens, dim=1.",
            lambda real: (real.long().cumsum(dim=0) - 1).clamp(min=0),
        ),
        Mistake(
            "counted from the end",
            "The count runs from the end of the sentence: row 0 belongs to its first word.",
            lambda real: (real.long().flip(1).cumsum(dim=1).flip(1) - 1).clamp(min=0),
        ),
        Mistake(
            "moved by the sentence",
            "The positions are moved by the length of the sentence, not by the padding before it.",
            lambda real: (torch.arange(real.shape[1]) - real.sum(dim=1, keepdim=True)).clamp(min=0),
        ),
    ],
)
