"""Exercises about self-attention (06): one head, and the slopes of its softmax."""

from transformer_lab.checks.self_attention.single_head import SINGLE_HEAD
from transformer_lab.checks.self_attention.softmax_jacobian import SOFTMAX_JACOBIAN

EXERCISES = (SINGLE_HEAD, SOFTMAX_JACOBIAN)
