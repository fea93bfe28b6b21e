"""Right answers to the exercises of checks/cross_entropy that do not look like the package's own."""

import torch


def divergence(logits, wanted):
    log_y = torch.where(wanted > 0, wanted, 1).log()
    log_p = logits - logits.logsumexp(-1, keepdim=True)
    return torch.einsum("...v,...v->...", wanted, log_y - log_p)


def smoothed_targets(target, vocab_size, epsilon, pad_id):
    share = epsilon / (vocab_size - 1)
    table = torch.full((*target.shape, vocab_size), share).scatter(-1, target[..., None], 1 - epsilon + share)
    table[..., pad_id] = 0
    table[target == pad_id] = 0
    return table
