"""The room of AttentionView."""

from transformer_lab.views.attention.view import AttentionView

__all__ = ["AttentionView"]
