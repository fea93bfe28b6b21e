"""Exercises about the position-wise feed-forward network (09): its bends, SwiGLU, and how wide a gated one may be."""

from transformer_lab.checks.feed_forward.equal_width import EQUAL_WIDTH
from transformer_lab.checks.feed_forward.exactly_one import EXACTLY_ONE
from transformer_lab.checks.feed_forward.swiglu import SWIGLU

EXERCISES = (EXACTLY_ONE, SWIGLU, EQUAL_WIDTH)
