"""Room for labels, found in one pass: matplotlib's constrained layout takes two, and a solver between them.

What stands around axes (tick labels, names, title, legend, colour bar) is as large wherever the axes are. So each part
is measured once, where it happens to be; a column keeps the widest of what is left and right of its axes, a row the
tallest of what is above and below, and the axes share the rest.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.layout_engine import LayoutEngine

EDGE, GAP = 0.05, 0.12  # inches: around the picture, and between neighbours
OUTSIDE = "outside"  # the gid of a text that stands outside of its axes and needs room there
BAR, BESIDE = 0.17, 0.1  # inches: a colour bar's width, and its distance from its axes


class Once(LayoutEngine):
    """Place the axes of each grid; drawing a second time finds them placed."""

    _adjust_compatible = False
    _colorbar_gridspec = False

    def __init__(self) -> None:
        super().__init__()
        self.bars: list[tuple[Any, Sequence[Any]]] = []
        self._placed = False

    def execute(self, fig: Any) -> None:
        """Measure and place. What is outside of a grid, and not a colour bar, stays where it is."""
        if self._placed:
            return
        self._placed = True
        for part in fig.subfigs or [fig]:
            self._place(part)

    def _place(self, part: Any) -> None:
        renderer, dpi = part._get_renderer(), part.get_figure(root=True).dpi
        inner = [axes for axes in part.axes if axes.get_subplotspec() is not None]
        if not inner:
            return
        bars = [(bar, owners) for bar, owners in self.bars if bar.figure is part]
        beside = {bar: _around(bar, renderer) / dpi for bar, _ in bars}
        self._share_out(part, inner, bars, beside)
        # A bar of another height may have other ticks, with longer names.
        again = {bar: _around(bar, renderer) / dpi for bar, _ in bars}
        if any((again[bar] > beside[bar]).any() for bar in again):
            self._share_out(part, inner, bars, again)

    def _share_out(self, part: Any, inner: list[Any], bars: list[tuple[Any, Sequence[Any]]], beside: Any) -> None:
        """Place the axes, and the bars next to their owners; ``beside``: inches that each bar's names need."""
        renderer, dpi = part._get_renderer(), part.get_figure(root=True).dpi
        grid = inner[0].get_subplotspec().get_gridspec()
        # Inches before and after the axes of each column and each row.
        columns, rows = np.zeros((2, grid.ncols)), np.zeros((2, grid.nrows))
        for axes in inner:
            left, below, right, above = _around(axes, renderer) / dpi
            for bar, owners in bars:
                if axes in owners:
                    right += BESIDE + BAR + beside[bar][2]
                    below, above = max(below, beside[bar][1]), max(above, beside[bar][3])
            place = axes.get_subplotspec()
            np.maximum.at(columns, ([0, 1], [place.colspan.start, place.colspan.stop - 1]), [left, right])
            np.maximum.at(rows, ([0, 1], [place.rowspan.start, place.rowspan.stop - 1]), [above, below])
        title = part._suptitle
        head = title.get_window_extent(renderer).height / dpi + GAP if title is not None else 0.0
        width, height = part.bbox.width / dpi, part.bbox.height / dpi
        if title is not None:
            title.set(y=1 - EDGE / height, va="top")
        xs = _share(columns, grid.get_width_ratios(), EDGE, width - EDGE) / width
        ys = 1 - _share(rows, grid.get_height_ratios(), EDGE + head, height - EDGE) / height
        for axes in inner:
            place = axes.get_subplotspec()
            (x, _), (_, x1) = xs[place.colspan.start], xs[place.colspan.stop - 1]
            (y1, _), (_, y) = ys[place.rowspan.start], ys[place.rowspan.stop - 1]
            axes.set_position((x, y, x1 - x, y1 - y))
        for bar, owners in bars:
            spots = [axes.get_position() for axes in owners]
            x = max(spot.x1 for spot in spots) + BESIDE / width
            low, high = min(spot.y0 for spot in spots), max(spot.y1 for spot in spots)
            bar.set_position((x, low, BAR / width, high - low))


def _around(axes: Any, renderer: Any) -> np.ndarray:
    """Pixels that ticks, names, title and legend need left, below, right and above of the axes."""
    axes.apply_aspect()
    legend, own = axes.get_legend(), axes.get_window_extent(renderer)
    extra = [*([] if legend is None else [legend]), *(text for text in axes.texts if text.get_gid() == OUTSIDE)]
    whole = axes.get_tightbbox(renderer, bbox_extra_artists=extra, for_layout_only=True)
    needs = (own.x0 - whole.x0, own.y0 - whole.y0, whole.x1 - own.x1, whole.y1 - own.y1)
    return np.maximum(0.0, needs)


def _share(around: np.ndarray, ratios: Sequence[float], start: float, end: float) -> np.ndarray:
    """Start and end of each column (or row) between ``start`` and ``end``, ``[count, 2]``."""
    count = len(ratios)
    room = max(0.1 * count, end - start - around.sum() - GAP * (count - 1))
    sizes = room * np.asarray(ratios, float) / sum(ratios)
    before = start + around[0].cumsum() + np.concatenate([[0.0], (sizes + around[1] + GAP)[:-1].cumsum()])
    return np.stack([before, before + sizes], -1)
