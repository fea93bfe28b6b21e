"""What the rooms share: seeded numbers to try answers on, and one way to attend with its usual mistakes."""

from collections.abc import Callable
from numbers import Real
from typing import Any

import torch
from torch import Tensor


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Seeded normal numbers in float64."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def attend_with(power: float = 0.5, axis: int = -1, softmax: bool = True, swap: bool = False, width_of_x: bool = False):
    """A (possibly wrong) way to attend: ``attend(q, k, v, d_model)``; the scores are divided by ``d ** power``."""

    def attend(q: Tensor, k: Tensor, v: Tensor, d_model: int) -> Tensor:
        scores = (k @ q.transpose(-2, -1) if swap else q @ k.transpose(-2, -1)) / (
            d_model if width_of_x else q.shape[-1]
        ) ** power
        if axis == 99:
            return scores.flatten(-2).softmax(-1).view(scores.shape) @ v
        return (scores.softmax(axis) if softmax else scores) @ v

    return attend


def head_matrices(width: int, d_head: int, seed: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    """The matrices of one head: w_q, w_k, w_v."""
    return draw(width, d_head, seed=seed), draw(width, d_head, seed=seed + 1), draw(width, d_head, seed=seed + 2)


def numbers_in_a_row(answer: Callable[..., Any]) -> Callable[..., Any]:
    """For a text that asks for "one number for each …": a list of numbers is as good as a tensor."""

    def row(*arguments: Any) -> Any:
        found = answer(*arguments)
        plain = isinstance(found, list | tuple) and len(found) > 0 and all(isinstance(x, Real | Tensor) for x in found)
        if not plain or any(isinstance(x, Tensor) and x.dim() for x in found):
            return found
        return torch.stack([torch.as_tensor(x, dtype=torch.get_default_dtype()) for x in found])

    return row


def ties_in_any_order(answer):
    """Of equal entries of a row any may be chosen: what they got is put in order before it is compared."""

    def ordered(row: Tensor, *rest):
        got = answer(row, *rest)
        if not isinstance(got, Tensor) or got.shape != row.shape:
            return got
        by_size = got.argsort(dim=-1, stable=True)
        by_entry = row.gather(-1, by_size).argsort(dim=-1, stable=True)
        in_order = got.gather(-1, by_size.gather(-1, by_entry))
        return torch.zeros_like(got).scatter(-1, row.argsort(dim=-1, stable=True), in_order)

    return ordered
