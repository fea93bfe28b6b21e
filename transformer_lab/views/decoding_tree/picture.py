"""The matplotlib picture of a DecodingTreeView: the most probable part of the tree, with the path walked."""

import math
from typing import Any

from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from transformer_lab.views.common import drawing, numbers

MOST_ROWS, MOST_COLUMNS, BAND = 16, 6, 0.8
_BOX, _STEP = 1.47, 1.85  # a node's width, and from one column to the next, in the axes' units
_STYLES = [(colour, drawing.dashes(pattern, drawing.PATH_WIDTH)) for colour, pattern in drawing.PATHS]


def draw(view: Any) -> Any:
    """Bands as thick as the mass of a path; the path walked in blue, the named paths as lines."""
    tree = view._tree
    log_p, _ = tree.at_temperature(view.temperature)
    total = tree.totals(log_p)
    named = {name: tree.nodes(ids) for name, ids in view.paths.items()}
    walked = {0, *tree.nodes(view.path)}
    drawn, rows, columns, count = _choose(tree, total, walked, {n for nodes in named.values() for n in nodes})
    width = 1 + max(columns.values())
    figure = drawing.new_figure(drawing.size_for(width, 2.2, 7, 13.2), drawing.size_for(count + 2, 0.36, 2.4, 9))
    axes = figure.add_subplot()
    axes.set_axis_off()
    for node in drawn:
        start = -BAND * math.exp(total[node]) / 2
        for child in tree.children[node]:
            size = BAND * math.exp(total[child])
            if child in rows:
                colour, above = (drawing.ACCENT, 2) if child in walked else ("#9aa8b4", 1)
                ends = (_STEP * columns[node] + _BOX, _STEP * columns[child])
                band = _band(ends, rows[node] + start + size / 2, rows[child], max(size, 0.03))
                axes.add_patch(PathPatch(band, facecolor=colour, alpha=0.5, edgecolor="none", zorder=above))
            start += size
    for i, (name, nodes) in enumerate(named.items()):
        shift, xs, ys = 0.13 * (i - (len(named) - 1) / 2), [], []
        for node in [0, *nodes]:
            if node in rows:
                xs += [_STEP * columns[node], _STEP * columns[node] + _BOX]
                ys += [rows[node] + shift] * 2
        if xs:  # a path may lie outside the window
            xs[-1] = xs[-2] + _BOX / 2  # it ends on its last token
        colour, style = _STYLES[i]
        axes.plot(xs, ys, color=colour, linestyle=style, linewidth=2.5, label=drawing.shown(name), zorder=3)
    _tokens(axes, view, drawn, rows, columns, log_p, walked)
    axes.set_xlim(-0.1, _STEP * (width - 1) + _BOX + 0.1)
    axes.set_ylim(count - 0.3, -0.7)
    shown, every = len(set(drawn) - {0}), len(tree) - 1
    part = f"{shown} of {every} nodes" if shown < every else f"{every} nodes"
    first = max(0, len(walked) + 1 - MOST_COLUMNS)
    _words(axes, view, part + (f", from token {first}" if first else ""), bool(named))
    return figure


def _words(axes: Any, view: Any, part: str, named: bool) -> None:
    _, font = drawing.labels([view.title, view.source])
    title = ": ".join(text for text in (view.title, drawing.shown(view.source, 60) if view.source else "") if text)
    axes.set_title(f"{title} ({part})", fontsize=14, loc="left", **font)
    if named:
        place = {"loc": "upper left", "bbox_to_anchor": (0.0, 0.0), "ncols": 3}
        legend = axes.legend(**place, fontsize=13, frameon=False, handlelength=3.5)
        for text in legend.get_texts():
            text.set_parse_math(False)


def _choose(tree: Any, total: list[float], walked: set[int], named: set[int]) -> tuple[list[int], Any, Any, int]:
    """What is drawn (a window of columns around the end of the walk), its rows and columns, and the number of rows.

    The path walked, then the named paths, then the most probable other nodes, as far as there is room.
    """
    depth = [0] * len(tree)
    for node in range(1, len(tree)):
        depth[node] = depth[tree.parents[node]] + 1
    first = max(0, len(walked) + 1 - MOST_COLUMNS)
    window = [n for n in range(1, len(tree)) if first <= depth[n] < first + MOST_COLUMNS]
    found = {n for n in walked if depth[n] >= first}
    rows, count = _rows(tree, depth, found)
    for node in sorted(window, key=lambda n: (n not in named, -total[n])):
        if node in found or tree.parents[node] not in found:
            continue
        trial, height = _rows(tree, depth, found | {node})
        if height <= MOST_ROWS:
            rows, count = trial, height
            found.add(node)
    return sorted(found), rows, {n: depth[n] - first for n in found}, count


def _rows(tree: Any, depth: list[int], chosen: set[int]) -> tuple[dict[int, int], int]:
    """Column by column, as in the browser: no child above its parent, no two edges cross."""
    level = [min(chosen, key=lambda n: depth[n])]
    rows, bottom = {level[0]: 0}, 1
    while level:
        following, free = [], 0
        for node in level:
            free = max(free, rows[node])
            for child in tree.children[node]:
                if child in chosen:
                    rows[child] = free
                    free += 1
                    following.append(child)
        bottom, level = max(bottom, 1 + max((rows[n] for n in following), default=0)), following
    return rows, bottom


def _band(ends: tuple[float, float], start: float, end: float, size: float) -> Path:
    """A ribbon of even thickness between two columns."""
    (a, b), r = ends, size / 2
    half = (a + b) / 2
    points = [(a, start - r), (half, start - r), (half, end - r), (b, end - r), (b, end + r)]
    points += [(half, end + r), (half, start + r), (a, start + r), (a, start - r)]
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def _tokens(axes: Any, view: Any, drawn: Any, rows: Any, columns: Any, log_p: list[float], walked: set[int]) -> None:
    tree = view._tree
    names = [view.prefix_text if n == 0 else view._text[tree.tokens[n]] for n in drawn]
    notes = ["" if n == 0 else view._note.get(tree.tokens[n], "").split(" ")[0] for n in drawn]
    labels, font = drawing.labels(names, notes if any(notes) else None)
    for node, label in zip(drawn, labels, strict=True):
        x, y, blue = _STEP * columns[node], rows[node], node in walked
        edge = {"edgecolor": drawing.ACCENT if blue else "#8b98a5", "linewidth": 2.5 if blue else 1}
        axes.add_patch(Rectangle((x, y - 0.4), _BOX, 0.8, facecolor="white", zorder=4, **edge))
        p = 1.0 if node == 0 else math.exp(log_p[node])
        said, p = _fitting(label), "1" if node == 0 else "<0.01" if p < 0.005 else numbers.said(p)
        for text, at, side in ((said, x + 0.05, "left"), (p, x + _BOX - 0.05, "right")):
            axes.text(at, y, text, ha=side, va="center", fontsize=13, zorder=5, **font)


def _fitting(label: str, most: int = 11) -> str:
    """A label that leaves room for the number beside it, without its pinyin, or shorter, where it must be."""

    def wide(text: str) -> int:  # a Chinese character is as wide as two letters
        return sum(2 if c > "\u2e7f" else 1 for c in text)

    token, _, note = label.partition(" ")
    label = token if note and token > "\u2e7f" and wide(label) > most else label
    longest = len(label)
    while longest > 3 and wide(drawing.shown(label, longest)) > most:
        longest -= 1
    return drawing.shown(label, longest)
