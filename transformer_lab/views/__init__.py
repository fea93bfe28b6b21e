"""Interactive views for the notebooks: AttentionView, LayerNormView, PositionalEncodingView, DecodingTreeView, and
TranslationView, which is an AttentionView with a sentence to type; and Explorer, a small view made of controls
(Slider, Choice, Toggle, TextField), a function, and panels (Bars, Lines, Heat, Points, Numbers, Text, Table, Cells).

Each view is an anywidget that computes in the browser what the reader touches, hands every state back to
Python as a trait, and exports to one self-contained HTML file, to PNG and to SVG. ``common/base.py`` says how to
write another one.
"""

import importlib
from typing import Any

_HOMES = {
    "AttentionView": "attention",
    "DecodingTreeView": "decoding_tree",
    "LayerNormView": "layer_norm",
    "PositionalEncodingView": "positional_encoding",
    "TranslationView": "translation",
    "View": "common.base",
    "Explorer": "explorer",
    "Bars": "explorer",
    "Cells": "explorer",
    "Choice": "explorer",
    "Heat": "explorer",
    "Lines": "explorer",
    "Numbers": "explorer",
    "Points": "explorer",
    "Slider": "explorer",
    "Table": "explorer",
    "Text": "explorer",
    "TextField": "explorer",
    "Toggle": "explorer",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a view on first use, so that ``import transformer_lab`` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOMES)}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
