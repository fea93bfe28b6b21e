"""The room of LayerNormView."""

from transformer_lab.views.layer_norm.view import LayerNormView

__all__ = ["LayerNormView"]
