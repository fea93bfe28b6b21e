"""Exercises about cross-entropy."""

from transformer_lab.checks.cross_entropy.divergence import DIVERGENCE
from transformer_lab.checks.cross_entropy.smoothed_targets import SMOOTHED_TARGETS

EXERCISES = (DIVERGENCE, SMOOTHED_TARGETS)
