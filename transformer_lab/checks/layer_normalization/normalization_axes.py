"""The exercise *Which axes? LayerNorm and BatchNorm on the same data*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

ALL = (0, 1, 2)


def _normalize_over(
    layer: tuple[int, ...] = (2,),
    batch: tuple[int, ...] = (0, 1),
    unbiased: bool = False,
    divisor=lambda variance: (variance + 1e-5).sqrt(),
    centred: bool = True,
):
    """Normalise over these axes, right by default."""

    def normalize(x: Tensor, kind: str) -> Tensor:
        axes = {"layer": layer, "batch": batch}[kind]
        mean = x.mean(axes, keepdim=True) if centred else 0.0
        return (x - mean) / divisor(x.var(axes, unbiased=unbiased, keepdim=True))

    return normalize


def _axes_cases() -> list[Case]:
    levels = torch.tensor([1.0, 2, 3, 4])
    several = (
        ("", 2 + draw(3, 5, 4, seed=3).float() * levels),
        (", as many sentences as words and features", levels * (1 + draw(4, 4, 4, seed=4).float())),
        (", one sentence of small numbers", 0.01 * draw(1, 3, 2, seed=5).float()),
    )
    return [Case(f"kind={kind!r}{more}", (x, kind), 1e-4) for more, x in several for kind in ("layer", "batch")]


NORMALIZATION_AXES = Exercise(
    name="normalization_axes",
    notebook="02_layer_normalization",
    title="Which axes? LayerNorm and BatchNorm on the same data",
    difficulty=1,
    reference=_normalize_over(),
    cases=_axes_cases,
    mistakes=[
        Mistake(
            "axes swapped",
            "The two are swapped: LayerNorm averages over the features of one token, BatchNorm over all tokens of the "
            "batch for one feature.",
            _normalize_over((0, 1), (2,)),
        ),
        Mistake(
            "batch norm over sentences only",
            "BatchNorm here averages over the sentences but not over their tokens: every token of the batch is "
            "a sample, so average over the first two axes.",
            _normalize_over(batch=(0,)),
        ),
        Mistake(
            "batch norm over one sentence",
            "BatchNorm here stays within one sentence: average over the first two axes, all tokens of all sentences.",
            _normalize_over(batch=(1,)),
        ),
        Mistake(
            "whole-sequence axis",
            "LayerNorm here averages over a whole sentence: take the last axis only, so that no token touches another.",
            _normalize_over(layer=(1, 2)),
        ),
        Mistake(
            "LayerNorm over the tokens",
            "LayerNorm here averages over the tokens of a sentence for each feature: take the features of "
            "one token, the last axis.",
            _normalize_over(layer=(1,)),
        ),
        Mistake(
            "LayerNorm over the sentences",
            "LayerNorm here averages over the sentences: take the features of one token, the last axis.",
            _normalize_over(layer=(0,)),
        ),
        Mistake(
            "LayerNorm over everything",
            "LayerNorm here averages over the whole batch: take the features of one token, the last axis.",
            _normalize_over(layer=ALL),
        ),
        Mistake(
            "BatchNorm over everything",
            "BatchNorm here has one mean for all features: each feature has its own, over the first two axes.",
            _normalize_over(batch=ALL),
        ),
        Mistake(
            "BatchNorm for each position",
            "BatchNorm here has a mean for each position instead of each feature (nn.BatchNorm1d takes axis "
            "1 for the features): average over the first two axes.",
            _normalize_over(batch=(0, 2)),
        ),
        Mistake(
            "both over everything",
            "Both average over all three axes: LayerNorm over the features of one token, BatchNorm over all "
            "tokens for one feature.",
            _normalize_over(ALL, ALL),
        ),
        Mistake(
            "always LayerNorm",
            "kind is not used: this is LayerNorm both times. BatchNorm averages over the first two axes.",
            _normalize_over(batch=(2,)),
        ),
        Mistake(
            "always BatchNorm",
            "kind is not used: this is BatchNorm both times. LayerNorm averages over the last axis.",
            _normalize_over(layer=(0, 1)),
        ),
        Mistake(
            "unbiased variance",
            "The variance divides by one less than the count: unbiased=False (or correction=0) divides by the count.",
            _normalize_over(unbiased=True),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(variance + eps).",
            _normalize_over(divisor=lambda variance: variance.sqrt() + 1e-5),
        ),
        Mistake(
            "unbiased variance, eps outside the root",
            "Two things: std() divides by one less than the count unless unbiased=False, and eps belongs "
            "inside the root.",
            _normalize_over(divisor=lambda variance: variance.sqrt() + 1e-5, unbiased=True),
        ),
        Mistake("no eps", "eps is missing: divide by √(variance + 1e-5).", _normalize_over(divisor=torch.sqrt)),
        Mistake(
            "unbiased variance, no eps",
            "Two things: std() divides by one less than the count unless unbiased=False, and eps = 1e-5 is "
            "missing under the root.",
            _normalize_over(divisor=torch.sqrt, unbiased=True),
        ),
        Mistake(
            "variance instead of deviation",
            "This divides by the variance: take the root of (variance + eps) first.",
            _normalize_over(divisor=lambda variance: variance + 1e-5),
        ),
        Mistake(
            "not divided",
            "The mean is subtracted, and nothing divided: divide by √(variance + eps).",
            _normalize_over(divisor=torch.ones_like),
        ),
        Mistake(
            "not centred", "The mean is not subtracted: centre first, then divide.", _normalize_over(centred=False)
        ),
    ],
)
