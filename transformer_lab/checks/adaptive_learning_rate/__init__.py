"""Exercises about the learning rate (19): two schedules, and one step of AdamW."""

from transformer_lab.checks.adaptive_learning_rate.adamw_step import ADAMW_STEP
from transformer_lab.checks.adaptive_learning_rate.cosine_rate import COSINE_RATE
from transformer_lab.checks.adaptive_learning_rate.open_end_rate import OPEN_END_RATE

EXERCISES = (OPEN_END_RATE, COSINE_RATE, ADAMW_STEP)
