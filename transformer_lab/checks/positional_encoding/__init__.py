"""Exercises about positional encodings."""

from transformer_lab.checks.positional_encoding.add_positions import ADD_POSITIONS
from transformer_lab.checks.positional_encoding.shift_rotation import SHIFT_ROTATION
from transformer_lab.checks.positional_encoding.sinusoidal_table import SINUSOIDAL_TABLE

EXERCISES = (SINUSOIDAL_TABLE, ADD_POSITIONS, SHIFT_ROTATION)
