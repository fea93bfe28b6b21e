"""Exercises about heads that compose (27): a score against chance, data that no distance passes, the latest copy."""

from transformer_lab.checks.induction.fair_periods import FAIR_PERIODS
from transformer_lab.checks.induction.latest_copy_share import LATEST_COPY_SHARE
from transformer_lab.checks.induction.previous_token_gain import PREVIOUS_TOKEN_GAIN

EXERCISES = (PREVIOUS_TOKEN_GAIN, FAIR_PERIODS, LATEST_COPY_SHARE)
