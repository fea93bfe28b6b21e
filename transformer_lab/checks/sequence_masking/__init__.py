"""Exercises about masks: a prefix, the masked language model, what the loss reads, and the best keys only (18)."""

from transformer_lab.checks.sequence_masking.corrupt_tokens import CORRUPT_TOKENS
from transformer_lab.checks.sequence_masking.loss_targets import LOSS_TARGETS
from transformer_lab.checks.sequence_masking.masked_softmax import MASKED_SOFTMAX
from transformer_lab.checks.sequence_masking.prefix_mask import PREFIX_MASK

EXERCISES = (PREFIX_MASK, CORRUPT_TOKENS, LOSS_TARGETS, MASKED_SOFTMAX)
