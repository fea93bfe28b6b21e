"""Exercises about the norm in the Transformer layer (21): RMSNorm, and where a norm stands."""

from transformer_lab.checks.layer_norm_in_transformer.pre_ln_layer import PRE_LN_LAYER
from transformer_lab.checks.layer_norm_in_transformer.rms_norm import RMS_NORM

EXERCISES = (RMS_NORM, PRE_LN_LAYER)
