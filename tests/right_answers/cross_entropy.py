"""Right answers to the exercises of checks/cross_entropy that do not look like the package's own."""

import torch


def token_losses(logits, target):
    return torch.nn.functional.nll_loss(logits.log_softmax(-1).movedim(-1, 1), target, reduction="none")


def padded_mean(logits, target, pad_id):
    total, count = logits.sum() * 0, 0
    for rows, ids in zip(logits, target.tolist(), strict=True):
        for row, word in zip(rows, ids, strict=True):
            if word != pad_id:
                total, count = total + row.logsumexp(dim=0) - row[word], count + 1
    return total / max(count, 1)


def smoothed_targets(target, vocab_size, epsilon):
    table = torch.full((*target.shape, vocab_size), epsilon / vocab_size)
    return table.scatter(-1, target[..., None], 1 - epsilon + epsilon / vocab_size)
