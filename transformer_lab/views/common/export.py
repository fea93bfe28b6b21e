"""Pictures and stand-alone pages made from a view. Neither this nor the page touches the network."""

import base64
import html
import io
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from transformer_lab.files import to_bytes, write_file

Content = TypeVar("Content", str, bytes)

# The part of Jupyter's widget model that a view uses. Tensors travel as base64 and arrive as DataViews, as
# there.
_SHIM = """
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const state = JSON.parse(document.getElementById("tl-state").textContent, (key, value) =>
  value && typeof value === "object" && "$bytes" in value ? bytes(value.$bytes) : value);
const listeners = new Map();
const model = {
  get: (name) => state[name],
  set(name, value) {
    if (Object.is(state[name], value)) return;
    state[name] = value;
    for (const heard of [...(listeners.get("change:" + name) || [])]) heard();
  },
  save_changes() {},
  on(name, heard) { listeners.set(name, [...(listeners.get(name) || []), heard]); },
  off(name, heard) {
    listeners.set(name, (listeners.get(name) || []).filter((other) => heard && other !== heard));
  },
};
globalThis.transformerLabModel = model;
await view.render({ model, el: document.getElementById("tl-root") });
"""
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


def safe_json(value: Any) -> str:
    """Encode as JSON that can stand inside ``<script>``: no bare ``<``, ``>``, ``&``, U+2028 or U+2029.

    Raises ValueError for NaN, infinity, and half a character (:func:`to_bytes`).
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_encode, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    to_bytes(text)
    return text


def _encode(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    raise TypeError(f"a view's state holds a {type(value).__name__}, which is not JSON")


def page(title: str, description: str, script: str, style: str, state: dict[str, Any]) -> str:
    """Return a self-contained HTML page that runs a view's script on a stored state."""
    before, _, last = script.rpartition("export default ")
    script = f"{before}const view = {last}"
    for text, closing in ((script, "</script"), (style, "</style")):
        if closing in text.lower():
            raise ValueError(f"a view's source must not contain {closing!r}")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{html.escape(title)}</title>
<meta name="description" content="{html.escape(description)}">
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 12px; }}
{style}</style>
</head>
<body>
<main id="tl-root"></main>
<noscript><p>{html.escape(description)}</p></noscript>
<script type="application/json" id="tl-state">{safe_json(state)}</script>
<script type="module">
{script}{_SHIM}</script>
</body>
</html>
"""


def png(figure: Figure, dpi: int) -> bytes:
    """Return a figure as PNG bytes, the same bytes each time; 256 colours, which keeps notebooks small."""
    figure.set_dpi(dpi)
    canvas, small = FigureCanvasAgg(figure), io.BytesIO()
    with _quiet():
        canvas.draw()
    _few_colours(np.asarray(canvas.buffer_rgba())).save(small, format="png", compress_level=6)
    return small.getvalue()


def _few_colours(pixels: np.ndarray) -> Image.Image:
    """An opaque picture ``[height, width, 4]`` in 256 colours: the most frequent as they are, the rest by median cut.

    Colours that agree in the upper 6 bits of red, green and blue count as one, by the last pixel that has it: a table
    of them takes a fifth of the time that Pillow takes for every pixel.
    """
    red, green, blue = (pixels[..., channel].astype(np.uint32) >> 2 for channel in range(3))
    cells = ((red << 12) | (green << 6) | blue).reshape(-1)
    counts, last = np.bincount(cells, minlength=1 << 18), np.zeros((1 << 18, 3), np.uint8)
    last[cells] = pixels.reshape(-1, 4)[:, :3]
    used = np.flatnonzero(counts)
    used = used[np.argsort(-counts[used], kind="stable")]
    colours, place = last[used], np.arange(len(used))
    if len(used) > 256:
        rest = Image.fromarray(colours[None, 64:]).quantize(192, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        place[64:] = 64 + np.asarray(rest)[0]
        mixed = np.asarray(rest.getpalette(), np.uint8).reshape(-1, 3)
        colours = np.concatenate([colours[:64], mixed])
    table = np.zeros(1 << 18, np.uint8)
    table[used] = place
    picture = Image.fromarray(table[cells].reshape(pixels.shape[:2]))
    picture.putpalette(colours.tobytes())
    return picture


def svg(figure: Figure, description: str) -> str:
    """Return a figure as SVG text, the same text each time, with the description as its title."""
    buffer = io.StringIO()
    with _quiet(), matplotlib.rc_context({"svg.hashsalt": "transformer-lab"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": description})
    return buffer.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a missing glyph to the picture, where it shows as a box: in a notebook a warning would be an output."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def write(path: str | Path | None, content: Content) -> Content:
    """Write text or bytes to ``path`` when it is given (:func:`write_file`), and return them."""
    if path is not None:
        write_file(path, content)
    return content
