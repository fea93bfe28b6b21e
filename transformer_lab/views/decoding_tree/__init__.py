"""The room of DecodingTreeView."""

from transformer_lab.views.decoding_tree.view import DecodingTreeView

__all__ = ["DecodingTreeView"]
