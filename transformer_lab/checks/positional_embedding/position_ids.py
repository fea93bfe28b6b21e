"""The exercise *The right row behind padding*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _row_of(real: Tensor) -> Tensor:
    return (real.long().cumsum(dim=1) - 1) * real


def _padding_may_have_any_row(answer: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Padding is masked: which of the ``length`` rows it gets is all one."""

    def rows(real: Tensor) -> Tensor:
        given = answer(real)
        found = as_tensor(given)
        if found is None or found.shape != real.shape or found.is_floating_point() or found.dtype == torch.bool:
            return given
        there = (found >= 0) & (found < real.shape[1])
        return torch.where(real | ~there, found.long(), 0)

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
        Case("left, both, right", (torch.tensor([[0, 0, 0, 1, 1], [0, 1, 1, 1, 0], [1, 1, 0, 0, 0]]).bool(),)),
        Case("no padding", (torch.ones(2, 3, dtype=torch.bool),)),
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


@POSITION_IDS.mistake(
    "all padding subtracted",
    "The number of *all* padding is subtracted, also of that on the right: only the padding before a word moves it.",
)
def _all_padding(real: Tensor) -> Tensor:
    return (torch.arange(real.shape[1]) - (~real).sum(dim=1, keepdim=True)).clamp(min=0)


@POSITION_IDS.mistake(
    "padding counted, words not", "The count is of the padding: a word's row is the number of words before."
)
def _padding_alone(real: Tensor) -> Tensor:
    return (~real).long().cumsum(dim=1)


@POSITION_IDS.mistake(
    "counted on through the batch",
    "The count runs on from one sentence into the next: every sentence begins again with row 0, cumsum(dim=1).",
)
def _through_the_batch(real: Tensor) -> Tensor:
    return (real.flatten().long().cumsum(0) - 1).clamp(min=0).view(real.shape)


@POSITION_IDS.mistake(
    "no row for padding",
    "Padding gets the row `length`, and the table's last row is length − 1: give it one that exists.",
)
def _beyond_the_table(real: Tensor) -> Tensor:
    return torch.where(real, _row_of(real), real.shape[1])


@POSITION_IDS.mistake(
    "right padding taken for granted",
    "The words are counted as if they stood at the beginning and the padding behind: this numbers the first places, "
    "not the words.",
)
def _from_the_left(real: Tensor) -> Tensor:
    places = torch.arange(real.shape[1])
    return torch.where(places < real.sum(dim=1, keepdim=True), places, 0)


@POSITION_IDS.mistake("two too low", "The second word has row 0 as well: subtract 1 from the running count, not 2.")
def _two_too_low(real: Tensor) -> Tensor:
    return (real.long().cumsum(dim=1) - 2).clamp(min=0)


POSITION_IDS.mistake(
    "counted from the first word, not clamped",
    "The places before the first word get negative rows, which in Python are the *last* ones, and in nn.Embedding an "
    "error: clamp(min=0).",
)(lambda real: torch.arange(real.shape[1]) - real.long().argmax(dim=1, keepdim=True))
POSITION_IDS.mistake(
    "not whole numbers",
    "The rows come as floating-point numbers, with which no table can be indexed: count with real.long().",
)(lambda real: (real.double().cumsum(dim=1) - 1).clamp(min=0))
