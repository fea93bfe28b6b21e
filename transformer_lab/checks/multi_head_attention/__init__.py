"""Exercises about many heads (16): split, attend, put together, project."""

from transformer_lab.checks.multi_head_attention.merge_heads import MERGE_HEADS
from transformer_lab.checks.multi_head_attention.multi_head_attention import MULTI_HEAD_ATTENTION
from transformer_lab.checks.multi_head_attention.split_heads import SPLIT_HEADS

EXERCISES = (SPLIT_HEADS, MERGE_HEADS, MULTI_HEAD_ATTENTION)
