"""The exercise *A pre-LN layer*."""

import torch
from torch import Tensor

from transformer_lab import normalization
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.checks.sublayers import (
    Function,
    Layer,
    added_at_the_end,
    last_added_to_the_input,
    second_reads_the_first_alone,
    side_by_side,
    wired,
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


def _layer(wiring: Layer):
    """A way of wiring the two sublayers, with the exercise's arguments."""
    return lambda x, attention, feed_forward, norm1, norm2: wiring(x, (attention, feed_forward), (norm1, norm2))


def _wired(*sums: str, **order):
    return _layer(wired(*sums, **order))


PRE_LN_LAYER = Exercise(
    name="pre_ln_layer",
    notebook="21_layer_norm_in_transformer",
    title="A pre-LN layer",
    difficulty=2,
    reference=_pre,
    cases=lambda: [
        Case("2 sentences of 4 tokens", (2 * draw(2, 4, 6), _attention, _feed_forward, _norm1, _norm2)),
        Case("a loud stream", (30 * draw(1, 3, 8, seed=1) + 5, _attention, _feed_forward, _norm1, _norm2)),
        Case("3 sentences of 5 tokens, 4 features", (draw(3, 5, 4, seed=3), _attention, _feed_forward, _norm1, _norm2)),
        Case("one token", (draw(1, 1, 4, seed=2), _attention, _feed_forward, _norm1, _norm2)),
    ],
    gradients=True,
    praise="Right: the stream goes through no norm; the gradients agree too.",
    mistakes=[
        Mistake(
            "post-LN",
            "This is post-LN: the norm stands on the sum. Normalise what the sublayer reads, x + f(norm(x)).",
            _wired("post", "post"),
        ),
        Mistake(
            "norm on the residual path",
            "The sum takes the normalised x, so the stream itself goes through the norm: that is post-LN in disguise. "
            "Keep x as it is and write x + f(norm(x)).",
            _wired("normed", "normed"),
        ),
        Mistake(
            "one norm used twice",
            "norm1 is used for both sublayers: each has a norm of its own.",
            _wired("pre", "pre", used=(0, 0)),
        ),
        Mistake(
            "norms exchanged",
            "The norms have changed places: norm1 belongs to the attention, norm2 to the feed-forward network.",
            _wired("pre", "pre", used=(1, 0)),
        ),
        Mistake(
            "feed-forward first",
            "The feed-forward network comes first here: attention, then feed-forward.",
            _wired("pre", "pre", parts=(1, 0)),
        ),
        Mistake("no residual", "Nothing is added: each sublayer's result is added to x.", _wired("alone", "alone")),
        Mistake(
            "one residual around both",
            "One sum spans both sublayers: each sublayer's result is added by itself.",
            _layer(added_at_the_end(wired("alone", "alone"))),
        ),
        Mistake("first residual missing", "The attention replaces x: add its result to x.", _wired("alone", "pre")),
        Mistake(
            "second residual missing",
            "The feed-forward network replaces x: add its result to x.",
            _wired("pre", "alone"),
        ),
        Mistake(
            "parallel",
            "Both sublayers read the same x: the feed-forward network reads x *after* the attention was added.",
            _layer(side_by_side(0, 1)),
        ),
        Mistake(
            "back to the input",
            "The second sum takes the layer's input, so what the attention added is lost: take x after the attention.",
            _layer(last_added_to_the_input),
        ),
        Mistake(
            "norm on the sublayer's output",
            "The norm stands behind the sublayer: it belongs in front of it, on what it reads.",
            _wired("behind", "behind"),
        ),
        Mistake(
            "second norm missing", "The feed-forward network reads x without a norm: norm2.", _wired("pre", "bare")
        ),
        Mistake(
            "no feed-forward",
            "The layer ends after the attention: the feed-forward network has a residual connection of its own.",
            _wired("pre"),
        ),
        Mistake("no norm", "No norm is used: each sublayer reads norm(x).", _wired("bare", "bare")),
        Mistake(
            "norm at the end",
            "A norm stands at the end of the layer: it belongs at the end of the whole *stack*, once.",
            lambda x, a, f, norm1, norm2: norm2(_pre(x, a, f, norm1, norm2)),
        ),
    ],
)


PRE_LN_LAYER.mistakes.extend(
    [
        Mistake(
            "first sum from the normalised copy",
            "The first sum takes norm1(x): x itself, as it came, stands in front of the plus.",
            _wired("normed", "pre"),
        ),
        Mistake(
            "second sum from the normalised copy",
            "The second sum takes norm2(x): x itself, after the first sum, stands in front of the plus.",
            _wired("pre", "normed"),
        ),
        Mistake(
            "first sublayer post-LN",
            "The first norm stands on the sum (post-LN): normalise what the attention reads, x + attention(norm1(x)).",
            _wired("post", "pre"),
        ),
        Mistake(
            "second sublayer post-LN",
            "The second norm stands on the sum (post-LN): normalise what the feed-forward network reads.",
            _wired("pre", "post"),
        ),
        Mistake("first norm missing", "The attention reads x without a norm: norm1.", _wired("bare", "pre")),
        Mistake(
            "feed-forward reads the attention's result alone",
            "The feed-forward network reads what the attention found alone: it reads the sum, x plus that.",
            _layer(second_reads_the_first_alone),
        ),
        Mistake(
            "norms before and behind",
            "Each norm is used twice, before the sublayer and on the sum: only what the sublayer reads is normalised.",
            _wired("both", "both"),
        ),
        Mistake(
            "parallel, one norm",
            "Both sublayers read norm1(x): the feed-forward network reads x *after* the attention was added, under "
            "norm2.",
            _layer(side_by_side(0, 0)),
        ),
        Mistake(
            "norm2 for both",
            "norm2 is used for both sublayers: each has a norm of its own.",
            _wired("pre", "pre", used=(1, 1)),
        ),
        Mistake(
            "no residual, no norms",
            "Nothing is added and nothing normalised: x + f(norm(x)), twice.",
            _wired("alone, bare", "alone, bare"),
        ),
        Mistake(
            "post-LN, no residual",
            "Nothing is added, and the norms stand behind the sublayers: x + f(norm(x)), twice.",
            _wired("alone, post", "alone, post"),
        ),
        Mistake(
            "no attention",
            "The attention is left out: x + attention(norm1(x)) comes first.",
            _wired("pre", "pre", parts=(1,)),
        ),
        Mistake(
            "norm at the start",
            "A norm stands at the start of the layer as well: the stream itself goes through none.",
            lambda x, a, f, norm1, norm2: _pre(norm1(x), a, f, norm1, norm2),
        ),
    ]
)
