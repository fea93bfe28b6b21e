"""Exercises about the decoder (26): one whole layer with its two masks, and the shift of teacher forcing."""

from transformer_lab.checks.decoder.decoder_layer import DECODER_LAYER
from transformer_lab.checks.decoder.shift_right import SHIFT_RIGHT

EXERCISES = (DECODER_LAYER, SHIFT_RIGHT)
