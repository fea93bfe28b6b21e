"""Right answers to the exercises of checks/positional_normalization that do not look like the package's own."""

import torch


def pono(x, eps):
    channels_last = x.permute(0, 2, 3, 1)
    return torch.nn.functional.layer_norm(channels_last, x.shape[1:2], eps=eps).permute(0, 3, 1, 2)


def embedding_scale(tokens, table, positions):
    sentences = []
    for sentence in tokens:
        words = torch.nn.functional.embedding(sentence, table)
        sentences.append(words.mul(table.shape[1] ** 0.5).add(positions[: len(sentence)]))
    return torch.stack(sentences)
