"""Right answers to the exercises of checks/attention_visualization that do not look like the package's own."""

import torch


def attention_entropy(weights):
    return torch.special.entr(weights).sum(-1) / torch.tensor(2.0).log().item()


def attention_rollout(weights):
    carried = torch.eye(weights.shape[-1], dtype=weights.dtype)
    for layer in weights:
        carried = (layer.mean(dim=0) @ carried + carried) / 2
    return carried
