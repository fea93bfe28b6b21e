"""PositionalEncodingView's pictures and sentences, for PNG, SVG and alt text. Sine is blue, cosine orange."""

import math
from typing import Any

import numpy as np
import torch
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from torch import Tensor

from transformer_lab.positions import frequencies
from transformer_lab.views.common import drawing, numbers
from transformer_lab.views.common.drawing import ACCENT, ALARM, DIVERGING, FAINT, GOLD, INK, colour_bar, new_figure
from transformer_lab.views.common.numbers import said


def _features(view: Any, pair: int) -> tuple[int, int | None]:
    """The columns of a pair's sine and cosine; None for the cosine that an odd d_model lacks."""
    has = pair < view.d_model // 2
    if view.layout == "halves":
        return pair, (view.d_model + 1) // 2 + pair if has else None
    return 2 * pair, 2 * pair + 1 if has else None


def _number(value: float, digits: int = 3) -> str:
    return said(0.0 if abs(value) < 1e-6 else value, digits)


def _missing(view: Any, which: int) -> str | None:
    """Why there is no rotation to show, or None."""
    if view.d_model % 2:
        return f"R(k) needs an even d_model, not {view.d_model}"
    last = view.position + view.shift
    return f"there is no row {last}" if not view._computed[which] and last >= view.length else None


def _title(view: Any, which: int) -> str:
    base = f", base {numbers.plain(view.base)}" if view._computed[which] else ""
    return f"{view._kinds[which]}: {view.length} positions × {view.d_model} features{base}"


def summary(view: Any) -> str:
    """One or two sentences that say what the present mode shows, with its numbers."""
    tables, wave = " beside ".join(_title(view, i) for i in range(len(view._kinds))), 2 * math.pi / _frequency(view)
    p, k, pair = view.position, view.shift, view.pair
    if view.mode == "heat":
        return f"Heat map of positional encodings, {tables}. Row {p} and the features of pair {pair} are marked."
    if view.mode == "waves":
        shown = ", ".join(str(each) for each in sorted({*view.pairs, pair}))
        repeats = f" Pair {pair} repeats every {said(wave, 1)} positions." if view._computed[0] else ""
        return f"Feature pairs {shown} as curves over the positions, {tables}.{repeats}"
    if view.mode == "dot":
        gaps = " and ".join(
            f"{_number(_spread(view.table(compare=bool(i)).double()), 2)}" for i in range(len(view._kinds))
        )
        return (
            f"Dot product of position {p} with every other against their distance, and the map of cosine similarities, "
            f"{tables}. At one distance, reference positions differ by up to {gaps}."
        )
    if view.mode == "clocks":
        return f"One dial for each pair of features, the hand at (sine, cosine), at position {p}, {tables}."
    if view.mode == "shift":
        found = [_missing(view, i) or _number(view.rotation_error(compare=bool(i))) for i in range(len(view._kinds))]
        return f"Error of each pair in PE({p + k}) − R({k})·PE({p}), {tables}. Norm: {' and '.join(found)}."
    return (
        f"A query at position {view.query_position} and a key at {view.key_position}, turned in the plane of pair "
        f"{pair}: score {_number(view.score())}, and the score against the distance. d_head {view.d_model}, "
        f"base {numbers.plain(view.base)}."
    )


def draw(view: Any) -> Figure:
    """The present mode as a figure: a column for each table."""
    count = 1 if view.mode == "rotary" else len(view._kinds)
    figure = new_figure(9.6 if count == 1 else 12.0, 4.8 if view.mode != "dot" or count == 1 else 6.4)
    if view.mode == "rotary":
        _rotary(view, figure)
        return figure
    for which, part in enumerate(figure.subfigures(1, count, squeeze=False)[0]):
        part.suptitle(
            _title(view, which), fontsize=12, fontweight="bold", color=INK, x=0.02, ha="left", parse_math=False
        )
        _DRAW[view.mode](view, part, which, view.table(compare=bool(which)).double().numpy())
    return figure


def _heat(view: Any, part: Any, which: int, table: np.ndarray) -> None:
    axes = part.subplots()
    limit = 1.0 if view._computed[which] else float(np.abs(table).max()) or 1.0
    image = axes.imshow(table, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    axes.axhline(view.position, color=INK, linewidth=1)
    for column, colour in zip(_features(view, view.pair), (ACCENT, GOLD), strict=True):
        if column is not None:
            axes.axvline(column, color=colour, linewidth=1)
    axes.set(xlabel="feature", ylabel="position")
    colour_bar(part, image, [axes], "value")


def _waves(view: Any, part: Any, which: int, table: np.ndarray) -> None:
    pairs, reach = sorted({*view.pairs, view.pair}), float(np.abs(table).max()) or 1.0
    for pair, axes in zip(pairs, part.subplots(len(pairs), 1, sharex=True, squeeze=False)[:, 0], strict=True):
        sine, cosine = _features(view, pair)
        axes.plot(table[:, sine], color=ACCENT, label=f"feature {sine}")
        if cosine is not None:
            axes.plot(table[:, cosine], color=GOLD, linestyle="--", label=f"feature {cosine}")
        axes.axvline(view.position, color=INK, linewidth=1, linestyle=":")
        axes.set_ylim(-1.1 * reach, 1.1 * reach)
        length = numbers.length(2 * math.pi / float(frequencies(view.d_model, view.base)[pair]))
        wave = f"\nλ = {length}" if view._computed[which] else ""
        axes.set_ylabel(
            f"pair {pair}{wave}", rotation=0, ha="right", va="center", fontweight="bold" if pair == view.pair else None
        )
    axes.set_xlabel("position (λ: wavelength in positions; blue sine, orange cosine)")


def _dot(view: Any, part: Any, which: int, table: np.ndarray) -> None:
    # Two tables stand side by side: then the map goes below its curve.
    curve, maps = part.subplots(1, 2) if len(view._kinds) == 1 else part.subplots(2, 1)
    gram, rows, p = table @ table.T, len(table), view.position
    for reference in range(0, rows, max(1, rows // 12)) if view.every else ():
        curve.plot(np.arange(rows) - reference, gram[reference], color=FAINT, linewidth=0.7, alpha=0.6)
    curve.plot(np.arange(rows) - p, gram[p], color=ACCENT, linewidth=2.5)
    curve.set(ylim=(min(0.0, 1.1 * gram.min()), 1.1 * gram.max() or 1.0))
    curve.set(xlabel="distance q − p in positions", title=f"PE({p}) · PE(q); thin: other p")
    sizes = np.maximum(np.linalg.norm(table, axis=1), 1e-30)
    image = maps.imshow(gram / sizes[:, None] / sizes, cmap=DIVERGING, vmin=-1, vmax=1, interpolation="nearest")
    maps.axhline(p, color=INK, linewidth=1)
    maps.set(xlabel="position q", ylabel="position p", title="cosine similarity")
    colour_bar(part, image, [maps], "")


def _clocks(view: Any, part: Any, which: int, table: np.ndarray) -> None:
    axes, count = part.subplots(), (view.d_model + 1) // 2
    across = max(1, math.ceil(math.sqrt(2.2 * count / len(view._kinds))))
    reach = 1.0 if view._computed[which] else float(np.abs(table).max()) or 1.0
    middles = np.array([(2.4 * (pair % across), -2.9 * (pair // across)) for pair in range(count)])
    hands, row = np.zeros((count, 2)), table[view.position] / reach
    for pair in range(count):
        sine, cosine = _features(view, pair)
        hands[pair] = row[sine], 0.0 if cosine is None else row[cosine]
    chosen = [pair == view.pair for pair in range(count)]
    turn = np.linspace(0, 2 * math.pi, 65)
    rims = middles[:, None] + np.stack([np.cos(turn), np.sin(turn)], -1)
    axes.add_collection(LineCollection(list(rims), colors=[GOLD if on else FAINT for on in chosen], linewidths=1))
    lines = np.stack([middles, middles + hands], 1)
    colours = [GOLD if on else ACCENT for on in chosen]
    axes.add_collection(LineCollection(list(lines), colors=colours, linewidths=2.5, capstyle="projecting"))
    drawing.CellNumbers(axes, middles - (0, 1.5), [str(pair) for pair in range(count)], [INK] * count, 8)
    axes.set(xlim=(-1.5, 2.4 * across), ylim=(-2.9 * math.ceil(count / across) + 0.6, 1.4), aspect="equal")
    axes.set_title(f"position {view.position}: across sine, up cosine, one dial for each pair", fontsize=10)
    axes.axis("off")


def _shift(view: Any, part: Any, which: int, table: np.ndarray) -> None:
    axes, missing = part.subplots(), _missing(view, which)
    axes.set(xlabel="pair (fast to slow)", ylabel="error of the pair")
    if missing:
        axes.text(0.5, 0.5, missing, transform=axes.transAxes, ha="center", color=ALARM)
        return
    errors = view.rotation_error(compare=bool(which), per_pair=True)
    drawing.bars(axes, range(len(errors)), errors.numpy(), 0.8, ALARM)
    limit = 1.0 if view._computed[which] else float(view._hands(which, torch.arange(view.length)).abs().max()) or 1.0
    axes.set_ylim(0, max(limit, 1.1 * float(errors.max())))
    p, k, norm = view.position, view.shift, _number(float(errors.norm()))
    if norm == _number(0.0):
        axes.text(0.5, 0.5, "every pair: 0", transform=axes.transAxes, ha="center", fontsize=20, color=ACCENT)
    axes.set_title(f"‖PE({p + k}) − R({k})·PE({p})‖ = {norm}", fontsize=15, fontweight="bold")


def _rotary(view: Any, figure: Figure) -> None:
    plane, curve = figure.subplots(1, 2, width_ratios=(1, 1.4))
    plane.add_patch(_circle(0.0, 0.0, FAINT))
    frequency = _frequency(view)
    for name, vector, position, colour in (
        ("q", view.query, view.query_position, ACCENT),
        ("k", view.key, view.key_position, GOLD),
    ):
        turned = complex(*vector) * complex(math.cos(position * frequency), math.sin(position * frequency))
        plane.annotate(
            "", (turned.real, turned.imag), (0, 0), arrowprops={"color": colour, "width": 3, "headwidth": 11}
        )
        plane.plot([0, vector[0]], [0, vector[1]], ":", color=colour)
        plane.text(1.12 * turned.real, 1.12 * turned.imag, f"{name} at {position}", color=colour, fontsize=13)
    plane.set(xlim=(-1.8, 1.8), ylim=(-1.8, 1.8), aspect="equal", title=f"plane of pair {view.pair}; dotted: unturned")
    far = max(1, view.length - 1)
    distance = np.linspace(-far, far, 801)
    (a, b), (c, d) = view.query, view.key
    angles = distance[:, None] * frequencies(view.d_model, view.base).numpy()
    scores = (a * c + b * d) * np.cos(angles) + (b * c - a * d) * np.sin(angles)
    if view.every:
        curve.plot(distance, scores.mean(1), color=FAINT, label=f"mean of all {angles.shape[1]} pairs")
    curve.plot(distance, scores[:, view.pair], color=INK, linewidth=2.5, label=f"pair {view.pair}")
    curve.plot(view.key_position - view.query_position, view.score(), "o", color=ALARM, markersize=10)
    curve.set(xlabel="distance j − i in positions", ylabel="score", title=f"score = {_number(view.score())}")
    curve.legend(loc="upper right")


def _circle(x: float, y: float, colour: str) -> Any:
    return Circle((x, y), 1, facecolor="none", edgecolor=colour, linewidth=1)


def _frequency(view: Any) -> float:
    return float(frequencies(view.d_model, view.base)[view.pair])


def _spread(table: Tensor) -> float:
    """The widest range of dot products at one distance, over all reference positions."""
    gram = table @ table.T
    return max(float(d.max() - d.min()) for d in (gram.diagonal(offset) for offset in range(len(table))))


_DRAW = {"heat": _heat, "waves": _waves, "dot": _dot, "clocks": _clocks, "shift": _shift}
