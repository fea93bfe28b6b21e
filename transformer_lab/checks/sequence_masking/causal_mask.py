"""The exercise *The causal mask*."""

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _band(diagonal: int = 0, upper: bool = False, aligned: bool = True, number: bool = False):
    """A (possibly wrong) causal mask."""

    def mask(query_length: int, key_length: int) -> Tensor:
        shift = (key_length - query_length if aligned else 0) + diagonal
        everything = torch.ones(query_length, key_length, dtype=torch.float32 if number else torch.bool)
        return everything.triu(shift) if upper else everything.tril(shift)

    return mask


CAUSAL_MASK = Exercise(
    name="causal_mask",
    notebook="18_sequence_masking",
    title="The causal mask",
    difficulty=2,
    reference=masks.causal_mask,
    cases=lambda: [
        Case("4 queries, 4 keys", (4, 4)),
        Case("1 query, 5 keys (a cache of 4)", (1, 5)),
        Case("2 queries, 5 keys (a cache of 3)", (2, 5)),
        Case("1 query, 1 key", (1, 1)),
    ],
    praise="Right, with and without earlier keys in a cache.",
    mistakes=[
        Mistake(
            "inverted polarity",
            "The past is hidden and the future allowed: True means 'may attend', so keep the lower triangle.",
            _band(diagonal=1, upper=True),
        ),
        Mistake(
            "upper triangle",
            "This allows a word and what comes after it: keep the lower triangle, tril.",
            _band(upper=True),
        ),
        Mistake(
            "off by one: not itself",
            "A word may not see itself here, and the first one sees nothing: the diagonal belongs to the allowed keys.",
            _band(diagonal=-1),
        ),
        Mistake(
            "off by one: one key too far",
            "Each word sees the next one, which it is to predict: the diagonal is the last allowed key.",
            _band(diagonal=1),
        ),
        Mistake(
            "first aligned with first",
            "Query 0 is lined up with key 0, but with a cache the queries are the *last* tokens: shift the diagonal by "
            "key_length − query_length.",
            _band(aligned=False),
        ),
        Mistake(
            "a mask of numbers",
            "The mask holds 0 and 1, not False and True: make it of dtype torch.bool.",
            _band(number=True),
        ),
        Mistake(
            "everything allowed",
            "Nothing is hidden: keep the lower triangle with tril.",
            lambda query_length, key_length: torch.ones(query_length, key_length, dtype=torch.bool),
        ),
    ],
)
