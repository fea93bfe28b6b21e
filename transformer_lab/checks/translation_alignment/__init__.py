"""Exercises about word alignments."""

from transformer_lab.checks.translation_alignment.extract_alignment import EXTRACT_ALIGNMENT
from transformer_lab.checks.translation_alignment.sure_and_possible import SURE_AND_POSSIBLE

EXERCISES = (SURE_AND_POSSIBLE, EXTRACT_ALIGNMENT)
