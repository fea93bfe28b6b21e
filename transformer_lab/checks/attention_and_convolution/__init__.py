"""Exercises about convolution (15): a convolution out of attention heads, and how far a stack of them can see."""

from transformer_lab.checks.attention_and_convolution.convolution_as_attention import CONVOLUTION_AS_ATTENTION
from transformer_lab.checks.attention_and_convolution.receptive_field import RECEPTIVE_FIELD

EXERCISES = (CONVOLUTION_AS_ATTENTION, RECEPTIVE_FIELD)
