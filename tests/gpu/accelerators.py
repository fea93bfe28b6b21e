"""Which accelerators there are, and how exact each number format has to be on them."""

import os

import torch

# As fractions of the largest number, against the same computation on the CPU in float64.
TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 2e-2, torch.float16: 8e-3}


def accelerators() -> list[torch.device]:
    """Every GPU that PyTorch finds. TEST_ACCELERATORS=cpu tries these tests themselves where there is none."""
    named = os.environ.get("TEST_ACCELERATORS")
    if named:
        return [torch.device(name) for name in named.split(",")]
    found = [torch.device("cuda", n) for n in range(torch.cuda.device_count())]
    return found + ([torch.device("mps")] if torch.backends.mps.is_available() else [])


def said(device: torch.device) -> str:
    """``cuda:0 (NVIDIA H100)``."""
    return f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)


def assert_near(found: torch.Tensor, exact: torch.Tensor, dtype: torch.dtype, roundings: int = 1) -> None:
    """Finite, and as near to the exact numbers as :data:`TOLERANCE` asks, so many times over."""
    found = found.detach().cpu().double()
    assert found.isfinite().all()
    error, allowed = (
        float((found - exact.detach()).abs().max() / exact.detach().abs().max()),
        TOLERANCE[dtype] * roundings,
    )
    assert error <= allowed, f"largest difference {error:.1e} of the largest number, allowed {allowed}"
