"""Right answers to the exercises of checks/multi_head_self_attention that do not look like the package's own."""

import torch
import torch.nn.functional as F


def fused_projection(x, weight, bias, num_heads):
    batch, length, d_model = x.shape
    parts = torch.einsum("bnd,pod->pbno", x, weight.view(3, d_model, d_model)) + bias.view(3, 1, 1, d_model)
    return tuple(parts.view(3, batch, length, num_heads, -1).transpose(2, 3))


def grouped_queries(q, k, v):
    batch, _, length, width = q.shape
    found = F.scaled_dot_product_attention(q.view(batch, k.shape[1], -1, length, width), k[:, :, None], v[:, :, None])
    return found.flatten(1, 2)


def cache_size(num_layers, num_heads, num_kv_heads, d_model, length, bytes_per_number):
    one_head = 2 * length * d_model * bytes_per_number // num_heads
    return sum(one_head for _ in range(num_layers) for _ in range(num_kv_heads))
