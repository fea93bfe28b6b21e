"""Right answers to the exercises of checks/weighted_sum that do not look like the package's own."""

import torch


def weighted_sum(scores, keys, values):
    shares = (scores - scores.amax(-1, keepdim=True)).exp()
    return torch.einsum("...qk,...kd->...qd", shares, values) / shares.sum(-1, keepdim=True)


def head_contributions(heads, w_o):
    d_head = heads.shape[-1]
    return torch.stack([heads[:, h] @ w_o[h * d_head : (h + 1) * d_head] for h in range(heads.shape[1])], dim=1)


def find_weights(values, point):
    """From the first value along the edges to the others; the first takes what is left of 1."""
    edges = (values[1:] - values[0]).T
    others = torch.linalg.solve(edges, point - values[0])
    return torch.cat([1 - others.sum()[None], others])
