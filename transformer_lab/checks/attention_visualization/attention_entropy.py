"""The exercise *The entropy of a row of weights*."""

import torch
from torch import Tensor

from transformer_lab.analysis import entropy
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def attention_weights(*shape: int, seed: int = 0) -> Tensor:
    """Seeded rows of weights, each of sum 1."""
    return (2 * draw(*shape, seed=seed)).softmax(-1)


def _one_hot_rows() -> Tensor:
    return torch.tensor([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]], dtype=torch.float64)


def _bits(weights: Tensor, axis: int = -1) -> Tensor:
    return -torch.special.xlogy(weights, weights).sum(axis) / torch.log(torch.tensor(2.0, dtype=weights.dtype))


ATTENTION_ENTROPY = Exercise(
    name="attention_entropy",
    notebook="13_attention_visualization",
    title="The entropy of a row of weights",
    difficulty=1,
    reference=lambda weights: entropy(weights).to(weights.dtype),
    cases=lambda: [
        Case("4 heads, 5 queries, 5 keys", (attention_weights(4, 5, 5),)),
        Case("one row of 3 keys", (attention_weights(3, seed=1),)),
        Case("rows with zeros in them", (_one_hot_rows(),)),
        Case("2 layers, 3 heads, 2 queries, float32", (attention_weights(2, 3, 2, 6, seed=2).float(),), 1e-5),
        Case("as many heads as queries and keys", (attention_weights(3, 3, 3, seed=3),)),
        Case("a batch of 1, 2 keys", (attention_weights(1, 4, 2, seed=4),)),
    ],
    praise="Right, in bits, and rows with zeros in them give a number too.",
    mistakes=[
        Mistake(
            "zeros give NaN",
            "0 · log 0 is NaN on a computer, 0 in the formula: use torch.special.xlogy, or clamp inside the logarithm.",
            lambda weights: -(weights * weights.log2()).sum(-1),
        ),
        Mistake(
            "nats instead of bits",
            "This is the entropy in nats: divide by the logarithm of 2, or use log2.",
            lambda weights: -torch.special.xlogy(weights, weights).sum(-1),
        ),
        Mistake(
            "nats, and zeros give NaN",
            "Two things: log is the natural logarithm (use log2), and 0 · log 0 is NaN (use torch.special.xlogy).",
            lambda weights: -(weights * weights.log()).sum(-1),
        ),
        Mistake(
            "summed over the queries",
            "The sum runs over the queries: a row's shares lie along the last axis, the keys (dim=-1).",
            lambda weights: _bits(weights, max(-2, -weights.dim())),
        ),
        Mistake(
            "minus sign forgotten",
            "Logarithms of shares are negative, and entropy is not: a minus sign is missing.",
            lambda weights: -_bits(weights),
        ),
        Mistake(
            "mean instead of sum",
            "Entropy adds −p log p up over the keys; this is their mean, which depends on the number of keys.",
            lambda weights: _bits(weights) / weights.shape[-1],
        ),
        Mistake(
            "divided by its maximum",
            "This is entropy as a share of log₂(keys); the exercise asks for bits.",
            lambda weights: _bits(weights) / torch.log2(torch.tensor(float(weights.shape[-1])).double()),
        ),
        Mistake(
            "decimal logarithm",
            "The logarithm is to base 10: bits have log2.",
            lambda weights: _bits(weights) * torch.tensor(2.0, dtype=weights.dtype).log10(),
        ),
        Mistake(
            "number of keys in effect",
            "This is 2 to the power of the entropy (or e to its power in nats): the exercise asks for "
            "the entropy, in bits.",
            lambda weights: 2 ** _bits(weights),
        ),
        Mistake(
            "one number for all",
            "The rows' entropies are added up: return one for each row.",
            lambda weights: _bits(weights).sum(),
        ),
        Mistake(
            "one mean for all",
            "The rows' entropies are averaged: return one for each row.",
            lambda weights: _bits(weights).mean(),
        ),
        Mistake(
            "summed over dim 0",
            "dim=0 is the first axis, whatever it holds: a row's shares lie along the last axis, dim=-1.",
            lambda weights: _bits(weights, 0),
        ),
        Mistake(
            "summed over dim 1",
            "dim=1 is the keys of one table, but not as soon as there are heads in front: use dim=-1.",
            lambda weights: _bits(weights, 1),
        ),
        Mistake(
            "softmax taken again",
            "The argument holds the weights already: no softmax is needed.",
            lambda weights: _bits(weights.softmax(-1)),
        ),
        Mistake(
            "not added up",
            "The terms −w · log₂ w are not added up: sum them over the keys.",
            lambda weights: -torch.special.xlogy(weights, weights) / torch.log(torch.tensor(2.0, dtype=weights.dtype)),
        ),
        Mistake(
            "sum of squares",
            "This is the sum of the squared weights: entropy adds −w · log₂ w up.",
            lambda weights: weights.square().sum(-1),
        ),
        Mistake(
            "1 minus the squares",
            "This is 1 minus the sum of the squared weights: entropy adds −w · log₂ w up.",
            lambda weights: 1 - weights.square().sum(-1),
        ),
        Mistake(
            "logarithms not weighed",
            "The logarithms are added up without their weights: −w · log₂ w for each key.",
            lambda weights: -weights.log2().sum(-1),
        ),
        Mistake(
            "logarithm to the wrong side",
            "The nats are multiplied by log 2: divide by it.",
            lambda weights: (
                -torch.special.xlogy(weights, weights).sum(-1) * torch.log(torch.tensor(2.0, dtype=weights.dtype))
            ),
        ),
        Mistake(
            "zeros give NaN, no minus",
            "Two things: 0 · log 0 is NaN on a computer (use torch.special.xlogy), and the minus is missing.",
            lambda weights: (weights * weights.log2()).sum(-1),
        ),
        Mistake(
            "the axis kept",
            "The last axis is still there, with size 1: leave keepdim out.",
            lambda weights: _bits(weights)[..., None],
        ),
    ],
)
