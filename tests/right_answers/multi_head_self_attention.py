"""Right answers to the exercises of checks/multi_head_self_attention that do not look like the package's own."""

import math

import torch
import torch.nn.functional as F


def grouped_queries(q, k, v):
    batch, _, length, width = q.shape
    found = F.scaled_dot_product_attention(q.view(batch, k.shape[1], -1, length, width), k[:, :, None], v[:, :, None])
    return found.flatten(1, 2)


def most_kv_heads(num_layers, num_heads, d_head, length, bytes_per_number, budget):
    room = budget // (num_layers * length * (d_head + d_head) * bytes_per_number)
    for group in range(1, num_heads + 1):
        if num_heads % group == 0 and num_heads // group <= room:
            return num_heads // group
    return 0


def causal_blocks(q, blocks):
    """Two passes: the largest score of each row first, then the sums."""
    place = torch.arange(q.shape[-2])[:, None]
    tables = []
    for start, k, _ in blocks:
        scores = torch.einsum("...id,...jd->...ij", q, k) / math.sqrt(q.shape[-1])
        tables.append(torch.where(torch.arange(start, start + k.shape[-2]) > place, -torch.inf, scores))
    largest = torch.stack([table.amax(dim=-1) for table in tables]).amax(dim=0)[..., None]
    weights = [(table - largest).exp() for table in tables]
    mixed = sum(part @ v for part, (_, _, v) in zip(weights, blocks, strict=True))
    return mixed / sum(part.sum(dim=-1, keepdim=True) for part in weights)
