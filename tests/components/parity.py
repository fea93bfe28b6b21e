"""What the parity tests share: number formats, awkward shapes, masks, and one comparison of outputs and gradients.

The tolerance is 1e-10 in float64 and 1e-6 in float32, absolute for outputs. Gradients add up over tokens and pass
through one another, so for them it is relative to the largest entry among all gradients compared, where that exceeds 1.

In 16 bits two right answers differ by their rounding, and by more the longer the chain. There the judge is the same
module of ``torch.nn`` in float64 on the same numbers: ours may be off by as much as torch's own answer in 16 bits is
(and a quarter more), or by a few steps of the format (relative to the largest entry), whichever is more.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import NamedTuple

import pytest
import torch
from torch import Tensor, nn

from transformer_lab.interop import from_torch
from transformer_lab.masks import (
    causal_mask,
    combine_masks,
    length_mask,
    to_torch_attn_mask,
    to_torch_key_padding_mask,
)

TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-10}
# Relative to the largest entry, for one rounding here and one there: two steps of the format, 2⁻⁷ and 2⁻¹⁰.
COARSE = {torch.bfloat16: 2 * 2**-7, torch.float16: 2 * 2**-10}
# Along a chain, errors of two equally good roundings are of one size, but not equal.
ROOM = 1.25


def _each(*dtypes: torch.dtype):
    return pytest.mark.parametrize("dtype", dtypes, ids=[str(dtype).removeprefix("torch.") for dtype in dtypes])


each_dtype = _each(*TOLERANCE)
each_half = _each(*COARSE)
each_format = _each(*TOLERANCE, *COARSE)
MASKS = ("none", "padding", "causal", "causal+padding", "per_head")
each_mask = pytest.mark.parametrize("kind", MASKS)


class Shape(NamedTuple):
    batch: int
    query: int
    key: int
    d_model: int
    heads: int


SHAPES = [
    Shape(1, 1, 1, 1, 1),  # everything is 1
    Shape(2, 5, 5, 8, 2),
    Shape(1, 6, 6, 4, 4),  # d_head 1
    Shape(3, 1, 4, 6, 1),  # one query, one head
    Shape(2, 3, 7, 12, 3),  # fewer queries than keys
    Shape(2, 6, 2, 8, 4),  # more queries than keys
]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))


def example_mask(kind: str, batch: int, heads: int, query: int, key: int) -> tuple[Tensor | None, dict[str, Tensor]]:
    """Our mask, and the arguments that say the same to ``nn.MultiheadAttention``. Key 0 is open to every query."""
    padding = causal = None
    if kind == "per_head":
        mask = torch.rand(batch, heads, query, key) < 0.5
        mask[..., 0] = True
        return mask, {"attn_mask": ~mask.flatten(0, 1)}
    theirs = {}
    if "padding" in kind:
        padding = length_mask((key - 1 - torch.arange(batch)).clamp(min=1), key)
        theirs["key_padding_mask"] = to_torch_key_padding_mask(padding)
    if "causal" in kind:
        causal = causal_mask(query, key) if key >= query else torch.ones(query, key, dtype=torch.bool).tril()
        theirs["attn_mask"] = to_torch_attn_mask(causal)
    return combine_masks(padding, causal), theirs


def assert_close(ours: Tensor, theirs: Tensor, what: str, *, scale: float = 1.0) -> None:
    """Equal to the tolerance of their number format (times ``scale``); a NaN on either side fails."""
    assert ours.shape == theirs.shape, f"{what}: shape {list(ours.shape)}, expected {list(theirs.shape)}"
    assert ours.dtype == theirs.dtype, f"{what}: {ours.dtype}, expected {theirs.dtype}"
    if theirs.numel():
        if theirs.dtype in COARSE:
            allowed = COARSE[theirs.dtype] * max(1.0, scale, float(theirs.detach().abs().max()))
        else:
            allowed = TOLERANCE[theirs.dtype] * scale
        error = float((ours.detach() - theirs.detach()).abs().max())
        assert error <= allowed, f"{what}: largest difference {error:.2e}, allowed {allowed:.2e}"


def assert_gradients(ours: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> None:
    """Gradients by name, equal relative to the largest among them."""
    assert ours.keys() == theirs.keys()
    scale = max(1.0, *(float(gradient.abs().max()) for gradient in theirs.values() if gradient.numel()))
    for name, gradient in ours.items():
        assert_close(gradient, theirs[name], f"gradient of {name}", scale=scale)


def assert_parity(
    ours: Callable[..., Tensor],
    theirs: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    *,
    modules: tuple[nn.Module, nn.Module] | None = None,
    keep: Tensor | None = None,
    scale: float = 1.0,
) -> None:
    """The same outputs, the same gradients of the inputs, and of the parameters of ``modules`` (ours, theirs).

    In 16 bits :func:`assert_as_exact` judges.

    ``keep`` marks the tokens ``[batch, length]`` that somebody reads: what stands at padding is nobody's business.
    Their side runs without gradients too, for PyTorch then takes a faster path. ``scale`` is for an output that is a
    sum of so many.
    """
    with torch.no_grad():
        fast = theirs(*inputs)
    hidden = torch.zeros_like(fast, dtype=torch.bool) if keep is None else ~keep[..., None].expand_as(fast)
    direction = torch.randn_like(fast).masked_fill(hidden, 0.0)
    output, ours_gradients = _both_ways(ours, inputs, direction)
    expected, gradients = _both_ways(theirs, inputs, direction)
    if modules is not None:
        ours_gradients |= own_gradients(modules[0])
        gradients |= torch_gradients(modules[1])
    output, expected, fast = (y.masked_fill(hidden, 0.0) for y in (output, expected, fast))
    if output.dtype not in COARSE:
        assert_close(output, expected, "output", scale=scale)
        assert_close(output, fast, "output without gradients", scale=scale)
        assert_gradients(ours_gradients, gradients)
        return
    if modules is not None:
        modules[1].double().zero_grad()
    exact, exact_gradients = _both_ways(theirs, [x.double() for x in inputs], direction.double())
    if modules is not None:
        exact_gradients |= torch_gradients(modules[1])
        modules[1].to(output.dtype)
    assert_as_exact({"output": output}, {"output": expected}, {"output": exact.masked_fill(hidden, 0.0)})
    assert_as_exact(ours_gradients, gradients, exact_gradients)


def _both_ways(
    call: Callable[..., Tensor], inputs: Sequence[Tensor], direction: Tensor
) -> tuple[Tensor, dict[str, Tensor]]:
    """What a call gives, and the gradients of its inputs along a direction."""
    inputs = [x.clone().requires_grad_() for x in inputs]
    output = call(*inputs)
    (output * direction).sum().backward()
    return output.detach(), {f"input {i}": x.grad for i, x in enumerate(inputs)}


def assert_as_exact(
    ours: Mapping[str, Tensor],
    theirs: Mapping[str, Tensor],
    exact: Mapping[str, Tensor],
    dtype: torch.dtype | None = None,
) -> None:
    """In 16 bits (``dtype``, under autocast): as near to float64 as torch's answer, or to a few steps of the format."""
    assert ours.keys() == theirs.keys() == exact.keys()
    size = max(1.0, *(float(x.detach().abs().max()) for x in exact.values()))
    for name, x in ours.items():
        assert x.dtype == theirs[name].dtype, f"{name}: {x.dtype}, expected {theirs[name].dtype}"
        assert x.shape == exact[name].shape, f"{name}: shape {list(x.shape)}, expected {list(exact[name].shape)}"
        error, torch_error = (
            float((y.detach().double() - exact[name].detach()).abs().max()) for y in (x, theirs[name])
        )
        allowed = max(ROOM * torch_error, COARSE[dtype or x.dtype] * size)
        assert error <= allowed, f"{name}: off by {error:.2e} from float64, torch by {torch_error:.2e}"


def own_gradients(module: nn.Module) -> dict[str, Tensor]:
    """The gradients of a module's parameters by name."""
    return {name: parameter.grad for name, parameter in module.named_parameters()}


def torch_gradients(module: nn.Module) -> dict[str, Tensor]:
    """Their gradients under our names: converted just as the weights are."""
    gradients = deepcopy(module)
    for parameter, original in zip(gradients.parameters(), module.parameters(), strict=True):
        parameter.data = original.grad
    return {name: parameter.detach() for name, parameter in from_torch(gradients).named_parameters()}


def randomize(module: nn.Module) -> nn.Module:
    """Random numbers in every parameter, so that no bias of 0 or gain of 1 hides a mistake."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-0.5, 0.5)
    return module


def watch_scores(module: nn.Module) -> None:
    """Force attention onto its explicit path."""
    module.hook_scores.register_forward_hook(lambda *_: None)
