"""Right answers to the exercises of checks/self_attention that do not look like the package's own."""

import torch


def single_head(x, w_q, w_k, w_v):
    weights = torch.einsum("...id,...jd->...ij", x @ w_q, x @ (w_k / w_k.shape[-1] ** 0.5)).softmax(-1)
    return torch.einsum("...ij,...jd->...id", weights, x @ w_v)


def softmax_jacobian(weights):
    return torch.autograd.functional.jacobian(lambda scores: scores.softmax(0), weights.log())
