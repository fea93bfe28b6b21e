"""Exercises about fast attention (20): one projection for all, shared keys and values, the size of the cache."""

from transformer_lab.checks.multi_head_self_attention.cache_size import CACHE_SIZE
from transformer_lab.checks.multi_head_self_attention.fused_projection import FUSED_PROJECTION
from transformer_lab.checks.multi_head_self_attention.grouped_queries import GROUPED_QUERIES

EXERCISES = (CACHE_SIZE, FUSED_PROJECTION, GROUPED_QUERIES)
