"""Explorer's plots drawn by matplotlib."""

from typing import Any

import numpy as np
from matplotlib.patches import Circle, Polygon

from transformer_lab.views.common import drawing
from transformer_lab.views.common.numbers import said

COLOURS = [colour for colour, _ in drawing.SERIES]
_DASHES = [drawing.dashes(pattern, drawing.SERIES_WIDTH) for _, pattern in drawing.SERIES]


def real(value: Any) -> np.ndarray:
    """Numbers as they were, with NaN and infinity."""
    return np.asarray(value, dtype=float)


def font(texts: list[str]) -> dict:
    """Keyword arguments for texts: no mathematics, and a Chinese font where one is needed."""
    return drawing.labels(texts)[1]


def frame(axes: Any, panel: dict, x: str, y: str) -> None:
    """Labels, limits, grid."""
    axes.set_xlabel(x, fontsize=12, **font([x]))
    axes.set_ylabel(y, fontsize=12, **font([y]))
    axes.tick_params(labelsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dde3e9", linewidth=0.8)
    axes.set_axisbelow(True)
    for which, limits in (("xlim", panel.get("xrange")), ("ylim", panel.get("range"))):
        if limits:
            axes.set(**{which: limits})


def _legend(axes: Any, names: list[str]) -> None:
    if any(names):
        axes.legend(frameon=False, prop={"size": 11, "family": font(names).get("fontfamily")})
        for text in axes.get_legend().get_texts():
            text.set_parse_math(False)


def bars(axes: Any, panel: dict) -> None:
    """Signed or grouped bars."""
    rows = [real(each["values"]) for each in panel["series"]]
    count, thick = len(panel["labels"]), 0.8 / len(rows)
    if panel["log"]:
        axes.set_yscale("log")
    for s, row in enumerate(rows):
        at = np.arange(count) - 0.4 + (s + 0.5) * thick
        colours = [COLOURS[1 if len(rows) == 1 and i in panel["highlight"] else s % 6] for i in range(count)]
        usable = np.isfinite(row) & ((row > 0) | (not panel["log"]))
        shown = [c for c, ok in zip(colours, usable, strict=True) if ok]
        drawing.bars(axes, at[usable], row[usable], thick * 0.92, shown, panel["series"][s]["name"] or None)
        for x, v, ok in zip(at, row, usable, strict=True):
            if not ok:
                axes.text(
                    x,
                    0.02,
                    said(v, panel["digits"]),
                    transform=axes.get_xaxis_transform(),
                    ha="center",
                    color=drawing.ALARM,
                    fontsize=11,
                )
            elif count * len(rows) <= 12:
                axes.annotate(
                    said(v, panel["digits"]),
                    (x, v),
                    (0, 3 if v >= 0 else -3),
                    textcoords="offset points",
                    ha="center",
                    va="bottom" if v >= 0 else "top",
                    fontsize=11,
                )
    every = max(1, -(-count // 16))
    texts, options = drawing.labels(panel["labels"])
    axes.set_xticks(range(0, count, every), texts[::every], **options)
    frame(axes, panel, panel["x"], panel["y"])
    axes.grid(visible=False, axis="x")
    if not panel["range"]:
        axes.margins(y=0.14)
    if not panel["log"]:
        axes.axhline(0, color=drawing.INK, linewidth=1)
    _legend(axes, [each["name"] for each in panel["series"]])


def lines(axes: Any, panel: dict) -> None:
    """Curves, bands, references and the marker."""
    axes.set_xscale("log" if "x" in panel["log"] else "linear")
    axes.set_yscale("log" if "y" in panel["log"] else "linear")
    for i, band in enumerate(panel["bands"]):
        step = {"step": "post"} if panel["steps"] else {}
        axes.fill_between(
            real(band["x"]),
            real(band["low"]),
            real(band["high"]),
            color=COLOURS[i % 6],
            alpha=0.2,
            linewidth=0,
            label=band["name"],
            **step,
        )
    for i, each in enumerate(panel["series"]):
        x, y = real(each["x"]), real(each["y"])
        y = np.where(np.isfinite(y), y, np.nan)
        style = {"drawstyle": "steps-post"} if panel["steps"] else {}
        single = np.isfinite(y).sum() == 1
        axes.plot(
            x,
            y,
            color=COLOURS[i % 6],
            linestyle=_DASHES[i % 6],
            linewidth=2.4,
            marker="o" if each["dots"] or single else None,
            label=each["name"] or None,
            **style,
        )
        if panel["marker"] is not None and np.all(np.diff(x) > 0):
            at = real(panel["marker"])
            here = (
                y[np.searchsorted(x, at, "right") - 1]
                if panel["steps"] and x[0] <= at <= x[-1]
                else np.interp(at, x, y, np.nan, np.nan)
            )
            axes.plot([at], [here], "o", color=COLOURS[i % 6], markersize=9, markeredgecolor="white")
    if panel["marker"] is not None:
        axes.axvline(real(panel["marker"]), color=drawing.FAINT, linewidth=1.5)
    for each in panel["references"]:
        axes.axhline(real(each["y"]), color=drawing.INK, linewidth=1.2, linestyle=(0, (5, 4)))
        axes.text(
            1,
            real(each["y"]),
            each["name"],
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="bottom",
            fontsize=11,
            **font([each["name"]]),
        )
    frame(axes, panel, panel["x"], panel["y"])
    _legend(axes, [each["name"] for each in [*panel["series"], *panel["bands"]]])


def points(axes: Any, panel: dict) -> None:
    """Points, hulls, paths and arrows."""
    if panel["circle"] is not None:
        axes.add_patch(Circle((0, 0), float(panel["circle"]), fill=False, linestyle="--", edgecolor=drawing.INK))
    for i, each in enumerate(panel["series"]):
        at, colour = np.stack([real(each["x"]), real(each["y"])], -1), COLOURS[i % 6]
        good = at[np.isfinite(at).all(-1)]
        if each["hull"] and len(good) > 2:
            axes.add_patch(Polygon(_hull(good), facecolor=(*rgb(colour), 0.16), edgecolor=colour, linewidth=1.5))
        axes.plot(
            at[:, 0],
            at[:, 1],
            linestyle=_DASHES[i % 6] if each["path"] else "",
            marker="o",
            markersize=11 if len(at) == 1 else 7,
            color=colour,
            label=each["name"],
        )
        for (x, y), text in zip(at, each["labels"] or (), strict=False):
            if np.isfinite(x + y):
                axes.annotate(
                    drawing.shown(text),
                    (x, y),
                    (0, 7),
                    textcoords="offset points",
                    ha="center",
                    fontsize=12,
                    **font([text]),
                )
    for i, each in enumerate(panel["arrows"], len(panel["series"])):
        start, end = real(each["ends"])
        if np.isfinite(start + end).all():
            axes.annotate(
                "",
                end,
                start,
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": COLOURS[i % 6],
                    "linewidth": 3,
                    "mutation_scale": 22,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
            axes.plot(*np.stack([start, end], -1), alpha=0)  # the arrow takes part in the limits
            axes.plot([], [], color=COLOURS[i % 6], linewidth=3, label=each["name"])
    axes.margins(0.15)
    if panel["equal"]:
        axes.set_aspect("equal", adjustable="box" if panel["range"] or panel["xrange"] else "datalim")
    frame(axes, panel, panel["x"], panel["y"])
    _legend(axes, [each["name"] for each in [*panel["series"], *panel["arrows"]]])


def _hull(points: np.ndarray) -> list:
    """Corners of the convex hull (Andrew's monotone chain), as in compute.js."""
    ordered = sorted(map(tuple, points))

    def half(rising: list) -> list:
        out: list = []
        for x, y in rising:
            while len(out) > 1 and (out[-1][0] - out[-2][0]) * (y - out[-2][1]) <= (out[-1][1] - out[-2][1]) * (
                x - out[-2][0]
            ):
                out.pop()
            out.append((x, y))
        return out[:-1]

    return half(ordered) + half(ordered[::-1])


def rgb(colour: str) -> tuple[float, ...]:
    """A colour's three shares, 0 to 1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
