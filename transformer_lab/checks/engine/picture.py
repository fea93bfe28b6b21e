"""Wanted and got side by side, as a drawing of characters and as HTML tables."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from transformer_lab.checks.engine.values import as_tensor, same_values
from transformer_lab.checks.engine.words import number

LARGEST = 8
MARK = "*"


@dataclass(frozen=True)
class Picture:
    """Two tables of texts and which cells of them differ. ``where`` says which table of a larger result it is."""

    where: str
    want: tuple[tuple[str, ...], ...]
    got: tuple[tuple[str, ...], ...]
    differ: tuple[tuple[bool, ...], ...]

    def __str__(self) -> str:
        left, right = self._lines("wanted", self.want, False), self._lines("got", self.got, True)
        height, width = max(len(left), len(right)), max(map(len, left))
        left += [""] * (height - len(left))
        right += [""] * (height - len(right))
        lines = [f"{a:<{width}}     {b}".rstrip() for a, b in zip(left, right, strict=True)]
        return "\n".join([*([f"{self.where}:"] if self.where else []), *lines])

    def _lines(self, title: str, cells: Sequence[Sequence[str]], marked: bool) -> list[str]:
        texts = [[text + self._mark(i, j, marked) for j, text in enumerate(row)] for i, row in enumerate(cells)]
        width = max((len(text) for row in texts for text in row), default=0)
        note = f"{title} ({MARK} differs)" if marked and any(map(any, self.differ)) else title
        return [note, *("  ".join(text.rjust(width) for text in row) for row in texts)]

    def _mark(self, i: int, j: int, marked: bool = True) -> str:
        """A star behind a number that differs; a space behind the others keeps the digits below each other."""
        if not self.differ or not marked:
            return ""
        return MARK if self.differ[i][j] else " "

    def to_html(self) -> str:
        """Two tables; a cell that differs is bold, underlined, starred, and says so to a screen reader."""
        where = f'<div style="margin-top: 6px">{html.escape(self.where)}:</div>' if self.where else ""
        return (
            f'{where}<div style="display: flex; flex-wrap: wrap; gap: 2em; margin-top: 6px">'
            f"{self._table('wanted', self.want, False)}{self._table('got', self.got, True)}</div>"
        )

    def _table(self, title: str, cells: Sequence[Sequence[str]], marked: bool) -> str:
        caption = f"{title} ({MARK} differs)" if marked and any(map(any, self.differ)) else title
        columns = max(map(len, cells), default=0)
        head = "".join(f'<th scope="col">{j}</th>' for j in range(columns))
        rows = "".join(
            f'<tr><th scope="row">{i}</th>'
            + "".join(self._cell(text, marked and self._mark(i, j) == MARK) for j, text in enumerate(row))
            + "</tr>"
            for i, row in enumerate(cells)
        )
        return (
            f'<table><caption style="caption-side: top; text-align: left">{caption}</caption>'
            f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _cell(self, text: str, differs: bool) -> str:
        text = html.escape(text)
        if not differs:
            return f"<td>{text}</td>"
        return f'<td><strong style="text-decoration: underline" aria-label="{text}, differs">{text}{MARK}</strong></td>'


def draw_pair(got: Any, want: Any, tolerance: float) -> Picture | None:
    """The picture of two tensors or lists of numbers, or None where they are no tables of at most 8 × 8."""
    a, b = _tensor(got), _tensor(want)
    if a is None or b is None or not a.numel() or not b.numel():
        return None
    if a.shape != b.shape:
        return _unequal(a, b)
    if b.dim() == 0:
        return None
    differ = _differing(a, b, tolerance)
    first = np.unravel_index(int(differ.flatten().double().argmax()), b.shape)[:-2] if b.dim() > 2 else ()
    index = tuple(map(int, first))
    a, b, differ = a[index], b[index], differ[index]
    if max(b.shape) > LARGEST:
        return None
    where = f"table {list(index)}" if index else ""
    return Picture(where, _texts(b), _texts(a), tuple(map(tuple, _table(differ).tolist())))


def _unequal(a: Tensor, b: Tensor) -> Picture | None:
    if max(a.dim(), b.dim()) > 2 or max(*a.shape, *b.shape, 0) > LARGEST:
        return None
    return Picture("", _texts(b), _texts(a), ())


def _tensor(value: Any) -> Tensor | None:
    if isinstance(value, list | tuple) and value and all(isinstance(v, bool | int | float) for v in value):
        try:
            return torch.tensor([float(v) if isinstance(v, float) else v for v in value])
        except (OverflowError, RuntimeError, ValueError):  # a whole number beyond 64 bits
            return None
    found = as_tensor(value)
    return None if found is None or found.is_complex() else found


def _differing(a: Tensor, b: Tensor, tolerance: float) -> Tensor:
    close = torch.isclose(a.double(), b.double(), rtol=max(tolerance, 1e-9), atol=tolerance, equal_nan=True)
    if close.all() and not same_values(a, b, tolerance):
        close = a.double() == b.double()
    return ~close


def _table(values: Tensor) -> Tensor:
    return values.reshape(1, -1) if values.dim() < 2 else values


def _texts(values: Tensor) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_short(v) for v in row) for row in _table(values).tolist())


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else number(value)
