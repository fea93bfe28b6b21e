"""The exercise *Attention rollout*."""

import torch
from torch import Tensor

from transformer_lab.analysis import rollout
from transformer_lab.checks.attention_visualization.attention_entropy import attention_weights
from transformer_lab.checks.exercise import Case, Exercise, Mistake


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


def _stepped(
    heads=lambda layer: layer.mean(0),
    mix=lambda step, eye: 0.5 * step + 0.5 * eye,
    chain=lambda step, result: step @ result,
):
    """The rollout with another step, or another way to chain the steps."""

    def roll(weights: Tensor) -> Tensor:
        eye = torch.eye(weights.shape[-1], dtype=weights.dtype)
        result = eye
        for layer in weights:
            result = chain(mix(heads(layer), eye), result)
        return result

    return roll


ATTENTION_ROLLOUT = Exercise(
    name="attention_rollout",
    notebook="13_attention_visualization",
    title="Attention rollout",
    difficulty=2,
    reference=lambda weights: rollout(weights)[-1].to(weights.dtype),
    cases=lambda: [
        # In float32, as the identity of torch.eye is unless it is told otherwise.
        Case("3 layers, 4 heads, 5 tokens", (attention_weights(3, 4, 5, 5).float(),), 1e-5),
        Case("2 layers, 1 head, 3 tokens", (attention_weights(2, 1, 3, 3, seed=1).float(),), 1e-5),
        Case("a single layer", (attention_weights(1, 2, 4, 4, seed=2).float(),), 1e-5),
        Case("4 layers, 3 heads, 2 tokens", (attention_weights(4, 3, 2, 2, seed=3).float(),), 1e-5),
        Case("3 layers, 3 heads, 3 tokens", (attention_weights(3, 3, 3, 3, seed=4).float(),), 1e-5),
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
        Mistake(
            "largest head",
            "The largest weight of the heads is taken: average the heads, so that each row still sums to 1.",
            _stepped(lambda layer: layer.amax(0)),
        ),
        Mistake(
            "smallest head",
            "The smallest weight of the heads is taken: average the heads.",
            _stepped(lambda layer: layer.amin(0)),
        ),
        Mistake("first head", "Only the first head is used: average the heads.", _stepped(lambda layer: layer[0])),
        Mistake(
            "entry by entry",
            "The layers are multiplied entry by entry: chain them with the matrix product, @.",
            _stepped(chain=lambda step, result: step * result),
        ),
        Mistake(
            "added up",
            "The layers' steps are added up: a later layer reads what the earlier ones made, so they are multiplied.",
            _stepped(chain=lambda step, result: step + result),
        ),
        Mistake(
            "transposed",
            "The result is transposed: rows are queries (the last layer's), columns the tokens of the input.",
            lambda weights: _stepped()(weights).mT,
        ),
        Mistake(
            "each layer transposed",
            "Each layer is transposed: its rows are the queries, as they come.",
            _stepped(lambda layer: layer.mean(0).mT),
        ),
        Mistake(
            "first layer only",
            "This is the first layer alone: multiply the steps of all layers.",
            lambda weights: _stepped()(weights[:1]),
        ),
        Mistake(
            "last layer left out",
            "The last layer is missing from the product.",
            lambda weights: _stepped()(weights[:-1]),
        ),
        Mistake(
            "first layer left out",
            "The first layer is missing from the product.",
            lambda weights: _stepped()(weights[1:]),
        ),
        Mistake(
            "ones instead of the identity",
            "½ is added to every entry: the residual stream is the identity, torch.eye.",
            _stepped(mix=lambda step, eye: 0.5 * step + 0.5),
        ),
        Mistake(
            "only the heads halved",
            "The mean of the heads is halved and the identity added whole: take half of both.",
            _stepped(mix=lambda step, eye: 0.5 * step + eye),
        ),
        Mistake(
            "only the identity halved",
            "The identity is halved and the mean of the heads added whole: take half of both.",
            _stepped(mix=lambda step, eye: step + 0.5 * eye),
        ),
        Mistake(
            "wrong order, not halved",
            "Two things: a later layer's step stands on the left; and half of both is taken, ½ A + ½ I.",
            lambda weights: _product(weights, halve=False, first_last=True),
        ),
        Mistake(
            "wrong order, no residual",
            "Two things: a later layer's step stands on the left; and each layer keeps half of every token, ½ A + ½ I.",
            lambda weights: _product(weights, residual=False, first_last=True),
        ),
        Mistake(
            "one rollout for each head",
            "Each head has a rollout of its own: average the heads of a layer before the product.",
            _stepped(lambda layer: layer),
        ),
        Mistake(
            "layers averaged, then repeated",
            "The layers are averaged and the mean is multiplied with itself: each layer has a step of its own.",
            lambda weights: _stepped()(weights.mean(0, keepdim=True).expand_as(weights)),
        ),
    ],
)


def _head_by_head(residual):
    """A rollout for each head, averaged at the end."""

    def rollout(weights):
        eye = torch.eye(weights.shape[-1], dtype=weights.dtype)
        result = eye.expand(weights.shape[1:])
        for layer in weights:
            result = (layer / 2 + eye / 2 if residual else layer) @ result
        return result.mean(0)

    return rollout


ATTENTION_ROLLOUT.mistake(
    "heads averaged at the end",
    "Each head is rolled out by itself, and the rollouts are averaged at the end: the mean of products is not "
    "the product "
    "of means. Average the heads of a layer before the product.",
)(_head_by_head(True))
ATTENTION_ROLLOUT.mistake(
    "heads averaged at the end, no residual",
    "Each head is rolled out by itself, and without the residual connection: average the heads of a layer "
    "first, and add "
    "the identity, half and half.",
)(_head_by_head(False))
