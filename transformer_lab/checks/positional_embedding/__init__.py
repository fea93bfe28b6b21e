"""Exercises about a learned table of positions (17): stretching it, and finding the right row behind padding."""

from transformer_lab.checks.positional_embedding.interpolate_table import INTERPOLATE_TABLE
from transformer_lab.checks.positional_embedding.position_ids import POSITION_IDS

EXERCISES = (INTERPOLATE_TABLE, POSITION_IDS)
