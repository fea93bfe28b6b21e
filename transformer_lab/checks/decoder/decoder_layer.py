"""The exercise *The decoder layer*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw
from transformer_lab.masks import causal_mask


def _attend(scale: float):
    """One head without projections, always the same: ``attention(h, memory, mask)``."""

    def attention(h: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        scores = (scale * h @ memory.transpose(-2, -1)).masked_fill(~mask, float("-inf"))
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


def _no_residual(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    h = norms[0](x)
    return feed_forward(norms[2](cross(norms[1](own(h, h, mask)), memory, memory_mask)))


def _no_cross(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    h = norms[0](x)
    x = x + own(h, h, mask)
    return x + feed_forward(norms[2](x))


def _no_self(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    x = x + cross(norms[1](x), memory, memory_mask)
    return x + feed_forward(norms[2](x))


def _cross_first(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    x = x + cross(norms[1](x), memory, memory_mask)
    h = norms[0](x)
    x = x + own(h, h, mask)
    return x + feed_forward(norms[2](x))


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


def _post_norm(x, memory, mask, memory_mask, own, cross, feed_forward, norms):
    x = norms[0](x + own(x, x, mask))
    x = norms[1](x + cross(x, memory, memory_mask))
    return norms[2](x + feed_forward(x))


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
    ],
    gradients=True,
    praise="Right: own words under the causal mask, then the source under its padding mask, then the desk.",
    mistakes=[
        Mistake(
            "no residual",
            "Each sublayer *replaces* the words: add its result to what came in, three times.",
            _no_residual,
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
            _no_cross,
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
        Mistake("no self-attention", "The target's own words are never read: attend to them first.", _no_self),
        Mistake(
            "cross-attention first",
            "The source is read before the own words: self-attention, then cross-attention.",
            _cross_first,
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
            _post_norm,
        ),
        Mistake(
            "one norm for all",
            "norms[0] is used three times: each sublayer has a norm of its own.",
            _with(lambda *a: (*a[:-1], (a[-1][0],) * 3)),
        ),
    ],
)
