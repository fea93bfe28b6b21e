"""Exercises about relative positions (23): ALiBi's bias with a cache, and rotary speeds for a longer text."""

from transformer_lab.checks.relative_positions.alibi_bias import ALIBI_BIAS
from transformer_lab.checks.relative_positions.stretched_speeds import STRETCHED_SPEEDS

EXERCISES = (ALIBI_BIAS, STRETCHED_SPEEDS)
