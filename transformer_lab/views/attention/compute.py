"""What the browser draws, computed in Python: the same formulas as ``compute.js``, in double precision.

With query and key: ``weights = softmax((q·k × scale + bias + nudge) / temperature)`` over the keys that may be
attended to. With recorded weights only, ``log weight`` stands in for the score: softmax does not notice the constant
that was lost. A row without any key left is all zeros.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from transformer_lab.views.attention.data import AttentionData, RecordedWeights

NEVER = float("-inf")


class Attention:
    """Attention of all layers and heads, with the reader's interventions."""

    def __init__(
        self,
        data: AttentionData,
        *,
        masked_keys: Sequence[int] = (),
        temperature: float = 1.0,
        scale: float | None = None,
        nudges: Sequence[Sequence[Any]] = (),
    ):
        self.data, self.masked_keys, self.nudges = data, list(masked_keys), list(nudges)
        self.temperature, self.scale = temperature, scale

    def scores(self) -> Tensor:
        """Scores before softmax, ``[layer, head, query, key]``; −inf where attending is forbidden."""
        scores = self.data.scores(self.scale)
        for layer, head, query, key, amount in self.nudges:
            scores[layer, head, query, key] += amount
        scores = scores / self.temperature
        if self.data.mask is not None:
            scores = scores.masked_fill(~self.data.mask, NEVER)
        scores[..., self.masked_keys] = NEVER
        return scores

    def all_weights(self) -> Tensor:
        """Weights, ``[layer, head, query, key]``, float32."""
        touched = self.temperature != 1 or self.masked_keys or self.nudges
        if isinstance(self.data, RecordedWeights) and not touched:
            return self.data.weights
        scores = self.scores()
        empty = (scores == NEVER).all(-1, keepdim=True)
        return scores.masked_fill(empty, 0.0).softmax(-1).masked_fill(empty, 0.0).float()


def agreement(weights: Tensor, gold: list[list[int]]) -> Tensor | None:
    """Return, for each layer and head, the share of linked queries whose most attended key is a gold link."""
    if not gold:
        return None
    linked = torch.zeros(weights.shape[-2:], dtype=torch.bool)
    linked[tuple(torch.tensor(gold).T)] = True
    rows = linked.any(-1)
    best = weights.argmax(-1, keepdim=True)
    hit = linked.expand_as(weights).gather(-1, best).squeeze(-1) & (weights.sum(-1) > 0)
    return hit[..., rows].double().mean(-1)
