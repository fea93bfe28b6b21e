"""Exercises about looking into a trained model (13): how spread a row of weights is, and where layers together look."""

import torch
from torch import Tensor

from transformer_lab.analysis import entropy, rollout
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _weights(*shape: int, seed: int = 0) -> Tensor:
    return (2 * draw(*shape, seed=seed)).softmax(-1)


def _one_hot_rows() -> Tensor:
    return torch.tensor([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]], dtype=torch.float64)


# Entropy ------------------------------------------------------------------------------------------------------------
def _bits(weights: Tensor, axis: int = -1) -> Tensor:
    return -torch.special.xlogy(weights, weights).sum(axis) / torch.log(torch.tensor(2.0, dtype=weights.dtype))


ATTENTION_ENTROPY = Exercise(
    name="attention_entropy",
    notebook="13_attention_visualization",
    title="The entropy of a row of weights",
    difficulty=1,
    reference=lambda weights: entropy(weights).to(weights.dtype),
    cases=lambda: [
        Case("4 heads, 5 queries, 5 keys", (_weights(4, 5, 5),)),
        Case("one row of 3 keys", (_weights(3, seed=1),)),
        Case("rows with zeros in them", (_one_hot_rows(),)),
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
    ],
)


# Rollout ------------------------------------------------------------------------------------------------------------
def _product(
    weights: Tensor, residual: bool = True, halve: bool = True, first_last: bool = False, total: bool = False
) -> Tensor:
    eye = torch.eye(weights.shape[-1], dtype=weights.dtype)
    half = 0.5 if residual and halve else 1.0
    result = eye
    for layer in weights:
        step = half * (layer.sum(0) if total else layer.mean(0)) + (half * eye if residual else 0)
        result = result @ step if first_last else step @ result
    return result


def _mean_of_layers(weights: Tensor) -> Tensor:
    return 0.5 * weights.mean((0, 1)) + 0.5 * torch.eye(weights.shape[-1], dtype=weights.dtype)


def _residual_at_the_end(weights: Tensor) -> Tensor:
    return 0.5 * _product(weights, residual=False) + 0.5 * torch.eye(weights.shape[-1], dtype=weights.dtype)


ATTENTION_ROLLOUT = Exercise(
    name="attention_rollout",
    notebook="13_attention_visualization",
    title="Attention rollout",
    difficulty=2,
    reference=lambda weights: rollout(weights)[-1].to(weights.dtype),
    cases=lambda: [
        Case("3 layers, 4 heads, 5 tokens", (_weights(3, 4, 5, 5),)),
        Case("2 layers, 1 head, 3 tokens", (_weights(2, 1, 3, 3, seed=1),)),
        Case("a single layer", (_weights(1, 2, 4, 4, seed=2),)),
    ],
    praise="Right: heads averaged, half for the residual stream, later layers on the left.",
    mistakes=[
        Mistake(
            "no residual",
            "The residual stream is missing: each layer keeps half of every token, ½ A + ½ I, before the product.",
            lambda weights: _product(weights, residual=False),
        ),
        Mistake(
            "wrong order",
            "The first layer stands on the left. A later layer reads what the earlier ones made: R = step @ R.",
            lambda weights: _product(weights, first_last=True),
        ),
        Mistake(
            "not halved",
            "A + I has rows of sum 2, and the product doubles in each layer: take half of both.",
            lambda weights: _product(weights, halve=False),
        ),
        Mistake(
            "heads summed",
            "The heads are added up; a layer's step has rows of sum 1 only with their mean.",
            lambda weights: _product(weights, total=True),
        ),
        Mistake(
            "last layer only",
            "This is the last layer alone: multiply the steps of all layers.",
            lambda weights: _product(weights[-1:]),
        ),
        Mistake(
            "layers averaged",
            "The layers are averaged; they run one after the other, so their steps are multiplied.",
            _mean_of_layers,
        ),
        Mistake(
            "residual once at the end",
            "The identity is added once, after the product: every layer has a residual connection of its own.",
            _residual_at_the_end,
        ),
    ],
)

EXERCISES = [ATTENTION_ENTROPY, ATTENTION_ROLLOUT]
