"""Right answers to the exercises of checks/layer_norm_in_transformer that do not look like the package's own."""

import torch


def centred_stream(table, matrix, offset):
    features = len(offset)
    projection = torch.eye(features, dtype=offset.dtype) - torch.ones(features, features, dtype=offset.dtype) / features
    return table @ projection, projection @ matrix, projection @ offset


def sandwich_layer(x, attention, feed_forward, norms):
    before, behind, *rest = norms
    heard = behind(attention(before(x)))
    before, behind = rest
    return behind(feed_forward(before(x + heard))) + (heard + x)
