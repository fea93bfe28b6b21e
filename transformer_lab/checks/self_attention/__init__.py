"""Exercises about self-attention (06): a head that may abstain, and the gradient that reaches a query."""

from transformer_lab.checks.self_attention.abstaining_head import ABSTAINING_HEAD
from transformer_lab.checks.self_attention.query_gradient import QUERY_GRADIENT

EXERCISES = (ABSTAINING_HEAD, QUERY_GRADIENT)
