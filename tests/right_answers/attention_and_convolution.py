"""Right answers to the exercises of checks/attention_and_convolution that do not look like the package's own."""

import torch.nn.functional as F


def convolution_as_attention(x, kernel):
    size = kernel.shape[0]
    padded = F.pad(x, (0, 0, size // 2, size // 2))
    return sum(padded[:, head : head + x.shape[1]] @ kernel[head] for head in range(size))


def receptive_field(layers):
    field = 1
    for size, dilation, stride in reversed(layers):
        field = (field - 1) * stride + (size - 1) * dilation + 1
    return field
