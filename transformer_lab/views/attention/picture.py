"""The picture and the words for AttentionView, where no browser draws it: GitHub, PDF, screen readers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba

from transformer_lab.views.common import drawing, numbers
from transformer_lab.views.common.layout import OUTSIDE


def describe(view: Any) -> str:
    """One or two sentences: what is drawn, and where each of the first queries looks most."""
    facts, weights = view._facts, view.weights()
    layer, head = facts["layers"][view.layer], facts["heads"][view.head]
    what = {
        "head": f"layer {layer}, head {head}",
        "mean": f"layer {layer}, mean of the heads",
        "rollout": f"attention rollout up to layer {layer}",
    }[view.show]
    rows, columns = weights.shape
    text = f"{facts['title']}, {what}: how {rows} queries share their attention among {columns} keys."
    best = [
        f"{_named(facts['queries'][q])} → {_named(facts['keys'][int(row.argmax())])} {numbers.said(float(row.max()))}"
        for q, row in enumerate(weights[:12])
        if row.sum() > 0
    ]
    if not best:
        return text + " Every key is masked."
    return f"{text} Most attended: {', '.join(best)}{', …' if rows > 12 else '.'}"


def _named(token: str) -> str:
    return numbers.isolated(drawing.shown(token))


def draw(view: Any) -> Any:
    """Draw the present mode: heat map, lines or the overview of heads."""
    return {"lines": _lines, "heads": _heads}.get(view.mode, _matrix)(view)


def _title(view: Any) -> str:
    facts, kinds = view._facts, {"mean": "mean of heads", "rollout": "rollout"}
    part = kinds.get(view.show, f"head {facts['heads'][view.head]}")
    return f"{facts['title']} · layer {facts['layers'][view.layer]} · {part}"


def _matrix(view: Any) -> Any:
    facts, weights = view._facts, view.weights().numpy()
    rows, columns = weights.shape
    # Long names take their room from the page, not from the cells.
    beside, above = _beyond(facts["queries"]), _beyond(facts["keys"])
    figure = drawing.new_figure(
        drawing.size_for(columns, 0.5, 3.6, 8) + 2.4 + beside + above,
        drawing.size_for(rows, 0.42, 2, 7.5) + 1.6 + above,
    )
    axes = figure.add_subplot()
    top = max(float(weights.max()), 1e-9) if columns > 16 else 1.0
    image = axes.imshow(weights, cmap=drawing.SEQUENTIAL, vmin=0, vmax=top, aspect="auto")
    _label(axes, facts, rows, columns)
    if rows * columns <= 400:
        places = np.argwhere(weights >= 0.005)
        values = weights[weights >= 0.005]
        inks = ["white" if value > 0.55 * top else drawing.INK for value in values]
        drawing.CellNumbers(axes, places[:, ::-1], [numbers.said(float(value)) for value in values], inks, 9)
    if view.gold_shown and facts["gold"]:
        corners = [(k - 0.46, q - 0.46) for q, k in facts["gold"]]
        axes.add_collection(_squares(corners, (0.92, 0.92), drawing.GOLD, 2))
    drawing.colour_bar(figure, image, [axes], "attention weight (each row sums to 1)")
    axes.set_title(_title(view) + ("   □ gold alignment" if facts["gold"] and view.gold_shown else ""), fontsize=11)
    return figure


def _beyond(tokens: list[str]) -> float:
    """Inches that the longest name needs beyond the ten letters that every picture has room for."""
    wide = max(sum(2 if c > "\u2e7f" else 1 for c in drawing.shown(token)) for token in tokens)
    return 0.08 * max(0, wide - 10)


def _label(axes: Any, facts: dict, rows: int, columns: int) -> None:
    for name, count, set_ticks in (("key", columns, axes.set_xticks), ("query", rows, axes.set_yticks)):
        tokens = facts["keys" if name == "key" else "queries"]
        texts, options = drawing.labels(tokens, facts[f"{name}Pinyin"])
        every = max(1, -(-count // 40))
        turned = (
            {"rotation": 45, "ha": "left", "rotation_mode": "anchor"}
            if name == "key" and max(len(t) for t in texts) * columns > 60
            else {}
        )
        set_ticks(range(0, count, every), texts[::every], fontsize=10 if count <= 24 else 7, **options, **turned)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("key (attended)")
    axes.set_ylabel("query (attends)")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _lines(view: Any) -> Any:
    facts, weights = view._facts, view.weights().numpy()
    rows, columns = weights.shape
    width = 6.4 + _beyond(facts["queries"]) + _beyond(facts["keys"])
    figure = drawing.new_figure(width, drawing.size_for(max(rows, columns), 0.34, 2.4, 9) + 0.8)
    axes = figure.add_subplot()
    height = max(rows, columns)
    place_query, place_key = (lambda i, n: -(i + 0.5) * height / n,) * 2
    seen = np.argwhere(weights >= 0.01)
    strong = weights[weights >= 0.01]
    axes.add_collection(
        LineCollection(
            [[(0, place_query(q, rows)), (1, place_key(k, columns))] for q, k in seen],
            colors=[to_rgba(drawing.ACCENT, min(1.0, value + 0.05)) for value in strong],
            linewidths=5 * strong + 0.3,
        )
    )
    linked = facts["gold"] if view.gold_shown else []
    gold = [[(0, place_query(q, rows)), (1, place_key(k, columns))] for q, k in linked]
    axes.add_collection(LineCollection(gold, colors=drawing.GOLD, linewidths=1.4, linestyles=[(0, (4, 3))]))
    for name, x, align, place, count in (
        ("query", -0.03, "right", place_query, rows),
        ("key", 1.03, "left", place_key, columns),
    ):
        texts, options = drawing.labels(facts["queries" if name == "query" else "keys"], facts[f"{name}Pinyin"])
        for i, text in enumerate(texts):
            axes.text(
                x,
                place(i, count),
                text,
                ha=align,
                va="center",
                fontsize=11 if count <= 24 else 7,
                gid=OUTSIDE,
                **options,
            )
    axes.text(0, 0.6, "query (attends)", ha="right", color=drawing.FAINT, gid=OUTSIDE)
    axes.text(1, 0.6, "key (attended)", ha="left", color=drawing.FAINT, gid=OUTSIDE)
    axes.set(xlim=(0, 1), ylim=(-height - 0.3, 1))
    axes.axis("off")
    axes.set_title(_title(view), fontsize=11)
    return figure


def _heads(view: Any) -> Any:
    """All maps in one pair of axes: a map is a unit wide and high, and a third of a unit stands between two."""
    facts, every = view._facts, view.all_weights().numpy()
    layers, heads, rows, columns = every.shape
    figure = drawing.new_figure(min(11, 1.25 * heads + 1.2), min(11, 1.35 * layers + 0.9))
    axes, step = figure.add_subplot(), 4 / 3
    own = columns > 16
    tops = np.maximum(every.max((2, 3)), 1e-9) if own else np.ones((layers, heads))
    for layer, head in np.ndindex(layers, heads):
        x, y = step * head, step * layer
        map_ = every[layer, head] / tops[layer, head]
        image = axes.imshow(map_, cmap=drawing.SEQUENTIAL, vmin=0, vmax=1, extent=(x, x + 1, y + 1, y))
        name = f"L{facts['layers'][layer]} H{facts['heads'][head]}"
        axes.text(x + 0.5, y - 0.04, name, fontsize=9, ha="center", va="bottom")
    places = [(step * head, step * layer) for layer, head in np.ndindex(layers, heads)]
    axes.add_collection(_squares(places, (1, 1), drawing.FAINT, 0.8))
    if view.gold_shown and facts["gold"]:
        cells = [(x + k / columns, y + q / rows) for x, y in places for q, k in facts["gold"]]
        axes.add_collection(_squares(cells, (1 / columns, 1 / rows), drawing.GOLD, 0.8))
    axes.set(xlim=(-0.05, step * heads - 0.28), ylim=(step * layers - 0.28, -0.3), aspect="auto")
    axes.axis("off")
    drawing.colour_bar(figure, image, [axes], "attention weight" + (", largest of each map = 1" if own else ""))
    figure.suptitle(facts["title"], fontsize=11)
    return figure


def _squares(corners: Sequence[tuple[float, float]], size: tuple[float, float], colour: str, width: float) -> Any:
    """Empty frames of one size, as one artist."""
    shape = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size
    return PolyCollection(
        [shape + corner for corner in corners], facecolors="none", edgecolors=colour, linewidths=width
    )
