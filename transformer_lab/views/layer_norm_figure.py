"""LayerNormView's picture for GitHub, PDF and untrusted notebooks, and the words that stand for it."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from transformer_lab.views import drawing
from transformer_lab.views.layer_norm_math import STAGES

if TYPE_CHECKING:
    from transformer_lab.views.layer_norm_view import LayerNormView

_NAMES = {"layer": "LayerNorm", "rms": "RMSNorm", "batch": "BatchNorm"}
_OVER = {"layer": "over each token's features", "rms": "over each token's features", "batch": "over all tokens of a feature"}


def figure(view: "LayerNormView") -> Figure:
    raise NotImplementedError


def alt_text(view: "LayerNormView") -> str:
    return "todo"
