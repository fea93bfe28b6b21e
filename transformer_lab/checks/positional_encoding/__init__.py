"""Exercises about positional encodings."""

from transformer_lab.checks.positional_encoding.looking_back import LOOKING_BACK
from transformer_lab.checks.positional_encoding.shift_rotation import SHIFT_ROTATION
from transformer_lab.checks.positional_encoding.sinusoids_at import SINUSOIDS_AT

EXERCISES = (SINUSOIDS_AT, SHIFT_ROTATION, LOOKING_BACK)
