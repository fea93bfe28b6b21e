"""Exercises about adding (05): what each part of the residual stream adds to a logit; additive scores."""

from transformer_lab.checks.additive_interaction.additive_score import ADDITIVE_SCORE
from transformer_lab.checks.additive_interaction.logit_contributions import LOGIT_CONTRIBUTIONS

EXERCISES = (LOGIT_CONTRIBUTIONS, ADDITIVE_SCORE)
