"""Exercises about the position-wise feed-forward network (09): SwiGLU, and how many parameters it has."""

from transformer_lab.checks.feed_forward.exactly_one import EXACTLY_ONE
from transformer_lab.checks.feed_forward.feed_forward_parameters import FEED_FORWARD_PARAMETERS
from transformer_lab.checks.feed_forward.swiglu import SWIGLU

EXERCISES = (EXACTLY_ONE, SWIGLU, FEED_FORWARD_PARAMETERS)
