"""Exercises about weighted sums (01): shares from scores, heads added up, shares from a point."""

from transformer_lab.checks.weighted_sum.find_weights import FIND_WEIGHTS
from transformer_lab.checks.weighted_sum.head_contributions import HEAD_CONTRIBUTIONS
from transformer_lab.checks.weighted_sum.weighted_sum import WEIGHTED_SUM

EXERCISES = (WEIGHTED_SUM, HEAD_CONTRIBUTIONS, FIND_WEIGHTS)
