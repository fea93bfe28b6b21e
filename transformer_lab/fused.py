"""The fused path of attention: PyTorch's kernels, and what each device needs to be told so that they are right.

Everything that depends on a backend stands here. The formula itself is in :mod:`transformer_lab.attention`.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.masks import CausalMask, to_additive, write_out

FEW_ROWS = 32  # below so many tokens, joining the weights costs more than one product saves


def fused_attention(
    q: Float[Tensor, "batch head query d_head"],
    k: Float[Tensor, "batch kv_head key d_head"],
    v: Float[Tensor, "batch kv_head key d_head"],
    mask: Tensor | CausalMask | None = None,
    bias: Tensor | None = None,
    dropout: float = 0.0,
) -> Float[Tensor, "batch head query d_head"]:
    """``softmax(Q Kᵀ/√d_head + bias) V`` without a table of weights; a query that may attend to nothing gets zeros.

    Fewer key and value heads than query heads are shared by neighbours. ``bias`` is cast to the queries' format: with
    another one, some kernels on a GPU read it wrongly, without a word.
    """
    shared_by = q.shape[1] // k.shape[1]
    if bias is None and _hides_the_future_only(mask):
        return _kernel(q, k, v, shared_by, dropout_p=dropout, is_causal=True)
    mask = write_out(mask, q.device)
    if mask is not None:  # two axes at least, and every key named
        mask = mask if mask.dim() > 1 else mask.reshape(1, -1)
        mask = mask.expand(*mask.shape[:-1], k.shape[-2])
    same_for_all = mask is None or (mask.shape[-2] == 1 and (mask.dim() < 4 or mask.shape[1] == 1))
    if shared_by > 1 and bias is None and same_for_all:
        # Queries that share a key head stand below one another, as if they were more queries: nothing is repeated.
        folded = q.unflatten(1, (k.shape[1], shared_by)).flatten(2, 3)
        return _masked(folded, k, v, mask, None, 1, dropout).unflatten(2, (shared_by, q.shape[2])).flatten(1, 2)
    return _masked(q, k, v, mask, bias, shared_by, dropout)


def _hides_the_future_only(mask: Tensor | CausalMask | None) -> bool:
    """Whether ``is_causal`` says the same: its triangle starts in the upper left corner, ours ends lower right."""
    return isinstance(mask, CausalMask) and mask.query_length == mask.key_length


def _masked(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, bias: Tensor | None, shared_by: int, dropout: float
) -> Tensor:
    """With a written mask or none. Backends disagree on a query without any key, so none is shown such a query."""
    options = {"shared_by": shared_by, "dropout_p": dropout}
    if bias is not None:
        allowed = bias.to(q.dtype) if mask is None else bias.to(q.dtype) + to_additive(mask, q.dtype)
        empty, harmless = allowed.isneginf().all(dim=-1, keepdim=True), 0.0
    elif mask is not None:
        allowed, empty, harmless = mask, ~mask.any(dim=-1, keepdim=True), True
    else:
        return _kernel(q, k, v, **options)
    # On the CPU it costs nothing to ask; a GPU would have to be waited for.
    if empty.device.type == "cpu" and not empty.any():
        return _kernel(q, k, v, attn_mask=allowed, **options)
    return _kernel(q, k, v, attn_mask=allowed.masked_fill(empty, harmless), **options).masked_fill(empty, 0.0)


def _kernel(q: Tensor, k: Tensor, v: Tensor, shared_by: int, **options) -> Tensor:
    """The one call of PyTorch's fused attention; the choice of a backend is left to PyTorch."""
    if shared_by == 1:
        return F.scaled_dot_product_attention(q, k, v, **options)
    if q.device.type == "cuda" and q.dtype not in (torch.float16, torch.bfloat16):
        # There, enable_gqa leaves only the backend that writes the whole table of weights.
        k, v = k.repeat_interleave(shared_by, dim=1), v.repeat_interleave(shared_by, dim=1)
        return F.scaled_dot_product_attention(q, k, v, **options)
    return F.scaled_dot_product_attention(q, k, v, enable_gqa=True, **options)


def project(x: Float[Tensor, "batch length d_model"], *projections: nn.Module) -> list[Tensor]:
    """``[projection(x) for projection in projections]``, as one product with one tall matrix where nobody minds.

    Somebody minds who replaced a projection or hooked it; and for a few tokens it does not pay.
    """
    plain = [each for each in projections if isinstance(each, nn.Linear) and is_plain(each)]
    if x.shape[0] * x.shape[1] < FEW_ROWS or len(plain) < len(projections):
        return [projection(x) for projection in projections]
    weight = torch.cat([projection.weight for projection in plain])
    bias = None if plain[0].bias is None else torch.cat([projection.bias for projection in plain])
    return list(F.linear(x, weight, bias).split([projection.out_features for projection in plain], dim=-1))


def is_plain(module: nn.Module) -> bool:
    """Whether this is a linear map as PyTorch makes it, and nobody would notice if it were not called."""
    hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)
    return type(module) is nn.Linear and "forward" not in vars(module) and not any(hooks)
