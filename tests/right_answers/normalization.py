"""Right answers to the exercises of checks/normalization.py that do not look like the package's own."""

import torch


def layer_norm(x, weight, bias, eps):
    return torch.nn.functional.layer_norm(x, weight.shape, weight, bias, eps)


def normalization_axes(x, kind):
    if kind == "layer":
        return torch.nn.functional.layer_norm(x, x.shape[-1:])
    flat = x.flatten(0, 1)
    return torch.nn.functional.batch_norm(flat, None, None, training=True).view(x.shape)
