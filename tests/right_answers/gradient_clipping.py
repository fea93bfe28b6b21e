"""Right answers to the exercises of checks/gradient_clipping that do not look like the package's own."""

import math

import torch


def clip_by_global_norm(gradients, max_norm):
    total = math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients))
    if not total < math.inf:
        return [torch.zeros_like(gradient) for gradient in gradients], total
    if total <= max_norm:
        return [gradient.clone() for gradient in gradients], total
    return [gradient / total * max_norm for gradient in gradients], torch.tensor(total, dtype=torch.float64)


def clip_accumulated(micro_batches, max_norm):
    parameter = torch.nn.Parameter(torch.zeros_like(micro_batches[0]))
    for gradient in micro_batches:
        (parameter * gradient / len(micro_batches)).sum().backward()
    torch.nn.utils.clip_grad_norm_([parameter], max_norm)
    return parameter.grad
