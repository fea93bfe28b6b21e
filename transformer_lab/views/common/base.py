"""What all views share: one script, one state budget, three exports, one set of manners.

How to write a view
===================
Files: ``views/my_view.py`` and ``views/static/my_view.js`` (pure functions may live in a second script,
such as ``my_math.js``, so that ``node --test`` can import them). The Python class is short::

    class MyView(View):
        _scripts = ("my_math.js", "my_view.js")  # joined, in this order, after the common scripts
        _styles = ("my_view.css",)  # optional, joined after common.css; prefix classes with tl-
        _touchable = ("layer", "temperature")  # traits the reader may change; reset() restores them
        layer = traitlets.Int(0).tag(sync=True)
        temperature = traitlets.Float(1.0).tag(sync=True)

        def __init__(self, x, tokens):
            x = check.tensor("x", x, dims=2)  # ValueError naming the argument
            tokens = check.tokens("tokens", tokens, len(x))
            super().__init__(facts={"tokens": tokens}, tensors={"x": x}, layer=0)

        def describe(self): return {"layers": 3}  # for repr: MyView(layers=3)
        def alt_text(self): return "Heat map of ..."
        def figure(self): ...  # a matplotlib Figure from drawing.new_figure(); never pyplot

``facts`` is plain JSON (tokens, names, shapes); ``tensors`` are stored as raw little-endian float32 (bool as
one bit each) and arrive in JavaScript through ``readTensor(model, "x") -> {shape, data}``. A view
stores at most 256 KB of tensors: the error names the remedy (override ``_remedy``). A trait whose range
depends on the data is checked with ``@traitlets.validate`` and raises ValueError naming itself.

The script's main file holds ``export function render({ model, el })``. In these files each import stands on
one line (``import { a, b } from "./common.js";``) and each export is a prefix (``export function``,
``export const``): :func:`join_scripts` strips both, because anywidget loads the script as a Blob, where
relative imports fail. Names at the top level must therefore be unique across the joined files. Lines that
start with ``//`` and indentation are left out of what is stored: comment freely, and let no template
literal span lines. ``static/common.js`` documents the JavaScript side: frame, controls, tooltip, table;
``common_draw.js`` has palettes, canvas and SVG; ``common_math.js`` softmax and statistics.
"""

import base64
import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
import torch
import traitlets

from transformer_lab.views.common import export

VIEWS = Path(__file__).parents[1]
COMMON_SCRIPTS = ("common/math.js", "common/drawing.js", "common/frame.js")
STATE_LIMIT = 256 * 1024
_IMPORT = re.compile(r"^import \{[^}\n]*\} from \"\.\.?/[\w./]+\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class )", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+|^\n", re.MULTILINE)


@functools.cache
def join_scripts(names: tuple[str, ...], entry: str = "render") -> str:
    """Join scripts from ``static/`` into one ES module with ``entry`` as its ``render``; comments are left out."""
    source = "".join((VIEWS / name).read_text("utf-8").rstrip() + "\n" for name in names)
    source = _INDENT.sub("", _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", source))))
    # Blanks around signs that no prose contains: a stored view should hold numbers, not blanks.
    source = re.sub(r" (=>|===|!==|&&|\|\||\?\?|\+=) ", r"\1", source)
    left = re.search(r"^(import|export)\b.*", source, re.MULTILINE)
    if left:
        raise ValueError(f"{names} keep a line that join_scripts cannot strip: {left.group(0)!r}")
    return source + f"export default {{ render: {entry} }};\n"


@functools.cache
def join_styles(names: tuple[str, ...]) -> str:
    """Join style sheets from ``static/``, without the blanks that mean nothing."""
    source = "".join((VIEWS / name).read_text("utf-8") for name in names)
    return re.sub(r" *([{};,]) *", r"\1", re.sub(r"\s+", " ", source)).replace(": ", ":").replace(";}", "}")


def pack(name: str, value: Any) -> dict[str, Any]:
    """Turn a tensor into ``{"shape", "dtype", "data"}``: float32, or one bit per entry for bool."""
    array = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
    if array.dtype == np.bool_:
        data, kind = np.packbits(array.reshape(-1), bitorder="little"), "bits"
    elif array.dtype.kind in "fiu":
        data, kind = np.ascontiguousarray(array, "<f4"), "float32"
    else:
        raise TypeError(f"{name} must hold numbers, got dtype {array.dtype}")
    return {"shape": list(array.shape), "dtype": kind, "data": data.tobytes()}


class View(anywidget.AnyWidget):
    """Base of all views; see the module's docstring."""

    _scripts: ClassVar[tuple[str, ...]] = ()
    _styles: ClassVar[tuple[str, ...]] = ()
    _touchable: ClassVar[tuple[str, ...]] = ()
    _entry: ClassVar[str] = "render"
    _remedy: ClassVar[str] = "pass fewer layers, heads or tokens"

    _facts = traitlets.Dict().tag(sync=True)
    _tensors = traitlets.Dict().tag(sync=True)
    _initial = traitlets.Dict().tag(sync=True)
    theme = traitlets.Enum(("auto", "light", "dark"), "auto").tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # anywidget derives a class per instance to add its traits; that one must keep them.
        if "_scripts" in cls.__dict__:
            cls._esm = join_scripts((*COMMON_SCRIPTS, *cls._scripts), cls._entry)
            cls._css = join_styles(("common/style.css", *cls._styles))

    def __init__(self, *, facts: Mapping[str, Any], tensors: Mapping[str, Any], **state: Any) -> None:
        packed = {name: pack(name, value) for name, value in tensors.items() if value is not None}
        size = sum(len(entry["data"]) for entry in packed.values())
        if size > STATE_LIMIT:
            raise ValueError(
                f"{type(self).__name__} was given {size / 1024:.0f} KB of tensors; a view stores at most "
                f"{STATE_LIMIT // 1024} KB: {self._remedy}"
            )
        super().__init__(_facts=dict(facts), _tensors=packed, **state)
        self._initial = {name: getattr(self, name) for name in self._touchable}

    # What a subclass says about itself
    def describe(self) -> Mapping[str, Any]:
        """Facts for ``repr``, in order; they must not depend on addresses, ids or time."""
        return {}

    def alt_text(self) -> str:
        """One or two sentences that say what the picture shows, for readers who do not see it."""
        raise NotImplementedError

    def figure(self) -> Any:
        """Draw the present state as a matplotlib ``Figure`` (from :func:`drawing.new_figure`, not pyplot)."""
        raise NotImplementedError

    # What every view can do
    def reset(self) -> None:
        """Put every state the reader may have touched back to what it was at the start."""
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in self._initial.items():
                setattr(self, name, value)

    def state(self) -> dict[str, Any]:
        """Return every touchable state by name, as the reader sees it now."""
        return {name: getattr(self, name) for name in self._touchable}

    def to_png(self, path: str | Path | None = None, *, dpi: int = 110) -> bytes:
        """Return the picture as PNG bytes, and write them to ``path`` when one is given."""
        return export.write(path, export.png(self.figure(), dpi))

    def to_svg(self, path: str | Path | None = None) -> str:
        """Return the picture as SVG text, and write it to ``path`` when one is given."""
        return export.write(path, export.svg(self.figure(), self.alt_text()))

    def to_html(self, path: str | Path | None = None) -> str:
        """Return one HTML file, interactive without kernel or network; write it to ``path`` when given."""
        names = ("_facts", "_tensors", "_initial", "theme", *self._touchable)
        state = {name: getattr(self, name) for name in names}
        page = export.page(type(self).__name__, self.alt_text(), self._esm, self._css, state)
        return export.write(path, page)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.describe().items())})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the widget, with a picture beside it for GitHub, PDF and untrusted notebooks."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["image/png"] = base64.b64encode(self.to_png(dpi=80)).decode("ascii")
        data["text/plain"] = repr(self)
        return data, {**(metadata or {}), "image/png": {"alt": self.alt_text()}}
