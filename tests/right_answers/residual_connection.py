"""Right answers to the exercises of checks/residual_connection that do not look like the package's own."""

import torch


def branch_scale(layers, variance, growth, norm_first):
    """By halving: the larger the factor, the more the stream has grown at its end."""
    low, high = 0.0, growth / variance**0.5
    for _ in range(200):
        middle, size = (low + high) / 2, 1.0
        for _ in range(layers):
            size += middle**2 * variance * (1.0 if norm_first else size)
        low, high = (middle, high) if size < growth else (low, middle)
    return low


def residual_jacobian(jacobians):
    """Every subset of the layers is one path; the empty one is the identity."""
    size = len(jacobians[0])
    total = torch.zeros(size, size, dtype=jacobians[0].dtype)
    for chosen in range(2 ** len(jacobians)):
        path = torch.eye(size, dtype=jacobians[0].dtype)
        for i, jacobian in enumerate(jacobians):
            if chosen >> i & 1:
                path = jacobian @ path
        total = total + path
    return total
