"""Exercises about choosing the next token (29): top-p, a step of beam search, the length penalty."""

from transformer_lab.checks.autoregressive_decoding.beam_step import BEAM_STEP
from transformer_lab.checks.autoregressive_decoding.length_penalty import LENGTH_PENALTY
from transformer_lab.checks.autoregressive_decoding.top_p import TOP_P

EXERCISES = (TOP_P, BEAM_STEP, LENGTH_PENALTY)
