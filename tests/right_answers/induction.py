"""Right answers to the exercises of checks/induction that do not look like the package's own."""

import math

import torch


def previous_token_gain(weights):
    length = weights.shape[-1]
    rows = torch.arange(1, length)
    even = sum(1 / (row + 1) for row in range(1, length)) / (length - 1)
    return 1 - (1 - weights[:, :, rows, rows - 1].mean((0, 2))) / (1 - even)


def fair_periods(length):
    chosen = []
    for period in range(24, 3, -1):
        if all(math.lcm(period, other) > length for other in chosen):
            chosen.append(period)
    return chosen[:4]


def latest_copy_share(weights, tokens):
    latest, every = 0, 0
    for row, sentence in zip(weights, tokens.tolist(), strict=True):
        for i, token in enumerate(sentence):
            after = [j + 1 for j in range(i) if sentence[j] == token]
            if len(after) > 1:
                latest = latest + row[:, i, after[-1]]
                every = every + row[:, i, after].sum(-1)
    return latest / every
