"""The exercise *The encoder layer*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.checks.sublayers import (
    Layer,
    added_at_the_end,
    last_added_to_the_input,
    second_reads_the_first_alone,
    side_by_side,
    wired,
)


def _attend(h: Tensor, mask: Tensor | None = None) -> Tensor:
    """One head without projections, scores doubled so that the weights are far from even; always the same.

    Without a mask it hides nothing, so that an answer which hands none on is judged by what that does.
    """
    scores = 2 * h @ h.transpose(-2, -1)
    scores = scores if mask is None else scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1) @ h.flip(-1)


def _feed_forward(h: Tensor) -> Tensor:
    return (h @ draw(h.shape[-1], 8, seed=3)).clamp(min=0) @ draw(8, h.shape[-1], seed=4) / 4 + 0.1


def _norm1(h: Tensor) -> Tensor:
    return torch.nn.functional.layer_norm(h, h.shape[-1:]) * 1.5


def _norm2(h: Tensor) -> Tensor:
    return torch.nn.functional.layer_norm(h, h.shape[-1:]) + 0.5


def _encoder_layer(x, mask, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x), mask)
    return x + feed_forward(norm2(x))


def _layer(wiring: Layer):
    """A way of wiring the two sublayers, with the exercise's arguments."""

    def layer(x, mask, attention, feed_forward, norm1, norm2):
        return wiring(x, (lambda h: attention(h, mask), feed_forward), (norm1, norm2))

    return layer


def _wired(*sums: str, **order):
    return _layer(wired(*sums, **order))


def _layer_case(label: str, *shape: int, words: list[int]) -> Case:
    mask = (torch.arange(shape[1]) < torch.tensor(words)[:, None])[:, None, :]
    return Case(label, (draw(*shape), mask, _attend, _feed_forward, _norm1, _norm2))


ENCODER_LAYER = Exercise(
    name="encoder_layer",
    notebook="25_encoder",
    title="The encoder layer",
    difficulty=2,
    reference=_encoder_layer,
    cases=lambda: [
        _layer_case("2 sentences of 5 words", 2, 5, 6, words=[5, 5]),
        _layer_case("3 sentences, two with padding", 3, 4, 4, words=[4, 2, 1]),
        _layer_case("one word", 1, 1, 4, words=[1]),
        _layer_case("one sentence of 5 words with padding", 1, 5, 3, words=[3]),
    ],
    gradients=True,
    praise="Right: norm, work, add, twice; the gradients agree too.",
    mistakes=[
        Mistake(
            "no residual",
            "Each sublayer *replaces* the words: add its result to what came in, x = x + …, twice.",
            _wired("alone", "alone"),
        ),
        Mistake(
            "no residual, norms last",
            "Each sublayer *replaces* the words: add its result to what came in, x = x + …, twice.",
            _wired("alone, post", "alone, post"),
        ),
        Mistake(
            "no residual, norms first and last",
            "Each sublayer *replaces* the words: add its result to what came in, x = x + …, twice.",
            _wired("alone", "alone, post"),
        ),
        Mistake(
            "one residual around both",
            "One residual connection spans both sublayers: each sublayer has its own.",
            _layer(added_at_the_end(wired("alone", "alone"))),
        ),
        Mistake(
            "added to the layer's input",
            "The feed-forward result is added to the layer's *input*, so what attention found is lost: add it to the "
            "sum after attention.",
            _layer(last_added_to_the_input),
        ),
        Mistake(
            "no residual around attention",
            "Attention replaces the words: x = x + attention(…).",
            _wired("alone", "pre"),
        ),
        Mistake(
            "no residual around feed-forward",
            "The feed-forward network replaces the words: x = x + feed_forward(…).",
            _wired("pre", "alone"),
        ),
        Mistake(
            "the stream is normed",
            "The norm also acts on what is added *to*: only the sublayer's input is normed, the sum passes it by.",
            _wired("normed", "normed"),
        ),
        Mistake(
            "post-LN",
            "This is the post-LN layer, norm(x + f(x)): the task wants the norm first, x + f(norm(x)).",
            _wired("post", "post"),
        ),
        Mistake(
            "norm after the sublayer",
            "The norms act on the sublayers' results: they belong before the sublayers, x + f(norm(x)).",
            _wired("behind", "behind"),
        ),
        Mistake("no norms", "The norms are not used: x + f(norm(x)), twice.", _wired("bare", "bare")),
        Mistake(
            "one norm twice",
            "norm1 is used twice: each sublayer has a norm of its own, with its own gain and shift.",
            _wired("pre", "pre", used=(0, 0)),
        ),
        Mistake(
            "side by side",
            "Both sublayers read the layer's input: the feed-forward network reads the sum *after* attention.",
            _layer(side_by_side(0, 1)),
        ),
        Mistake(
            "order exchanged",
            "The feed-forward network comes first: attention gathers, then the feed-forward network works on it.",
            _wired("pre", "pre", parts=(1, 0)),
        ),
        Mistake(
            "no feed-forward",
            "The feed-forward sublayer is missing: after attention, x + feed_forward(norm2(x)).",
            _wired("pre"),
        ),
        Mistake(
            "mask forgotten",
            "Words attend to padding: hand the mask to attention.",
            lambda x, mask, *parts: _encoder_layer(x, torch.ones_like(mask), *parts),
        ),
    ],
)


ENCODER_LAYER.mistakes.extend(
    [
        Mistake(
            "first sum from the normed copy",
            "The first sum takes norm1(x): x itself, as it came, is what is added to.",
            _wired("normed", "pre"),
        ),
        Mistake(
            "second sum from the normed copy",
            "The second sum takes norm2(x): x itself, after the first sum, is what is added to.",
            _wired("pre", "normed"),
        ),
        Mistake(
            "first sublayer post-LN",
            "The first norm stands on the sum (post-LN): it belongs on what attention reads.",
            _wired("post", "pre"),
        ),
        Mistake(
            "second sublayer post-LN",
            "The second norm stands on the sum (post-LN): it belongs on what the feed-forward network reads.",
            _wired("pre", "post"),
        ),
        Mistake("first norm missing", "Attention reads x without a norm: norm1.", _wired("bare", "pre")),
        Mistake(
            "second norm missing", "The feed-forward network reads x without a norm: norm2.", _wired("pre", "bare")
        ),
        Mistake(
            "feed-forward reads what attention found alone",
            "The feed-forward network reads what attention found alone: it reads the sum, x plus that.",
            _layer(second_reads_the_first_alone),
        ),
        Mistake(
            "side by side, one norm",
            "Both sublayers read norm1(x): the feed-forward network reads the sum *after* attention, under norm2.",
            _layer(side_by_side(0, 0)),
        ),
        Mistake(
            "norms exchanged",
            "The norms have changed places: norm1 is for attention, norm2 for the feed-forward network.",
            _wired("pre", "pre", used=(1, 0)),
        ),
        Mistake(
            "norm2 twice",
            "norm2 is used twice: each sublayer has a norm of its own, with its own gain and shift.",
            _wired("pre", "pre", used=(1, 1)),
        ),
        Mistake(
            "norm at the end",
            "A norm stands at the end of the layer: a pre-LN layer ends with a sum.",
            lambda *a: a[-1](_encoder_layer(*a)),
        ),
        Mistake(
            "no attention",
            "Attention is left out: x + attention(norm1(x), mask) comes first.",
            _wired("pre", "pre", parts=(1,)),
        ),
        Mistake(
            "mask inverted",
            "The mask is turned over on its way to attention: hand it on as it is.",
            lambda x, mask, *parts: _encoder_layer(x, ~mask, *parts),
        ),
        Mistake(
            "post-LN without the mask",
            "Two things: the norms stand on the sums (post-LN), and the mask is not handed to attention.",
            lambda x, mask, *parts: _wired("post", "post")(x, torch.ones_like(mask), *parts),
        ),
    ]
)
