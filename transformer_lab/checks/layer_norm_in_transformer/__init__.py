"""Exercises about the norm in the Transformer layer (21): centring moved into what writes, and a norm on both sides."""

from transformer_lab.checks.layer_norm_in_transformer.centred_stream import CENTRED_STREAM
from transformer_lab.checks.layer_norm_in_transformer.sandwich_layer import SANDWICH_LAYER

EXERCISES = (CENTRED_STREAM, SANDWICH_LAYER)
