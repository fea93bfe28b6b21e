"""The room of PositionalEncodingView."""

from transformer_lab.views.positional_encoding.view import PositionalEncodingView

__all__ = ["PositionalEncodingView"]
