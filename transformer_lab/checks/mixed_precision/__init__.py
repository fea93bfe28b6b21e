"""Exercises about mixed precision (12): scaling losses."""

from transformer_lab.checks.mixed_precision.choose_loss_scale import CHOOSE_LOSS_SCALE
from transformer_lab.checks.mixed_precision.dynamic_scaler import DYNAMIC_SCALER

EXERCISES = (CHOOSE_LOSS_SCALE, DYNAMIC_SCALER)
