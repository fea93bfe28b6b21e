"""The exercise *Smoothed targets without padding*."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake

Mix = Callable[[Tensor, Tensor, int, float], Tensor]


def _with(mix: Mix, empty: bool = True) -> Callable[[Tensor, int, float, int], Tensor]:
    """``mix(one_hot, words, vocab_size, epsilon)``, where ``words`` is 1 for all but padding; its rows emptied."""

    def smoothed(target: Tensor, vocab_size: int, epsilon: float, pad_id: int) -> Tensor:
        one_hot = F.one_hot(target, vocab_size).float()
        words = (torch.arange(vocab_size) != pad_id).float()
        rows = mix(one_hot, words, vocab_size, epsilon)
        return rows * (target != pad_id)[..., None] if empty else rows

    return smoothed


_smooth = _with(lambda hot, words, v, e: (1 - e) * hot + e / (v - 1) * words)

SMOOTHED_TARGETS = Exercise(
    name="smoothed_targets",
    notebook="10_cross_entropy",
    title="Smoothed targets without padding",
    difficulty=2,
    reference=_smooth,
    cases=lambda: [
        Case("4 words, ε = 0.1, padding has id 0", (torch.tensor([2, 1, 0]), 4, 0.1, 0)),
        Case("3 words, padding has id 2", (torch.tensor([0, 1, 2, 1]), 3, 0.3, 2)),
        Case("no padding among the targets", (torch.tensor([1, 3, 4]), 5, 0.25, 0)),
        Case("no smoothing", (torch.tensor([1, 4]), 5, 0.0, 4)),
        Case("nothing but ε", (torch.tensor([[3], [0], [1]]), 4, 1.0, 1)),
        Case("a batch of sentences", (torch.tensor([[1, 0, 0], [2, 5, 1]]), 6, 0.2, 0)),
    ],
    exact_dtype=True,
    praise="Right: each real token's row adds up to 1, padding gets nothing, and its own rows ask for nothing.",
    mistakes=[
        Mistake(
            "padding gets a share",
            "This is smoothing over *all* words: the word pad_id must get nothing, and vocab_size − 1 words share ε.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e / v),
        ),
        Mistake(
            "padding gets a share, and is a target",
            "This is plain smoothing: pad_id is not used. Its word gets nothing, and the rows of its tokens are zeros.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e / v, empty=False),
        ),
        Mistake(
            "shared among one word too many",
            "ε is divided by vocab_size, but only vocab_size − 1 words share it: the row adds up to less than 1.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e / v * words),
        ),
        Mistake(
            "divided by vocab_size − 1, and padding too",
            "ε is divided by vocab_size − 1, and padding gets its share as well: the row adds up to more than 1.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e / (v - 1)),
        ),
        Mistake(
            "padding's rows not empty",
            "A token of padding still asks for something: its whole row must be zeros.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e / (v - 1) * words, empty=False),
        ),
        Mistake(
            "padding's column not empty in its rows",
            "In the rows of padding the word pad_id is still wanted: the whole row must be zeros.",
            lambda target, vocab_size, epsilon, pad_id: torch.where(
                (target == pad_id)[..., None],
                F.one_hot(target, vocab_size).float(),
                _smooth(target, vocab_size, epsilon, pad_id),
            ),
        ),
        Mistake(
            "shared among the wrong words only",
            "ε is shared among the wrong words only. Here every word but padding gets a share, the right one too.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e / (v - 2) * words * (1 - hot)),
        ),
        Mistake(
            "right word exactly 1 − ε",
            "The right word has 1 − ε and not its share of ε as well: the row adds up to less than 1.",
            _with(lambda hot, words, v, e: torch.where(hot > 0, 1 - e, e / (v - 1) * words)),
        ),
        Mistake(
            "right word not lowered",
            "The rows add up to more than 1: the right word keeps only 1 − ε of its 1.",
            _with(lambda hot, words, v, e: hot + e / (v - 1) * words),
        ),
        Mistake(
            "right word left at 1",
            "The right word keeps its 1, and the others get theirs on top: multiply by 1 − ε first.",
            _with(lambda hot, words, v, e: torch.where(hot > 0, 1.0, e / (v - 1) * words)),
        ),
        Mistake(
            "ε not divided",
            "Every word got the whole ε: it is shared by vocab_size − 1 words.",
            _with(lambda hot, words, v, e: (1 - e) * hot + e * words),
        ),
        Mistake(
            "wrong words left at zero",
            "The wrong words still have probability 0: ε is shared by every word but padding.",
            _with(lambda hot, words, v, e: (1 - e) * hot),
        ),
        Mistake(
            "not smoothed", "This is the one-hot distribution: ε is not used.", _with(lambda hot, words, v, e: hot)
        ),
        Mistake(
            "equal for all",
            "Every word got the same: the right word keeps 1 − ε besides its share of ε.",
            _with(lambda hot, words, v, e: words / (v - 1)),
        ),
        Mistake(
            "ε and 1 − ε exchanged",
            "ε and 1 − ε have changed places: the right word keeps 1 − ε.",
            _with(lambda hot, words, v, e: e * hot + (1 - e) / (v - 1) * words),
        ),
        Mistake(
            "id 0 taken for padding",
            "The word and the tokens with id 0 are left out, whatever pad_id is: compare with pad_id.",
            lambda target, vocab_size, epsilon, pad_id: _smooth(target, vocab_size, epsilon, 0),
        ),
        Mistake(
            "float64",
            "The numbers are right, but the distribution must be float32: end with .float().",
            lambda *given: _smooth(*given).double(),
        ),
    ],
)


SMOOTHED_TARGETS.mistake(
    "axes of target lost",
    "The tokens of all sentences come in one row: keep target's axes, the shape is [*target.shape, vocab_size].",
)(lambda target, vocab_size, epsilon, pad_id: _smooth(target.flatten(), vocab_size, epsilon, pad_id))
