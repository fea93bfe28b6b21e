"""The exercise *Rollout, word by word*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.attention_visualization.attention_spread import attention_weights
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _rolled(
    heads: Callable[[Tensor], Tensor] = lambda layer: layer.mean(0),
    mix: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda step, eye, kept: (1 - kept) * step + kept * eye,
    chain: Callable[[Tensor, Tensor], Tensor] = lambda step, result: step @ result,
    shares: Callable[[Tensor], Tensor] = lambda keep: keep,
) -> Callable[[Tensor, Tensor], Tensor]:
    """The rollout, or one with another step, another way to chain the steps, or with other shares."""

    def roll(weights: Tensor, keep: Tensor) -> Tensor:
        eye = torch.eye(weights.shape[-1], dtype=weights.dtype)
        result = eye
        for layer, kept in zip(weights, shares(keep), strict=True):
            result = chain(mix(heads(layer), eye, kept[:, None]), result)
        return result

    return roll


def _inputs(layers: int, heads: int, tokens: int, seed: int) -> tuple[Tensor, Tensor]:
    # In float32, as the identity of torch.eye is unless it is told otherwise.
    keep = draw(layers, tokens, seed=seed + 10).sigmoid()
    return attention_weights(layers, heads, tokens, tokens, seed=seed).float(), keep.float()


def _reference(weights: Tensor, keep: Tensor) -> Tensor:
    result = torch.eye(weights.shape[-1], dtype=weights.dtype)
    for layer, kept in zip(weights, keep, strict=True):
        result = (1 - kept)[:, None] * (layer.mean(0) @ result) + kept[:, None] * result
    return result


ATTENTION_ROLLOUT = Exercise(
    name="attention_rollout",
    notebook="13_attention_visualization",
    title="Rollout, word by word",
    difficulty=2,
    reference=_reference,
    cases=lambda: [
        Case("3 layers, 4 heads, 5 tokens", _inputs(3, 4, 5, 0), 1e-5),
        Case("2 layers, 1 head, 3 tokens", _inputs(2, 1, 3, 1), 1e-5),
        Case("a single layer", _inputs(1, 2, 4, 2), 1e-5),
        Case("4 layers, 3 heads, 2 tokens", _inputs(4, 3, 2, 3), 1e-5),
        Case("3 layers, 3 heads, 3 tokens", _inputs(3, 3, 3, 4), 1e-5),
    ],
    praise="Right: heads averaged, each word with its own share for the residual stream, later layers on the left.",
    mistakes=[
        Mistake(
            "half and half",
            "Each layer's step is half and half, whatever keep says: in layer l word t keeps keep[l, t].",
            _rolled(shares=lambda keep: torch.full_like(keep, 0.5)),
        ),
        Mistake(
            "shares exchanged",
            "keep and 1 − keep have changed places: keep belongs to the identity, the rest to the heads.",
            _rolled(shares=lambda keep: 1 - keep),
        ),
        Mistake(
            "the first share for all",
            "Every layer uses keep[0]: each has shares of its own.",
            _rolled(shares=lambda keep: keep[:1].expand_as(keep)),
        ),
        Mistake(
            "the mean share for all",
            "Every layer and word uses the mean of keep: each has a share of its own.",
            _rolled(shares=lambda keep: keep.mean().expand_as(keep)),
        ),
        Mistake(
            "the layer's mean share",
            "Every word of a layer uses the mean of keep[l]: each has a share of its own, [:, None].",
            _rolled(shares=lambda keep: keep.mean(-1, keepdim=True).expand_as(keep)),
        ),
        Mistake(
            "the first word's share",
            "Every word of a layer uses the first one's share: each has its own, [:, None].",
            _rolled(shares=lambda keep: keep[:, :1].expand_as(keep)),
        ),
        Mistake(
            "the share of the word that is looked at",
            "A column has one share: keep is the share of the word that *looks*, so a row has one: [:, None].",
            _rolled(mix=lambda step, eye, kept: (1 - kept.mT) * step + kept.mT * eye),
        ),
        Mistake(
            "shares backwards",
            "keep is read from its end: keep[0] belongs to the first layer.",
            _rolled(shares=lambda keep: keep.flip(0)),
        ),
        Mistake(
            "no residual",
            "The residual stream is missing: in layer l word t keeps keep[l, t] before the product.",
            _rolled(mix=lambda step, eye, kept: step),
        ),
        Mistake(
            "heads not lowered",
            "keep · I is added to the whole mean of the heads: the heads get the rest, 1 − keep.",
            _rolled(mix=lambda step, eye, kept: step + kept * eye),
        ),
        Mistake(
            "identity not lowered",
            "The whole identity is added: it gets keep, and the heads the rest, so that rows sum to 1.",
            _rolled(mix=lambda step, eye, kept: (1 - kept) * step + eye),
        ),
        Mistake(
            "identity left out",
            "The heads are multiplied by 1 − keep, but keep · I is not added.",
            _rolled(mix=lambda step, eye, kept: (1 - kept) * step),
        ),
        Mistake(
            "added whole",
            "Heads and identity are added whole: the rows sum to 2, and the product doubles in each layer.",
            _rolled(mix=lambda step, eye, kept: step + eye),
        ),
        Mistake(
            "ones instead of the identity",
            "keep is added to every entry: the residual stream is the identity, torch.eye.",
            _rolled(mix=lambda step, eye, kept: (1 - kept) * step + kept),
        ),
        Mistake(
            "wrong order",
            "The first layer stands on the left. A later layer reads what the earlier ones made: R = step @ R.",
            _rolled(chain=lambda step, result: result @ step),
        ),
        Mistake(
            "entry by entry",
            "The layers are multiplied entry by entry: chain them with the matrix product, @.",
            _rolled(chain=lambda step, result: step * result),
        ),
        Mistake(
            "added up",
            "The layers' steps are added up: a later layer reads what the earlier ones made, so they are multiplied.",
            _rolled(chain=lambda step, result: step + result),
        ),
        Mistake(
            "heads summed",
            "The heads are added up; a layer's step has rows of sum 1 only with their mean.",
            _rolled(lambda layer: layer.sum(0)),
        ),
        Mistake(
            "largest head",
            "The largest weight of the heads is taken: average the heads, so that each row still sums to 1.",
            _rolled(lambda layer: layer.amax(0)),
        ),
        Mistake("first head", "Only the first head is used: average the heads.", _rolled(lambda layer: layer[0])),
        Mistake(
            "each layer transposed",
            "Each layer is transposed: its rows are the queries, as they come.",
            _rolled(lambda layer: layer.mean(0).mT),
        ),
        Mistake(
            "transposed",
            "The result is transposed: rows are queries (the last layer's), columns the tokens of the input.",
            lambda weights, keep: _rolled()(weights, keep).mT,
        ),
        Mistake(
            "last layer only",
            "This is the last layer alone: multiply the steps of all layers.",
            lambda weights, keep: _rolled()(weights[-1:], keep[-1:]),
        ),
        Mistake(
            "first layer only",
            "This is the first layer alone: multiply the steps of all layers.",
            lambda weights, keep: _rolled()(weights[:1], keep[:1]),
        ),
        Mistake(
            "layers averaged",
            "The layers are averaged; they run one after the other, so their steps are multiplied.",
            lambda weights, keep: _rolled()(weights.mean(0, keepdim=True), keep.mean(0, keepdim=True)),
        ),
        Mistake(
            "residual once at the end",
            "The identity is added once, after the product: every layer has a residual connection of its own.",
            lambda weights, keep: (
                (1 - keep[-1])[:, None] * _rolled(mix=lambda step, eye, kept: step)(weights, keep)
                + keep[-1][:, None] * torch.eye(weights.shape[-1])
            ),
        ),
        Mistake(
            "one rollout for each head",
            "Each head has a rollout of its own: average the heads of a layer before the product.",
            _rolled(lambda layer: layer),
        ),
        Mistake(
            "heads averaged at the end",
            "Each head is rolled out by itself, and the rollouts are averaged at the end: the mean of products is not "
            "the product of means. Average the heads of a layer before the product.",
            lambda weights, keep: _rolled(lambda layer: layer)(weights, keep).mean(0),
        ),
    ],
)
