"""Right answers to the exercises of checks/feed_forward that do not look like the package's own."""

import torch

from transformer_lab.feedforward import FeedForward


def exactly_one(n):
    """A unit for each input: lit where it is on and no other is."""
    return 2 * torch.eye(n) - 1, torch.zeros(n), torch.ones(n, 1), torch.zeros(1)


def swiglu(x, w1, w3, w2):
    z = torch.einsum("...d,df->...f", x, w1)
    return torch.einsum("...f,...f,fd->...d", z / (1 + torch.exp(-z)), x @ w3, w2)


def feed_forward_parameters(d_model, d_ff, gated):
    return sum(p.numel() for p in FeedForward(d_model, d_ff, "swiglu" if gated else "relu").parameters())
