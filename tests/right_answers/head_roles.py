"""Right answers to the exercises of checks/head_roles that do not look like the package's own."""

import torch


def head_mask(heads, off):
    rows = [torch.zeros_like(row) if i in off else row for i, row in enumerate(heads.unbind(1))]
    return torch.stack(rows, dim=1)


def head_importance(heads, gradients):
    return torch.einsum("bhqd,bhqd->hb", heads, gradients).abs().mean(-1)
