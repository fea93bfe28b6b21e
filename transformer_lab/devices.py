"""Where a model runs: on which device, in which number format, and in how many processes.

Started with ``torchrun``, each process takes a GPU of its own and they speak NCCL; without GPUs they speak gloo.
"""

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

PRECISIONS = {"float32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}


def device_of(model: nn.Module) -> torch.device:
    """Where a model's numbers are; everything that it is given must be there too."""
    return next(model.parameters()).device


def find_device(name: str = "auto") -> torch.device:
    """``cpu``, ``mps`` (Apple's GPU), ``cuda`` (the first NVIDIA GPU), ``cuda:1`` …, or ``auto``: the best there is.

    Under ``torchrun``, ``cuda`` is a different GPU for each process of a machine.

    Raises:
        ValueError: for another name, or a device that this machine does not have.
    """
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", name):
        raise ValueError(f"device must be auto, cpu, mps, cuda or cuda:N, got {name!r}")
    gpus, processes = torch.cuda.device_count(), int(os.environ.get("WORLD_SIZE", 1))
    apple = torch.backends.mps.is_available()
    if name == "auto":
        name = "cuda" if gpus else "mps" if apple and processes == 1 else "cpu"
    if name == "mps" and (not apple or processes > 1):
        raise ValueError("device 'mps': " + ("it serves one process" if apple else "PyTorch finds no Apple GPU here"))
    if not name.startswith("cuda"):
        return torch.device(name)
    if processes > 1 and name != "cuda":
        raise ValueError(f"device {name!r}: {processes} processes cannot share one GPU; ask for 'cuda'")
    number = int(name.partition(":")[2] or os.environ.get("LOCAL_RANK", 0))
    if number >= gpus:
        raise ValueError(f"device {name!r}: there is no GPU number {number}; PyTorch finds {gpus} NVIDIA GPUs here")
    return torch.device("cuda", number)


def check_precision(device: torch.device, precision: str) -> None:
    """Raises ValueError for a number format that is not in :data:`PRECISIONS`, or that this device cannot mix in."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}; got {precision!r}")
    dtype = PRECISIONS[precision]
    if dtype is None:
        return
    cannot = device.type == "cuda" and dtype == torch.bfloat16 and not torch.cuda.is_bf16_supported(False)
    if not cannot:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch warns, and goes on in float32
            try:
                with torch.autocast(device.type, dtype):
                    cannot = not torch.is_autocast_enabled(device.type)
            except RuntimeError:
                cannot = True
    if cannot:
        raise ValueError(f"precision {precision!r} is not to be had on {device}; float32 is")


def autocast(device: torch.device, precision: str) -> Any:
    """Mixed precision for a forward pass, or nothing. Around one pass: a longer block would keep old 16-bit weights."""
    dtype = PRECISIONS[precision]
    return nullcontext() if dtype is None else torch.autocast(device.type, dtype)


def exact_dtype(device: torch.device) -> torch.dtype:
    """float64 for sums of logarithms, where the device has it (Apple's GPUs do not)."""
    return torch.float32 if device.type == "mps" else torch.float64


def to_device(batch: Any, device: torch.device) -> Any:
    """A batch with all its tensors on ``device``: a tensor, a mapping, list or tuple, or what has a ``to`` itself."""
    if hasattr(batch, "to"):
        return batch.to(device)
    if isinstance(batch, Mapping):
        return {name: to_device(part, device) for name, part in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, list | tuple):
        return type(batch)(to_device(part, device) for part in batch)
    return batch


def random_state(device: torch.device) -> dict[str, Tensor]:
    """The state of this process's random numbers, on the CPU and on the device."""
    state = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        state[device.type] = torch.get_device_module(device).get_rng_state()
    return state


def set_random_state(device: torch.device, state: Mapping[str, Tensor]) -> None:
    """Go on where :func:`random_state` was taken."""
    torch.set_rng_state(state["cpu"])
    if device.type != "cpu":
        torch.get_device_module(device).set_rng_state(state[device.type])


@contextmanager
def distributed(device: torch.device) -> Iterator[None]:
    """Join the other processes when started by ``torchrun``; otherwise do nothing."""
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


def is_distributed() -> bool:
    """Whether several processes train together."""
    return dist.is_available() and dist.is_initialized()


def rank() -> int:
    """This process's number, from 0."""
    return dist.get_rank() if is_distributed() else 0


def world_size() -> int:
    """How many processes train together."""
    return dist.get_world_size() if is_distributed() else 1


def is_main() -> bool:
    """Whether this process prints and saves."""
    return rank() == 0


def shared(model: nn.Module) -> nn.Module:
    """The model as every process trains it: it begins with the first one's weights, and averages their gradients.

    One process alone trains the model itself.
    """
    if not is_distributed():
        return model
    device = device_of(model)
    return DistributedDataParallel(model, device_ids=[device] if device.type == "cuda" else None)


def all_sum(numbers: list[float], device: torch.device) -> list[float]:
    """The sum of each of these numbers over all processes."""
    if not is_distributed():
        return numbers
    together = torch.tensor(numbers, dtype=torch.float64, device=device)
    dist.all_reduce(together)
    return together.tolist()


def gather(tensor: Tensor, device: torch.device) -> list[Tensor]:
    """This tensor of every process, on the CPU, in the order of their ranks; all must have the same shape."""
    if not is_distributed():
        return [tensor]
    parts = [torch.empty_like(tensor, device=device) for _ in range(world_size())]
    dist.all_gather(parts, tensor.to(device))
    return [part.cpu() for part in parts]
