"""A small picture of the whole Transformer, with the part lit that a notebook is about."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.patches import Circle, FancyBboxPatch
from PIL import Image

from transformer_lab.views.common import drawing, export

WIDTH, HEIGHT = 12.1, 3.1  # inches
DPI = 76
BOX_HEIGHT, TOP, BOTTOM = 0.72, 2.3, 0.92  # of a box, and where the two rows have their middle
QUIET, LIT, FRAME, LIT_FRAME = "#e9edf1", drawing.ACCENT, "#f7f9fb", "#dbe8f6"
EDGE, LINE = "#9aa8b4", "#6b7885"
# Few colours, few bytes: it stands in every notebook. The last two lines are what letters and edges are smoothed with.
PALETTE = [
    *("#ffffff", QUIET, LIT, FRAME, LIT_FRAME, EDGE, LINE, drawing.INK, drawing.FAINT),
    *("#a5adb4", "#606c77", "#c3d4e8", "#8fb1d5", "#4d82bb"),
    *("#d0d6dc", "#bcc5cd"),
]


@dataclass(frozen=True)
class Box:
    """One box of the map: where it is (inches), what is written on it, and the parts that light it."""

    row: float
    x: float
    width: float
    words: str
    parts: tuple[str, ...]


def _sublayer(row: float, x: float, words: str, width: float, *parts: str) -> list[Box]:
    """A sublayer, the addition of what came in, and the norm after it."""
    place = x + width + 0.12
    shared = parts[-1:]  # the encoder or the decoder
    return [
        Box(row, x, width, words, parts),
        Box(row, place, 0.3, "+", ("addition", *shared)),
        Box(row, place + 0.38, 0.66, "norm", ("norm", *shared)),
    ]


def _row(row: float, words: str, name: str) -> list[Box]:
    return [
        Box(row, 0.1, 0.98, words, ("words",)),
        Box(row, 1.28, 0.8, "embed", ("embedding", name)),
        Box(row, 2.2, 0.94, "position", ("position", name)),
    ]


BOXES = [
    *_row(TOP, "English\nwords", "encoder"),
    *_sublayer(TOP, 3.46, "self-\nattention", 1.06, "self-attention", "attention", "encoder"),
    *_sublayer(TOP, 5.9, "feed-\nforward", 0.92, "feed-forward", "encoder"),
    *_row(BOTTOM, "Chinese\nso far", "decoder"),
    *_sublayer(BOTTOM, 3.46, "causal\nself-att.", 1.06, "causal self-attention", "attention", "decoder"),
    *_sublayer(BOTTOM, 5.9, "cross-\nattention", 1.06, "cross-attention", "attention", "decoder"),
    *_sublayer(BOTTOM, 8.34, "feed-\nforward", 0.92, "feed-forward", "decoder"),
    Box(BOTTOM, 10.96, 1.04, "next\nword", ("next word",)),
    Box(TOP, 10.96, 1.04, "loss", ("loss",)),
    Box(TOP, 8.84, 1.66, "gradients,\nlearning rate", ("training",)),
]
FRAMES = {"encoder": (TOP, 3.34, 4.76), "decoder": (BOTTOM, 3.34, 7.2)}  # the layers: row, left, width
PARTS = list(dict.fromkeys(part for box in BOXES for part in box.parts))


class TransformerMap:
    """The picture, with its words for readers who do not see it. Shown by the last line of a cell."""

    def __init__(self, *parts: str) -> None:
        unknown = [part for part in parts if part not in PARTS]
        if unknown or not parts:
            what = f"no part is called {unknown[0]!r}" if unknown else "name a part to light"
            raise ValueError(f"{what}; the map has: {', '.join(PARTS)}")
        self.parts = parts

    def lit(self, box: Box) -> bool:
        """Whether a box belongs to what is lit."""
        return any(part in self.parts for part in box.parts)

    def figure(self) -> Any:
        """Draw the map as a matplotlib ``Figure``."""
        figure = drawing.new_figure(WIDTH, HEIGHT)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
        axes.set_axis_off()
        for name, (row, left, width) in FRAMES.items():
            _frame(axes, row, left, width, f"{name}, N layers", name in self.parts)
        _arrows(axes)
        for box in BOXES:
            _box(axes, box, self.lit(box))
        return figure

    def alt_text(self) -> str:
        """What the picture shows."""
        return (
            "A map of the whole Transformer: the encoder's row above, the decoder's below, then the next word, the loss"
            f" and the step of learning. Lit here: {', '.join(self.parts)}."
        )

    def to_png(self, path: str | Path | None = None, *, dpi: int = DPI) -> bytes:
        """Return the picture as PNG bytes, and write them to ``path`` when one is given."""
        picture, small = Image.open(io.BytesIO(export.png(self.figure(), dpi))), io.BytesIO()
        few = picture.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE)
        few.save(small, format="png", bits=4, optimize=True)
        return export.write(path, small.getvalue())

    def __repr__(self) -> str:
        return f"transformer_map({', '.join(map(repr, self.parts))})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        picture = base64.b64encode(self.to_png()).decode("ascii")
        return {"image/png": picture, "text/plain": repr(self)}, {"image/png": {"alt": self.alt_text()}}


def transformer_map(*parts: str) -> TransformerMap:
    """A small picture of the whole Transformer (the original's order: norm after the addition), with ``parts`` lit.

    Raises
    ------
    ValueError
        When no part is named, or one that the map (``PARTS``) does not have.
    """
    return TransformerMap(*parts)


def _palette() -> Image.Image:
    palette = Image.new("P", (1, 1))
    palette.putpalette([int(colour[i : i + 2], 16) for colour in PALETTE for i in (1, 3, 5)])
    return palette


def _frame(axes: Any, row: float, left: float, width: float, name: str, lit: bool) -> None:
    low = row - BOX_HEIGHT / 2 - 0.12
    style = {"facecolor": LIT_FRAME if lit else FRAME, "edgecolor": LIT if lit else EDGE, "linewidth": 1.6}
    axes.add_patch(FancyBboxPatch((left, low), width, BOX_HEIGHT + 0.24, "round,pad=0,rounding_size=0.1", **style))
    axes.text(left + 0.05, row + BOX_HEIGHT / 2 + 0.16, name, fontsize=13, color=drawing.FAINT, va="bottom")


def _box(axes: Any, box: Box, lit: bool) -> None:
    colour, middle = LIT if lit else QUIET, (box.x + box.width / 2, box.row)
    if box.words == "+":
        axes.add_patch(Circle(middle, 0.16, facecolor=colour, edgecolor="none", zorder=2))
    else:
        corner = (box.x, box.row - BOX_HEIGHT / 2)
        shape = FancyBboxPatch(corner, box.width, BOX_HEIGHT, "round,pad=0,rounding_size=0.08")
        shape.set(facecolor=colour, edgecolor="none", zorder=2)
        axes.add_patch(shape)
    # One size for all: the longest line has to fit its box.
    style = {"color": "white" if lit else drawing.INK, "weight": "bold" if lit else "normal"}
    size = 13 if max(map(len, box.words.split("\n"))) < 10 else 12
    axes.text(*middle, box.words, fontsize=size, ha="center", va="center_baseline",
              linespacing=1.05, zorder=3, **style)  # fmt: skip


def _arrows(axes: Any) -> None:
    """From box to box, from the encoder's end to cross-attention, from the next word to the loss and to the start."""
    style = {"color": LINE, "linewidth": 1.8, "solid_capstyle": "round", "zorder": 1}
    for row in (TOP, BOTTOM):
        line = [box for box in BOXES if box.row == row]
        ends = 8.1 if row == TOP else 10.96
        axes.plot([line[0].x + line[0].width, ends], [row, row], **style)
    between = (TOP + BOTTOM) / 2 - 0.02
    cross = next(box for box in BOXES if "cross-attention" in box.parts)
    middle = cross.x + cross.width / 2
    _path(axes, [(8.1, TOP), (8.42, TOP), (8.42, between), (middle, between), (middle, BOTTOM + BOX_HEIGHT / 2)], style)
    _path(axes, [(11.48, BOTTOM + BOX_HEIGHT / 2), (11.48, TOP - BOX_HEIGHT / 2)], style)
    _path(axes, [(10.96, TOP), (10.5, TOP)], style)
    _path(axes, [(11.48, BOTTOM - BOX_HEIGHT / 2), (11.48, 0.16), (0.59, 0.16), (0.59, BOTTOM - BOX_HEIGHT / 2)], style)


def _path(axes: Any, points: list[tuple[float, float]], style: dict[str, Any]) -> None:
    """A line along ``points`` with a head at its end."""
    axes.plot(*zip(*points, strict=True), **style)
    head = {"arrowstyle": "-|>", "color": style["color"], "lw": 0, "mutation_scale": 16, "shrinkA": 0, "shrinkB": 0}
    (x, y), (x1, y1) = points[-2:]
    start = (x1 - 0.1 * ((x1 > x) - (x1 < x)), y1 - 0.1 * ((y1 > y) - (y1 < y)))
    axes.annotate("", (x1, y1), start, arrowprops=head, zorder=1)
