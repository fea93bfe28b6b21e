"""Exercises about normalisation."""

from transformer_lab.checks.layer_normalization.fold_norm import FOLD_NORM
from transformer_lab.checks.layer_normalization.layer_norm import LAYER_NORM
from transformer_lab.checks.layer_normalization.normalization_axes import NORMALIZATION_AXES

EXERCISES = (LAYER_NORM, NORMALIZATION_AXES, FOLD_NORM)
