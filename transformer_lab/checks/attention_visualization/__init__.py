"""Exercises about looking into a trained model (13): how spread a row of weights is, and where layers together look."""

from transformer_lab.checks.attention_visualization.attention_entropy import ATTENTION_ENTROPY
from transformer_lab.checks.attention_visualization.attention_rollout import ATTENTION_ROLLOUT

EXERCISES = (ATTENTION_ENTROPY, ATTENTION_ROLLOUT)
