"""Right answers to the exercises of checks/additive_interaction that do not look like the package's own."""

import torch


def logit_contributions(parts, weight, row):
    total = parts.sum(dim=0)
    scale = torch.sqrt(total @ total / len(total) + 1e-5)
    return torch.stack([part @ (weight * row) / scale for part in parts])


def additive_score(query, key, w_query, w_key, v):
    q, k = query @ w_query, key @ w_key
    return torch.einsum("...qkh,h->...qk", torch.tanh(q[..., :, None, :] + k[..., None, :, :]), v)
