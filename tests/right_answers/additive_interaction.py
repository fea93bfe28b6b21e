"""Right answers to the exercises of checks/additive_interaction that do not look like the package's own."""

import torch


def logit_contributions(parts, weight, bias, row):
    total = parts.sum(dim=0)
    centred_row = weight * row - (weight * row).mean()
    scale = torch.sqrt(((total - total.mean()) ** 2).mean() + 1e-5)
    return torch.stack([*(part @ centred_row / scale for part in parts), bias @ row])


def additive_score(query, key, w_query, w_key, v):
    q, k = query @ w_query, key @ w_key
    return torch.einsum("...qkh,h->...qk", torch.tanh(q[..., :, None, :] + k[..., None, :, :]), v)
