"""Exercises about causal self-attention (22): a block that looks back only, and a step that remembers what it read."""

from transformer_lab.checks.causal_self_attention.cached_step import CACHED_STEP
from transformer_lab.checks.causal_self_attention.causal_block import CAUSAL_BLOCK

EXERCISES = (CAUSAL_BLOCK, CACHED_STEP)
