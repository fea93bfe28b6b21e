"""The exercise *A convolution that does not look ahead*."""

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _convolve(
    offset=lambda head, size, dilation: (head - (size - 1)) * dilation,
    flip: bool = False,
    edge: str = "zeros",
    swap: bool = False,
    share=lambda size: 1.0,
    change=lambda weights: weights,
):
    """A (possibly wrong) causal, dilated convolution: one head for each offset, whose weights are 0 or 1."""

    def convolve(x: Tensor, kernel: Tensor, dilation: int) -> Tensor:
        length, size = x.shape[1], kernel.shape[0]
        kernel = kernel.flip(0) if flip else kernel
        kernel = kernel.transpose(1, 2) if swap else kernel
        places = torch.arange(length)
        out = x.new_zeros(x.shape[0], length, kernel.shape[2])
        for head in range(size):
            wanted = places + offset(head, size, dilation)
            if edge == "clamped":
                wanted = wanted.clamp(0, length - 1)
            elif edge == "wrapped":
                wanted = wanted % length
            elif edge == "mirrored":
                wanted = wanted.abs()
            weights = (wanted[:, None] == places[None, :]).to(x.dtype)
            out = out + share(size) * (change(weights) @ x @ kernel[head])
        return out

    return convolve


def _signal(
    batch: int, length: int, d_in: int, size: int, d_out: int, dilation: int, seed: int = 0
) -> tuple[Tensor, Tensor, int]:
    x, kernel = draw(batch, length, d_in, seed=seed), draw(size, d_in, d_out, seed=seed + 1)
    return x.float(), kernel.float(), dilation


def _unpadded(x: Tensor, kernel: Tensor, dilation: int) -> Tensor:
    kept = x.shape[1] - (kernel.shape[0] - 1) * dilation
    return _convolve()(x, kernel, dilation)[:, -kept:] if kept > 0 else x.new_zeros(len(x), 0, kernel.shape[2])


def _heads_apart(x: Tensor, kernel: Tensor, dilation: int) -> Tensor:
    alone = torch.eye(len(kernel), dtype=kernel.dtype)[:, :, None, None] * kernel
    return torch.cat([_convolve()(x, each, dilation) for each in alone], dim=-1)


def _with_kernel(change):
    return lambda x, kernel, dilation: _convolve()(x, change(kernel), dilation)


CONVOLUTION_AS_ATTENTION = Exercise(
    name="convolution_as_attention",
    notebook="15_attention_and_convolution",
    title="A convolution that does not look ahead",
    difficulty=2,
    reference=_convolve(),
    cases=lambda: [
        # In float32, as torch.zeros is unless it is told otherwise.
        Case("3 offsets, neighbours, 6 places", _signal(2, 6, 3, 3, 4, 1), 1e-5),
        Case("3 offsets, two apart, 8 places", _signal(1, 8, 2, 3, 2, 2, seed=2), 1e-5),
        Case("one offset, dilation 3", _signal(2, 4, 3, 1, 2, 3, seed=4), 1e-5),
        Case("an even size, dilation 3", _signal(1, 9, 2, 4, 3, 3, seed=6), 1e-5),
        Case("3 sentences, as many places as features", _signal(3, 3, 3, 2, 3, 1, seed=8), 1e-5),
        Case("5 offsets, two apart, one place", _signal(2, 1, 4, 5, 1, 2, seed=10), 1e-5),
        Case("5 offsets, two apart, 3 places", _signal(2, 3, 2, 5, 2, 2, seed=12), 1e-5),
    ],
    praise="Right: each head looks a fixed way back, the last one at the place itself, and none looks ahead.",
    mistakes=[
        Mistake(
            "offsets centred",
            "The offsets are centred, so half of the heads look ahead: the last head looks at the place itself, the "
            "others before it.",
            _convolve(offset=lambda head, size, dilation: (head - size // 2) * dilation),
        ),
        Mistake(
            "looks ahead",
            "Every head looks ahead: an output may depend on its own place and on earlier ones.",
            _convolve(offset=lambda head, size, dilation: head * dilation),
        ),
        Mistake(
            "looks ahead, mirrored",
            "The heads look forward where they should look back: the sign of the offset.",
            _convolve(offset=lambda head, size, dilation: (size - 1 - head) * dilation),
        ),
        Mistake(
            "kernel flipped",
            "The kernel is the wrong way round: kernel[-1] belongs to the place itself, kernel[0] to the one furthest "
            "back.",
            _convolve(flip=True),
        ),
        Mistake(
            "dilation forgotten",
            "The dilation is not used: the places of two neighbouring heads lie that far apart.",
            _convolve(offset=lambda head, size, dilation: head - (size - 1)),
        ),
        Mistake(
            "dilation added",
            "The dilation shifts all heads: it stretches the distances between them.",
            _convolve(offset=lambda head, size, dilation: head - (size - 1) - (dilation - 1)),
        ),
        Mistake(
            "dilation counts what is left out",
            "The heads lie dilation + 1 places apart: with a dilation of 1 they look at neighbours.",
            _convolve(offset=lambda head, size, dilation: (head - (size - 1)) * (dilation + 1)),
        ),
        Mistake(
            "the place itself left out",
            "The last head looks at the place before: it looks at the place itself, the first one at "
            "i − (size − 1) · dilation.",
            _convolve(offset=lambda head, size, dilation: head * dilation - size * dilation),
        ),
        Mistake(
            "one place too early",
            "Every head looks one place too early: the last one looks at the place itself.",
            _convolve(offset=lambda head, size, dilation: (head - (size - 1)) * dilation - 1),
        ),
        Mistake(
            "one place too late",
            "Every head looks one place too far right, and the last one ahead.",
            _convolve(offset=lambda head, size, dilation: (head - (size - 1)) * dilation + 1),
        ),
        Mistake(
            "softmax left in",
            "The table of zeros and ones went through a softmax, which spreads it: use it as it is.",
            _convolve(change=lambda weights: weights.softmax(dim=-1)),
        ),
        Mistake(
            "edge repeated",
            "Before the beginning the first place is repeated: a head whose place does not exist must bring zeros.",
            _convolve(edge="clamped"),
        ),
        Mistake(
            "wrapped round",
            "Before the beginning the heads come in at the end (roll or %), which lies ahead: zeros belong there.",
            _convolve(edge="wrapped"),
        ),
        Mistake(
            "mirrored at the beginning",
            "Before the beginning the places come back mirrored: a head whose place does not exist must bring zeros.",
            _convolve(edge="mirrored"),
        ),
        Mistake(
            "not padded",
            "The output is shorter than the input: the first places have an output too, with zeros before them.",
            _unpadded,
        ),
        Mistake(
            "padded on both sides",
            "The output is longer than the input: zeros stand before the beginning alone.",
            lambda x, kernel, dilation: (
                F.conv1d(x.mT, kernel.permute(2, 1, 0), padding=(kernel.shape[0] - 1) * dilation, dilation=dilation).mT
            ),
        ),
        Mistake("heads averaged", "The heads are averaged: add them up.", _convolve(share=lambda size: 1 / size)),
        Mistake(
            "matrix transposed",
            "Each matrix is transposed: kernel[h] is [d_in, d_out], so multiply by it from the right as it is.",
            _convolve(swap=True),
        ),
        Mistake(
            "every head at its own place",
            "Every head looks at the place itself: head h looks back by size − 1 − h times the dilation.",
            _convolve(offset=lambda head, size, dilation: 0),
        ),
        Mistake(
            "equal weights",
            "Every head looks at all places equally: its table has at most a single 1 in each row.",
            _convolve(change=lambda weights: torch.full_like(weights, 1 / len(weights))),
        ),
        Mistake(
            "up to the place",
            "Each head looks at all places up to its own and not at its own alone: == instead of <=.",
            _convolve(change=lambda weights: weights.flip(1).cumsum(1).flip(1)),
        ),
        Mistake(
            "one matrix for all",
            "All offsets share the first matrix: each has its own, kernel[h].",
            _with_kernel(lambda kernel: kernel[:1].expand_as(kernel)),
        ),
        Mistake(
            "the mean matrix for all",
            "All offsets share the mean of the matrices: each has its own, kernel[h].",
            _with_kernel(lambda kernel: kernel.mean(0, keepdim=True).expand_as(kernel)),
        ),
        Mistake(
            "the place itself only",
            "Only the last head is used: add up all of them.",
            lambda x, kernel, dilation: x @ kernel[-1],
        ),
        Mistake(
            "the last head left out",
            "The last head is missing: there are size of them, and the place itself counts too.",
            _with_kernel(lambda kernel: torch.cat([kernel[:-1], 0 * kernel[-1:]])),
        ),
        Mistake(
            "the first head left out",
            "The first head is missing, the one that looks furthest back: there are size of them.",
            _with_kernel(lambda kernel: torch.cat([0 * kernel[:1], kernel[1:]])),
        ),
        Mistake("heads not added up", "The heads stand side by side: add them up.", _heads_apart),
    ],
)
