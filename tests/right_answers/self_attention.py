"""Right answers to the exercises of checks/self_attention that do not look like the package's own."""

import math

import torch
import torch.nn.functional as F


def abstaining_head(x, w_q, w_k, w_v):
    """The option is a word of zeros that is asked and does not ask."""
    asked = torch.cat([x, torch.zeros_like(x[..., :1, :])], dim=-2)
    weights = torch.einsum("...id,...jd->...ij", x @ w_q, asked @ (w_k / w_k.shape[-1] ** 0.5)).softmax(-1)
    return torch.einsum("...ij,...jd->...id", weights, asked @ w_v)


def query_gradient(query, keys, upstream):
    """Key by key: each weight's slope is scale · p · (its own key − the mean of all keys)."""
    weights = F.softmax(keys.mv(query) / math.sqrt(len(query)), dim=0)
    mean_key = weights @ keys
    slopes = [p * (key - mean_key) / math.sqrt(len(query)) for p, key in zip(weights, keys, strict=True)]
    return sum(g * slope for g, slope in zip(upstream, slopes, strict=True))
