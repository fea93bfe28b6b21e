"""The exercise *How widely a row spreads*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.attention import masked_softmax
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def attention_weights(*shape: int, seed: int = 0, mask: Tensor | None = None) -> Tensor:
    """Seeded rows of weights, each of sum 1 (or 0, where the mask allows nothing)."""
    return masked_softmax(2 * draw(*shape, seed=seed), mask)


def _causal(*front: int, size: int, seed: int) -> tuple[Tensor, Tensor]:
    mask = torch.ones(size, size, dtype=torch.bool).tril()
    return attention_weights(*front, size, size, seed=seed, mask=mask), mask


def _single(weights: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    return weights.float(), mask


def _padded() -> tuple[Tensor, Tensor]:
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]]).bool()[:, None, None]
    return attention_weights(3, 2, 4, 5, seed=1, mask=mask), mask


def _with_zeros() -> tuple[Tensor, Tensor]:
    weights = torch.tensor([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.25, 0.25, 0]]).double()
    return weights, torch.tensor([[1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 0]]).bool()


def _forbidden_row() -> tuple[Tensor, Tensor]:
    mask = torch.tensor([[1, 1, 1], [0, 0, 0], [1, 0, 1]]).bool()
    return attention_weights(2, 3, 3, seed=3, mask=mask), mask


def _bits(weights: Tensor, axis: int = -1) -> Tensor:
    return -torch.special.xlogy(weights, weights).sum(axis) / torch.tensor(2.0, dtype=weights.dtype).log()


def _allowed(weights: Tensor, mask: Tensor) -> Tensor:
    return mask.expand_as(weights).sum(-1).to(weights.dtype)


def _spread(weights: Tensor, mask: Tensor) -> Tensor:
    keys = mask.expand_as(weights).sum(-1)
    nats = -torch.special.xlogy(weights, weights).sum(-1)
    return torch.where(keys > 1, nats / keys.clamp(min=2).to(weights.dtype).log(), 0.0)


def _by(combine: Callable[[Tensor, Tensor], Tensor], alone: float = 0.0) -> Callable[[Tensor, Tensor], Tensor]:
    """Another use of a row's bits and the number of its keys (at least 2); ``alone`` is what a single key gets."""

    def spread(weights: Tensor, mask: Tensor) -> Tensor:
        keys = _allowed(weights, mask)
        return torch.where(keys > 1, combine(_bits(weights), keys.clamp(min=2)), alone)

    return spread


ATTENTION_SPREAD = Exercise(
    name="attention_spread",
    notebook="13_attention_visualization",
    title="How widely a row spreads",
    difficulty=2,
    reference=_spread,
    cases=lambda: [
        Case("4 heads, 5 words, no later ones", _causal(4, size=5, seed=0), 1e-5),
        Case("2 layers, 3 heads, 3 words, float32", _single(*_causal(2, 3, size=3, seed=2)), 1e-5),
        Case("3 sentences with padding, 2 heads", _padded(), 1e-5),
        Case("zeros where attending is allowed", _with_zeros(), 1e-5),
        Case("a row that may attend to nothing", _forbidden_row(), 1e-5),
        Case(
            "a single row, everything allowed", (attention_weights(1, 6, seed=4), torch.ones(6, dtype=torch.bool)), 1e-5
        ),
    ],
    praise="Right: 0 for one key, 1 for an even share of all that is allowed, whatever the length.",
    mistakes=[
        Mistake(
            "all keys counted",
            "Each row is divided by log₂ of the whole width: count the keys that *its* mask allows.",
            lambda weights, mask: _bits(weights) / torch.tensor(weights.shape[-1], dtype=weights.dtype).log2(),
        ),
        Mistake(
            "not divided",
            "This is the entropy in bits: divide by log₂ of the number of allowed keys.",
            _by(lambda bits, keys: bits),
        ),
        Mistake(
            "divided by the number of keys",
            "The entropy is divided by the number of keys: divide by its logarithm.",
            _by(lambda bits, keys: bits / keys),
        ),
        Mistake(
            "bits over nats",
            "The entropy is in bits and the most it can be in nats: take the same logarithm for both.",
            _by(lambda bits, keys: bits / keys.log()),
        ),
        Mistake(
            "nats over bits",
            "The entropy is in nats and the most it can be in bits: take the same logarithm for both.",
            _by(lambda bits, keys: bits * torch.tensor(2.0, dtype=bits.dtype).log() / keys.log2()),
        ),
        Mistake(
            "zero divided by zero",
            "A row with one key has 0 bits of at most 0, and 0/0 is not a number: such a row gets 0.",
            lambda weights, mask: _bits(weights) / _allowed(weights, mask).log2(),
        ),
        Mistake(
            "zeros give NaN",
            "0 · log 0 is NaN on a computer, 0 in the formula: use torch.special.xlogy, or clamp inside the logarithm.",
            lambda weights, mask: torch.where(
                _allowed(weights, mask) > 1,
                -(weights * weights.log2()).sum(-1) / _allowed(weights, mask).clamp(min=2).log2(),
                0.0,
            ),
        ),
        Mistake(
            "zeros give NaN, and zero divided by zero",
            "Two things: 0 · log 0 is NaN on a computer (use torch.special.xlogy), and so is 0/0 for a single key.",
            lambda weights, mask: -(weights * weights.log2()).sum(-1) / _allowed(weights, mask).log2(),
        ),
        Mistake(
            "keys with weight counted",
            "The keys that got a weight are counted: a key that is allowed and gets 0 counts too, take the mask.",
            lambda weights, mask: _spread(weights, weights > 0),
        ),
        Mistake(
            "forbidden keys counted",
            "The mask is the wrong way round: True means that a query may attend.",
            lambda weights, mask: _spread(weights, ~mask),
        ),
        Mistake(
            "the other way round",
            "This is 1 minus the spread: 0 stands for one key, 1 for an even share of all.",
            _by(lambda bits, keys: 1 - bits / keys.log2(), alone=1.0),
        ),
        Mistake(
            "a single key gets 1",
            "A row with a single key has nothing to spread over: it gets 0.",
            _by(lambda bits, keys: bits / keys.log2(), alone=1.0),
        ),
        Mistake(
            "minus sign forgotten",
            "Logarithms of shares are negative, and entropy is not: a minus sign is missing.",
            _by(lambda bits, keys: -bits / keys.log2()),
        ),
        Mistake(
            "subtracted",
            "log₂ of the number of keys is subtracted: divide by it.",
            _by(lambda bits, keys: bits - keys.log2()),
        ),
        Mistake(
            "number of keys in effect",
            "This is 2 to the power of the entropy, over the number of keys: divide the entropy itself by log₂(keys).",
            _by(lambda bits, keys: 2**bits / keys),
        ),
        Mistake(
            "summed over the queries",
            "The entropy runs over the queries: a row's shares lie along the last axis, the keys (dim=-1).",
            lambda weights, mask: _spread(weights.mT, mask.expand_as(weights).mT),
        ),
        Mistake(
            "one mean for all",
            "The rows' numbers are averaged: return one for each row.",
            lambda weights, mask: _spread(weights, mask).mean(),
        ),
        Mistake(
            "the axis kept",
            "The last axis is still there, with size 1: leave keepdim out.",
            lambda weights, mask: _spread(weights, mask)[..., None],
        ),
    ],
)
