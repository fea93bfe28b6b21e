"""Exercises about many heads (16): fold them into the batch, attend across with padding, take some out."""

from transformer_lab.checks.multi_head_attention.fold_heads import FOLD_HEADS
from transformer_lab.checks.multi_head_attention.many_heads_across import MANY_HEADS_ACROSS
from transformer_lab.checks.multi_head_attention.take_heads_out import TAKE_HEADS_OUT

EXERCISES = (FOLD_HEADS, MANY_HEADS_ACROSS, TAKE_HEADS_OUT)
