"""Exercises about cross-entropy."""

from transformer_lab.checks.cross_entropy.padded_mean import PADDED_MEAN
from transformer_lab.checks.cross_entropy.smoothed_targets import SMOOTHED_TARGETS
from transformer_lab.checks.cross_entropy.token_losses import TOKEN_LOSSES

EXERCISES = (TOKEN_LOSSES, PADDED_MEAN, SMOOTHED_TARGETS)
