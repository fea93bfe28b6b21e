"""The room of TranslationView."""

from transformer_lab.views.translation.view import TranslationView

__all__ = ["TranslationView"]
