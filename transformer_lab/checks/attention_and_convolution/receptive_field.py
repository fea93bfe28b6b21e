"""The exercise *How far a stack can see*."""

import math
from collections.abc import Sequence

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _field_with(
    start: int = 1,
    reach=lambda size, dilation: (size - 1) * dilation,
    widen=lambda jump, dilation, stride: jump * stride,
    early: bool = False,
):
    """The receptive field, right by default: what a layer adds, and how it widens the steps of those above it."""

    def field_of(layers: Sequence[tuple[int, int, int]]) -> int:
        field, jump = start, 1
        for size, dilation, stride in layers:
            above = widen(jump, dilation, stride)
            field += reach(size, dilation) * (above if early else jump)
            jump = above
        return field

    return field_of


def _multiplied(layers: Sequence[tuple[int, int, int]]) -> int:
    field = 1
    for size, dilation, _ in layers:
        field *= (size - 1) * dilation + 1
    return field


def _places_seen(layers: Sequence[tuple[int, int, int]]) -> int:
    """How many places are really read."""
    seen, jump, steps = {0}, 1, []
    for size, dilation, stride in layers:
        steps.append([offset * dilation * jump for offset in range(size)])
        jump *= stride
    for offsets in steps:
        seen = {place + offset for place in seen for offset in offsets}
    return len(seen)


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    notebook="15_attention_and_convolution",
    title="How far a stack can see",
    difficulty=2,
    reference=_field_with(),
    cases=lambda: [
        Case("no layer", ([],)),
        Case("one layer of 3", ([(3, 1, 1)],)),
        Case("three layers of 3", ([(3, 1, 1)] * 3,)),
        Case("dilations 1, 2, 4", ([(3, 1, 1), (3, 2, 1), (3, 4, 1)],)),
        Case("a stride, then 5", ([(3, 1, 2), (5, 1, 1)],)),
        Case("one layer of 5, dilation 3", ([(5, 3, 1)],)),
        Case("a stride at the end", ([(3, 1, 1), (3, 1, 3)],)),
        Case("a layer of 1 with a stride, then an even size", ([(1, 1, 2), (4, 2, 1)],)),
        Case("three strides", ([(3, 1, 2), (2, 1, 3), (3, 2, 2), (2, 1, 1)],)),
        Case("strides and dilations", ([(5, 1, 2), (3, 2, 2), (3, 3, 1)],)),
    ],
    praise="Right: every layer adds its reach, in steps of the strides below it.",
    mistakes=[
        Mistake(
            "the place itself forgotten",
            "The field is one too small: with no layer at all a place sees itself, 1.",
            _field_with(start=0),
        ),
        Mistake(
            "kernel sizes added",
            "A layer of size k reaches k − 1 places further, not k: the middle one is seen already.",
            _field_with(reach=lambda size, dilation: size * dilation),
        ),
        Mistake("multiplied", "The fields are multiplied: a layer *adds* (size − 1) · dilation.", _multiplied),
        Mistake(
            "dilation forgotten",
            "The dilation is not used: it stretches what a layer adds, (size − 1) · dilation.",
            _field_with(reach=lambda size, dilation: size - 1),
        ),
        Mistake(
            "stride forgotten",
            "The stride is not used: above a layer of stride 2 every step is two places wide.",
            _field_with(widen=lambda jump, dilation, stride: 1),
        ),
        Mistake(
            "stride too early",
            "A layer's own stride widens the steps of the layers *above* it, not its own: multiply after adding.",
            _field_with(early=True),
        ),
        Mistake(
            "size · dilation, less one",
            "A layer adds size · dilation − 1: it is (size − 1) · dilation, the way from its first to its last place.",
            _field_with(reach=lambda size, dilation: size * dilation - 1),
        ),
        Mistake(
            "size − 1 + dilation",
            "Size and dilation are added: a layer adds (size − 1) · dilation.",
            _field_with(reach=lambda size, dilation: size - 1 + dilation - 1),
        ),
        Mistake(
            "one side only",
            "A layer adds one side only, size // 2: it reaches to both, (size − 1) · dilation.",
            _field_with(reach=lambda size, dilation: size // 2 * dilation),
        ),
        Mistake(
            "both sides of size // 2",
            "A layer adds 2 · (size // 2) · dilation: that is too much for an even size, (size − 1) · dilation.",
            _field_with(reach=lambda size, dilation: 2 * (size // 2) * dilation),
        ),
        Mistake(
            "dilations multiplied up",
            "Each layer's dilation widens the steps of the layers above it: only a stride does.",
            _field_with(widen=lambda jump, dilation, stride: jump * stride * dilation),
        ),
        Mistake(
            "dilation taken for the stride",
            "The dilation widens the steps of the layers above: the stride does, and dilation stretches the "
            "layer itself.",
            _field_with(reach=lambda size, dilation: size - 1, widen=lambda jump, dilation, stride: jump * dilation),
        ),
        Mistake(
            "strides added",
            "The strides below are added: above two layers of stride 2 a step is four inputs wide, so multiply.",
            _field_with(widen=lambda jump, dilation, stride: jump + stride - 1),
        ),
        Mistake(
            "only the stride just below",
            "Only the stride of the layer just below is used: keep the product of all strides below.",
            _field_with(widen=lambda jump, dilation, stride: stride),
        ),
        Mistake(
            "its own stride alone",
            "Each layer's reach is multiplied by its own stride: multiply by the strides of the layers *below* it.",
            _field_with(widen=lambda jump, dilation, stride: stride, early=True),
        ),
        Mistake(
            "from the other end",
            "The layers are taken from the other end: the first one is nearest to the input, so its stride "
            "widens the ones after it.",
            lambda layers: _field_with()(layers[::-1]),
        ),
        Mistake(
            "dilation and stride forgotten",
            "Neither dilation nor stride is used: a layer adds (size − 1) · dilation · the strides below it.",
            _field_with(reach=lambda size, dilation: size - 1, widen=lambda jump, dilation, stride: 1),
        ),
        Mistake(
            "the widest layer",
            "This is the field of the widest layer alone: every layer adds its reach.",
            lambda layers: max([1, *(_field_with()([layer]) for layer in layers)]),
        ),
        Mistake(
            "the last layer only",
            "This is the field of the last layer alone: every layer adds its reach.",
            lambda layers: _field_with()(layers[-1:]),
        ),
        Mistake(
            "sizes multiplied",
            "The sizes are multiplied: a layer *adds* (size − 1) · dilation, in steps of the strides below.",
            lambda layers: math.prod(size for size, _, _ in layers),
        ),
        Mistake(
            "places counted, holes left out",
            "The holes are not counted: the field is measured from end to end.",
            _places_seen,
        ),
    ],
)
