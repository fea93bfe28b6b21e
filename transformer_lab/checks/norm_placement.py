"""Exercises about the norm in the Transformer layer (21): RMSNorm, and where a norm stands."""

from collections.abc import Callable

import torch
from torch import Tensor

from transformer_lab import normalization
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

Function = Callable[[Tensor], Tensor]


def _divided(by: Callable[[Tensor, float], Tensor], weighted: bool = True, centre: bool = False):
    """``x / by(x, eps) · weight``."""

    def norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
        x = x - x.mean(-1, keepdim=True) if centre else x
        return x / by(x, eps) * (weight if weighted else 1)

    return norm


def _root(x: Tensor, eps: float) -> Tensor:
    return ((x * x).mean(-1, keepdim=True) + eps).sqrt()


def _along(*axes: int):
    def root(x: Tensor, eps: float) -> Tensor:
        return ((x * x).mean([axis for axis in axes if axis >= -x.dim()], keepdim=True) + eps).sqrt()

    return root


RMS_NORM = Exercise(
    name="rms_norm",
    notebook="21_layer_norm_in_transformer",
    title="RMSNorm",
    difficulty=1,
    reference=normalization.rms_norm,
    cases=lambda: [
        Case("[3, 4], whose mean square is 12.5", (torch.tensor([[3.0, 4.0]]).double(), torch.ones(2).double(), 1e-5)),
        Case("2 sentences of 3 tokens", (1 + 2 * draw(2, 3, 6), 1 + draw(6, seed=1) / 2, 1e-5)),
        Case("4 tokens of 4 features", (draw(4, 4, seed=2) - 1, 1 + draw(4, seed=3) / 2, 1e-5)),
        Case("tiny values, where eps matters", (0.01 * draw(2, 3, 5, seed=4), 1 + draw(5, seed=5) / 2, 1e-3)),
        Case("a token of zeros", (torch.zeros(2, 4).double(), torch.ones(4).double(), 1e-5)),
    ],
    gradients=True,
    praise="Right, also for tiny values and a token of zeros; the gradients agree too.",
    mistakes=[
        Mistake(
            "centred",
            "The mean is subtracted: that is LayerNorm. RMSNorm leaves the mean where it is.",
            _divided(_root, centre=True),
        ),
        Mistake(
            "deviation instead of rms",
            "x is divided by its standard deviation, which takes the mean off inside: use the mean of x².",
            _divided(lambda x, eps: (x.var(-1, unbiased=False, keepdim=True) + eps).sqrt()),
        ),
        Mistake(
            "deviation, divided by d − 1",
            "x is divided by its (unbiased) standard deviation, which takes the mean off inside: use the mean of x².",
            _divided(lambda x, eps: (x.var(-1, keepdim=True) + eps).sqrt()),
        ),
        Mistake(
            "divided by d − 1",
            "The squares are divided by d − 1: nothing is estimated here, divide by d.",
            _divided(lambda x, eps: ((x * x).sum(-1, keepdim=True) / (x.shape[-1] - 1) + eps).sqrt()),
        ),
        Mistake(
            "mean of absolute values",
            "This is the mean of |x|: square first, then mean, then root.",
            _divided(lambda x, eps: x.abs().mean(-1, keepdim=True) + eps),
        ),
        Mistake(
            "sum of squares",
            "The squares are added up, not averaged: that makes the token's length 1, and its features smaller the "
            "more there are. Take the mean.",
            _divided(lambda x, eps: ((x * x).sum(-1, keepdim=True) + eps).sqrt()),
        ),
        Mistake(
            "length 1",
            "x is divided by its length, the root of the *sum* of squares: take the mean, and mind eps.",
            _divided(lambda x, eps: x.norm(dim=-1, keepdim=True)),
        ),
        Mistake(
            "square of the mean",
            "The mean is taken first and then squared: square first, then mean.",
            _divided(lambda x, eps: (x.mean(-1, keepdim=True) ** 2 + eps).sqrt()),
        ),
        Mistake(
            "multiplied",
            "x is multiplied by the root mean square: divide by it.",
            _divided(lambda x, eps: 1 / _root(x, eps)),
        ),
        Mistake(
            "another eps",
            "eps is not used: nn.RMSNorm's own default is another, and only tiny tokens show it.",
            lambda x, weight, eps: normalization.rms_norm(x, weight),
        ),
        Mistake(
            "eps outside the root",
            "eps stands outside the root: divide by √(mean square + eps).",
            _divided(lambda x, eps: (x * x).mean(-1, keepdim=True).sqrt() + eps),
        ),
        Mistake(
            "no eps",
            "eps is missing: a token of zeros is divided by zero.",
            _divided(lambda x, eps: (x * x).mean(-1, keepdim=True).sqrt()),
        ),
        Mistake(
            "root forgotten",
            "x is divided by the mean square: take its root first.",
            _divided(lambda x, eps: (x * x).mean(-1, keepdim=True) + eps),
        ),
        Mistake(
            "token axis",
            "The mean runs over the tokens: take it over the last axis, the features of one token.",
            _divided(_along(-2)),
        ),
        Mistake(
            "whole-sequence axis",
            "The mean runs over all tokens of a sentence: each token has a size of its own, dim=-1.",
            _divided(_along(-2, -1)),
        ),
        Mistake(
            "all axes",
            "mean() without an axis averages over everything: use dim=-1 and keepdim=True.",
            _divided(lambda x, eps: ((x * x).mean() + eps).sqrt()),
        ),
        Mistake("weight forgotten", "weight is not used: multiply by it.", _divided(_root, weighted=False)),
        Mistake(
            "weight added",
            "weight is added: multiply by it.",
            lambda x, weight, eps: x / _root(x, eps) + weight,
        ),
    ],
)


# Functions to wire: each is its own, so that any exchange shows; attention looks at other tokens.
def _attention(x: Tensor) -> Tensor:
    return torch.tanh(x.cumsum(dim=1)) + 0.3 * x.roll(1, dims=-1)


def _feed_forward(x: Tensor) -> Tensor:
    return torch.relu(x + 0.2) * 0.7 - 0.1


def _norm1(x: Tensor) -> Tensor:
    return 1.3 * normalization.layer_norm(x) + 0.2


def _norm2(x: Tensor) -> Tensor:
    return 0.6 * normalization.layer_norm(x) - 0.4


def _pre(x: Tensor, attention: Function, feed_forward: Function, norm1: Function, norm2: Function) -> Tensor:
    x = x + attention(norm1(x))
    return x + feed_forward(norm2(x))


def _post(x, attention, feed_forward, norm1, norm2):
    x = norm1(x + attention(x))
    return norm2(x + feed_forward(x))


def _norm_on_the_stream(x, attention, feed_forward, norm1, norm2):
    x = norm1(x)
    x = x + attention(x)
    x = norm2(x)
    return x + feed_forward(x)


def _no_residual(x, attention, feed_forward, norm1, norm2):
    return feed_forward(norm2(attention(norm1(x))))


def _second_only(x, attention, feed_forward, norm1, norm2):
    x = attention(norm1(x))
    return x + feed_forward(norm2(x))


def _first_only(x, attention, feed_forward, norm1, norm2):
    return feed_forward(norm2(x + attention(norm1(x))))


def _parallel(x, attention, feed_forward, norm1, norm2):
    return x + attention(norm1(x)) + feed_forward(norm2(x))


def _back_to_the_input(x, attention, feed_forward, norm1, norm2):
    return x + feed_forward(norm2(x + attention(norm1(x))))


def _norm_on_the_output(x, attention, feed_forward, norm1, norm2):
    x = x + norm1(attention(x))
    return x + norm2(feed_forward(x))


def _one_norm_missing(x, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x))
    return x + feed_forward(x)


def _no_norm(x, attention, feed_forward, norm1, norm2):
    x = x + attention(x)
    return x + feed_forward(x)


PRE_LN_LAYER = Exercise(
    name="pre_ln_layer",
    notebook="21_layer_norm_in_transformer",
    title="A pre-LN layer",
    difficulty=2,
    reference=_pre,
    cases=lambda: [
        Case("2 sentences of 4 tokens", (2 * draw(2, 4, 6), _attention, _feed_forward, _norm1, _norm2)),
        Case("a loud stream", (30 * draw(1, 3, 8, seed=1) + 5, _attention, _feed_forward, _norm1, _norm2)),
        Case("one token", (draw(1, 1, 4, seed=2), _attention, _feed_forward, _norm1, _norm2)),
    ],
    gradients=True,
    praise="Right: the stream goes through no norm; the gradients agree too.",
    mistakes=[
        Mistake(
            "post-LN",
            "This is post-LN: the norm stands on the sum. Normalise what the sublayer reads, x + f(norm(x)).",
            _post,
        ),
        Mistake(
            "norm on the residual path",
            "The sum takes the normalised x, so the stream itself goes through the norm: that is post-LN in disguise. "
            "Keep x as it is and write x + f(norm(x)).",
            _norm_on_the_stream,
        ),
        Mistake(
            "one norm used twice",
            "norm1 is used for both sublayers: each has a norm of its own.",
            lambda x, a, f, norm1, norm2: _pre(x, a, f, norm1, norm1),
        ),
        Mistake(
            "norms exchanged",
            "The norms have changed places: norm1 belongs to the attention, norm2 to the feed-forward network.",
            lambda x, a, f, norm1, norm2: _pre(x, a, f, norm2, norm1),
        ),
        Mistake(
            "feed-forward first",
            "The feed-forward network comes first here: attention, then feed-forward.",
            lambda x, a, f, norm1, norm2: _pre(x, f, a, norm2, norm1),
        ),
        Mistake("no residual", "Nothing is added: each sublayer's result is added to x.", _no_residual),
        Mistake(
            "one residual around both",
            "One sum spans both sublayers: each sublayer's result is added by itself.",
            lambda x, a, f, norm1, norm2: x + _no_residual(x, a, f, norm1, norm2),
        ),
        Mistake("first residual missing", "The attention replaces x: add its result to x.", _second_only),
        Mistake("second residual missing", "The feed-forward network replaces x: add its result to x.", _first_only),
        Mistake(
            "parallel",
            "Both sublayers read the same x: the feed-forward network reads x *after* the attention was added.",
            _parallel,
        ),
        Mistake(
            "back to the input",
            "The second sum takes the layer's input, so what the attention added is lost: take x after the attention.",
            _back_to_the_input,
        ),
        Mistake(
            "norm on the sublayer's output",
            "The norm stands behind the sublayer: it belongs in front of it, on what it reads.",
            _norm_on_the_output,
        ),
        Mistake("second norm missing", "The feed-forward network reads x without a norm: norm2.", _one_norm_missing),
        Mistake(
            "no feed-forward",
            "The layer ends after the attention: the feed-forward network has a residual connection of its own.",
            lambda x, a, f, norm1, norm2: x + a(norm1(x)),
        ),
        Mistake("no norm", "No norm is used: each sublayer reads norm(x).", _no_norm),
        Mistake(
            "norm at the end",
            "A norm stands at the end of the layer: it belongs at the end of the whole *stack*, once.",
            lambda x, a, f, norm1, norm2: norm2(_pre(x, a, f, norm1, norm2)),
        ),
    ],
)

EXERCISES = (RMS_NORM, PRE_LN_LAYER)
