"""The exercise *A norm on both sides*."""

from collections.abc import Sequence

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

Norms = Sequence[Function]


# Functions to wire: each is its own, so that any exchange shows; attention looks at other tokens.
def _attention(x: Tensor) -> Tensor:
    return torch.tanh(x.cumsum(dim=1)) + 0.3 * x.roll(1, dims=-1)


def _feed_forward(x: Tensor) -> Tensor:
    return torch.relu(x + 0.2) * 0.7 - 0.1


def _norm(weight: float, bias: float) -> Function:
    return lambda x: weight * normalization.layer_norm(x) + bias


_FOUR = (_norm(1.3, 0.2), _norm(0.9, -0.3), _norm(0.6, -0.4), _norm(1.7, 0.1))


def _inputs(x: Tensor) -> tuple[Tensor, Function, Function, list[Function]]:
    return x, _attention, _feed_forward, list(_FOUR)


def _sandwich(x: Tensor, attention: Function, feed_forward: Function, norms: Norms) -> Tensor:
    x = x + norms[1](attention(norms[0](x)))
    return x + norms[3](feed_forward(norms[2](x)))


def _then(f: Function, norm: Function) -> Function:
    return lambda x: norm(f(x))


def _layer(wiring: Layer, order: Sequence[int | None] = (0, 1, 2, 3)):
    """A way of wiring the two sublayers, with the exercise's arguments.

    ``order``: which of the norms stand before and behind the first sublayer, then the second; None: none there.
    """

    def layer(x: Tensor, attention: Function, feed_forward: Function, norms: Norms) -> Tensor:
        before1, behind1, before2, behind2 = (torch.nn.Identity() if i is None else norms[i] for i in order)
        return wiring(x, (_then(attention, behind1), _then(feed_forward, behind2)), (before1, before2))

    return layer


def _wired(*sums: str, order: Sequence[int | None] = (0, 1, 2, 3), **options):
    return _layer(wired(*sums, **options), order)


def _on_the_sum(x: Tensor, attention: Function, feed_forward: Function, norms: Norms) -> Tensor:
    x = norms[1](x + attention(norms[0](x)))
    return norms[3](x + feed_forward(norms[2](x)))


def _post_ln(x: Tensor, attention: Function, feed_forward: Function, norms: Norms) -> Tensor:
    return norms[3]((h := norms[1](x + attention(x))) + feed_forward(h))


SANDWICH_LAYER = Exercise(
    name="sandwich_layer",
    notebook="21_layer_norm_in_transformer",
    title="A norm on both sides",
    difficulty=2,
    reference=_sandwich,
    cases=lambda: [
        Case("2 sentences of 4 tokens", _inputs(2 * draw(2, 4, 6))),
        Case("a loud stream", _inputs(30 * draw(1, 3, 8, seed=1) + 5)),
        Case("3 sentences of 5 tokens, 4 features", _inputs(draw(3, 5, 4, seed=3))),
        Case("one token", _inputs(draw(1, 1, 4, seed=2))),
    ],
    gradients=True,
    praise="Right: each sublayer reads and adds something of a known size, and the stream itself goes through no norm.",
    mistakes=[
        Mistake(
            "plain pre-LN",
            "What is added goes through no norm: this is pre-LN. x + norms[1](attention(norms[0](x))) comes first.",
            _wired("pre", "pre", order=(0, None, 2, None)),
        ),
        Mistake(
            "nothing in front",
            "The sublayers read x as it is: a norm stands in front of each as well as behind it.",
            _wired("pre", "pre", order=(None, 1, None, 3)),
        ),
        Mistake(
            "norm on the sum",
            "The second norm stands on the sum, so the stream itself goes through it: it belongs on what is added.",
            _on_the_sum,
        ),
        Mistake(
            "post-LN",
            "This is post-LN: one norm for each sum. Here the stream goes through none.",
            _post_ln,
        ),
        Mistake(
            "norm on the residual path",
            "The sum takes the normalised x, so the stream itself goes through the norm: keep x as it is in front of "
            "the plus.",
            _wired("normed", "normed"),
        ),
        Mistake(
            "first sum from the normalised copy",
            "The first sum takes norms[0](x): x itself, as it came, stands in front of the plus.",
            _wired("normed", "pre"),
        ),
        Mistake(
            "second sum from the normalised copy",
            "The second sum takes norms[2](x): x itself, after the first sum, stands in front of the plus.",
            _wired("pre", "normed"),
        ),
        Mistake(
            "before and behind exchanged",
            "The norms before and behind have changed places: norms[0] is read first, norms[1] stands behind.",
            _wired("pre", "pre", order=(1, 0, 3, 2)),
        ),
        Mistake(
            "the sublayers' norms exchanged",
            "The pairs have changed places: norms[0] and norms[1] belong to the attention.",
            _wired("pre", "pre", order=(2, 3, 0, 1)),
        ),
        Mistake(
            "first both before, then both behind",
            "The list is read as before, before, behind, behind: its order is before and behind the attention, then "
            "before and behind the feed-forward network.",
            _wired("pre", "pre", order=(0, 2, 1, 3)),
        ),
        Mistake(
            "the attention's norms for both",
            "norms[0] and norms[1] are used for both sublayers: each has two of its own.",
            _wired("pre", "pre", order=(0, 1, 0, 1)),
        ),
        Mistake(
            "feed-forward first",
            "The feed-forward network comes first here: attention, then feed-forward.",
            _wired("pre", "pre", parts=(1, 0)),
        ),
        Mistake("no residual", "Nothing is added: what each sublayer found is added to x.", _wired("alone", "alone")),
        Mistake(
            "one residual around both",
            "One sum spans both sublayers: what each of them found is added by itself.",
            _layer(added_at_the_end(wired("alone", "alone"))),
        ),
        Mistake("first residual missing", "The attention replaces x: add what it found to x.", _wired("alone", "pre")),
        Mistake(
            "second residual missing",
            "The feed-forward network replaces x: add what it found to x.",
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
            "feed-forward reads what the attention found alone",
            "The feed-forward network reads what the attention found alone: it reads the sum, x plus that.",
            _layer(second_reads_the_first_alone),
        ),
        Mistake(
            "first norm in front missing",
            "The attention reads x without a norm: norms[0].",
            _wired("pre", "pre", order=(None, 1, 2, 3)),
        ),
        Mistake(
            "first norm behind missing",
            "What the attention found is added without a norm: norms[1].",
            _wired("pre", "pre", order=(0, None, 2, 3)),
        ),
        Mistake(
            "second norm in front missing",
            "The feed-forward network reads x without a norm: norms[2].",
            _wired("pre", "pre", order=(0, 1, None, 3)),
        ),
        Mistake(
            "second norm behind missing",
            "What the feed-forward network found is added without a norm: norms[3].",
            _wired("pre", "pre", order=(0, 1, 2, None)),
        ),
        Mistake(
            "no norm",
            "No norm is used: one stands in front of each sublayer, and one behind it.",
            _wired("bare", "bare", order=(None, None, None, None)),
        ),
        Mistake(
            "no feed-forward",
            "The layer ends after the attention: the feed-forward network has a residual connection of its own.",
            _wired("pre"),
        ),
        Mistake(
            "no attention",
            "The attention is left out: x + norms[1](attention(norms[0](x))) comes first.",
            _wired("pre", "pre", parts=(1,)),
        ),
    ],
)
