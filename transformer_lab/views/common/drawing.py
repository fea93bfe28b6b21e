"""matplotlib helpers for the views' pictures: colours as in the browser, tokens legible and never markup."""

import functools
import math
import unicodedata

from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

INK, FAINT, GOLD, ACCENT = "#1b2733", "#5b6b7a", "#d95f02", "#08519c"
# The same anchors as PALETTES in drawing.js: monotone in lightness, one hue: safe for
# colour-blind eyes.
_BLUES = "#ffffff #e3edf8 #c6dbef #9ecae1 #6baed6 #4292c6 #2171b5 #08519c #08306b"
_BLUE_ORANGE = "#053061 #2166ac #67a9cf #d1e5f0 #f7f7f7 #fee0b6 #f1a340 #b35806 #7f3b08"
SEQUENTIAL = LinearSegmentedColormap.from_list("tl-blues", _BLUES.split())
DIVERGING = LinearSegmentedColormap.from_list("tl-diverging", _BLUE_ORANGE.split())
_CJK = [
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "PingFang SC"),
    *("Hiragino Sans GB", "Microsoft YaHei", "SimHei", "WenQuanYi Zen Hei", "Noto Serif CJK SC"),
    *("Noto Serif CJK JP", "Arial Unicode MS"),
]
# Classes of characters (Unicode Annex 9) that are written from right to left, or that turn what follows.
_TURNS = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}


def new_figure(width: float, height: float) -> Figure:
    """Return a Figure of its own (no pyplot: nothing leaks), in inches, laid out so that labels are not clipped."""
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


@functools.cache
def cjk_font() -> str | None:
    """Return the name of an installed font with Chinese characters, or None."""
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in _CJK if name in installed), None)


def shown(token: str, longest: int = 18) -> str:
    """Make one token printable: blank ones get a sign, line breaks too, long ones lose their middle."""
    text = "".join(
        {"\n": "⏎", "\t": "⇥", " ": "␣"}.get(c, c if c.isprintable() or unicodedata.category(c) == "Cf" else "�")
        for c in token
    )
    text = text.replace("␣", " ") if text.strip("␣") else text
    half = (longest - 1) // 2
    return "∅" if not text else text if len(text) <= longest else f"{text[:half]}…{text[-half:]}"


def isolated(text: str) -> str:
    """Keep a text to itself that turns the direction of writing (Arabic, Hebrew), so that a sentence may hold it."""
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(c) in _TURNS for c in text) else text


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
