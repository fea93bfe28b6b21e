"""Explorer's panels drawn by matplotlib, where no browser draws them: GitHub, PDF, untrusted notebooks."""

from typing import Any

import numpy as np
from matplotlib.patches import Circle, Polygon, Rectangle

from transformer_lab.views import drawing

COLOURS = ["#0b57a4", "#c14f00", "#00735a", "#8a3a9b", "#7a6000", "#4d5a66"]
_DASHES = ["-", (0, (5, 3)), (0, (2, 2)), (0, (7, 2, 2, 2)), (0, (3, 1.5)), (0, (1, 3))]
_PLAIN = {"parse_math": False}


def real(value: Any) -> np.ndarray:
    """Numbers as they were, with NaN and infinity."""
    return np.asarray(value, dtype=float)


def said(value: float, digits: int = 2, whole: bool = False) -> str:
    """A number as the browser writes it."""
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    size, sign = abs(value), "−" if value < 0 else ""
    if size >= 1e15 or (not whole and 0 < size < 0.5 * 10.0**-digits):
        mantissa, power = f"{size:.1e}".split("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{sign}10{raised}" if float(mantissa) == 1 else f"{sign}{mantissa}×10{raised}"
    text = f"{size:{',' if size >= 1e4 else ''}.{0 if whole or size >= 1e5 else digits}f}"
    return (sign if float(text.replace(",", "")) else "") + text


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
    picture.suptitle(
        drawing.labels([title])[0][0] if len(title) <= 18 else title, fontsize=15, weight="bold", **_font([title])
    )
    grid = picture.add_gridspec(len(rows), across, height_ratios=heights)
    for i, row in enumerate(rows):
        for j, panel in enumerate(row):
            axes = picture.add_subplot(grid[i, :] if panel["wide"] else grid[i, j])
            axes.set_title(panel["title"], fontsize=13, loc="left", weight="bold", **_font([panel["title"]]))
            _DRAW[panel["kind"]](axes, panel)
    return picture


def _font(texts: list[str]) -> dict:
    return drawing.labels(texts)[1]


def _height(panel: dict) -> float:
    lines = {"numbers": 1, "text": len(panel.get("lines", ())), "table": len(panel.get("rows", ())) + 1}
    lines["cells"] = len(panel.get("cells", ())) * (2 if panel.get("notes") else 1)
    if panel["kind"] not in lines or panel["kind"] == "heat":
        return 3.6
    each = {"numbers": 0.75, "text": 0.4, "table": 0.34, "cells": 0.42}[panel["kind"]]
    return each * lines[panel["kind"]] + (0.35 if panel["title"] else 0.1)


def _frame(axes: Any, panel: dict, x: str, y: str) -> None:
    axes.set_xlabel(x, fontsize=12, **_font([x]))
    axes.set_ylabel(y, fontsize=12, **_font([y]))
    axes.tick_params(labelsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dde3e9", linewidth=0.8)
    axes.set_axisbelow(True)
    for which, limits in (("xlim", panel.get("xrange")), ("ylim", panel.get("range"))):
        if limits:
            axes.set(**{which: limits})


def _legend(axes: Any, names: list[str]) -> None:
    if any(names):
        axes.legend(
            fontsize=11,
            frameon=False,
            prop=None if not _font(names).get("fontfamily") else {"family": _font(names)["fontfamily"]},
        )
        for text in axes.get_legend().get_texts():
            text.set_parse_math(False)


def _bars(axes: Any, panel: dict) -> None:
    rows = [real(each["values"]) for each in panel["series"]]
    count, thick = len(panel["labels"]), 0.8 / len(rows)
    if panel["log"]:
        axes.set_yscale("log")
    for s, row in enumerate(rows):
        at = np.arange(count) - 0.4 + (s + 0.5) * thick
        colours = [COLOURS[1 if len(rows) == 1 and i in panel["highlight"] else s % 6] for i in range(count)]
        usable = np.isfinite(row) & ((row > 0) | (not panel["log"]))
        axes.bar(
            at[usable],
            row[usable],
            thick * 0.92,
            color=[c for c, ok in zip(colours, usable, strict=True) if ok],
            label=panel["series"][s]["name"] or None,
        )
        for x, v, ok in zip(at, row, usable, strict=True):
            if not ok:
                axes.text(
                    x,
                    0.02,
                    said(v, panel["digits"]),
                    transform=axes.get_xaxis_transform(),
                    ha="center",
                    color="#a50f15",
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
    _frame(axes, panel, panel["x"], panel["y"])
    axes.grid(visible=False, axis="x")
    if not panel["range"]:
        axes.margins(y=0.14)
    if not panel["log"]:
        axes.axhline(0, color=drawing.INK, linewidth=1)
    _legend(axes, [each["name"] for each in panel["series"]])


def _lines(axes: Any, panel: dict) -> None:
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
            **_font([each["name"]]),
        )
    _frame(axes, panel, panel["x"], panel["y"])
    _legend(axes, [each["name"] for each in [*panel["series"], *panel["bands"]]])


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
    for (r, c), v in np.ndenumerate(values):
        if not np.isfinite(v) or panel["numbers"]:
            share = (v - limits[0]) / (limits[1] - limits[0])
            dark = abs(2 * share - 1) > 0.6 if signed else share > 0.55
            axes.text(
                c,
                r,
                said(v, panel["digits"]),
                ha="center",
                va="center",
                fontsize=10,
                color="#a50f15" if not np.isfinite(v) else "white" if dark else drawing.INK,
            )
    for names, set_ticks in ((panel["columns"], axes.set_xticks), (panel["rows"], axes.set_yticks)):
        every = max(1, -(-len(names) // 16))
        texts, options = drawing.labels(names)
        set_ticks(range(0, len(names), every), texts[::every], **options)
    _frame(axes, {}, panel["x"], panel["y"])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for r, c in panel["outline"]:
        axes.add_patch(Rectangle((c - 0.46, r - 0.46), 0.92, 0.92, fill=False, edgecolor=drawing.GOLD, linewidth=2.5))
    axes.figure.colorbar(image, ax=axes, shrink=0.85)


def _points(axes: Any, panel: dict) -> None:
    if panel["circle"] is not None:
        axes.add_patch(Circle((0, 0), real(panel["circle"]), fill=False, linestyle="--", edgecolor=drawing.INK))
    for i, each in enumerate(panel["series"]):
        at, colour = np.stack([real(each["x"]), real(each["y"])], -1), COLOURS[i % 6]
        good = at[np.isfinite(at).all(-1)]
        if each["hull"] and len(good) > 2:
            axes.add_patch(Polygon(_hull(good), facecolor=(*_rgb(colour), 0.16), edgecolor=colour, linewidth=1.5))
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
                    **_font([text]),
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
    _frame(axes, panel, panel["x"], panel["y"])
    _legend(axes, [each["name"] for each in [*panel["series"], *panel["arrows"]]])


def _hull(points: np.ndarray) -> list:
    """Corners of the convex hull (Andrew's monotone chain), as in explorer_math.js."""
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


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


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
            **_font([each["label"]]),
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
            **_font([value]),
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
            **_font([line]),
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
                **_font([text]),
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
            **_font([panel["labels"][i]]),
        )
        for j, text in enumerate(row):
            colour = COLOURS[(panel["groups"][i][j] if panel["groups"] else 0) % 6]
            on = panel["on"][i][j]
            axes.add_patch(
                Rectangle(
                    (j + 0.05, y + 0.05), 0.9, 0.9, facecolor=colour if on else (*_rgb(colour), 0.13), edgecolor=colour
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
                **_font([text]),
            )
        if panel["notes"]:
            axes.text(0, y - 0.45, panel["notes"][i], va="center", fontsize=11, **_font([panel["notes"][i]]))
    for j, text in enumerate(panel["columns"] or ()):
        axes.text(j + 0.5, 1.3, drawing.shown(text), ha="center", va="center", fontsize=9, **_font([text]))
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
            text.set(**_font(panel["names"]))


_DRAW = {
    "bars": _bars, "lines": _lines, "heat": _heat, "points": _points, "numbers": _numbers, "text": _text,
    "table": _table, "cells": _cells,
}  # fmt: skip
