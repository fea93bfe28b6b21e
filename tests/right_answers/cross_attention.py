"""Right answers to the exercises of checks/cross_attention that do not look like the package's own."""

import math

import torch
import torch.nn.functional as F


def cross_attention(x, memory, w_q, w_k, w_v):
    scores = torch.einsum("...id,...jd->...ij", x @ w_q, memory @ w_k) / math.sqrt(w_q.shape[1])
    shares = torch.exp(scores - scores.max(-1, keepdim=True).values)
    return torch.einsum("...ij,...jd->...id", shares / shares.sum(-1, keepdim=True), memory @ w_v)


def key_padding(scores, lengths):
    rows = []
    for table, length in zip(scores, lengths.tolist(), strict=True):
        weights = table[:, :length].softmax(-1)
        rows.append(F.pad(weights, (0, table.shape[1] - length)))
    return torch.stack(rows)
