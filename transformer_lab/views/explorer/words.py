"""The panels of an :class:`Explorer` that are words and cells: Numbers, Text, Table, Heat, Cells."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from transformer_lab.views.explorer.panels import Panel, edges, encode, numbers, texts


def _entry(name: str, value: Any) -> dict[str, Any]:
    """A text as it is, or a number; the browser must not read a text "NaN" as a number."""
    if isinstance(value, str | bool):
        return {"text": str(value)}
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        value = value.item()
    if isinstance(value, int | float):
        return {"number": encode(value), "whole": isinstance(value, int)}
    raise TypeError(f"{name} must be a number or a string, got {type(value).__name__}: {value!r}")


class Numbers(Panel):
    """Large read-outs side by side: ``{"label": number or text}``, such as ``{"loss in nats": 0.693}``.

    ``stress`` names the read-outs to set apart in gold; ``digits`` is the number of decimals.
    """

    def __init__(
        self, values: Mapping[str, Any], *, title: str = "", digits: int = 2, stress: Sequence[str] = (),
        wide: bool = True, note: str = "",
    ):  # fmt: skip
        if not values:
            raise ValueError("values of Numbers are empty")
        stress = (stress,) if isinstance(stress, str) else tuple(stress)
        unknown = [each for each in stress if each not in values]
        if unknown:
            raise ValueError(f"stress must name read-outs ({', '.join(map(str, values))}), got {unknown[0]!r}")
        items = [{"label": str(k), **_entry(str(k), v), "stress": k in stress} for k, v in values.items()]
        super().__init__("numbers", title, wide, note, items=items, digits=int(digits))


class Text(Panel):
    """One line of large text, or several."""

    def __init__(self, *lines: Any, title: str = "", wide: bool = True, note: str = ""):
        if not lines or any(not isinstance(line, str) for line in lines):
            raise TypeError(f"Text takes one or more strings, got {lines!r}")
        super().__init__("text", title, wide, note, lines=list(lines))


class Table(Panel):
    """A small table that is always shown: ``heads`` and ``rows`` of numbers and texts, the row's name first."""

    def __init__(
        self, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str, digits: int = 3,
        highlight: Sequence[int] = (), wide: bool = False, note: str = "",
    ):  # fmt: skip
        wrong = next((row for row in rows if len(row) != len(heads)), None)
        if wrong is not None or not rows:
            raise ValueError(f"rows of {title!r} must each have {len(heads)} entries, as heads, got {wrong!r}")
        cells = [[_entry(f"rows of {title!r}", each) for each in row] for row in rows]
        super().__init__(
            "table", title, wide, note, heads=[str(each) for each in heads], rows=cells, digits=int(digits),
            highlight=[int(i) for i in highlight],
        )  # fmt: skip


class Heat(Panel):
    """A matrix ``[rows, columns]`` as colours.

    Args:
        rows, columns: labels; y, x: what the axes are. numbers: write the values into the cells (default: when at most
            150 cells). outline: ``[(row, column), …]`` to frame in gold. value_range: ``(low, high)`` of the colours;
            a range across 0 is drawn in two hues, 0 in the middle.
    """

    def __init__(
        self,
        values: Any,
        *,
        title: str,
        rows: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        x: str = "",
        y: str = "",
        numbers_shown: bool | None = None,
        digits: int = 2,
        outline: Sequence[tuple[int, int]] = (),
        value_range: Sequence[float] | None = None,
        wide: bool = False,
        note: str = "",
    ):
        matrix = numbers(f"values of {title!r}", values, dims=2)
        height, width = len(matrix), len(matrix[0])
        framed = [[int(r), int(c)] for r, c in outline]
        if any(not (0 <= r < height and 0 <= c < width) for r, c in framed):
            raise ValueError(f"outline of {title!r} must lie in {height} rows and {width} columns, got {framed}")
        super().__init__(
            "heat", title, wide, note, values=matrix, x=x, y=y, outline=framed, digits=int(digits),
            rows=[str(i) for i in range(height)] if rows is None else texts("rows", rows, height),
            columns=[str(i) for i in range(width)] if columns is None else texts("columns", columns, width),
            numbers=height * width <= 150 if numbers_shown is None else bool(numbers_shown),
            range=edges("value_range", value_range),
        )  # fmt: skip


class Cells(Panel):
    """Rows of small cells with words in them: bits, masks, tokens.

    Args:
        cells: one row of texts per label; rows may differ in length. A string is a row of its characters.
        labels: one per row. groups: per row one group name per cell (``"sign"``), coloured with a legend.
        on: per row one bool per cell: filled or pale (default: all but ``"0"`` and empty).
        notes: a text after each row. columns: labels above. set: per row, per cell, the controls that a click
            changes, such as ``{"value": 0.5}``, or None.
    """

    def __init__(
        self,
        cells: Sequence[Sequence[str]],
        labels: Sequence[str],
        *,
        title: str,
        groups: Sequence[Sequence[str]] | None = None,
        on: Sequence[Sequence[bool]] | None = None,
        notes: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        set: Sequence[Sequence[Mapping[str, Any] | None]] | None = None,
        wide: bool = True,
        note: str = "",
    ):
        rows = [[str(each) for each in row] for row in cells]
        for which, given in (("groups", groups), ("on", on), ("set", set)):
            if given is not None and [len(each) for each in given] != [len(row) for row in rows]:
                raise ValueError(f"{which} of {title!r} must have one entry per cell: {[len(row) for row in rows]}")
        names = list(dict.fromkeys(str(each) for row in groups or () for each in row))
        super().__init__(
            "cells", title, wide, note, cells=rows, labels=texts("labels", labels, len(rows)), names=names,
            groups=[[names.index(str(each)) for each in row] for row in groups] if groups else None,
            on=[[int(bool(each)) for each in row] for row in on] if on is not None
            else [[int(each not in ("", "0")) for each in row] for row in rows],
            notes=None if notes is None else texts("notes", notes, len(rows)),
            columns=None if columns is None else texts("columns", columns, max(map(len, rows))),
            set=None if set is None else [[dict(each) if each else None for each in row] for row in set],
        )  # fmt: skip
