"""Right answers to the exercises of checks/weighted_sum that do not look like the package's own."""

import torch


def weighted_sum(scores, keys, values):
    shares = (scores - scores.amax(-1, keepdim=True)).exp()
    return torch.einsum("...qk,...kd->...qd", shares, values) / shares.sum(-1, keepdim=True)


def head_contributions(heads, w_o):
    d_head = heads.shape[-1]
    return torch.stack([heads[:, h] @ w_o[h * d_head : (h + 1) * d_head] for h in range(heads.shape[1])], dim=1)


def find_weights(values, point):
    first, second, third = values
    edges = torch.stack([second - first, third - first], dim=1)
    two = torch.linalg.solve(edges, point - first)
    return torch.stack([1 - two[0] - two[1], two[0], two[1]])
