"""Right answers to the exercises of checks/layer_normalization that do not look like the package's own."""

import torch


def layer_norm(x, weight, bias, eps):
    flat = x.reshape(-1, x.shape[-1]).T
    normed = torch.nn.functional.batch_norm(flat, None, None, training=True, eps=eps)
    return torch.addcmul(bias, normed.T.reshape(x.shape), weight)


def normalization_axes(x, kind):
    if kind == "layer":
        return torch.nn.functional.layer_norm(x, x.shape[-1:])
    flat = x.flatten(0, 1)
    return torch.nn.functional.batch_norm(flat, None, None, training=True).view(x.shape)
