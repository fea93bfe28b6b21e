"""Exercises about masks: padding, causal, the masked language model, and rows without a key (18)."""

from transformer_lab.checks.sequence_masking.causal_mask import CAUSAL_MASK
from transformer_lab.checks.sequence_masking.corrupt_tokens import CORRUPT_TOKENS
from transformer_lab.checks.sequence_masking.masked_softmax import MASKED_SOFTMAX
from transformer_lab.checks.sequence_masking.padding_mask import PADDING_MASK

EXERCISES = (PADDING_MASK, CAUSAL_MASK, CORRUPT_TOKENS, MASKED_SOFTMAX)
