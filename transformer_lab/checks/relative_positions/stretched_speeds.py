"""The exercise *Speeds for a longer text*: rotary pairs slowed down by how often they turned in training (YaRN)."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise


def _share_kept(speeds: Tensor, trained: int, slow: float, fast: float) -> Tensor:
    """0 for a pair of fewer than ``slow`` turns in ``trained`` places, 1 for more than ``fast``, a line between."""
    return ((trained * speeds / (2 * torch.pi) - slow) / (fast - slow)).clamp(0, 1)


def _stretched(speeds: Tensor, trained: int, wanted: int, slow: float, fast: float) -> Tensor:
    kept = _share_kept(speeds, trained, slow, fast)
    return kept * speeds + (1 - kept) * speeds / max(1.0, wanted / trained)


def _speeds(pairs: int, base: float) -> Tensor:
    return base ** (-torch.arange(pairs, dtype=torch.float64) / pairs)


STRETCHED_SPEEDS = Exercise(
    name="stretched_speeds",
    notebook="23_relative_positions",
    title="Speeds for a longer text",
    difficulty=3,
    reference=_stretched,
    cases=lambda: [
        Case("8 pairs, from 512 to 2,048", (_speeds(8, 1e4), 512, 2048, 1.0, 32.0), 1e-6),
        Case("4 pairs, from 32 to 256", (_speeds(4, 1e4), 32, 256, 1.0, 4.0), 1e-6),
        Case("16 pairs, from 300 to 450", (_speeds(16, 500.0), 300, 450, 2.0, 20.0), 1e-6),
        Case("as long as trained", (_speeds(6, 1e4), 100, 100, 1.0, 8.0), 1e-6),
        Case("shorter than trained", (_speeds(6, 1e3), 200, 50, 1.0, 16.0), 1e-6),
        Case("one pair, a slow one", (torch.tensor([0.01], dtype=torch.float64), 64, 640, 0.5, 3.0), 1e-6),
    ],
    praise="Right: pairs that have been round often stay, slow ones are slowed down, and short texts are left alone.",
    mistakes=[],
)


def _with(blend, factor=lambda trained, wanted: max(1.0, wanted / trained), turns=None):
    """Another answer: ``blend(speeds, share kept, factor)``; ``turns(speeds, trained, wanted)`` counted otherwise."""

    def stretched(speeds: Tensor, trained: int, wanted: int, slow: float, fast: float) -> Tensor:
        if turns is None:
            kept = _share_kept(speeds, trained, slow, fast)
        else:
            kept = ((turns(speeds, trained, wanted) - slow) / (fast - slow)).clamp(0, 1)
        return blend(speeds, kept, factor(trained, wanted))

    return stretched


def _right(speeds: Tensor, kept: Tensor, factor: float) -> Tensor:
    return kept * speeds + (1 - kept) * speeds / factor


def _unclamped(speeds: Tensor, trained: int, wanted: int, slow: float, fast: float) -> Tensor:
    kept = (trained * speeds / (2 * torch.pi) - slow) / (fast - slow)
    return _right(speeds, kept, max(1.0, wanted / trained))


def _stepwise(bound):
    """No line in between: a pair is kept from ``bound(slow, fast)`` turns on."""

    def stretched(speeds: Tensor, trained: int, wanted: int, slow: float, fast: float) -> Tensor:
        kept = (trained * speeds / (2 * torch.pi) >= bound(slow, fast)).to(speeds.dtype)
        return _right(speeds, kept, max(1.0, wanted / trained))

    return stretched


MISTAKES = {
    "short texts sped up": (
        "A text that is shorter than the trained one makes the pairs turn *faster*: it holds only distances that were "
        "trained, so the factor is at least 1.",
        _with(_right, factor=lambda trained, wanted: wanted / trained),
    ),
    "all divided": (
        "Every pair is slowed down alike (interpolation): a pair that has been round often is to stay as it is.",
        _with(lambda speeds, kept, factor: speeds / factor),
    ),
    "nothing slowed": (
        "The speeds are returned as they came: pairs of few turns are divided by wanted / trained.",
        _with(lambda speeds, kept, factor: speeds * 1.0),
    ),
    "shares exchanged": (
        "The two shares have changed places: the *fast* pairs are kept, the slow ones divided.",
        _with(lambda speeds, kept, factor: (1 - kept) * speeds + kept * speeds / factor),
    ),
    "multiplied": (
        "The slow pairs are multiplied by wanted / trained, and so sped up: divide.",
        _with(lambda speeds, kept, factor: kept * speeds + (1 - kept) * speeds * factor),
    ),
    "not clamped": (
        "The share kept leaves the range from 0 to 1: clamp it, outside of slow and fast it stands still.",
        _unclamped,
    ),
    "radians taken for turns": (
        "Radians are counted, not turns: a turn is 2π, so divide trained · speed by 2π.",
        _with(_right, turns=lambda speeds, trained, wanted: trained * speeds),
    ),
    "turns in the wanted length": (
        "The turns are counted in the wanted length: what a pair has seen was seen in the *trained* one.",
        _with(_right, turns=lambda speeds, trained, wanted: wanted * speeds / (2 * torch.pi)),
    ),
    "wavelengths taken for turns": (
        "Wavelengths (places for a turn) are compared with slow and fast: those are turns, trained / wavelength.",
        _with(_right, turns=lambda speeds, trained, wanted: 2 * torch.pi / speeds),
    ),
    "wavelengths blended": (
        "The wavelengths are blended, and the speeds made of them: blend the speeds themselves.",
        _with(lambda speeds, kept, factor: speeds / (kept + (1 - kept) * factor)),
    ),
    "blended in the exponent": (
        "The blend is one of logarithms: it is a sum, kept · speed + (1 − kept) · speed / factor.",
        _with(lambda speeds, kept, factor: speeds * factor ** (kept - 1)),
    ),
    "no line, from slow on": (
        "A pair is either kept or divided: between slow and fast turns the share kept grows in a line from 0 to 1.",
        _stepwise(lambda slow, fast: slow),
    ),
    "no line, from fast on": (
        "Only pairs of at least fast turns are kept: between slow and fast the share kept grows in a line from 0 to 1.",
        _stepwise(lambda slow, fast: fast),
    ),
    "the share alone": (
        "This is the share kept: mix the speeds with it.",
        _with(lambda speeds, kept, factor: kept),
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    STRETCHED_SPEEDS.mistake(_name, _words)(_answer)
