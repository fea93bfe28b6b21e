"""Right answers to the exercises of checks/encoder that do not look like the package's own."""

import torch


def encoder_layer(x, mask, attention, feed_forward, norm1, norm2):
    found = attention(norm1(x), mask)
    worked_out = feed_forward(norm2(found + x))
    return torch.stack([x, found, worked_out]).sum(dim=0)


def masked_mean(states, real):
    shares = real / real.sum(dim=1, keepdim=True).clamp(min=1)
    return torch.einsum("bl,bld->bd", shares.to(states.dtype), states)


def threshold(scores, wanted, share):
    for candidate in scores.sort(descending=True).values.tolist():
        if wanted[scores >= candidate].sum() >= share * wanted.sum() - 1e-9:
            return candidate
    raise AssertionError("the lowest score catches all")
