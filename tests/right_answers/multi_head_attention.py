"""Right answers to the exercises of checks/multi_head_attention that do not look like the package's own."""

import torch
import torch.nn.functional as F


def fold_heads(x, num_heads):
    return torch.cat([torch.stack(sentence.chunk(num_heads, dim=-1)) for sentence in x])


def many_heads_across(x, y, w_q, w_k, w_v, w_o, num_heads, real):
    q = torch.stack((x @ w_q).chunk(num_heads, dim=-1))
    k, v = (torch.stack((y @ w).chunk(num_heads, dim=-1)) for w in (w_k, w_v))
    found = F.scaled_dot_product_attention(q, k, v, attn_mask=real[None, :, None])
    return torch.einsum("hbnd,hde->bne", found, w_o.view(num_heads, -1, w_o.shape[1]))


def take_heads_out(w_q, w_k, w_v, w_o, num_heads, kept):
    before = [torch.cat([w.chunk(num_heads, dim=1)[i] for i in kept], dim=1) for w in (w_q, w_k, w_v)]
    return *before, w_o.unflatten(0, (num_heads, -1))[list(kept)].flatten(0, 1)
