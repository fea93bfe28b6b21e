"""Checks of what a view is given. Each error names the argument, what it got and what it accepts."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch


def tensor(name: str, value: Any, *, dims: int | Sequence[int] | None = None) -> torch.Tensor:
    """Return ``value`` as a detached CPU tensor (float32, or bool as it is); finite numbers only.

    Raises:
        TypeError: if ``value`` does not convert to a tensor of numbers.
        ValueError: if the number of axes is not in ``dims``, an axis is empty, or an entry is not finite.
    """
    try:
        result = torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} must be a tensor or nested numbers, got {type(value).__name__}: {error}") from error
    if result.is_complex():
        raise TypeError(f"{name} must be real, got {result.dtype}")
    if result.dtype != torch.bool:
        result = result.float()
    allowed = (dims,) if isinstance(dims, int) else dims
    if allowed is not None and result.dim() not in allowed:
        wanted = " or ".join(str(d) for d in allowed)
        raise ValueError(f"{name} must have {wanted} axes, got {result.dim()} with shape {tuple(result.shape)}")
    if result.numel() == 0:
        raise ValueError(f"{name} is empty: shape {tuple(result.shape)}")
    if result.dtype != torch.bool and not torch.isfinite(result).all():
        where = tuple((~torch.isfinite(result)).nonzero()[0].tolist())
        raise ValueError(f"{name} must be finite, got {result[where].item()} at {where}")
    return result


def tokens(name: str, value: Any, length: int) -> list[str]:
    """Return ``value`` as a list of ``length`` strings; ``None`` gives the positions 0, 1, 2, ..."""
    if value is None:
        return [str(position) for position in range(length)]
    if isinstance(value, str):
        raise TypeError(f"{name} must be a sequence of strings, got one string; split it into tokens first")
    try:
        result = list(value)
    except TypeError as error:
        raise TypeError(f"{name} must be a sequence of strings, got {type(value).__name__}") from error
    wrong = next((item for item in result if not isinstance(item, str)), None)
    if wrong is not None:
        raise TypeError(f"{name} must hold strings, got a {type(wrong).__name__}: {wrong!r}")
    if len(result) != length:
        raise ValueError(f"{name} must hold {length} tokens, one per position, got {len(result)}")
    return whole_text(name, result)


def whole_text(name: str, value: Any) -> Any:
    """Return ``value``, in which every string, however deep in lists and dicts, can be written as UTF-8.

    Raises ValueError for half a character (a lone surrogate), as tokens have that were cut at bytes.
    """
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"{name} must hold whole characters, got half of one (a lone surrogate) in {value[:80]!a}: decode "
                "the bytes of neighbouring tokens together, or with errors='replace'"
            ) from error
    elif isinstance(value, Mapping):
        for key, each in value.items():
            whole_text(f"a key of {name}", key)
            whole_text(f"{name}[{key!r}]", each)
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            whole_text(f"{name}[{position}]", each)
    return value


def index(name: str, value: Any, size: int) -> int:
    """Return an index below ``size``; negative values count from the end."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__}: {value!r}")
    if not -size <= value < size:
        raise ValueError(f"{name} must be between 0 and {size - 1}, got {value}")
    return value % size


def states(view: Any, given: Mapping[str, Any]) -> None:
    """Refuse what is no state of this view or class: every view takes its states, and ``theme``, to begin with."""
    accepted = (*view._touchable, "theme")
    unknown = next((name for name in given if name not in accepted), None)
    if unknown is not None:
        name = (view if isinstance(view, type) else type(view)).__name__
        raise TypeError(f"{name} has no argument {unknown!r}; states: {', '.join(accepted)}")
