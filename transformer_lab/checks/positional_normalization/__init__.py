"""Exercises about positional normalisation and the scale of embeddings (03)."""

from transformer_lab.checks.positional_normalization.embedding_scale import EMBEDDING_SCALE
from transformer_lab.checks.positional_normalization.moment_shortcut import MOMENT_SHORTCUT

EXERCISES = (MOMENT_SHORTCUT, EMBEDDING_SCALE)
