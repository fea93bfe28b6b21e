"""Switch heads off, and see which of them a model needs.

::

    with ablate_heads(model, {"decoder.layers.1.cross_attention": [0, 3]}):
        model(source, target)  # as if these two heads had found nothing
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from transformer_lab.attention import MultiHeadAttention


def attention_modules(model: nn.Module) -> dict[str, MultiHeadAttention]:
    """Every attention of a model by its name, such as ``encoder.layers.0.self_attention``."""
    return {name: module for name, module in model.named_modules() if isinstance(module, MultiHeadAttention)}


def all_heads(model: nn.Module) -> list[tuple[str, int]]:
    """Every head of a model, as the name of its attention and its number there."""
    return [(name, head) for name, module in attention_modules(model).items() for head in range(module.num_heads)]


@contextmanager
def ablate_heads(model: nn.Module, heads: Mapping[str, Iterable[int]] | Iterable[tuple[str, int]]) -> Iterator[None]:
    """Let these heads contribute nothing: their outputs are set to zero before the output projection.

    The attention's output is a sum over heads, ``Σ_h head_h W_O[h] + b``, so exactly the terms of these heads vanish
    (Michel, Levy & Neubig 2019, section 2.3). ``heads`` is a mapping from an attention's name to head numbers, or pairs
    of both, as :func:`all_heads` gives them. Blocks may be nested. Nothing is left behind.

    Raises:
        ValueError: for a name that is no attention of the model, or a head that it does not have.
    """
    pairs = [(n, h) for n, numbers in heads.items() for h in numbers] if isinstance(heads, Mapping) else list(heads)
    modules, off = attention_modules(model), {}
    for name, head in pairs:
        if name not in modules:
            raise ValueError(f"heads: {name!r} is no attention of this model; it has {', '.join(modules) or 'none'}")
        if not 0 <= head < modules[name].num_heads:
            raise ValueError(f"heads: {name} has heads 0 to {modules[name].num_heads - 1}, got {head}")
        off.setdefault(name, set()).add(head)
    with ExitStack() as hooks:
        for name, numbers in off.items():
            keep = torch.ones(modules[name].num_heads)
            keep[sorted(numbers)] = 0.0

            def silence(_module: nn.Module, _inputs: Any, out: Tensor, keep: Tensor = keep) -> Tensor:
                return out * keep.to(out)[:, None, None]  # [batch, head, query, d_head]

            hooks.callback(modules[name].hook_heads.register_forward_hook(silence).remove)
        yield


def head_importance(
    model: nn.Module, batches: Iterable[Any], loss: Callable[[nn.Module, Any], tuple[Tensor, int]]
) -> dict[tuple[str, int], float]:
    """``mean |∂L/∂ξ_h|`` where ξ_h = 1 multiplies head h's output (Michel, Levy & Neubig 2019, equation 2).

    One backward pass tells for all heads at once how much the loss would change, to first order, if a head were
    weakened. The mean runs over the batches, absolute values are taken for each: use small batches. ``loss`` gives the
    summed loss of a batch and its number of tokens, as in ``training.fit``.
    """
    modules, total, count = attention_modules(model), {}, 0
    gates = {name: torch.ones(module.num_heads, requires_grad=True) for name, module in modules.items()}
    with ExitStack() as hooks:
        for name, module in modules.items():

            def weigh(_module: nn.Module, _inputs: Any, out: Tensor, gate: Tensor = gates[name]) -> Tensor:
                return out * gate.to(out)[:, None, None]

            hooks.callback(module.hook_heads.register_forward_hook(weigh).remove)
        for batch in batches:
            summed, tokens = loss(model, batch)
            slopes = torch.autograd.grad(summed / tokens, list(gates.values()))
            for name, slope in zip(gates, slopes, strict=True):
                total[name] = total.get(name, 0) + slope.abs()
            count += 1
    if not count:
        raise ValueError("batches: there is none to measure on")
    return {(name, head): value / count for name in modules for head, value in enumerate(total[name].tolist())}
