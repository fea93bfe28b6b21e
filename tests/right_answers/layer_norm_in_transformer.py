"""Right answers to the exercises of checks/layer_norm_in_transformer that do not look like the package's own."""

import torch


def rms_norm(x, weight, eps):
    return torch.nn.functional.rms_norm(x, weight.shape, weight, eps)


def pre_ln_layer(x, attention, feed_forward, norm1, norm2):
    heard = attention(norm1(x))
    return feed_forward(norm2(x + heard)) + (heard + x)
