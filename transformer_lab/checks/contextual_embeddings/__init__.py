"""Exercises about contextual embeddings (30): a vector for a sentence, the senses of a word, how alike vectors are."""

from transformer_lab.checks.contextual_embeddings.anisotropy import ANISOTROPY
from transformer_lab.checks.contextual_embeddings.sense_probe import SENSE_PROBE
from transformer_lab.checks.contextual_embeddings.sentence_embedding import SENTENCE_EMBEDDING

EXERCISES = (SENTENCE_EMBEDDING, SENSE_PROBE, ANISOTROPY)
