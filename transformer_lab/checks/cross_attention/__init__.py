"""Exercises about attention between two sequences (04): two lengths, and weights that need not look anywhere."""

from transformer_lab.checks.cross_attention.key_padding import KEY_PADDING
from transformer_lab.checks.cross_attention.padded_cross_attention import PADDED_CROSS_ATTENTION

EXERCISES = (PADDED_CROSS_ATTENTION, KEY_PADDING)
