"""Exercises about the encoder (25): one whole layer, and the mean of the words that are there."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _attend(h: Tensor, mask: Tensor) -> Tensor:
    """One head without projections, scores doubled so that the weights are far from even; always the same."""
    scores = (2 * h @ h.transpose(-2, -1)).masked_fill(~mask, float("-inf"))
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


def _masked_mean(states: Tensor, real: Tensor) -> Tensor:
    kept = states * real[..., None]
    return kept.sum(dim=1) / real.sum(dim=1, keepdim=True).clamp(min=1)


def _pool_cases() -> list[Case]:
    def real(length: int, *words: int) -> Tensor:
        return torch.arange(length) < torch.tensor(words)[:, None]

    left = torch.tensor([[False, True, True], [False, False, True]])
    return [
        Case("sentences of 4, 2 and 1 words", (draw(3, 4, 5), real(4, 4, 2, 1))),
        Case("as many sentences as words and features", (draw(3, 3, 3, seed=1), real(3, 1, 3, 2))),
        Case("no sentence fills the batch", (draw(2, 5, 3, seed=2), real(5, 3, 2))),
        Case("padding on the left", (draw(2, 3, 4, seed=3), left)),
        Case("a sentence without a word", (draw(2, 3, 4, seed=4), real(3, 2, 0))),
    ]


MASKED_MEAN = Exercise(
    name="masked_mean",
    notebook="25_encoder",
    title="The mean of the words that are there",
    difficulty=1,
    reference=_masked_mean,
    cases=_pool_cases,
    gradients=True,
    praise="Right: padding is neither added nor counted, and an empty sentence gives zeros.",
    mistakes=[
        Mistake(
            "padding averaged in",
            "Padding is added *and* counted, so a sentence's mean depends on its neighbours' length: leave it out.",
            lambda states, real: states.mean(dim=1),
        ),
        Mistake(
            "divided by the longest",
            "The sum leaves padding out, but it is divided by the length of the batch: divide by the sentence's own "
            "number of words.",
            lambda states, real: (states * real[..., None]).mean(dim=1),
        ),
        Mistake(
            "padding added",
            "The count is right, but padding is still in the sum: multiply the states by the mask first.",
            lambda states, real: states.sum(dim=1) / real.sum(dim=1, keepdim=True).clamp(min=1),
        ),
        Mistake(
            "sum, not mean",
            "This is the sum: a long sentence would shout. Divide by the number of words.",
            lambda states, real: (states * real[..., None]).sum(dim=1),
        ),
        Mistake(
            "one count for all",
            "All sentences are divided by the same number: count each sentence's words, sum(dim=1, keepdim=True).",
            lambda states, real: (states * real[..., None]).sum(dim=1) / real.sum().clamp(min=1),
        ),
        Mistake(
            "mean over sentences",
            "The mean runs over the sentences: average over the words, dim=1.",
            lambda states, real: (states * real[..., None]).sum(dim=0) / real.sum(dim=0)[:, None].clamp(min=1),
        ),
        Mistake(
            "mask inverted",
            "This is the mean of the *padding*: True marks the words.",
            lambda states, real: _masked_mean(states, ~real),
        ),
        Mistake(
            "empty sentence",
            "Right but for a sentence without a word: 0 / 0 is NaN, and spreads to every gradient. Count at least 1.",
            lambda states, real: (states * real[..., None]).sum(dim=1) / real.sum(dim=1, keepdim=True),
        ),
        Mistake(
            "largest, not mean",
            "This is the largest value of each feature: the mean is wanted.",
            lambda states, real: states.masked_fill(~real[..., None], float("-inf")).amax(dim=1),
        ),
        Mistake("first word only", "This is the first word's vector: average over all words.", lambda s, real: s[:, 0]),
    ],
)

EXERCISES = (ENCODER_LAYER, MASKED_MEAN)
