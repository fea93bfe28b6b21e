"""The exercise *A convolution out of attention*."""

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _convolve(
    shift: int = 0,
    flip: bool = False,
    edge: str = "zeros",
    even: bool = False,
    swap: bool = False,
    offset=lambda head, size: head - size // 2,
    change=lambda weights: weights,
):
    """A (possibly wrong) convolution: one head for each offset, whose weights are 0 or 1."""

    def convolve(x: Tensor, kernel: Tensor) -> Tensor:
        length, size = x.shape[1], kernel.shape[0]
        kernel = kernel.flip(0) if flip else kernel
        kernel = kernel.transpose(1, 2) if swap else kernel
        places = torch.arange(length)
        out = x.new_zeros(x.shape[0], length, kernel.shape[2])
        for head in range(size):
            wanted = places + offset(head, size) + shift
            if edge == "clamped":
                wanted = wanted.clamp(0, length - 1)
            elif edge == "wrapped":
                wanted = wanted % length
            elif edge == "mirrored":
                wanted = length - 1 - (length - 1 - wanted.abs()).abs()
            weights = (wanted[:, None] == places[None, :]).to(x.dtype)
            out = out + change(weights) @ x @ (kernel[head] / size if even else kernel[head])
        return out

    return convolve


def _signal(batch: int, length: int, d_in: int, size: int, d_out: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    return draw(batch, length, d_in, seed=seed).float(), draw(size, d_in, d_out, seed=seed + 1).float()


def _unpadded(x: Tensor, kernel: Tensor) -> Tensor:
    return F.conv1d(x.transpose(1, 2), kernel.permute(2, 1, 0)).transpose(1, 2)


def _causal(x: Tensor, kernel: Tensor) -> Tensor:
    padded = F.pad(x.transpose(1, 2), (kernel.shape[0] - 1, 0))
    return F.conv1d(padded, kernel.permute(2, 1, 0)).transpose(1, 2)


def _heads_apart(x: Tensor, kernel: Tensor) -> Tensor:
    alone = torch.eye(len(kernel), dtype=kernel.dtype)[:, :, None, None] * kernel
    return torch.cat([_convolve()(x, each) for each in alone], dim=-1)


CONVOLUTION_AS_ATTENTION = Exercise(
    name="convolution_as_attention",
    notebook="15_attention_and_convolution",
    title="A convolution out of attention",
    difficulty=2,
    reference=_convolve(),
    cases=lambda: [
        # In float32, as torch.zeros is unless it is told otherwise.
        Case("3 offsets, 6 places", _signal(2, 6, 3, 3, 4), 1e-5),
        Case("5 offsets, 7 places", _signal(1, 7, 2, 5, 2, seed=2), 1e-5),
        Case("one offset", _signal(2, 4, 3, 1, 2, seed=4), 1e-5),
        Case("5 offsets, 3 places", _signal(1, 3, 2, 5, 3, seed=6), 1e-5),
        Case("3 sentences, as many places as features", _signal(3, 3, 3, 3, 3, seed=8), 1e-5),
        Case("7 offsets, one place", _signal(2, 1, 4, 7, 1, seed=10), 1e-5),
    ],
    praise="Right: one head for each offset, each with one matrix.",
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
            _convolve(change=lambda weights: weights.softmax(dim=-1)),
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
        Mistake(
            "offsets not centred",
            "Head h looks at i + h: the offsets run from −(size // 2) to size // 2, i + h − size // 2.",
            _convolve(offset=lambda head, size: head),
        ),
        Mistake(
            "offsets twice as far",
            "The heads look two places apart: their offsets are neighbours.",
            _convolve(offset=lambda head, size: 2 * (head - size // 2)),
        ),
        Mistake(
            "mirrored at the ends",
            "Beyond an end the places come back mirrored: a head whose place does not exist must bring zeros.",
            _convolve(edge="mirrored"),
        ),
        Mistake(
            "every head at its own place",
            "Every head looks at the place itself: head h looks at i + h − size // 2.",
            _convolve(offset=lambda head, size: 0),
        ),
        Mistake(
            "equal weights",
            "Every head looks at all places equally: its table has a single 1 in each row.",
            _convolve(change=lambda weights: torch.full_like(weights, 1 / len(weights))),
        ),
        Mistake(
            "up to the place",
            "Each head looks at all places up to its own and not at its own alone: == instead of <=.",
            _convolve(change=lambda weights: weights.flip(1).cumsum(1).flip(1)),
        ),
        Mistake(
            "from the place on",
            "Each head looks at all places from its own on and not at its own alone: == instead of >=.",
            _convolve(change=lambda weights: weights.cumsum(1)),
        ),
        Mistake(
            "one matrix for all",
            "All offsets share the first matrix: each has its own, kernel[h].",
            lambda x, kernel: _convolve()(x, kernel[:1].expand_as(kernel)),
        ),
        Mistake(
            "the mean matrix for all",
            "All offsets share the mean of the matrices: each has its own, kernel[h].",
            lambda x, kernel: _convolve()(x, kernel.mean(0, keepdim=True).expand_as(kernel)),
        ),
        Mistake(
            "middle offset only",
            "Only the middle offset is used: add up all of them.",
            lambda x, kernel: x @ kernel[len(kernel) // 2],
        ),
        Mistake(
            "last offset left out",
            "The last offset is missing: there are size of them.",
            lambda x, kernel: _convolve()(x, torch.cat([kernel[:-1], 0 * kernel[-1:]])),
        ),
        Mistake(
            "middle offset left out",
            "The middle offset is missing: the place itself counts too.",
            _convolve(change=lambda weights: weights * (1 - torch.eye(len(weights), dtype=weights.dtype))),
        ),
        Mistake(
            "padded too far",
            "The output is longer than the input: as many zeros as size // 2 on each side.",
            lambda x, kernel: F.conv1d(F.pad(x.mT, (kernel.shape[0] - 1,) * 2), kernel.permute(2, 1, 0)).mT,
        ),
        Mistake("heads not added up", "The heads stand side by side: add them up.", _heads_apart),
    ],
)
