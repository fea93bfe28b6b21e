"""Exercises about word alignments."""

from transformer_lab.checks.translation_alignment.alignment_error_rate import ALIGNMENT_ERROR_RATE
from transformer_lab.checks.translation_alignment.extract_alignment import EXTRACT_ALIGNMENT

EXERCISES = (ALIGNMENT_ERROR_RATE, EXTRACT_ALIGNMENT)
