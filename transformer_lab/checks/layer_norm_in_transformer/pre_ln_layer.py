"""The exercise *A pre-LN layer*."""

import torch
from torch import Tensor

from transformer_lab import normalization
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.layer_norm_in_transformer.rms_norm import Function
from transformer_lab.checks.samples import draw


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
        Case("3 sentences of 5 tokens, 4 features", (draw(3, 5, 4, seed=3), _attention, _feed_forward, _norm1, _norm2)),
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


def _first_sum_normed(x, attention, feed_forward, norm1, norm2):
    h = norm1(x)
    x = h + attention(h)
    return x + feed_forward(norm2(x))


def _second_sum_normed(x, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x))
    h = norm2(x)
    return h + feed_forward(h)


def _first_post(x, attention, feed_forward, norm1, norm2):
    x = norm1(x + attention(x))
    return x + feed_forward(norm2(x))


def _second_post(x, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x))
    return norm2(x + feed_forward(x))


def _first_norm_missing(x, attention, feed_forward, norm1, norm2):
    x = x + attention(x)
    return x + feed_forward(norm2(x))


def _only_what_was_found(x, attention, feed_forward, norm1, norm2):
    found = attention(norm1(x))
    return x + found + feed_forward(norm2(found))


def _both_norms(x, attention, feed_forward, norm1, norm2):
    x = norm1(x + attention(norm1(x)))
    return norm2(x + feed_forward(norm2(x)))


def _parallel_one_norm(x, attention, feed_forward, norm1, norm2):
    h = norm1(x)
    return x + attention(h) + feed_forward(h)


def _no_residual_no_norms(x, attention, feed_forward, norm1, norm2):
    return feed_forward(attention(x))


def _post_no_residual(x, attention, feed_forward, norm1, norm2):
    return norm2(feed_forward(norm1(attention(x))))


PRE_LN_LAYER.mistakes.extend(
    [
        Mistake(
            "first sum from the normalised copy",
            "The first sum takes norm1(x): x itself, as it came, stands in front of the plus.",
            _first_sum_normed,
        ),
        Mistake(
            "second sum from the normalised copy",
            "The second sum takes norm2(x): x itself, after the first sum, stands in front of the plus.",
            _second_sum_normed,
        ),
        Mistake(
            "first sublayer post-LN",
            "The first norm stands on the sum (post-LN): normalise what the attention reads, x + attention(norm1(x)).",
            _first_post,
        ),
        Mistake(
            "second sublayer post-LN",
            "The second norm stands on the sum (post-LN): normalise what the feed-forward network reads.",
            _second_post,
        ),
        Mistake("first norm missing", "The attention reads x without a norm: norm1.", _first_norm_missing),
        Mistake(
            "feed-forward reads the attention's result alone",
            "The feed-forward network reads what the attention found alone: it reads the sum, x plus that.",
            _only_what_was_found,
        ),
        Mistake(
            "norms before and behind",
            "Each norm is used twice, before the sublayer and on the sum: only what the sublayer reads is normalised.",
            _both_norms,
        ),
        Mistake(
            "parallel, one norm",
            "Both sublayers read norm1(x): the feed-forward network reads x *after* the attention was added, under "
            "norm2.",
            _parallel_one_norm,
        ),
        Mistake(
            "norm2 for both",
            "norm2 is used for both sublayers: each has a norm of its own.",
            lambda x, a, f, norm1, norm2: _pre(x, a, f, norm2, norm2),
        ),
        Mistake(
            "no residual, no norms",
            "Nothing is added and nothing normalised: x + f(norm(x)), twice.",
            _no_residual_no_norms,
        ),
        Mistake(
            "post-LN, no residual",
            "Nothing is added, and the norms stand behind the sublayers: x + f(norm(x)), twice.",
            _post_no_residual,
        ),
        Mistake(
            "no attention",
            "The attention is left out: x + attention(norm1(x)) comes first.",
            lambda x, a, f, norm1, norm2: x + f(norm2(x)),
        ),
        Mistake(
            "norm at the start",
            "A norm stands at the start of the layer as well: the stream itself goes through none.",
            lambda x, a, f, norm1, norm2: _pre(norm1(x), a, f, norm1, norm2),
        ),
    ]
)
