"""Exercises about relative positions (23): turning queries and keys, ALiBi's slopes, and its bias with a cache."""

from transformer_lab.checks.relative_positions.alibi_bias import ALIBI_BIAS
from transformer_lab.checks.relative_positions.alibi_slopes import ALIBI_SLOPES
from transformer_lab.checks.relative_positions.apply_rotary import APPLY_ROTARY

EXERCISES = (APPLY_ROTARY, ALIBI_SLOPES, ALIBI_BIAS)
