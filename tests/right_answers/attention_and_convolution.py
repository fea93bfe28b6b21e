"""Right answers to the exercises of checks/attention_and_convolution that do not look like the package's own."""

import torch.nn.functional as F


def convolution_as_attention(x, kernel, dilation):
    padded = F.pad(x.mT, ((kernel.shape[0] - 1) * dilation, 0))
    return F.conv1d(padded, kernel.permute(2, 1, 0), dilation=dilation).mT


def receptive_field(layers):
    field = 1
    for size, dilation, stride in reversed(layers):
        field = (field - 1) * stride + (size - 1) * dilation + 1
    return field
