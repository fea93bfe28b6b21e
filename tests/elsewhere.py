"""A second device for machines that have none: it computes as the CPU does, and is as strict as a GPU.

Its tensors say that they are on ``meta`` and hide their numbers in a CPU tensor. Whoever mixes one of them with a
tensor of the CPU gets the error that a GPU gives; only numbers without dimensions may cross, as there. Inside
``elsewhere()``, ``device="meta"`` makes such tensors, ``.to("meta")`` and ``.cpu()`` carry them over, and ``.item()``
reads them. With ``float64=False`` the device has no float64, as Apple's GPUs have none, and takes none to convert.
"""

from contextlib import contextmanager

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map_only, tree_unflatten

DEVICE = torch.device("meta")


class Elsewhere(torch.Tensor):
    """A tensor on the pretended device; ``inner`` has its numbers."""

    @staticmethod
    def __new__(cls, inner, requires_grad=False):
        return torch.Tensor._make_wrapper_subclass(
            cls, inner.size(), strides=inner.stride(), dtype=inner.dtype, device=DEVICE, requires_grad=requires_grad
        )

    def __init__(self, inner, requires_grad=False):
        self.inner = inner.detach()

    __torch_function__ = torch._C._disabled_torch_function_impl

    def tolist(self):
        """PyTorch refuses this to tensors that are not its own."""
        return self.inner.tolist()

    def __repr__(self):
        return f"Elsewhere({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        raise RuntimeError("leave no tensor of this device behind: use it inside elsewhere()")


class _Device(TorchDispatchMode):
    def __init__(self, float64):
        super().__init__()
        self.float64 = float64

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        flat, _ = tree_flatten((args, kwargs))
        tensors = [each for each in flat if isinstance(each, torch.Tensor)]
        ours = [each for each in tensors if isinstance(each, Elsewhere)]
        name = function.overloadpacket.__name__
        moves = name in ("_to_copy", "copy_")
        target = kwargs.get("device")
        there = torch.device(target) == DEVICE if target is not None else bool(ours)
        if not ours and not there:
            return function(*args, **kwargs)
        strangers = [each for each in tensors if not isinstance(each, Elsewhere) and each.dim()]
        if ours and strangers and not moves:
            raise RuntimeError(f"{name}: expected all tensors to be on the same device, found {DEVICE} and cpu")
        if there and not self.float64 and any(each.dtype == torch.float64 and each.dim() for each in strangers):
            raise TypeError("this device has no float64: convert before the move")
        if target is not None:
            kwargs["device"] = torch.device("cpu")
        args, kwargs = tree_map_only(Elsewhere, lambda each: each.inner, (args, kwargs))
        found = function(*args, **kwargs)
        if name == "copy_":
            return flat[0]
        return tree_map_only(torch.Tensor, lambda each: self.wrap(each, flat), found) if there else found

    def wrap(self, inner, given):
        """The result of an operation; one that was computed in place is the tensor that came in."""
        if not self.float64 and inner.dtype == torch.float64:
            raise TypeError("this device has no float64")
        for each in given:
            if isinstance(each, Elsewhere) and each.inner is inner:
                return each
        return Elsewhere(inner)


class _Literals(TorchFunctionMode):
    """``torch.tensor(…, device="meta")`` does not ask the dispatcher: make it on the CPU, and move it."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if function in (torch.tensor, torch.as_tensor) and kwargs.get("device") is not None:
            device = torch.device(kwargs.pop("device"))
            return function(*args, **kwargs).to(device)
        return function(*args, **kwargs)


@contextmanager
def elsewhere(*, float64=True):
    """Inside, there is a second device called ``meta``."""
    with _Literals(), _Device(float64):
        yield DEVICE


def move(module: nn.Module) -> nn.Module:
    """``module.to("meta")``, which would throw the numbers away, with the numbers. A tied table stays tied."""
    moved = {}
    for each in module.modules():
        for name, parameter in each._parameters.items():
            if parameter is not None:
                there = moved.setdefault(id(parameter), nn.Parameter(Elsewhere(parameter.data)))
                each._parameters[name] = there
        for name, buffer in each._buffers.items():
            if buffer is not None:
                each._buffers[name] = Elsewhere(buffer)
    return module


def bring_back(tree):
    """Whatever holds tensors of the device, with those of the CPU."""
    leaves, shape = tree_flatten(tree)
    return tree_unflatten([each.inner if isinstance(each, Elsewhere) else each for each in leaves], shape)
