"""What every formula owes to number formats and devices: sums in float32 or better, and ids that exist."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def at_least_float32(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """The same numbers in float32 where they came in 16 bits; float32 and float64 stay as they are.

    Squares leave float16's range from 256 on, and a sum of many terms leaves bfloat16's three digits at once. So sums,
    squares and exponentials are computed in float32, as PyTorch's own kernels do inside, and rounded once at the end.
    """
    return x.to(torch.promote_types(x.dtype, torch.float32))


def outside(ids: Int[Tensor, "*shape"], size: int) -> tuple[int, int] | None:
    """The least and the greatest id where one is not in [0, size), else None.

    On CUDA the answer is None, for asking would make every step wait for the GPU; there the look-up that follows
    refuses a wrong id itself ("device-side assert").
    """
    if ids.device.type == "cuda" or not ids.numel():
        return None
    low, high = (int(end) for end in ids.aminmax())
    return (low, high) if low < 0 or high >= size else None
