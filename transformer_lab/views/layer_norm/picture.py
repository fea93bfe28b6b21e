"""LayerNormView's picture, where no browser draws it (GitHub, PDF, untrusted notebooks), and the words for it."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from transformer_lab.views.common import drawing, numbers
from transformer_lab.views.layer_norm.compute import STAGES

if TYPE_CHECKING:
    from transformer_lab.views.layer_norm.view import LayerNormView

_NAMES = {"layer": "LayerNorm", "rms": "RMSNorm", "batch": "BatchNorm"}
_SIGNS = {"raw": "x", "centred": "x − μ", "scaled": "÷ √(σ² + ε)", "affine": "· γ + β"}
_RMS_SIGNS = {**_SIGNS, "centred": "x, not centred", "scaled": "÷ √(mean x² + ε)", "affine": "· γ"}


def _sentence(view: "LayerNormView") -> dict[str, np.ndarray]:
    """The four stages of the chosen sentence, ``[length, d_model]``."""
    stages = view.stages().items()
    return {name: (x[view.batch] if x.dim() == 3 else x).numpy() for name, x in stages}


def _group(view: "LayerNormView", stage: str) -> tuple[float, float]:
    """Mean and deviation (root mean square for RMSNorm) of what shares the statistics with the chosen value."""
    x = view.stages()[stage].numpy().astype(np.float64)
    x = x if x.ndim == 3 else x[None]
    values = x[..., view.feature] if view.kind == "batch" else x[view.batch, view.token]
    mean = float(values.mean())
    return mean + 0.0, float(np.sqrt((values**2).mean()) if view.kind == "rms" else values.std())


def alt_text(view: "LayerNormView") -> str:
    """Say what the heat maps and the bars show, with the numbers of the chosen token or feature."""
    tokens = view._norms[view.norm].tokens[view.batch]
    where = f" of {view.norm}" if len(view._norms) > 1 else ""
    whose = (
        f"feature {view.feature}"
        if view.kind == "batch"
        else f"token “{numbers.isolated(drawing.shown(tokens[view.token]))}”"
    )
    (mean, spread), (new_mean, new_spread) = _group(view, "raw"), _group(view, "scaled")
    spread_name = "root mean square" if view.kind == "rms" else "standard deviation"
    text = (
        f"{_NAMES[view.kind]}{where} on {len(tokens)} tokens with {view.values.shape[-1]} features: four heat maps, "
        f"raw, centred, scaled and affine, with the chosen token as bars below. Before, {whose} has mean "
        f"{_plain(mean)} and {spread_name} {_plain(spread)}; scaled, {_plain(new_mean)} and {_plain(new_spread)}."
    )
    if len(view._norms) > 1:
        text += f" Above, mean |x|, deviation and root mean square of the inputs of {len(view._norms)} norms."
    return text


def _plain(value: float) -> str:
    """A number to two decimals, 0 where it is a rounding error."""
    return numbers.said(0.0 if abs(value) < 1e-6 else value)


def figure(view: "LayerNormView") -> Figure:
    """Draw the four stages, the chosen token's bars and, for a recorded model, the statistics through its depth."""
    stages, several = _sentence(view), len(view._norms) > 1
    rows = drawing.size_for(len(stages["raw"]), 0.3, 1.6, 6.0)
    ratios = [*([1.5] if several else []), rows, 1.9]
    picture = drawing.new_figure(11.0, sum(ratios) + 0.9)
    grid = picture.add_gridspec(len(ratios), 4, height_ratios=ratios)
    if several:
        _depth(view, picture.add_subplot(grid[0, :]))
    limits = _limits(view)
    signs, norm = dict(_RMS_SIGNS if view.kind == "rms" else _SIGNS), view._norms[view.norm]
    if norm.weight is None and norm.bias is None:
        signs["affine"] = "no γ, no β"
    image = None
    for column, stage in enumerate(STAGES):
        own = limits[stage]
        axes = picture.add_subplot(grid[-2, column])
        image = axes.imshow(stages[stage], cmap=drawing.DIVERGING, vmin=-own, vmax=own, aspect="auto")
        axes.set_title(f"{stage}:  {signs[stage]}", fontsize=12, fontweight="bold" if stage == view.stage else "normal")
        _mark(view, axes, stages[stage].shape)
        _tokens(view, axes, column == 0)
        axes.set_xticks([])
        _bars(view, picture.add_subplot(grid[-1, column]), stage, stages[stage][view.token], own)
    if view.common_scale:
        drawing.colour_bar(picture, image, [picture.axes[-2]], "value")
    return picture


def _limits(view: "LayerNormView") -> dict[str, float]:
    """Colour scales from the untouched input, as in the browser; a raw input far from zero sets no common one."""
    own = {stage: max(1e-9, float(torch.nan_to_num(x).abs().max())) for stage, x in view._run({}, 1.0, 0.0).items()}
    if not view.common_scale:
        return own
    far = own["raw"] > 15 * own["centred"] > 0
    return dict.fromkeys(STAGES, max(size for stage, size in own.items() if not (far and stage == "raw")))


def _mark(view: "LayerNormView", axes: Any, shape: tuple[int, int]) -> None:
    """Frame what shares one mean: the chosen token's row, or the chosen feature's column."""
    rows, columns = shape
    place = (view.feature - 0.5, -0.5, 1, rows) if view.kind == "batch" else (-0.5, view.token - 0.5, columns, 1)
    x, y, width, height = place
    axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=drawing.INK, linewidth=2, clip_on=False))


def _tokens(view: "LayerNormView", axes: Any, shown: bool) -> None:
    tokens = view._norms[view.norm].tokens[view.batch]
    every = max(1, -(-len(tokens) // 24))
    texts, options = drawing.labels(tokens)
    axes.set_yticks(range(0, len(tokens), every), texts[::every] if shown else [""] * len(texts[::every]), **options)
    axes.tick_params(length=0)


def _bars(view: "LayerNormView", axes: Any, stage: str, values: np.ndarray, most: float) -> None:
    mean, spread = _group(view, stage)
    colours = [drawing.DIVERGING(0.8 if value >= 0 else 0.16) for value in values]
    drawing.bars(axes, range(len(values)), values, 0.7, colours)
    axes.axhline(0, color=drawing.FAINT, linewidth=0.8)
    axes.axhline(mean, color=drawing.GOLD, linewidth=1.5)
    if view.common_scale and np.nanmax(np.abs(values), initial=0) <= most:
        axes.set_ylim(-1.1 * most, 1.1 * most)
    sign = "rms" if view.kind == "rms" else "σ"
    axes.set_title(f"μ {_plain(mean)}   {sign} {_plain(spread)}", fontsize=12, fontweight="bold")
    names = view._facts["features"]
    few = len(values) <= 16
    axes.set_xticks(range(len(values)) if few else [0, len(values) - 1])
    if names and few:
        texts, options = drawing.labels(names)
        axes.set_xticklabels(texts, **options, **({"rotation": 90} if max(map(len, texts)) > 2 else {}))
    axes.set_xlabel("feature")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _in_two_lines(name: str) -> str:
    """A norm's name in a model, short: the stack and the layer, and below them the norm."""
    short = name.replace("layers.", "").replace("encoder.", "enc.").replace("decoder.", "dec.")
    stack, _, norm = short.rpartition(".")
    return f"{stack.replace('.', ' ')}\n{norm}"


def _depth(view: "LayerNormView", axes: Any) -> None:
    depth, at = view.depth(), list(view._norms).index(view.norm)
    lines = (
        ("size", "mean |x|", drawing.ACCENT, "-"),
        ("deviation", "σ", drawing.GOLD, "-"),
        ("rms", "rms", drawing.INK, ":"),
    )
    for key, name, colour, style in lines:
        axes.plot([each[key] for each in depth.values()], style, marker="o", color=colour, label=name, markersize=4)
    axes.axvspan(at - 0.3, at + 0.3, color=drawing.FAINT, alpha=0.15)
    axes.set_ylim(bottom=0)
    every = max(1, -(-len(depth) // 14))
    short = [_in_two_lines(name) for name in depth]
    axes.set_xticks(range(0, len(short), every), short[::every], fontsize=10, parse_math=False)
    axes.legend(loc="upper left", ncols=3, frameon=False, fontsize=9)
    axes.set_title("inputs of the norms, in the order in which they ran", fontsize=11)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
