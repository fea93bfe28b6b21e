"""Which layers and heads AttentionView keeps, and the least of a mask that says the same."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from transformer_lab.views.attention.data import AttentionData, QueriesAndKeys
from transformer_lab.views.common import check


def choose(data: AttentionData, layers: Any, heads: Any) -> tuple[AttentionData, list[int], list[int]]:
    """Keep the chosen layers and heads; return the data and the numbers they had."""
    count_layers, count_heads = data.shape[:2]
    chosen = [check.index("layers", i, count_layers) for i in (range(count_layers) if layers is None else layers)]
    picked = [check.index("heads", i, count_heads) for i in (range(count_heads) if heads is None else heads)]
    if not chosen or not picked:
        raise ValueError("layers and heads must each keep at least one")

    def keep(tensor: Tensor) -> Tensor:
        tensor = tensor[chosen] if tensor.shape[0] == count_layers else tensor
        return tensor[:, picked] if tensor.shape[1] == count_heads else tensor

    kept: dict[str, Any] = {name: keep(tensor) for name, tensor in data.tensors().items()}
    if data.mask is not None:
        kept["mask"] = _shrink(kept["mask"])
    if isinstance(data, QueriesAndKeys):
        kept["scale"] = [data.scale[i] for i in chosen]
    return replace(data, **kept), chosen, picked


def _shrink(mask: Tensor) -> Tensor | None:
    """Store one plane where all layers or heads share it, and nothing where everything may be attended to."""
    if mask.all():
        return None
    if torch.equal(mask, mask[:1].expand_as(mask)):
        mask = mask[:1]
    return mask[:, :1] if torch.equal(mask, mask[:, :1].expand_as(mask)) else mask
