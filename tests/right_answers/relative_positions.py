"""Right answers to the exercises of checks/relative_positions that do not look like the package's own."""

import math

import torch


def alibi_bias(slopes, queries, keys):
    rows = []
    for slope in slopes:
        rows.append([[-float(slope) * abs(keys - queries + i - j) for j in range(keys)] for i in range(queries)])
    return torch.tensor(rows)


def stretched_speeds(speeds, trained, wanted, slow, fast):
    if wanted <= trained:
        return speeds.clone()
    result = []
    for speed in speeds.tolist():
        turns = trained / (2 * math.pi / speed)
        divided = 1 - min(max((turns - slow) / (fast - slow), 0), 1)
        result.append(speed * (1 - divided * (1 - trained / wanted)))
    return torch.tensor(result, dtype=speeds.dtype)
