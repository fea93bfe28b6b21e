"""Right answers to the exercises of checks/causal_self_attention that do not look like the package's own."""

import torch
import torch.nn.functional as F


def causal_block(x, norm, w_q, w_k, w_v, w_o):
    h = norm(x)
    return x + F.scaled_dot_product_attention(h @ w_q, h @ w_k, h @ w_v, is_causal=True) @ w_o


def cached_step(new, keys, values, table, w_q, w_k, w_v):
    outs = []
    for word in new.unbind(1):
        x = (word + table[keys.shape[1]])[:, None]
        keys, values = torch.cat([keys, x @ w_k], 1), torch.cat([values, x @ w_v], 1)
        outs.append(F.scaled_dot_product_attention(x @ w_q, keys, values))
    return torch.cat(outs, 1), keys, values
