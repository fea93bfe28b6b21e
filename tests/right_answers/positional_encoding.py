"""Right answers to the exercises of checks/positional_encoding that do not look like the package's own."""

import math

import torch


def sinusoids_at(positions, d_model):
    sentences = []
    for sentence in positions.tolist():
        rows = []
        for p in sentence:
            angles = [p / 10_000 ** ((column - column % 2) / d_model) for column in range(d_model)]
            rows.append([(math.cos if column % 2 else math.sin)(angle) for column, angle in enumerate(angles)])
        sentences.append(rows)
    return torch.tensor(sentences)


def shift_rotation(k, d_model):
    angles = torch.tensor([k / 10_000 ** (2 * i / d_model) for i in range(d_model // 2)], dtype=torch.float64)
    cosines, sines = angles.cos().diag(), angles.sin().diag()
    return torch.cat([torch.cat([cosines, sines], dim=1), torch.cat([-sines, cosines], dim=1)]).float()


def looking_back(d_word, d_place, k):
    """The queries are turned, not the keys, and two features of the head stay empty."""
    speeds = 10_000.0 ** (-torch.arange(0, d_place, 2) / d_place)
    w_q, w_k = torch.zeros(d_word + d_place, d_place + 2), torch.zeros(d_word + d_place, d_place + 2)
    for i, angle in enumerate((k * speeds).tolist()):
        sine, cosine = d_word + 2 * i, d_word + 2 * i + 1
        w_k[sine, 2 * i] = w_k[cosine, 2 * i + 1] = 60.0
        w_q[sine, 2 * i] = w_q[cosine, 2 * i + 1] = 2 * math.cos(angle)
        w_q[cosine, 2 * i], w_q[sine, 2 * i + 1] = -2 * math.sin(angle), 2 * math.sin(angle)
    return w_q, w_k
