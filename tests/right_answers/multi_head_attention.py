"""Right answers to the exercises of checks/multi_head_attention that do not look like the package's own."""

import torch
import torch.nn.functional as F


def split_heads(x, num_heads):
    return torch.stack(x.chunk(num_heads, dim=-1), dim=1)


def merge_heads(x):
    return torch.cat(list(x.unbind(1)), dim=-1)


def multi_head_attention(x, w_q, w_k, w_v, w_o, num_heads):
    q, k, v = (torch.stack((x @ w).chunk(num_heads, dim=-1)) for w in (w_q, w_k, w_v))
    found = F.scaled_dot_product_attention(q, k, v)
    return torch.einsum("hbnd,hde->bne", found, w_o.view(num_heads, -1, w_o.shape[1]))
