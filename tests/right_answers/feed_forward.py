"""Right answers to the exercises of checks/feed_forward that do not look like the package's own."""

import torch

from transformer_lab.feedforward import FeedForward


def exactly_one(n):
    """A unit for each input: lit where it is on and no other is."""
    return 2 * torch.eye(n) - 1, torch.zeros(n), torch.ones(n, 1), torch.zeros(1)


def swiglu(x, w13, w2):
    w1, w3 = torch.tensor_split(w13, 2, dim=1)
    z = torch.einsum("...d,df->...f", x, w1)
    return torch.einsum("...f,...f,fd->...d", z / (1 + torch.exp(-z)), x @ w3, w2)


def equal_width(d_model, d_ff):
    most, width = sum(p.numel() for p in FeedForward(d_model, d_ff).parameters()), 0
    while 3 * d_model * (width + 1) <= most:
        width += 1
    return width
