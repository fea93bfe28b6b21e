"""The exercise *The padding mask*."""

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _tokens(*rows: list[int]) -> Tensor:
    return torch.tensor(rows)


PADDING_MASK = Exercise(
    name="padding_mask",
    notebook="18_sequence_masking",
    title="The padding mask",
    difficulty=1,
    reference=masks.padding_mask,
    cases=lambda: [
        Case("3 sentences of 4 tokens", (_tokens([5, 6, 7, 8], [5, 6, 0, 0], [9, 0, 0, 0]), 0)),
        Case("as many sentences as tokens", (_tokens([5, 6, 0], [5, 0, 0], [7, 8, 9]), 0)),
        Case("pad_id 3, padding on the left", (_tokens([3, 3, 0, 5], [3, 1, 2, 4]), 3)),
    ],
    praise="Right: a key is hidden, whoever asks, in every head.",
    mistakes=[
        Mistake(
            "inverted polarity",
            "The mask is the wrong way round: True means 'may attend', so True where there is a word.",
            lambda tokens, pad_id: (tokens == pad_id)[:, None, None, :],
        ),
        Mistake(
            "queries hidden",
            "The axis of size 1 stands last, so this hides *queries*: [batch, 1, 1, key] is wanted.",
            lambda tokens, pad_id: (tokens != pad_id)[:, None, :, None],
        ),
        Mistake(
            "axes missing",
            "[batch, key] broadcasts against [query, key], as if the sentences were queries: add two axes of size 1.",
            lambda tokens, pad_id: tokens != pad_id,
        ),
        Mistake(
            "queries and keys hidden",
            "This hides padded queries too: their rows have no key left. Hide keys only, [batch, 1, 1, key].",
            lambda tokens, pad_id: ((tokens != pad_id)[:, None, :] & (tokens != pad_id)[:, :, None])[:, None],
        ),
        Mistake(
            "a mask of numbers",
            "The mask holds 0 and 1, not False and True: attention *adds* numbers to the scores, and 0 hides nothing.",
            lambda tokens, pad_id: (tokens != pad_id)[:, None, None, :].float(),
        ),
        Mistake(
            "pad_id ignored",
            "The padding is not always token 0: compare with pad_id.",
            lambda tokens, pad_id: (tokens != 0)[:, None, None, :],
        ),
    ],
)
