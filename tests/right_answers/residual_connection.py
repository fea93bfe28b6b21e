"""Right answers to the exercises of checks/residual_connection that do not look like the package's own."""

import torch


def residual_connection(stream, f, normalize, dropout, first):
    branch = normalize(stream) if first else stream
    branch = dropout(f(branch))
    total = torch.stack([stream, branch]).sum(dim=0)
    return total if first else normalize(total)


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
