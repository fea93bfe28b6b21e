"""Right answers to the exercises of checks/layer_normalization that do not look like the package's own."""

import torch


def layer_norm(x, weight, bias, eps):
    flat = x.reshape(-1, weight.numel()).T
    normed = torch.nn.functional.batch_norm(flat, None, None, training=True, eps=eps)
    return torch.addcmul(bias, normed.T.reshape(x.shape), weight)


def normalization_axes(x, kind):
    if kind == "layer":
        return torch.nn.functional.layer_norm(x, x.shape[-1:])
    flat = x.flatten(0, 1)
    return torch.nn.functional.batch_norm(flat, None, None, training=True).view(x.shape)


def fold_norm(weight, bias, matrix, offset):
    """What the layer returns for no features at all is its offset; what each feature adds is a column."""
    at_zero = torch.nn.functional.linear(bias, matrix, offset)
    columns = [torch.nn.functional.linear(weight * unit, matrix) for unit in torch.eye(len(weight)).to(weight)]
    return torch.stack(columns, dim=1), at_zero
