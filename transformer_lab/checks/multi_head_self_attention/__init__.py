"""Exercises about fast attention (20): shared keys and values, how many of them fit, a causal loop over blocks."""

from transformer_lab.checks.multi_head_self_attention.causal_blocks import CAUSAL_BLOCKS
from transformer_lab.checks.multi_head_self_attention.grouped_queries import GROUPED_QUERIES
from transformer_lab.checks.multi_head_self_attention.most_kv_heads import MOST_KV_HEADS

EXERCISES = (GROUPED_QUERIES, MOST_KV_HEADS, CAUSAL_BLOCKS)
