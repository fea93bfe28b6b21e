"""Exercises about looking into a trained model (13): how spread a row of weights is, and where layers together look."""

from transformer_lab.checks.attention_visualization.attention_rollout import ATTENTION_ROLLOUT
from transformer_lab.checks.attention_visualization.attention_spread import ATTENTION_SPREAD

EXERCISES = (ATTENTION_SPREAD, ATTENTION_ROLLOUT)
