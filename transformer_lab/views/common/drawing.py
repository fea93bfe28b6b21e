"""matplotlib helpers for the views' pictures: colours as in the browser, tokens legible and never markup."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from transformer_lab.views.common.layout import Once
from transformer_lab.views.common.numbers import shown

# The named colours of style.css, light: a picture stands on white.
INK, FAINT, GOLD, ACCENT, ALARM = "#1b2733", "#52616f", "#c14f00", "#0b57a4", "#a50f15"
# Colour and dashes of an Explorer's curves and of a tree's named paths, in CSS pixels for lines of this width.
SERIES_WIDTH, PATH_WIDTH = 3.5, 3
SERIES = (
    *(("#0b57a4", ()), ("#c14f00", (10, 6)), ("#00735a", (3, 5))),
    *(("#8a3a9b", (14, 5, 3, 5)), ("#7a6000", (6, 3)), ("#4d5a66", (1, 6))),
)
PATHS = (
    *(("#b34700", ()), ("#00704f", (9, 5)), ("#9c3d76", (2.5, 4.5))),
    *(("#7a5c00", (12, 4, 2.5, 4)), ("#5a35a8", (5, 3)), ("#3c4650", (16, 5))),
)
# The same anchors as PALETTES in theme.js: monotone in lightness, one hue: safe for
# colour-blind eyes.
BLUES = "#ffffff #e3edf8 #c6dbef #9ecae1 #6baed6 #4292c6 #2171b5 #08519c #08306b"
BLUE_ORANGE = "#053061 #2166ac #67a9cf #d1e5f0 #f7f7f7 #fee0b6 #f1a340 #b35806 #7f3b08"
SEQUENTIAL = LinearSegmentedColormap.from_list("tl-blues", BLUES.split())
DIVERGING = LinearSegmentedColormap.from_list("tl-diverging", BLUE_ORANGE.split())
_CJK = [
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "PingFang SC"),
    *("Hiragino Sans GB", "Microsoft YaHei", "SimHei", "WenQuanYi Zen Hei", "Noto Serif CJK SC"),
    *("Noto Serif CJK JP", "Arial Unicode MS"),
]


def new_figure(width: float, height: float) -> Figure:
    """Return a Figure of its own (no pyplot: nothing leaks), in inches, laid out so that labels are not clipped."""
    return Figure(figsize=(width, height), layout=Once(), facecolor="white")


def colour_bar(figure: Any, image: Any, owners: Sequence[Any], label: str) -> None:
    """A scale of an image's colours at the right of its axes, as tall as they are."""
    axes = figure.add_axes((0.9, 0.1, 0.03, 0.8))
    figure.get_layout_engine().bars.append((axes, list(owners)))
    figure.colorbar(image, cax=axes, label=label)


def bars(axes: Any, places: Any, heights: Any, width: float, colours: Any, label: str | None = None) -> None:
    """Bars from 0, as one artist: matplotlib's own make one of each, which costs a millisecond a bar."""
    x, y = np.asarray(places, float)[:, None], np.asarray(heights, float)[:, None]
    half = np.array([-width, -width, width, width]) / 2
    corners = np.stack([x + half, y * np.array([0.0, 1.0, 1.0, 0.0])], -1)
    axes.add_collection(PolyCollection(list(corners), facecolors=colours, label=label))


class CellNumbers(PathCollection):
    """Short numbers, each centred on its place ``[n, 2]`` in data: one artist of glyphs' outlines, ``size`` points."""

    def __init__(self, axes: Any, places: Any, texts: Sequence[str], colours: Any, size: float) -> None:
        self.texts = list(texts)
        manner = {"offset_transform": axes.transData, "facecolors": colours, "linewidths": 0}
        super().__init__([_outline(text) for text in texts], offsets=places, **manner)
        self.set_transform(Affine2D().scale(size / 72) + axes.get_figure(root=True).dpi_scale_trans)
        axes.add_collection(self, autolim=False)


@functools.cache
def _outline(text: str) -> Path:
    """The outline of a text in a font of size 1, its middle at (0, 0)."""
    path = TextPath((0, 0), text, size=1, prop=FontProperties("DejaVu Sans"))
    box = path.get_extents()
    return path.transformed(Affine2D().translate(-(box.x0 + box.x1) / 2, -0.365))


def dashes(pattern: Sequence[float], width: float) -> str | tuple[int, tuple[float, ...]]:
    """A line style for matplotlib, which counts dashes in line widths, from one in pixels for lines of ``width``."""
    return (0, tuple(part / width for part in pattern)) if pattern else "-"


@functools.cache
def cjk_font() -> str | None:
    """Return the name of an installed font with Chinese characters, or None."""
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in _CJK if name in installed), None)


def labels(tokens: list[str], pinyin: list[str] | None = None) -> tuple[list[str], dict]:
    """Return tick labels and keyword arguments for ``Text``: Chinese with pinyin, or pinyin without a font.

    The keyword arguments switch mathtext off, so that a token ``$x$`` stays what it is.
    """
    chinese = any(ord(character) > 0x2E7F for token in tokens for character in token)
    font = cjk_font() if chinese else None
    texts = [shown(token) for token in tokens]
    if pinyin:
        pairs = zip(texts, map(shown, pinyin), strict=True)
        texts = [t if p == "∅" else (f"{t} {p}" if font or not chinese else p) for t, p in pairs]
    return texts, {"parse_math": False, **({"fontfamily": ["DejaVu Sans", font]} if font else {})}


def size_for(count: int, each: float, least: float | int, most: float | int) -> float:
    """Return ``count`` times ``each`` inches, kept between ``least`` and ``most``."""
    return math.ceil(10 * min(most, max(least, count * each))) / 10
