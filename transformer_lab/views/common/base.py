"""What all views share: one script, one state budget, three exports, one set of manners.

How to write a view
===================
A room of its own, ``views/my_view/``: ``view.py`` and ``view.js``, perhaps ``style.css``, and further files where one
would grow beyond 200 lines (``compute.js``: pure functions that ``node --test`` imports; ``picture.py``: the picture
where no browser draws). The Python class is short::

    class MyView(View):
        _script = "my_view/view.js"  # what it imports comes with it, and the style.css of each room it draws on
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

The script's main file holds ``export function render({ model, el })``. :mod:`scripts` joins it with all that it
imports, each file in a scope of its own: an import reads ``import { a, b as c } from "../common/frame.js";``, and
``export`` stands before a function, a class or a const. :mod:`styles` keeps the rules of ``my_view/style.css`` to what
stands inside ``.tl-my-view``, which is the root's class where ``createFrame`` is given ``name: "my-view"``.
``common/frame.js`` documents the JavaScript side: frame, controls, tooltip, table; ``drawing.js`` has palettes, canvas
and SVG; ``math.js`` softmax and statistics.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
import torch
import traitlets

from transformer_lab.views.common import check, export, scripts, styles

STATE_LIMIT = 256 * 1024


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

    _script: ClassVar[str] = ""
    _touchable: tuple[str, ...] = ()
    _remedy: ClassVar[str] = "pass fewer layers, heads or tokens"

    _facts = traitlets.Dict().tag(sync=True)
    _tensors = traitlets.Dict().tag(sync=True)
    _initial = traitlets.Dict().tag(sync=True)
    theme = traitlets.Enum(("auto", "light", "dark"), "auto").tag(sync=True)

    # Read when a view is made, so that an edit of a script shows without a new kernel.
    @property
    def _esm(self) -> str:
        return scripts.join(self._script)

    @property
    def _css(self) -> str:
        return styles.join(scripts.rooms(self._script))

    def __init__(self, *, facts: Mapping[str, Any], tensors: Mapping[str, Any], **state: Any) -> None:
        check.states(self, state)
        super().__init__(_facts=self._checked(facts), _tensors=self._packed(tensors), **state)
        self._initial = self.state()

    @staticmethod
    def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
        for name, fact in facts.items():
            check.whole_text(name, fact)
        return dict(facts)

    @classmethod
    def _packed(cls, tensors: Mapping[str, Any]) -> dict[str, Any]:
        """Tensors as they are stored. Raises ValueError where they are more than a view stores."""
        packed = {name: pack(name, value) for name, value in tensors.items() if value is not None}
        size = sum(len(entry["data"]) for entry in packed.values())
        if size > STATE_LIMIT:
            raise ValueError(
                f"{cls.__name__} was given {size / 1024:.0f} KB of tensors; a view stores at most "
                f"{STATE_LIMIT // 1024} KB: {cls._remedy}"
            )
        return packed

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

    def _complete(self) -> None:
        """Called before the view is to stand without Python: hold what it would ask for then. Most ask for nothing."""

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
        return self._page(path, self._esm, {})

    def _page(self, path: str | Path | None, script: str, carried: Mapping[str, Any]) -> str:
        """The page of :meth:`to_html`, run by ``script``; ``carried`` is what it needs there instead of Python."""
        self._complete()
        names = ("_facts", "_tensors", "_initial", "theme", *self._touchable)
        state = {name: getattr(self, name) for name in names} | dict(carried)
        page = export.page(type(self).__name__, self.alt_text(), script, self._css, state)
        return export.write(path, page)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.describe().items())})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the widget, with a picture beside it for GitHub, PDF and untrusted notebooks."""
        self._complete()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            raise RuntimeError(f"{type(self).__name__}: anywidget has no front end for it, so nothing to show")
        data, metadata = bundle
        data["image/png"] = base64.b64encode(self.to_png(dpi=80)).decode("ascii")
        data["text/plain"] = repr(self)
        return data, {**(metadata or {}), "image/png": {"alt": self.alt_text()}}
