"""Right answers to the exercises of checks/positional_encoding that do not look like the package's own."""

import math

import torch


def sinusoidal_table(length, d_model):
    rows = []
    for p in range(length):
        row = []
        for column in range(d_model):
            angle = p / 10_000 ** ((column - column % 2) / d_model)
            row.append(math.cos(angle) if column % 2 else math.sin(angle))
        rows.append(row)
    return torch.tensor(rows)


def add_positions(sentences, rows):
    return torch.stack([sentence + rows[: len(sentence)] for sentence in sentences])


def shift_rotation(k, d_model):
    angles = torch.tensor([k / 10_000 ** (2 * i / d_model) for i in range(d_model // 2)], dtype=torch.float64)
    matrix = torch.zeros(d_model, d_model)
    even, odd = torch.arange(0, d_model, 2), torch.arange(1, d_model, 2)
    matrix[even, even] = matrix[odd, odd] = angles.cos().float()
    matrix[even, odd], matrix[odd, even] = angles.sin().float(), -angles.sin().float()
    return matrix
