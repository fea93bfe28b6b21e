"""Exercises about a learned table of positions (17): stretching it, the right row behind padding, random beginnings."""

from transformer_lab.checks.positional_embedding.interpolate_table import INTERPOLATE_TABLE
from transformer_lab.checks.positional_embedding.position_ids import POSITION_IDS
from transformer_lab.checks.positional_embedding.random_beginnings import RANDOM_BEGINNINGS

EXERCISES = (INTERPOLATE_TABLE, POSITION_IDS, RANDOM_BEGINNINGS)
