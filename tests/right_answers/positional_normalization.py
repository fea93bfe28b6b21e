"""Right answers to the exercises of checks/positional_normalization that do not look like the package's own."""

import torch


def moment_shortcut(x, later, eps):
    pixels, afterwards = x.permute(0, 2, 3, 1), later.permute(0, 2, 3, 1)
    centred = pixels - pixels.mean(dim=-1, keepdim=True)
    deviation = (centred.pow(2).sum(dim=-1) / x.shape[1] + eps) ** 0.5
    return (afterwards * deviation[..., None] + pixels.mean(dim=-1)[..., None]).permute(0, 3, 1, 2)


def embedding_scale(tokens, table, positions, ratio):
    """The positions are made fainter, and the words left as they are."""
    word = table.pow(2).sum(dim=1).sqrt().mean()
    place = positions.pow(2).sum(dim=1).sqrt().mean()
    fainter = positions * (word / place / ratio)
    return torch.stack([torch.nn.functional.embedding(row, table) + fainter[: len(row)] for row in tokens])
