"""The picture and the words for AttentionView, where no browser draws it: GitHub, PDF, screen readers."""

from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from transformer_lab.views.common import drawing, numbers


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
    figure = drawing.new_figure(
        drawing.size_for(columns, 0.5, 3.6, 8) + 2.4, drawing.size_for(rows, 0.42, 2, 7.5) + 1.6
    )
    axes = figure.add_subplot()
    top = max(float(weights.max()), 1e-9) if columns > 16 else 1.0
    image = axes.imshow(weights, cmap=drawing.SEQUENTIAL, vmin=0, vmax=top, aspect="auto")
    _label(axes, facts, rows, columns)
    if rows * columns <= 400:
        for q, k in np.ndindex(rows, columns):
            if weights[q, k] >= 0.005:
                ink = "white" if weights[q, k] > 0.55 * top else drawing.INK
                axes.text(k, q, numbers.said(float(weights[q, k])), ha="center", va="center", color=ink, fontsize=9)
    if view.gold_shown:
        for q, k in facts["gold"]:
            axes.add_patch(Rectangle((k - 0.46, q - 0.46), 0.92, 0.92, fill=False, edgecolor=drawing.GOLD, linewidth=2))
    figure.colorbar(image, ax=axes, label="attention weight (each row sums to 1)", shrink=0.9)
    axes.set_title(_title(view) + ("   □ gold alignment" if facts["gold"] and view.gold_shown else ""), fontsize=11)
    return figure


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
    figure = drawing.new_figure(6.4, drawing.size_for(max(rows, columns), 0.34, 2.4, 9) + 0.8)
    axes = figure.add_subplot()
    height = max(rows, columns)
    place_query, place_key = (lambda i, n: -(i + 0.5) * height / n,) * 2
    linked = {tuple(pair) for pair in facts["gold"]} if view.gold_shown else set()
    for q, k in np.ndindex(rows, columns):
        ends = [place_query(q, rows), place_key(k, columns)]
        if weights[q, k] >= 0.01:
            axes.plot(
                [0, 1],
                ends,
                color=drawing.ACCENT,
                alpha=min(1, weights[q, k] + 0.05),
                linewidth=5 * weights[q, k] + 0.3,
            )
        if (q, k) in linked:
            axes.plot([0, 1], ends, color=drawing.GOLD, linewidth=1.4, linestyle=(0, (4, 3)))
    for name, x, align, place, count in (
        ("query", -0.03, "right", place_query, rows),
        ("key", 1.03, "left", place_key, columns),
    ):
        texts, options = drawing.labels(facts["queries" if name == "query" else "keys"], facts[f"{name}Pinyin"])
        for i, text in enumerate(texts):
            axes.text(x, place(i, count), text, ha=align, va="center", fontsize=11 if count <= 24 else 7, **options)
    axes.text(0, 0.6, "query (attends)", ha="right", color=drawing.FAINT)
    axes.text(1, 0.6, "key (attended)", ha="left", color=drawing.FAINT)
    axes.set(xlim=(-0.5, 1.5), ylim=(-height - 0.3, 1))
    axes.axis("off")
    axes.set_title(_title(view), fontsize=11)
    return figure


def _heads(view: Any) -> Any:
    facts, every = view._facts, view.all_weights().numpy()
    layers, heads = every.shape[:2]
    figure = drawing.new_figure(min(11, 1.25 * heads + 1.2), min(11, 1.35 * layers + 0.9))
    grid = figure.subplots(layers, heads, squeeze=False)
    for (layer, head), axes in np.ndenumerate(grid):
        top = max(float(every[layer, head].max()), 1e-9)
        image = axes.imshow(
            every[layer, head], cmap=drawing.SEQUENTIAL, vmin=0, vmax=1 if every.shape[3] <= 16 else top
        )
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"L{facts['layers'][layer]} H{facts['heads'][head]}", fontsize=9)
        for q, k in facts["gold"] if view.gold_shown else ():
            axes.add_patch(Rectangle((k - 0.5, q - 0.5), 1, 1, fill=False, edgecolor=drawing.GOLD, linewidth=0.8))
    figure.colorbar(image, ax=grid, label="attention weight", shrink=0.8)
    figure.suptitle(facts["title"], fontsize=11)
    return figure
