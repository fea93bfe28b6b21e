"""Exercises about the encoder (25): one whole layer, the mean of the words that are there, and a threshold."""

from transformer_lab.checks.encoder.encoder_layer import ENCODER_LAYER
from transformer_lab.checks.encoder.masked_mean import MASKED_MEAN
from transformer_lab.checks.encoder.threshold import THRESHOLD

EXERCISES = (ENCODER_LAYER, MASKED_MEAN, THRESHOLD)
