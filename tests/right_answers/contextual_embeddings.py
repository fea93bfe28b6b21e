"""Right answers to the exercises of checks/contextual_embeddings that do not look like the package's own."""

import torch


def sentence_embedding(states, real):
    rows = [states[i][real[i]].sum(0) for i in range(len(states))]  # the norm takes the number of tokens out again
    return torch.stack([row / row.square().sum().sqrt() for row in rows])


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


def anisotropy(x):
    total = (x / x.norm(dim=-1, keepdim=True)).sum(0)
    return (total @ total - len(x)) / (len(x) * (len(x) - 1))
