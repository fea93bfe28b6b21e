"""Interactive views for the notebooks: AttentionView, LayerNormView, PositionalEncodingView, DecodingTreeView, and
TranslationView, which is an AttentionView with a sentence to type; and Explorer, a small view made of controls
(Slider, Choice, Toggle, TextField), a function, and panels (Bars, Lines, Heat, Points, Numbers, Text, Table, Cells).
Beside them stands a still picture, transformer_map: the whole Transformer, with a part lit.

Each view is an anywidget that computes in the browser what the reader touches, hands every state back to
Python as a trait, and exports to one self-contained HTML file, to PNG and to SVG. ``common/base.py`` says how to
write another one.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors and type checkers; what runs is __getattr__
    from transformer_lab.views.attention import AttentionView
    from transformer_lab.views.common.base import View
    from transformer_lab.views.decoding_tree import DecodingTreeView
    from transformer_lab.views.explorer import (
        Bars,
        Cells,
        Choice,
        Explorer,
        Heat,
        Lines,
        Numbers,
        Points,
        Slider,
        Table,
        Text,
        TextField,
        Toggle,
    )
    from transformer_lab.views.layer_norm import LayerNormView
    from transformer_lab.views.overview import transformer_map
    from transformer_lab.views.positional_encoding import PositionalEncodingView
    from transformer_lab.views.translation import TranslationView

__all__ = [
    "AttentionView",
    "Bars",
    "Cells",
    "Choice",
    "DecodingTreeView",
    "Explorer",
    "Heat",
    "LayerNormView",
    "Lines",
    "Numbers",
    "Points",
    "PositionalEncodingView",
    "Slider",
    "Table",
    "Text",
    "TextField",
    "Toggle",
    "TranslationView",
    "View",
    "transformer_map",
]
_ELSEWHERE = {
    "AttentionView": "attention",
    "DecodingTreeView": "decoding_tree",
    "LayerNormView": "layer_norm",
    "PositionalEncodingView": "positional_encoding",
    "TranslationView": "translation",
    "View": "common.base",
    "transformer_map": "overview",
}
_HOMES = {name: _ELSEWHERE.get(name, "explorer") for name in __all__}


def __getattr__(name: str) -> Any:
    """Import a view on first use, so that ``import transformer_lab`` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOMES)}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
