"""Exercises about positional normalisation and the scale of embeddings (03)."""

from transformer_lab.checks.positional_normalization.embedding_scale import EMBEDDING_SCALE
from transformer_lab.checks.positional_normalization.pono import PONO

EXERCISES = (PONO, EMBEDDING_SCALE)
