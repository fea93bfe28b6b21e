"""The exercise *Stretch a learned table*."""

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
        Case("2 rows stretched to 5", (draw(2, 3, seed=1), 5), 1e-5),
    ],
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


def _places(table: Tensor, length: int) -> Tensor:
    return torch.arange(length, dtype=torch.float64) * (len(table) - 1) / max(1, length - 1)


INTERPOLATE_TABLE.mistakes.extend(
    [
        Mistake(
            "the row before",
            "Every place reads the row before it alone (rounded down): mix it with the next row, in proportion.",
            lambda table, length: table[(torch.arange(length) * (len(table) - 1)) // max(1, length - 1)],
        ),
        Mistake(
            "the row after",
            "Every place reads the row after it alone (rounded up): mix it with the row before, in proportion.",
            lambda table, length: table[-(-torch.arange(length) * (len(table) - 1) // max(1, length - 1))],
        ),
        Mistake(
            "shares exchanged",
            "The two shares have changed places: just behind row 2, the larger share is row 2's.",
            lambda table, length: _mixed(table, _places(table, length), exchanged=True),
        ),
        Mistake(
            "halves",
            "Between two rows the plain mean of both is taken: mix them in proportion to how near they are.",
            lambda table, length: _mixed(table, _places(table, length), halves=True),
        ),
        Mistake(
            "last row not reached",
            "Place i reads i·(rows − 1)/length, so the last place does not reach the last row: divide by length − 1.",
            lambda table, length: _at(table, torch.arange(length) * (len(table) - 1) / length),
        ),
        Mistake(
            "one row too far",
            "The places run from 0 to the number of rows: the last row has the number rows − 1.",
            lambda table, length: _at(table, torch.arange(length) * len(table) / max(1, length - 1)),
        ),
        Mistake(
            "rows in reverse",
            "The table is read from its last row to its first: place 0 reads row 0.",
            lambda table, length: _stretch_with()(table.flip(0), length),
        ),
        Mistake(
            "ratio upside down",
            "Place i reads i·(length − 1)/(rows − 1), which soon lies past the last row: it is the other way round.",
            lambda table, length: _at(table, torch.arange(length) * (length - 1) / (len(table) - 1)),
        ),
    ]
)


def _mixed(table: Tensor, places: Tensor, exchanged: bool = False, halves: bool = False) -> Tensor:
    low = (places + 1e-9).floor().long()
    high, share = (low + 1).clamp(max=len(table) - 1), (places - low)[:, None].to(table)
    if halves:
        share = torch.where(share < 1e-6, 0.0, 0.5).to(table)
    share = 1 - share if exchanged else share
    return (1 - share) * table[low] + share * table[high]


@INTERPOLATE_TABLE.mistake(
    "the last place reads the row before the last",
    "The last place reads row m − 2: its lower row is kept within the table, but its share is taken from before that. "
    "Take the share from the lower row that you use: there it is 1.",
)
def _last_share_lost(table, length):
    places = torch.linspace(0, len(table) - 1, length, dtype=table.dtype)
    low = places.floor().long().clamp(max=len(table) - 2)
    share = (places - places.floor())[:, None]
    return (1 - share) * table[low] + share * table[low + 1]
