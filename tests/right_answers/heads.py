"""Right answers to the exercises of checks/heads.py that do not look like the package's own."""

import torch
import torch.nn.functional as F


def split_heads(x, num_heads):
    return torch.stack(x.chunk(num_heads, dim=-1), dim=1)


def merge_heads(x):
    return torch.cat(list(x.unbind(1)), dim=-1)


def multi_head_attention(x, w_q, w_k, w_v, w_o, num_heads):
    out = 0
    d_head = x.shape[-1] // num_heads
    for i in range(num_heads):
        part = slice(i * d_head, (i + 1) * d_head)
        head = F.scaled_dot_product_attention(x @ w_q[:, part], x @ w_k[:, part], x @ w_v[:, part])
        out = out + head @ w_o[part]
    return out
