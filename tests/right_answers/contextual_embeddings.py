"""Right answers to the exercises of checks/contextual_embeddings that do not look like the package's own."""

import torch


def sentence_embedding(states, real, weights):
    rows = []
    for vectors, words, share in zip(states, real, weights, strict=True):
        row = share[words] @ vectors[words]  # the norm takes the sum of the weights out again
        length = row.square().sum().sqrt()
        rows.append(row / length if length > 0 else row)
    return torch.stack(rows)


def sense_probe(states, places, senses, is_train):
    sums = {}
    for i in is_train.nonzero()[:, 0].tolist():
        sense = senses[i].item()
        sums[sense] = sums.get(sense, 0) + states[i, places[i]]
    right = total = 0
    for i in (~is_train).nonzero()[:, 0].tolist():
        word = states[i, places[i]]
        best = max(sums, key=lambda sense: float(word @ sums[sense] / sums[sense].norm()))
        right, total = right + (best == senses[i].item()), total + 1
    return right / total


def anisotropy(x, words):
    total = count = 0
    for i, one in enumerate(x):
        for j, other in enumerate(x[:i]):
            if words[i] != words[j]:
                total, count = total + one @ other / (one.norm() * other.norm()), count + 1
    return total / count
