"""The exercise *The gradient that reaches the query*."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _through_softmax(p: Tensor, upstream: Tensor) -> Tensor:
    """∂L/∂s from ∂L/∂p: what a key's weight would do to the loss, against what the row does on average."""
    return p * (upstream - p @ upstream)


def _gradient(
    through: Callable[[Tensor, Tensor], Tensor] = _through_softmax,
    scale: Callable[[int], float] = lambda d: d**-0.5,
    again: Callable[[int], float] = lambda d: d**-0.5,
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Kᵀ ∂L/∂s times the scale: with other slopes of the softmax, scores scaled otherwise, or scaled back otherwise."""

    def gradient(query: Tensor, keys: Tensor, upstream: Tensor) -> Tensor:
        d = len(query)
        p = (keys @ query * scale(d)).softmax(0)
        return through(p, upstream) @ keys * again(d)

    return gradient


def _at_the_scores(query: Tensor, keys: Tensor, upstream: Tensor) -> Tensor:
    return _through_softmax((keys @ query / len(query) ** 0.5).softmax(0), upstream)


QUERY_GRADIENT = Exercise(
    name="query_gradient",
    notebook="06_self_attention",
    title="The gradient that reaches the query",
    difficulty=3,
    reference=_gradient(),
    cases=lambda: [
        Case("5 keys, d_head 3", (draw(3), draw(5, 3, seed=1), draw(5, seed=2))),
        Case("2 keys, d_head 4", (draw(4, seed=3), draw(2, 4, seed=4), draw(2, seed=5))),
        Case("3 keys, d_head 3", (draw(3, seed=12), draw(3, 3, seed=13), draw(3, seed=14))),
        Case("d_head 1", (draw(1, seed=6), draw(6, 1, seed=7), draw(6, seed=8))),
        Case("one weight near 1", (6 * draw(5, seed=9), draw(4, 5, seed=10), draw(4, seed=11))),
        Case("a single key: nothing can change", (draw(3), draw(1, 3, seed=1), draw(1, seed=2))),
    ],
    forbidden=[Forbidden("autograd", torch_names=frozenset({"grad", "backward", "requires_grad_", "_make_dual"}))],
    praise="Right. With one weight at 0.999 no score's gradient is more than a thousandth of the differences within g.",
    mistakes=[
        Mistake(
            "scale left out of the chain",
            "The scores are q · k / √d, so the chain rule hands on 1/√d as well: multiply by it once more at the end.",
            _gradient(again=lambda d: 1.0),
        ),
        Mistake(
            "scores not scaled",
            "The weights are made from unscaled scores: p = softmax(K q / √d).",
            _gradient(scale=lambda d: 1.0),
        ),
        Mistake(
            "no scale at all",
            "1/√d is missing twice: in the scores that make the weights, and in the chain rule.",
            _gradient(scale=lambda d: 1.0, again=lambda d: 1.0),
        ),
        Mistake(
            "divided by d",
            "Everything is divided by d: the head divides by √d.",
            _gradient(scale=lambda d: 1 / d, again=lambda d: 1 / d),
        ),
        Mistake(
            "divided by d in the chain",
            "The chain rule hands on 1/√d once, not twice.",
            _gradient(again=lambda d: 1 / d),
        ),
        Mistake(
            "the others' slopes forgotten",
            "∂p_i/∂s_j beside the diagonal is missing: each score moves *all* weights, by −p_i p_j.",
            _gradient(lambda p, g: p * (1 - p) * g),
        ),
        Mistake(
            "δ alone",
            "Only p_i δ_ij is used: −p_i p_j is missing, which subtracts the weighted mean of the upstream gradients.",
            _gradient(lambda p, g: p * g),
        ),
        Mistake(
            "softmax left out",
            "The softmax's slopes are missing: between ∂L/∂p and ∂L/∂s stands p_i(δ_ij − p_j).",
            _gradient(lambda p, g: g),
        ),
        Mistake(
            "p left out",
            "The factor p is missing: ∂L/∂s_j = p_j(g_j − Σ p_i g_i).",
            _gradient(lambda p, g: g - p @ g),
        ),
        Mistake(
            "plain mean subtracted",
            "The upstream gradients' plain mean is subtracted: it is their mean in the weights, Σ p_i g_i.",
            _gradient(lambda p, g: p * (g - g.mean())),
        ),
        Mistake(
            "sum subtracted",
            "The upstream gradients' sum is subtracted: it is their mean in the weights, Σ p_i g_i.",
            _gradient(lambda p, g: p * (g - g.sum())),
        ),
        Mistake(
            "slopes of the logarithm",
            "These are the slopes of log(softmax), δ_ij − p_j: upstream belongs to p itself, p_i(δ_ij − p_j).",
            _gradient(lambda p, g: g - p * g.sum()),
        ),
        Mistake(
            "wrong sign",
            "The sign is turned round: raising a score raises its own weight.",
            _gradient(lambda p, g: -_through_softmax(p, g)),
        ),
        Mistake(
            "outer product added",
            "p_i p_j is added: it is subtracted, for what one weight gains the others lose.",
            _gradient(lambda p, g: p * (g + p @ g)),
        ),
        Mistake(
            "at the scores",
            "This is the gradient at the n scores: one step further, through s = K q / √d, stands the query.",
            _at_the_scores,
        ),
        Mistake(
            "at the keys",
            "This is the gradient at the keys, [n, d]: the query takes part in all n scores, so its own is a sum over "
            "the keys.",
            lambda query, keys, upstream: torch.outer(_at_the_scores(query, keys, upstream), query) / len(query) ** 0.5,
        ),
        Mistake(
            "mean over the keys",
            "The keys' parts are averaged: they are added.",
            lambda query, keys, upstream: _gradient()(query, keys, upstream) / len(keys),
        ),
    ],
)
