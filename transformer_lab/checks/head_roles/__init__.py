"""Exercises about what heads do (24): switch heads off, and weigh them all at once."""

from transformer_lab.checks.head_roles.head_importance import HEAD_IMPORTANCE
from transformer_lab.checks.head_roles.head_mask import HEAD_MASK

EXERCISES = (HEAD_MASK, HEAD_IMPORTANCE)
