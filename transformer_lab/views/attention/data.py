"""What AttentionView shows, in one form: ``[layer, head, query, key]``, recorded weights or queries and keys."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

Shape = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class AttentionData:
    """What both kinds of attention may have: :class:`RecordedWeights` and :class:`QueriesAndKeys`.

    Attributes:
        value: ``[layer, head, key, d_value]``, None where the view shows no outputs.
        mask: bool, ``[layer or 1, head or 1, query, key]``; True = may attend; None where everything may.
    """

    value: Tensor | None = None
    mask: Tensor | None = None

    @property
    def shape(self) -> Shape:
        """``(layers, heads, queries, keys)``."""
        raise NotImplementedError

    def scores(self, scale: float | None) -> Tensor:
        """Scores in double precision, before mask and temperature; ``scale`` takes the place of the stored factors."""
        raise NotImplementedError

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors to store, by name."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: each for name, each in held.items() if isinstance(each, Tensor)}


@dataclass(frozen=True, kw_only=True)
class RecordedWeights(AttentionData):
    """Weights alone: ``log weight`` stands in for the score, for softmax does not notice the constant that was lost.

    Attributes:
        weights: ``[layer, head, query, key]``; rows sum to 1, or to 0 where every key is masked.
    """

    weights: Tensor

    @property
    def shape(self) -> Shape:
        """``(layers, heads, queries, keys)``."""
        layers, heads, queries, keys = self.weights.shape
        return layers, heads, queries, keys

    def scores(self, scale: float | None) -> Tensor:
        """``log weights``; there is no factor to change."""
        return self.weights.double().log()


@dataclass(frozen=True, kw_only=True)
class QueriesAndKeys(AttentionData):
    """What weights are computed from, in the browser and here.

    Attributes:
        query, key: ``[layer, head, length, d_head]``.
        scale: one factor on q·k for each layer.
        bias: ``[layer, head, query, key]``, added to the scaled scores; None where there is none.
    """

    query: Tensor
    key: Tensor
    scale: list[float]
    bias: Tensor | None = None

    @property
    def shape(self) -> Shape:
        """``(layers, heads, queries, keys)``."""
        layers, heads, queries, _ = self.query.shape
        return layers, heads, queries, self.key.shape[2]

    def dots(self) -> Tensor:
        """``q·k`` in double precision, ``[layer, head, query, key]``."""
        return self.query.double() @ self.key.double().transpose(-1, -2)

    def scores(self, scale: float | None) -> Tensor:
        """``q·k × scale + bias``."""
        factor = torch.tensor(self.scale if scale is None else [scale] * len(self.scale)).double()
        scores = self.dots() * factor[:, None, None, None]
        return scores if self.bias is None else scores + self.bias.double()

    def tensors_for(self, layer: int, head: int) -> dict[str, Tensor]:
        """What draws every head and proves the cells of one: q·k of each, and the vectors of ``only`` that one."""
        vectors = {"query": self.query, "key": self.key, "value": self.value}
        one = {name: each[layer, head][None, None] for name, each in vectors.items() if each is not None}
        return {**self.tensors(), **one, "dots": self.dots(), "only": torch.tensor([layer, head])}
