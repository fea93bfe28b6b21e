"""Exercises about a learned table of positions (17): stretching it, and finding the right row behind padding."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _stretch_with(align_corners: bool = True, mode: str = "linear"):
    def stretch(table: Tensor, length: int) -> Tensor:
        options = {"align_corners": align_corners} if mode == "linear" else {}
        return F.interpolate(table.T[None], size=length, mode=mode, **options)[0].T

    return stretch


def _at(table: Tensor, places: Tensor) -> Tensor:
    """The table read at fractional places, linearly; places past the end read the last row."""
    places = places.clamp(0, len(table) - 1)
    low = places.floor().long()
    high, share = (low + 1).clamp(max=len(table) - 1), (places - low)[:, None].to(table)
    return (1 - share) * table[low] + share * table[high]


def _line_continued(table: Tensor, length: int) -> Tensor:
    steps = torch.arange(1, length - len(table) + 1)[:, None].to(table)
    return torch.cat([table, table[-1] + steps * (table[-1] - table[-2])])


def _over_features(table: Tensor, length: int) -> Tensor:
    rows = F.interpolate(table[None], size=length, mode="linear", align_corners=True)[0]
    return rows.T


def _over_features_as_it_is(table: Tensor, length: int) -> Tensor:
    return F.interpolate(table[None], size=length, mode="linear", align_corners=True)[0]


def _cubic(table: Tensor, length: int) -> Tensor:
    return F.interpolate(table[None, None], size=(length, table.shape[1]), mode="bicubic", align_corners=True)[0, 0]


INTERPOLATE_TABLE = Exercise(
    name="interpolate_table",
    notebook="17_positional_embedding",
    title="Stretch a learned table",
    difficulty=2,
    reference=_stretch_with(),
    cases=lambda: [
        Case("4 rows stretched to 7", (draw(4, 3), 7), 1e-5),
        Case("5 rows stretched to 10", (draw(5, 2), 10), 1e-5),
        Case("8 rows stretched to 31", (draw(8, 6), 31), 1e-5),
        Case("6 rows, 6 asked for", (draw(6, 4), 6), 1e-5),
    ],
    gradients=True,
    praise="Right: the first and the last row stay what they were, and the new ones lie between their neighbours.",
    mistakes=[
        Mistake(
            "align_corners left out",
            "This is interpolation with align_corners=False, PyTorch's default for pictures: it treats rows as pixels "
            "with an extent, so the first and last row are not met. Position i reads place i·(rows − 1)/(length − 1).",
            _stretch_with(align_corners=False),
        ),
        Mistake(
            "nearest row",
            "Every new position copies the nearest old row, so neighbours share one and cannot be told apart: mix the "
            "two rows on both sides, mode='linear'.",
            _stretch_with(mode="nearest"),
        ),
        Mistake(
            "nearest row, ends met",
            "The places are right, but each is rounded to the nearest row, so neighbours share one and cannot be told "
            "apart: mix the rows on both sides, in proportion.",
            lambda table, length: table[torch.linspace(0, len(table) - 1, length).round().long()],
        ),
        Mistake(
            "along the features",
            "The *features* are stretched, not the rows: F.interpolate works on the last axis, so turn the table first "
            "(table.T[None]) and back afterwards.",
            _over_features_as_it_is,
        ),
        Mistake(
            "along the features, transposed",
            "The *features* are stretched, and the result is turned: turn the table before F.interpolate, not only "
            "afterwards.",
            _over_features,
        ),
        Mistake(
            "not turned back",
            "The rows are stretched, but the result is [d_model, length]: turn it back with .T.",
            lambda table, length: _stretch_with()(table, length).T,
        ),
        Mistake(
            "tiled",
            "The table is repeated from row 0: position `rows` then looks exactly like position 0. Squeeze the long "
            "sequence into the old range instead.",
            lambda table, length: table[torch.arange(length) % len(table)],
        ),
        Mistake(
            "last row repeated",
            "Every position past the end gets the last row, so all of them look the same. Squeeze the long "
            "sequence into the old range instead.",
            lambda table, length: table[torch.arange(length).clamp(max=len(table) - 1)],
        ),
        Mistake(
            "line continued",
            "The table is continued in a straight line past its last row, into values that no training has seen. "
            "Squeeze the long sequence into the old range instead.",
            _line_continued,
        ),
        Mistake(
            "padded with zeros",
            "Positions past the end get zeros, no position at all. Squeeze the long sequence into the old range "
            "instead.",
            lambda table, length: F.pad(table, (0, 0, 0, length - len(table))),
        ),
        Mistake(
            "counted without the minus one",
            "Position i reads place i·rows/length, so the last position overshoots the last row. Between the first and "
            "the last of n rows are n − 1 steps: use (rows − 1)/(length − 1).",
            lambda table, length: _at(table, torch.arange(length) * len(table) / length),
        ),
        Mistake(
            "cubic",
            "This fits a cubic through four rows, which can overshoot both neighbours: linear interpolation is "
            "asked for.",
            _cubic,
        ),
    ],
)


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

EXERCISES = (INTERPOLATE_TABLE, POSITION_IDS)
