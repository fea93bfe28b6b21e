"""The room of Explorer: the view, its controls and its panels."""

from transformer_lab.views.explorer.controls import Choice, Slider, TextField, Toggle
from transformer_lab.views.explorer.panels import Bars, Lines, Points
from transformer_lab.views.explorer.view import Explorer
from transformer_lab.views.explorer.words import Cells, Heat, Numbers, Table, Text

__all__ = [
    "Bars",
    "Cells",
    "Choice",
    "Explorer",
    "Heat",
    "Lines",
    "Numbers",
    "Points",
    "Slider",
    "Table",
    "Text",
    "TextField",
    "Toggle",
]
