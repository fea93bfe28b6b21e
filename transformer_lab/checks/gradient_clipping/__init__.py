"""Exercises about clipping gradients (11)."""

from transformer_lab.checks.gradient_clipping.clip_accumulated import CLIP_ACCUMULATED
from transformer_lab.checks.gradient_clipping.clip_by_global_norm import CLIP_BY_GLOBAL_NORM

EXERCISES = (CLIP_BY_GLOBAL_NORM, CLIP_ACCUMULATED)
