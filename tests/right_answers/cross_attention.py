"""Right answers to the exercises of checks/cross_attention that do not look like the package's own."""

import math

import torch
import torch.nn.functional as F


def padded_cross_attention(x, memory, x_lengths, memory_lengths, w_q, w_k, w_v):
    """Sentence by sentence, without its padding."""
    rows = []
    for asks, answers, n_q, n_k in zip(x, memory, x_lengths.tolist(), memory_lengths.tolist(), strict=True):
        scores = torch.einsum("id,jd->ij", asks[:n_q] @ w_q, answers[:n_k] @ w_k) / math.sqrt(w_q.shape[1])
        shares = torch.exp(scores - scores.max(-1, keepdim=True).values)
        found = shares / shares.sum(-1, keepdim=True) @ (answers[:n_k] @ w_v)
        rows.append(F.pad(found, (0, 0, 0, len(asks) - n_q)))
    return torch.stack(rows)


def key_padding(scores, lengths):
    rows = []
    for table, length in zip(scores, lengths.tolist(), strict=True):
        real = table[:, :length]
        most = F.pad(real, (0, 1)).max(-1, keepdim=True).values
        sizes = torch.exp(real - most)
        rows.append(F.pad(sizes / (torch.exp(-most) + sizes.sum(-1, keepdim=True)), (0, table.shape[1] - length)))
    return torch.stack(rows)
