"""Explorer's panels drawn by matplotlib, where no browser draws them: GitHub, PDF, untrusted notebooks."""

from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from transformer_lab.views.common import drawing
from transformer_lab.views.common.numbers import said
from transformer_lab.views.explorer.plots import COLOURS, bars, font, frame, lines, points, real, rgb


def figure(title: str, panels: list[dict], columns: int | None) -> Any:
    """Draw the panels: plots side by side, wide ones and words in rows of their own, in the order given."""
    plots = [panel for panel in panels if not panel["wide"]]
    across = max(1, min(columns or (2 if len(plots) == 4 else len(plots)), 3, len(plots) or 1))
    rows: list[list[dict]] = []
    for panel in panels:
        if panel["wide"] or not rows or rows[-1][0]["wide"] or len(rows[-1]) == across:
            rows.append([])
        rows[-1].append(panel)
    heights = [max(map(_height, row)) for row in rows]
    picture = drawing.new_figure(max(7.5, 4.4 * across), sum(heights) + 0.5)
    picture.suptitle(title, fontsize=15, weight="bold", **font([title]))
    grid = picture.add_gridspec(len(rows), across, height_ratios=heights)
    for i, row in enumerate(rows):
        for j, panel in enumerate(row):
            axes = picture.add_subplot(grid[i, :] if panel["wide"] else grid[i, j])
            axes.set_title(panel["title"], fontsize=13, loc="left", weight="bold", **font([panel["title"]]))
            _DRAW[panel["kind"]](axes, panel)
    return picture


def _height(panel: dict) -> float:
    """Inches that a panel needs."""
    lines = {
        "numbers": lambda: 0.75,
        "text": lambda: 0.4 * len(panel["lines"]),
        "table": lambda: 0.34 * (len(panel["rows"]) + 1),
        "cells": lambda: 0.42 * len(panel["cells"]) * (2 if panel["notes"] else 1),
    }
    return lines[panel["kind"]]() + (0.35 if panel["title"] else 0.1) if panel["kind"] in lines else 3.6


def _heat(axes: Any, panel: dict) -> None:
    values = real(panel["values"])
    seen = values[np.isfinite(values)]
    low, high = panel["range"] or ((min(0.0, seen.min()), seen.max()) if seen.size else (0, 1))
    most = max(abs(low), abs(high)) or 1.0
    signed = low < 0
    limits = (-most, most) if signed else (low, high if high > low else low + 1)
    image = axes.imshow(
        values, cmap=drawing.DIVERGING if signed else drawing.SEQUENTIAL, vmin=limits[0], vmax=limits[1], aspect="auto"
    )
    written = [((r, c), v) for (r, c), v in np.ndenumerate(values) if panel["numbers"] or not np.isfinite(v)]
    if written:
        share = (np.array([v for _, v in written]) - limits[0]) / (limits[1] - limits[0])
        dark = np.abs(2 * share - 1) > 0.6 if signed else share > 0.55
        inks = [
            drawing.ALARM if not np.isfinite(v) else "white" if deep else drawing.INK
            for (_, v), deep in zip(written, dark, strict=True)
        ]
        places = [(c, r) for (r, c), _ in written]
        drawing.CellNumbers(axes, places, [said(v, panel["digits"]) for _, v in written], inks, 10)
    for names, set_ticks in ((panel["columns"], axes.set_xticks), (panel["rows"], axes.set_yticks)):
        every = max(1, -(-len(names) // 16))
        texts, options = drawing.labels(names)
        set_ticks(range(0, len(names), every), texts[::every], **options)
    frame(axes, {}, panel["x"], panel["y"])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for r, c in panel["outline"]:
        axes.add_patch(Rectangle((c - 0.46, r - 0.46), 0.92, 0.92, fill=False, edgecolor=drawing.GOLD, linewidth=2.5))
    drawing.colour_bar(axes.figure, image, [axes], "")


def _numbers(axes: Any, panel: dict) -> None:
    axes.axis("off")
    for i, each in enumerate(panel["items"]):
        x = (i + 0.02) / len(panel["items"])
        value = each["text"] if "text" in each else said(float(each["number"]), panel["digits"], each["whole"])
        colour = drawing.GOLD if each["stress"] else drawing.INK
        axes.text(
            x,
            0.72,
            each["label"],
            fontsize=11,
            color=drawing.FAINT,
            va="center",
            transform=axes.transAxes,
            **font([each["label"]]),
        )
        axes.text(
            x,
            0.2,
            value,
            fontsize=17,
            weight="bold",
            color=colour,
            va="center",
            transform=axes.transAxes,
            **font([value]),
        )


def _text(axes: Any, panel: dict) -> None:
    axes.axis("off")
    for i, line in enumerate(panel["lines"]):
        axes.text(
            0,
            1 - (i + 0.5) / len(panel["lines"]),
            line,
            fontsize=13,
            va="center",
            transform=axes.transAxes,
            **font([line]),
        )


def _table(axes: Any, panel: dict) -> None:
    axes.axis("off")
    rows = [
        [
            each["text"] if "text" in each else said(float(each["number"]), panel["digits"], each["whole"])
            for each in row
        ]
        for row in panel["rows"]
    ]
    count = len(rows) + 1
    for r, row in enumerate([panel["heads"], *rows]):
        for c, text in enumerate(row):
            place = ((c + (1 if c else 0)) / len(row) - (0.01 if c else 0), 1 - (r + 0.5) / count)
            bold = "bold" if r == 0 or r - 1 in panel["highlight"] else "normal"
            axes.text(
                *place,
                text,
                ha="right" if c else "left",
                va="center",
                weight=bold,
                fontsize=12,
                transform=axes.transAxes,
                **font([text]),
            )


def _cells(axes: Any, panel: dict) -> None:
    longest, step = max(map(len, panel["cells"])), 2 if panel["notes"] else 1
    for i, row in enumerate(panel["cells"]):
        y = -i * step
        axes.text(
            -0.4,
            y + 0.5,
            panel["labels"][i],
            ha="right",
            va="center",
            fontsize=12,
            weight="bold",
            **font([panel["labels"][i]]),
        )
        for j, text in enumerate(row):
            colour = COLOURS[(panel["groups"][i][j] if panel["groups"] else 0) % 6]
            on = panel["on"][i][j]
            axes.add_patch(
                Rectangle(
                    (j + 0.05, y + 0.05), 0.9, 0.9, facecolor=colour if on else (*rgb(colour), 0.13), edgecolor=colour
                )
            )
            axes.text(
                j + 0.5,
                y + 0.5,
                drawing.shown(text) if text else "",
                ha="center",
                va="center",
                fontsize=min(12, 330 / longest / max(1, len(text))),
                color="white" if on else drawing.INK,
                **font([text]),
            )
        if panel["notes"]:
            axes.text(0, y - 0.45, panel["notes"][i], va="center", fontsize=11, **font([panel["notes"][i]]))
    for j, text in enumerate(panel["columns"] or ()):
        axes.text(j + 0.5, 1.3, drawing.shown(text), ha="center", va="center", fontsize=9, **font([text]))
    axes.set(
        xlim=(-longest * 0.18 - 0.5, longest),
        ylim=(-step * (len(panel["cells"]) - 1) - (0.9 if panel["notes"] else 0.1), 1.8 if panel["columns"] else 1.1),
    )
    axes.axis("off")
    for i, name in enumerate(panel["names"]):
        axes.plot([], [], "s", color=COLOURS[i % 6], label=name)
    if panel["names"]:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(panel["names"]), fontsize=11, frameon=False)
        for text in axes.get_legend().get_texts():
            text.set(**font(panel["names"]))


_DRAW = {
    "bars": bars,
    "lines": lines,
    "heat": _heat,
    "points": points,
    "numbers": _numbers,
    "text": _text,
    "table": _table,
    "cells": _cells,
}
