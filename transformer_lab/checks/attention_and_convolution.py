"""Exercises about convolution (15): a convolution out of attention heads, and how far a stack of them can see."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _convolve(shift: int = 0, flip: bool = False, edge: str = "zeros", even: bool = False, swap: bool = False):
    """A (possibly wrong) convolution: one head for each offset, whose weights are 0 or 1."""

    def convolve(x: Tensor, kernel: Tensor) -> Tensor:
        length, size = x.shape[1], kernel.shape[0]
        kernel = kernel.flip(0) if flip else kernel
        kernel = kernel.transpose(1, 2) if swap else kernel
        places = torch.arange(length)
        out = x.new_zeros(x.shape[0], length, kernel.shape[2])
        for head in range(size):
            wanted = places + head - size // 2 + shift
            if edge == "clamped":
                wanted = wanted.clamp(0, length - 1)
            elif edge == "wrapped":
                wanted = wanted % length
            weights = (wanted[:, None] == places[None, :]).to(x.dtype)
            out = out + weights @ x @ (kernel[head] / size if even else kernel[head])
        return out

    return convolve


def _softmaxed(x: Tensor, kernel: Tensor) -> Tensor:
    length, size = x.shape[1], kernel.shape[0]
    places = torch.arange(length)
    out = x.new_zeros(x.shape[0], length, kernel.shape[2])
    for head in range(size):
        weights = (places[:, None] + head - size // 2 == places[None, :]).to(x.dtype).softmax(dim=-1)
        out = out + weights @ x @ kernel[head]
    return out


def _unpadded(x: Tensor, kernel: Tensor) -> Tensor:
    return F.conv1d(x.transpose(1, 2), kernel.permute(2, 1, 0)).transpose(1, 2)


def _causal(x: Tensor, kernel: Tensor) -> Tensor:
    padded = F.pad(x.transpose(1, 2), (kernel.shape[0] - 1, 0))
    return F.conv1d(padded, kernel.permute(2, 1, 0)).transpose(1, 2)


CONVOLUTION_AS_ATTENTION = Exercise(
    name="convolution_as_attention",
    notebook="15_attention_and_convolution",
    title="A convolution out of attention",
    difficulty=2,
    reference=_convolve(),
    cases=lambda: [
        Case("3 offsets, 6 places", (draw(2, 6, 3), draw(3, 3, 4, seed=1))),
        Case("5 offsets, 7 places", (draw(1, 7, 2), draw(5, 2, 2, seed=2))),
        Case("one offset", (draw(2, 4, 3), draw(1, 3, 2, seed=3))),
        Case("5 offsets, 3 places", (draw(1, 3, 2), draw(5, 2, 3, seed=4))),
    ],
    gradients=True,
    praise="Right: one head for each offset, each with one matrix; the gradients agree too.",
    mistakes=[
        Mistake(
            "kernel flipped",
            "The kernel is flipped, as in mathematics; PyTorch's is not: head 0 looks furthest left.",
            _convolve(flip=True),
        ),
        Mistake(
            "one place too far right",
            "Every head looks one place too far right: head h looks at i + h − size // 2.",
            _convolve(shift=1),
        ),
        Mistake(
            "one place too far left",
            "Every head looks one place too far left: head h looks at i + h − size // 2.",
            _convolve(shift=-1),
        ),
        Mistake(
            "softmax left in",
            "The table of zeros and ones went through a softmax, which spreads it: use it as it is.",
            _softmaxed,
        ),
        Mistake(
            "edge repeated",
            "At the ends the last place is repeated: a head whose place does not exist must bring zeros.",
            _convolve(edge="clamped"),
        ),
        Mistake(
            "wrapped round",
            "Beyond an end the heads come in on the other side (roll or %): zeros belong there.",
            _convolve(edge="wrapped"),
        ),
        Mistake(
            "not padded",
            "The output is shorter than the input: the places at the ends have an output too, with zeros beyond them.",
            _unpadded,
        ),
        Mistake(
            "padded on the left only",
            "All zeros stand on the left, so no head looks right: that is a causal convolution. Centre the offsets.",
            _causal,
        ),
        Mistake(
            "heads averaged",
            "The heads are averaged: add them up.",
            _convolve(even=True),
        ),
        Mistake(
            "matrix transposed",
            "Each matrix is transposed: kernel[h] is [d_in, d_out], so multiply by it from the right as it is.",
            _convolve(swap=True),
        ),
    ],
)


def _field(layers: Sequence[tuple[int, int, int]]) -> int:
    field, jump = 1, 1
    for size, dilation, stride in layers:
        field += (size - 1) * dilation * jump
        jump *= stride
    return field


def _field_with(start: int = 1, less: int = 1, dilated: bool = True, strided: bool = True, early: bool = False):
    def field_of(layers: Sequence[tuple[int, int, int]]) -> int:
        field, jump = start, 1
        for size, dilation, stride in layers:
            if early:
                jump *= stride
            field += (size - less) * (dilation if dilated else 1) * (jump if strided else 1)
            if not early:
                jump *= stride
        return field

    return field_of


def _multiplied(layers: Sequence[tuple[int, int, int]]) -> int:
    field = 1
    for size, dilation, _ in layers:
        field *= (size - 1) * dilation + 1
    return field


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    notebook="15_attention_and_convolution",
    title="How far a stack can see",
    difficulty=2,
    reference=_field,
    cases=lambda: [
        Case("no layer", ([],)),
        Case("one layer of 3", ([(3, 1, 1)],)),
        Case("three layers of 3", ([(3, 1, 1)] * 3,)),
        Case("dilations 1, 2, 4", ([(3, 1, 1), (3, 2, 1), (3, 4, 1)],)),
        Case("a stride, then 5", ([(3, 1, 2), (5, 1, 1)],)),
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
            _field_with(less=0),
        ),
        Mistake("multiplied", "The fields are multiplied: a layer *adds* (size − 1) · dilation.", _multiplied),
        Mistake(
            "dilation forgotten",
            "The dilation is not used: it stretches what a layer adds, (size − 1) · dilation.",
            _field_with(dilated=False),
        ),
        Mistake(
            "stride forgotten",
            "The stride is not used: above a layer of stride 2 every step is two places wide.",
            _field_with(strided=False),
        ),
        Mistake(
            "stride too early",
            "A layer's own stride widens the steps of the layers *above* it, not its own: multiply after adding.",
            _field_with(early=True),
        ),
    ],
)

EXERCISES = (CONVOLUTION_AS_ATTENTION, RECEPTIVE_FIELD)
