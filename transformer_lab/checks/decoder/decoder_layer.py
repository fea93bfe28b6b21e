"""The exercise *The decoder layer*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.checks.sublayers import Layer, added_at_the_end, side_by_side, wired
from transformer_lab.masks import causal_mask


def _attend(scale: float):
    """One head without projections, always the same: ``attention(h, memory, mask)``."""

    def attention(h: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scale * h @ memory.transpose(-2, -1)
        scores = scores if mask is None else scores.masked_fill(~mask, float("-inf"))
        return scores.softmax(dim=-1) @ memory.flip(-1)

    return attention


def _feed_forward(h: Tensor) -> Tensor:
    return (h @ draw(h.shape[-1], 8, seed=3)).clamp(min=0) @ draw(8, h.shape[-1], seed=4) / 4 + 0.1


def _decoder_layer(x, memory, mask, memory_mask, self_attention, cross_attention, feed_forward, norms):
    h = norms[0](x)
    x = x + self_attention(h, h, mask)
    x = x + cross_attention(norms[1](x), memory, memory_mask)
    return x + feed_forward(norms[2](x))


def _with(change):
    """The right layer on changed arguments."""

    def layer(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
        return _decoder_layer(*change(x, memory, mask, memory_mask, own, cross, feed_forward, norms))

    return layer


def _layer(wiring: Layer):
    """A way of wiring the three sublayers, with the exercise's arguments."""

    def layer(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
        return wiring(x, (lambda h: own(h, h, mask), lambda h: cross(h, memory, memory_mask), feed_forward), norms)

    return layer


def _wired(*sums: str, **order):
    """As :func:`wired`; a sublayer that is not named is right."""
    return _layer(wired(*sums, *["pre"] * (3 - len(sums)), **order))


def _side_by_side(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    h = norms[0](x)
    x = x + own(h, h, mask) + cross(norms[1](x), memory, memory_mask)
    return x + feed_forward(norms[2](x))


def _memory_normed(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    return _decoder_layer(x, norms[1](memory), mask, memory_mask, own, cross, feed_forward, norms)


def _cross_to_itself(causal: bool):
    """The second attention reads the target's own words once more."""

    def layer(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
        h = norms[0](x)
        x = x + own(h, h, mask)
        h = norms[1](x)
        x = x + cross(h, h, mask if causal else memory_mask)
        return x + feed_forward(norms[2](x))

    return layer


def _both_read_memory(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    x = x + own(norms[0](x), memory, memory_mask)
    x = x + cross(norms[1](x), memory, memory_mask)
    return x + feed_forward(norms[2](x))


def _keys_not_normed(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    x = x + own(norms[0](x), x, mask)
    x = x + cross(norms[1](x), memory, memory_mask)
    return x + feed_forward(norms[2](x))


def _one_mask(x, memory, mask, memory_mask, *parts):
    """What one square mask for both attentions computes; it does not fit where source and target differ in length."""
    return _decoder_layer(x, memory, mask, mask, *parts)


def _norm(gain: float, shift: float):
    return lambda h: torch.nn.functional.layer_norm(h, h.shape[-1:]) * gain + shift


def _layer_case(label: str, target: int, source: int, words: list[int]) -> Case:
    real = (torch.arange(source) < torch.tensor(words)[:, None])[:, None, :]
    norms = (_norm(1.5, 0.0), _norm(1.0, 0.5), _norm(0.7, 0.2))
    x, memory = draw(len(words), target, 6), draw(len(words), source, 6, seed=1)
    return Case(label, (x, memory, causal_mask(target), real, _attend(1.0), _attend(2.0), _feed_forward, norms))


def _last_side_by_side(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    h = norms[0](x)
    x = x + own(h, h, mask)
    return x + cross(norms[1](x), memory, memory_mask) + feed_forward(norms[2](x))


DECODER_LAYER = Exercise(
    name="decoder_layer",
    notebook="26_decoder",
    title="The decoder layer",
    difficulty=2,
    reference=_decoder_layer,
    cases=lambda: [
        _layer_case("4 target and 4 source words", 4, 4, [4, 4]),
        _layer_case("4 target and 4 source words, with padding", 4, 4, [4, 2, 3]),
        _layer_case("one source word", 4, 1, [1, 1]),
        _layer_case("one sentence, 3 target words, 5 source words with padding", 3, 5, [2]),
        _layer_case("3 sentences of one target word", 1, 3, [3, 1, 2]),
    ],
    gradients=True,
    praise="Right: own words under the causal mask, then the source under its padding mask, then the desk.",
    mistakes=[
        Mistake(
            "no residual",
            "Each sublayer *replaces* the words: add its result to what came in, three times.",
            _wired("alone", "alone", "alone"),
        ),
        Mistake(
            "one mask for both",
            "The causal mask is used in the cross-attention too, which hides source words that should be read: give it "
            "memory_mask.",
            _one_mask,
        ),
        Mistake(
            "padding mask for both",
            "The padding mask of the source is used in the self-attention too, so words see the future: give it mask.",
            _with(lambda x, memory, mask, real, *rest: (x, memory, real, real, *rest)),
        ),
        Mistake(
            "masks exchanged",
            "The two masks have changed places: mask is for the target's own words, memory_mask for the source.",
            _with(lambda x, memory, mask, real, *rest: (x, memory, real, mask, *rest)),
        ),
        Mistake(
            "no causal mask",
            "A word sees the words after it: hand mask to the self-attention.",
            _with(lambda x, memory, mask, real, *rest: (x, memory, torch.ones_like(mask), real, *rest)),
        ),
        Mistake(
            "source padding read",
            "The cross-attention reads padding: hand it memory_mask.",
            _with(lambda x, memory, mask, real, *rest: (x, memory, mask, torch.ones_like(real), *rest)),
        ),
        Mistake(
            "no masks",
            "Neither mask is used: mask hides the target's future, memory_mask the source's padding.",
            _with(lambda x, m, mask, real, *rest: (x, m, torch.ones_like(mask), torch.ones_like(real), *rest)),
        ),
        Mistake(
            "no cross-attention",
            "The source is never read: the second sublayer attends from the target to memory.",
            _wired(parts=(0, 2)),
        ),
        Mistake(
            "cross-attention to itself",
            "The second attention reads the target once more: it asks with the target, and memory answers.",
            _cross_to_itself(causal=True),
        ),
        Mistake(
            "cross-attention to itself, other mask",
            "The second attention reads the target once more: it asks with the target, and memory answers.",
            _cross_to_itself(causal=False),
        ),
        Mistake(
            "both read memory",
            "Both attentions read the source: in the first, the target's own words answer, under mask.",
            _both_read_memory,
        ),
        Mistake(
            "no self-attention", "The target's own words are never read: attend to them first.", _wired(parts=(1, 2))
        ),
        Mistake(
            "cross-attention first",
            "The source is read before the own words: self-attention, then cross-attention.",
            _wired(parts=(1, 0, 2)),
        ),
        Mistake(
            "side by side",
            "Both attentions read the layer's input: the cross-attention asks with the sum *after* self-attention.",
            _side_by_side,
        ),
        Mistake(
            "memory normed again",
            "The memory is normed once more: only the asking side is; the encoder has normed its own output.",
            _memory_normed,
        ),
        Mistake(
            "keys not normed",
            "In the self-attention only the queries are normed: queries, keys and values come from norms[0](x).",
            _keys_not_normed,
        ),
        Mistake(
            "post-LN",
            "This is the post-LN layer, norm(x + f(x)): the task wants the norm first, x + f(norm(x)).",
            _wired("post", "post", "post"),
        ),
        Mistake(
            "one norm for all",
            "norms[0] is used three times: each sublayer has a norm of its own.",
            _with(lambda *a: (*a[:-1], (a[-1][0],) * 3)),
        ),
    ],
)


DECODER_LAYER.mistakes.extend(
    [
        Mistake(
            "no residual around self-attention",
            "The self-attention replaces the words: x = x + self_attention(…).",
            _wired("alone"),
        ),
        Mistake(
            "no residual around cross-attention",
            "The cross-attention replaces the words: x = x + cross_attention(…).",
            _wired("pre", "alone"),
        ),
        Mistake(
            "no residual around feed-forward",
            "The feed-forward network replaces the words: x = x + feed_forward(…).",
            _wired("pre", "pre", "alone"),
        ),
        Mistake(
            "one residual around all",
            "One residual connection spans all sublayers: each of the three has its own.",
            _layer(added_at_the_end(wired("alone", "alone", "alone"))),
        ),
        Mistake(
            "the stream is normed",
            "The norms also act on what is added *to*: only the sublayers' inputs are normed, the sum passes them by.",
            _wired("normed", "normed", "normed"),
        ),
        Mistake(
            "first sum from the normed copy",
            "The first sum takes norms[0](x): x itself, as it came, is what is added to.",
            _wired("normed"),
        ),
        Mistake(
            "second sum from the normed copy",
            "The second sum takes norms[1](x): x itself, after the first sum, is what is added to.",
            _wired("pre", "normed"),
        ),
        Mistake(
            "third sum from the normed copy",
            "The third sum takes norms[2](x): x itself, after the second sum, is what is added to.",
            _wired("pre", "pre", "normed"),
        ),
        Mistake("no norms", "The norms are not used: x + f(norm(x)), three times.", _wired("bare", "bare", "bare")),
        Mistake(
            "self-attention without a norm", "The self-attention reads x without a norm: norms[0].", _wired("bare")
        ),
        Mistake(
            "cross-attention without a norm",
            "The cross-attention asks with x without a norm: norms[1].",
            _wired("pre", "bare"),
        ),
        Mistake(
            "feed-forward without a norm",
            "The feed-forward network reads x without a norm: norms[2].",
            _wired("pre", "pre", "bare"),
        ),
        Mistake(
            "norms behind the sublayers",
            "The norms act on the sublayers' results: they belong before the sublayers, x + f(norm(x)).",
            _wired("behind", "behind", "behind"),
        ),
        Mistake(
            "norms in reverse",
            "The norms are used in reverse: norms[0] is for the first sublayer, norms[2] for the last.",
            _wired(used=(2, 1, 0)),
        ),
        Mistake(
            "norms of the attentions exchanged",
            "norms[0] and norms[1] have changed places: norms[0] is for the self-attention.",
            _wired(used=(1, 0, 2)),
        ),
        Mistake(
            "norms of the last two exchanged",
            "norms[1] and norms[2] have changed places: norms[1] is for the cross-attention.",
            _wired(used=(0, 2, 1)),
        ),
        Mistake(
            "norms[0] for both attentions",
            "norms[0] is used for both attentions: each sublayer has a norm of its own.",
            _wired(used=(0, 0, 2)),
        ),
        Mistake(
            "norms[1] twice",
            "norms[1] is used for the feed-forward network too: each sublayer has a norm of its own.",
            _wired(used=(0, 1, 1)),
        ),
        Mistake(
            "no feed-forward",
            "The feed-forward sublayer is missing: after the cross-attention, x + feed_forward(norms[2](x)).",
            _wired(parts=(0, 1)),
        ),
        Mistake(
            "feed-forward in between",
            "The feed-forward network stands between the attentions: it comes last.",
            _wired(parts=(0, 2, 1)),
        ),
        Mistake("feed-forward first", "The feed-forward network comes first: it comes last.", _wired(parts=(2, 0, 1))),
        Mistake(
            "all side by side",
            "All three sublayers read the layer's input: each reads the sum after the one before.",
            _layer(side_by_side(0, 1, 2)),
        ),
        Mistake(
            "feed-forward beside the cross-attention",
            "The feed-forward network reads what the cross-attention reads: it reads the sum *after* it.",
            _last_side_by_side,
        ),
        Mistake(
            "attentions exchanged",
            "self_attention and cross_attention have changed places.",
            _with(lambda x, m, mask, real, own, cross, *rest: (x, m, mask, real, cross, own, *rest)),
        ),
        Mistake(
            "self-attention for both",
            "self_attention is called twice: the second sublayer is cross_attention.",
            _with(lambda x, m, mask, real, own, cross, *rest: (x, m, mask, real, own, own, *rest)),
        ),
        Mistake(
            "norm at the end",
            "A norm stands at the end of the layer: a pre-LN layer ends with a sum.",
            lambda *a: a[-1][2](_decoder_layer(*a)),
        ),
    ]
)


for _name, _message, _parts, _used in (
    (
        "cross-attention first, norms in their order",
        "The source is read before the own words: self-attention, then cross-attention.",
        (1, 0, 2),
        (1, 0, 2),
    ),
    (
        "feed-forward in between, norms in their order",
        "The feed-forward network stands between the attentions: it comes last.",
        (0, 2, 1),
        (0, 2, 1),
    ),
    (
        "feed-forward first, norms in their order",
        "The feed-forward network comes first: it comes last.",
        (2, 0, 1),
        (1, 2, 0),
    ),
):
    DECODER_LAYER.mistake(_name, _message)(_wired(parts=_parts, used=_used))
