"""The exercise *Random beginnings*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor
from transformer_lab.checks.exercise import Case, Exercise, Mistake

Rows = Callable[[Tensor, int, Tensor], Tensor]


def _there(lengths: Tensor) -> Tensor:
    return torch.arange(int(lengths.max())) < lengths[:, None]


def _from(start: Callable[[Tensor, int, Tensor], Tensor]) -> Rows:
    """The rows of texts that begin at ``start(lengths, rows, lot)``; row 0 behind their ends."""

    def rows_of(lengths: Tensor, rows: int, lot: Tensor) -> Tensor:
        found = start(lengths, rows, lot)[:, None] + torch.arange(int(lengths.max()))
        return torch.where(_there(lengths), found, 0)

    return rows_of


def _begin(lengths: Tensor, rows: int, lot: Tensor) -> Tensor:
    return (lot * (rows - lengths + 1)).long()


def _any_row_behind_the_end(answer: Rows) -> Rows:
    """Padding is masked: which of the table's rows it gets is all one."""

    def rows_of(lengths: Tensor, rows: int, lot: Tensor) -> Tensor:
        given = answer(lengths, rows, lot)
        found, there = as_tensor(given), _there(lengths)
        if found is None or found.shape != there.shape or found.is_floating_point() or found.dtype == torch.bool:
            return given
        known = (found >= 0) & (found < rows)
        return torch.where(there | ~known, found.long(), 0)

    return rows_of


def _case(label: str, rows: int, lengths: tuple[int, ...], lot: tuple[float, ...]) -> Case:
    return Case(label, (torch.tensor(lengths), rows, torch.tensor(lot, dtype=torch.float64)))


RANDOM_BEGINNINGS = Exercise(
    name="random_beginnings",
    notebook="17_positional_embedding",
    title="Random beginnings",
    difficulty=2,
    reference=_from(_begin),
    adapt=_any_row_behind_the_end,
    cases=lambda: [
        _case("3 texts, 10 rows", 10, lengths=(4, 2, 3), lot=(0.5, 0.97, 0.3)),
        _case("the smallest and the largest lot", 8, lengths=(3, 3, 5), lot=(0.0, 0.999, 0.999)),
        _case("a text as long as the table", 5, lengths=(5, 2), lot=(0.9, 0.9)),
        _case("one text", 12, lengths=(4,), lot=(0.6,)),
        _case("one word each", 4, lengths=(1, 1, 1, 1), lot=(0.1, 0.3, 0.6, 0.8)),
        _case("a large table", 100, lengths=(7, 20, 3), lot=(0.73, 0.41, 0.88)),
    ],
    praise="Right: every beginning from which the text fits is as likely as every other, the last row included.",
    mistakes=[
        Mistake(
            "one beginning too few",
            "The last beginning is never drawn: a text of n words fits at the rows 0 to rows − n, which are "
            "rows − n + 1 beginnings.",
            _from(lambda lengths, rows, lot: (lot * (rows - lengths)).long()),
        ),
        Mistake(
            "one beginning too many",
            "There is one beginning too many, from which the last word has no row: rows − n + 1 of them fit.",
            _from(lambda lengths, rows, lot: (lot * (rows - lengths + 2)).long()),
        ),
        Mistake(
            "length forgotten",
            "A text may begin at any row here, and run over the end of the table: leave room for its own length.",
            _from(lambda lengths, rows, lot: (lot * rows).long()),
        ),
        Mistake(
            "the longest for all",
            "Every text leaves as much room as the longest: the last rows are out of reach for the short ones.",
            _from(lambda lengths, rows, lot: (lot * (rows - lengths.max() + 1)).long()),
        ),
        Mistake(
            "the same for all",
            "All texts begin at the row of the first: each has a lot and a beginning of its own.",
            _from(lambda lengths, rows, lot: _begin(lengths, rows, lot)[:1].expand(len(lengths))),
        ),
        Mistake(
            "rounded",
            "The beginnings are rounded, so the first and the last are half as likely: cut off what is behind the "
            "point.",
            _from(lambda lengths, rows, lot: (lot * (rows - lengths)).round().long()),
        ),
        Mistake(
            "from row 1",
            "Every text begins one row too late: row 0 is a beginning, too.",
            _from(lambda lengths, rows, lot: _begin(lengths, rows, lot) + 1),
        ),
        Mistake(
            "all from row 0",
            "Every text begins at row 0: the lot is not used.",
            _from(lambda lengths, rows, lot: torch.zeros_like(lengths)),
        ),
        Mistake(
            "from the end",
            "A larger lot begins earlier here: it is to begin later, or at the same row.",
            _from(lambda lengths, rows, lot: rows - lengths - _begin(lengths, rows, lot)),
        ),
    ],
)


@RANDOM_BEGINNINGS.mistake(
    "round the corner",
    "A text that reaches the end goes on at row 0, so its last words seem to stand before its first: let it begin "
    "where it fits.",
)
def _wrapped(lengths: Tensor, rows: int, lot: Tensor) -> Tensor:
    return _from(lambda *_: (lot * rows).long())(lengths, rows, lot) % rows


@RANDOM_BEGINNINGS.mistake(
    "no row behind the end",
    "The places behind a text's end run over the end of the table: give them a row that exists.",
)
def _over_the_end(lengths: Tensor, rows: int, lot: Tensor) -> Tensor:
    return _begin(lengths, rows, lot)[:, None] + torch.arange(int(lengths.max()))


@RANDOM_BEGINNINGS.mistake(
    "not whole numbers", "The rows come as floating-point numbers, with which no table can be indexed: use .long()."
)
def _with_fractions(lengths: Tensor, rows: int, lot: Tensor) -> Tensor:
    return (lot * (rows - lengths + 1)).floor()[:, None] + torch.arange(int(lengths.max())).double()
