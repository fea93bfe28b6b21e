"""Exercises about attention between two sequences (04): cross-attention, and nothing from the padding."""

from transformer_lab.checks.cross_attention.cross_attention import CROSS_ATTENTION
from transformer_lab.checks.cross_attention.key_padding import KEY_PADDING

EXERCISES = (CROSS_ATTENTION, KEY_PADDING)
