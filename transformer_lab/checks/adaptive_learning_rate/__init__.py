"""Exercises about the learning rate (19): the schedule of the first Transformer, and one step of Adam."""

from transformer_lab.checks.adaptive_learning_rate.adam_step import ADAM_STEP
from transformer_lab.checks.adaptive_learning_rate.cosine_rate import COSINE_RATE
from transformer_lab.checks.adaptive_learning_rate.noam_rate import NOAM_RATE

EXERCISES = (NOAM_RATE, ADAM_STEP, COSINE_RATE)
