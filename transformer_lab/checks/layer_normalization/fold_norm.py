"""The exercise *Fold weight and bias away*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw

Folded = tuple[Tensor, Tensor]


def _fold(weight: Tensor, bias: Tensor, matrix: Tensor, offset: Tensor) -> Folded:
    return matrix * weight, offset + matrix @ bias


def _inputs(features: int, outputs: int, seed: int) -> tuple[Tensor, ...]:
    weight = 1 + draw(features, seed=seed) / 2
    return weight, draw(features, seed=seed + 1), draw(outputs, features, seed=seed + 2), draw(outputs, seed=seed + 3)


FOLD_NORM = Exercise(
    name="fold_norm",
    notebook="02_layer_normalization",
    title="Fold weight and bias away",
    difficulty=2,
    reference=_fold,
    cases=lambda: [
        Case("4 features, 3 outputs", _inputs(4, 3, 0)),
        Case("as many outputs as features", _inputs(3, 3, 4)),
        Case("one output", _inputs(5, 1, 8)),
        Case("2 features, 6 outputs", _inputs(2, 6, 12)),
        Case("one feature, one output", _inputs(1, 1, 16)),
    ],
    praise="Right: the norm needs no weight and no bias any more, and the layer returns what it returned.",
    mistakes=[],
)


@FOLD_NORM.mistake(
    "bias before weight",
    "The bias is multiplied by weight on its way: LayerNorm adds it *after* weight, so it meets the matrix as it is.",
)
def _bias_before_weight(weight, bias, matrix, offset):
    return matrix * weight, offset + (matrix * weight) @ bias


@FOLD_NORM.mistake(
    "bias forgotten",
    "The bias went nowhere: what the matrix makes of it, matrix @ bias, belongs into the offset.",
)
def _bias_forgotten(weight, bias, matrix, offset):
    return matrix * weight, offset


@FOLD_NORM.mistake(
    "bias added as it is",
    "The sum of the bias is added to the offset: it has to pass through the matrix first, matrix @ bias.",
)
def _bias_not_projected(weight, bias, matrix, offset):
    return matrix * weight, offset + bias.sum()


@FOLD_NORM.mistake(
    "offset forgotten",
    "The layer's own offset is gone: add matrix @ bias to it.",
)
def _offset_forgotten(weight, bias, matrix, offset):
    return matrix * weight, matrix @ bias


@FOLD_NORM.mistake(
    "matrix divided by the weight",
    "The matrix is divided by weight: the layer now gets numbers without it, so the matrix has to multiply by it.",
)
def _divided(weight, bias, matrix, offset):
    return matrix / weight, offset + matrix @ bias


@FOLD_NORM.mistake(
    "weight not folded",
    "The matrix is as it was: column i meets feature i, so it takes that feature's weight.",
)
def _weight_forgotten(weight, bias, matrix, offset):
    return matrix, offset + matrix @ bias
