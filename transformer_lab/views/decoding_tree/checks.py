"""What a DecodingTreeView is given, checked: ids, paths, texts."""

from collections.abc import Sequence
from typing import Any

import torch


def ids(argument: str, value: Any, size: int) -> list[int]:
    """Token ids as a list. Raises TypeError or ValueError naming the argument."""
    found = value.tolist() if isinstance(value, torch.Tensor) else list(value)
    for each in found:
        if isinstance(each, bool) or not isinstance(each, int):
            raise TypeError(f"{argument} must hold token ids (whole numbers), got {each!r}")
        if not 0 <= each < size:
            raise ValueError(f"{argument}: {each} is not a token id; this vocabulary has 0 to {size - 1}")
    return found


def path_ids(name: str, path: Any, size: int, eos_id: int) -> list[int]:
    """The ids of a named path. Raises TypeError or ValueError naming it."""
    found = ids(f"paths[{name!r}]", path, size)
    if not found:
        raise ValueError(f"paths[{name!r}] is empty: give at least one id")
    if eos_id in found[:-1]:
        raise ValueError(f"paths[{name!r}] goes on after eos_id={eos_id}: cut the padding off")
    return found


def texts_of(vocabulary: Any, shown: Sequence[int]) -> dict[int, str]:
    """The text of each id; where two are spelt alike, each with its id."""
    if isinstance(vocabulary, Sequence) and not isinstance(vocabulary, str):
        texts = [vocabulary[i] for i in shown]
    elif not isinstance(vocabulary, str) and hasattr(vocabulary, "decode"):
        texts = [vocabulary.decode([i]) for i in shown]
        texts = [text if isinstance(text, str) else "".join(text) for text in texts]
    else:
        raise TypeError(f"vocabulary must be a list of texts or have .decode, got {type(vocabulary).__name__}")
    wrong = next((text for text in texts if not isinstance(text, str)), None)
    if wrong is not None:
        raise TypeError(f"vocabulary must hold strings, got a {type(wrong).__name__}: {wrong!r}")
    return {i: t if texts.count(t) == 1 else f"{t} #{i}" for i, t in zip(shown, texts, strict=True)}
