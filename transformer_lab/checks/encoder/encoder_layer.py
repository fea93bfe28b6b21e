"""The exercise *The encoder layer*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


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


def _no_residual(x, mask, attention, feed_forward, norm1, norm2):
    return feed_forward(norm2(attention(norm1(x), mask)))


def _no_residual_last(x, mask, attention, feed_forward, norm1, norm2):
    return norm2(feed_forward(norm1(attention(x, mask))))


def _no_residual_between(x, mask, attention, feed_forward, norm1, norm2):
    return norm2(feed_forward(attention(norm1(x), mask)))


def _one_residual(x, mask, attention, feed_forward, norm1, norm2):
    return x + feed_forward(norm2(attention(norm1(x), mask)))


def _from_the_start(x, mask, attention, feed_forward, norm1, norm2):
    return x + feed_forward(norm2(x + attention(norm1(x), mask)))


def _no_residual_first(x, mask, attention, feed_forward, norm1, norm2):
    x = attention(norm1(x), mask)
    return x + feed_forward(norm2(x))


def _no_residual_second(x, mask, attention, feed_forward, norm1, norm2):
    return feed_forward(norm2(x + attention(norm1(x), mask)))


def _normed_stream(x, mask, attention, feed_forward, norm1, norm2):
    x = norm1(x)
    x = x + attention(x, mask)
    x = norm2(x)
    return x + feed_forward(x)


def _post_norm(x, mask, attention, feed_forward, norm1, norm2):
    x = norm1(x + attention(x, mask))
    return norm2(x + feed_forward(x))


def _branch_norm(x, mask, attention, feed_forward, norm1, norm2):
    x = x + norm1(attention(x, mask))
    return x + norm2(feed_forward(x))


def _no_norm(x, mask, attention, feed_forward, norm1, norm2):
    x = x + attention(x, mask)
    return x + feed_forward(x)


def _one_norm(x, mask, attention, feed_forward, norm1, norm2):
    return _encoder_layer(x, mask, attention, feed_forward, norm1, norm1)


def _side_by_side(x, mask, attention, feed_forward, norm1, norm2):
    return x + attention(norm1(x), mask) + feed_forward(norm2(x))


def _desk_first(x, mask, attention, feed_forward, norm1, norm2):
    x = x + feed_forward(norm2(x))
    return x + attention(norm1(x), mask)


def _attention_only(x, mask, attention, feed_forward, norm1, norm2):
    return x + attention(norm1(x), mask)


def _mask_forgotten(x, mask, attention, feed_forward, norm1, norm2):
    return _encoder_layer(x, torch.ones_like(mask), attention, feed_forward, norm1, norm2)


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
            _no_residual,
        ),
        Mistake(
            "no residual, norms last",
            "Each sublayer *replaces* the words: add its result to what came in, x = x + …, twice.",
            _no_residual_last,
        ),
        Mistake(
            "no residual, norms first and last",
            "Each sublayer *replaces* the words: add its result to what came in, x = x + …, twice.",
            _no_residual_between,
        ),
        Mistake(
            "one residual around both",
            "One residual connection spans both sublayers: each sublayer has its own.",
            _one_residual,
        ),
        Mistake(
            "added to the layer's input",
            "The feed-forward result is added to the layer's *input*, so what attention found is lost: add it to the "
            "sum after attention.",
            _from_the_start,
        ),
        Mistake(
            "no residual around attention",
            "Attention replaces the words: x = x + attention(…).",
            _no_residual_first,
        ),
        Mistake(
            "no residual around feed-forward",
            "The feed-forward network replaces the words: x = x + feed_forward(…).",
            _no_residual_second,
        ),
        Mistake(
            "the stream is normed",
            "The norm also acts on what is added *to*: only the sublayer's input is normed, the sum passes it by.",
            _normed_stream,
        ),
        Mistake(
            "post-LN",
            "This is the post-LN layer, norm(x + f(x)): the task wants the norm first, x + f(norm(x)).",
            _post_norm,
        ),
        Mistake(
            "norm after the sublayer",
            "The norms act on the sublayers' results: they belong before the sublayers, x + f(norm(x)).",
            _branch_norm,
        ),
        Mistake("no norms", "The norms are not used: x + f(norm(x)), twice.", _no_norm),
        Mistake(
            "one norm twice",
            "norm1 is used twice: each sublayer has a norm of its own, with its own gain and shift.",
            _one_norm,
        ),
        Mistake(
            "side by side",
            "Both sublayers read the layer's input: the feed-forward network reads the sum *after* attention.",
            _side_by_side,
        ),
        Mistake(
            "order exchanged",
            "The feed-forward network comes first: attention gathers, then the feed-forward network works on it.",
            _desk_first,
        ),
        Mistake(
            "no feed-forward",
            "The feed-forward sublayer is missing: after attention, x + feed_forward(norm2(x)).",
            _attention_only,
        ),
        Mistake(
            "mask forgotten",
            "Words attend to padding: hand the mask to attention.",
            _mask_forgotten,
        ),
    ],
)


def _first_sum_normed(x, mask, attention, feed_forward, norm1, norm2):
    h = norm1(x)
    x = h + attention(h, mask)
    return x + feed_forward(norm2(x))


def _second_sum_normed(x, mask, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x), mask)
    h = norm2(x)
    return h + feed_forward(h)


def _first_post(x, mask, attention, feed_forward, norm1, norm2):
    x = norm1(x + attention(x, mask))
    return x + feed_forward(norm2(x))


def _second_post(x, mask, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x), mask)
    return norm2(x + feed_forward(x))


def _attention_unnormed(x, mask, attention, feed_forward, norm1, norm2):
    x = x + attention(x, mask)
    return x + feed_forward(norm2(x))


def _feed_forward_unnormed(x, mask, attention, feed_forward, norm1, norm2):
    x = x + attention(norm1(x), mask)
    return x + feed_forward(x)


def _only_what_was_found(x, mask, attention, feed_forward, norm1, norm2):
    found = attention(norm1(x), mask)
    return x + found + feed_forward(norm2(found))


def _parallel_one_norm(x, mask, attention, feed_forward, norm1, norm2):
    h = norm1(x)
    return x + attention(h, mask) + feed_forward(h)


def _norm_at_the_end(x, mask, attention, feed_forward, norm1, norm2):
    return norm2(_encoder_layer(x, mask, attention, feed_forward, norm1, norm2))


ENCODER_LAYER.mistakes.extend(
    [
        Mistake(
            "first sum from the normed copy",
            "The first sum takes norm1(x): x itself, as it came, is what is added to.",
            _first_sum_normed,
        ),
        Mistake(
            "second sum from the normed copy",
            "The second sum takes norm2(x): x itself, after the first sum, is what is added to.",
            _second_sum_normed,
        ),
        Mistake(
            "first sublayer post-LN",
            "The first norm stands on the sum (post-LN): it belongs on what attention reads.",
            _first_post,
        ),
        Mistake(
            "second sublayer post-LN",
            "The second norm stands on the sum (post-LN): it belongs on what the feed-forward network reads.",
            _second_post,
        ),
        Mistake("first norm missing", "Attention reads x without a norm: norm1.", _attention_unnormed),
        Mistake(
            "second norm missing", "The feed-forward network reads x without a norm: norm2.", _feed_forward_unnormed
        ),
        Mistake(
            "feed-forward reads what attention found alone",
            "The feed-forward network reads what attention found alone: it reads the sum, x plus that.",
            _only_what_was_found,
        ),
        Mistake(
            "side by side, one norm",
            "Both sublayers read norm1(x): the feed-forward network reads the sum *after* attention, under norm2.",
            _parallel_one_norm,
        ),
        Mistake(
            "norms exchanged",
            "The norms have changed places: norm1 is for attention, norm2 for the feed-forward network.",
            lambda x, mask, a, f, norm1, norm2: _encoder_layer(x, mask, a, f, norm2, norm1),
        ),
        Mistake(
            "norm2 twice",
            "norm2 is used twice: each sublayer has a norm of its own, with its own gain and shift.",
            lambda x, mask, a, f, norm1, norm2: _encoder_layer(x, mask, a, f, norm2, norm2),
        ),
        Mistake(
            "norm at the end",
            "A norm stands at the end of the layer: a pre-LN layer ends with a sum.",
            _norm_at_the_end,
        ),
        Mistake(
            "no attention",
            "Attention is left out: x + attention(norm1(x), mask) comes first.",
            lambda x, mask, a, f, norm1, norm2: x + f(norm2(x)),
        ),
        Mistake(
            "mask inverted",
            "The mask is turned over on its way to attention: hand it on as it is.",
            lambda x, mask, *parts: _encoder_layer(x, ~mask, *parts),
        ),
        Mistake(
            "post-LN without the mask",
            "Two things: the norms stand on the sums (post-LN), and the mask is not handed to attention.",
            lambda x, mask, *parts: _post_norm(x, torch.ones_like(mask), *parts),
        ),
    ]
)
