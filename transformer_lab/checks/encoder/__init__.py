"""Exercises about the encoder (25): one whole layer, and the mean of the words that are there."""

from transformer_lab.checks.encoder.encoder_layer import ENCODER_LAYER
from transformer_lab.checks.encoder.masked_mean import MASKED_MEAN

EXERCISES = (ENCODER_LAYER, MASKED_MEAN)
