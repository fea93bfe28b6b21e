"""Right answers to the exercises about self-attention and cross-attention that do not look like the package's own."""

import math

import torch
import torch.nn.functional as F


def single_head(x, w_q, w_k, w_v):
    weights = torch.einsum("...id,...jd->...ij", x @ w_q, x @ (w_k / w_k.shape[-1] ** 0.5)).softmax(-1)
    return torch.einsum("...ij,...jd->...id", weights, x @ w_v)


def softmax_jacobian(weights):
    return torch.autograd.functional.jacobian(lambda scores: scores.softmax(0), weights.log())


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
