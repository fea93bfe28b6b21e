"""Exercises about heads that compose (27): the two scores that find them."""

from transformer_lab.checks.induction.prefix_matching_score import PREFIX_MATCHING_SCORE
from transformer_lab.checks.induction.previous_token_score import PREVIOUS_TOKEN_SCORE

EXERCISES = (PREVIOUS_TOKEN_SCORE, PREFIX_MATCHING_SCORE)
