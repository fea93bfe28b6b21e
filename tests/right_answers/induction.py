"""Right answers to the exercises of checks/induction that do not look like the package's own."""

import torch


def previous_token_score(weights):
    length = weights.shape[-1]
    rows = torch.arange(1, length)
    return weights[:, :, rows, rows - 1].mean((0, 2))


def prefix_matching_score(weights, tokens):
    found = []
    for row, sentence in zip(weights, tokens.tolist(), strict=True):
        for i, token in enumerate(sentence):
            after = [j + 1 for j in range(i) if sentence[j] == token]
            if after:
                found.append(row[:, i, after].sum(-1))
    return torch.stack(found).mean(0)
