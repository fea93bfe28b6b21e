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
        Case("one sentence, pad_id 9 the largest", (_tokens([4, 0, 8, 9, 9]), 9)),
        Case("one token", (_tokens([7], [7], [0]), 0)),
        Case("padding in between", (torch.tensor([[5, 0, 7, 0], [0, 4, 0, 6]]), 0)),
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


def _real(tokens: Tensor, pad_id: int) -> Tensor:
    return (tokens != pad_id)[:, None, None, :]


PADDING_MASK.mistakes.extend(
    [
        Mistake(
            "one axis missing",
            "One axis of size 1 is missing: [batch, 1, 1, key], or the sentences meet the heads.",
            lambda tokens, pad_id: (tokens != pad_id)[:, None, :],
        ),
        Mistake(
            "axes of size 1 last",
            "The two axes of size 1 stand last, so the keys stand where the heads are: [batch, 1, 1, key].",
            lambda tokens, pad_id: (tokens != pad_id)[:, :, None, None],
        ),
        Mistake(
            "axes of size 1 first",
            "The axes of size 1 stand first, so the sentences stand where the queries are: [batch, 1, 1, key].",
            lambda tokens, pad_id: (tokens != pad_id)[None, None],
        ),
        Mistake(
            "a mask to add",
            "This is a mask to be added, with 0 and −∞: a boolean one is wanted, True where a key may be attended to.",
            lambda tokens, pad_id: torch.zeros(tokens.shape).masked_fill(tokens == pad_id, float("-inf"))[
                :, None, None
            ],
        ),
        Mistake(
            "larger ids only",
            "Every id up to pad_id is taken for padding: compare for equality, tokens != pad_id.",
            lambda tokens, pad_id: (tokens > pad_id)[:, None, None, :],
        ),
        Mistake(
            "smaller ids only",
            "Every id from pad_id up is taken for padding: compare for equality, tokens != pad_id.",
            lambda tokens, pad_id: (tokens < pad_id)[:, None, None, :],
        ),
        Mistake(
            "cut at the first padding",
            "Everything behind the first padding is hidden, and padding may stand on the left: ask each token.",
            lambda tokens, pad_id: _real(tokens, pad_id).long().cumprod(-1).bool(),
        ),
        Mistake(
            "the last token instead of pad_id",
            "The padding is taken for whatever stands last in a sentence: compare with pad_id.",
            lambda tokens, pad_id: (tokens != tokens[:, -1:])[:, None, None, :],
        ),
        Mistake(
            "a row for every query",
            "The mask is spelled out for every query: [batch, 1, 1, key] broadcasts by itself, and is what is wanted.",
            lambda tokens, pad_id: _real(tokens, pad_id).expand(-1, -1, tokens.shape[1], -1),
        ),
        Mistake(
            "inverted, and queries hidden",
            "Two things: True must mean 'may attend', and the key axis stands last, [batch, 1, 1, key].",
            lambda tokens, pad_id: (tokens == pad_id)[:, None, :, None],
        ),
        Mistake(
            "a sentence at a time",
            "One answer is given for a whole sentence: each key has its own.",
            lambda tokens, pad_id: _real(tokens, pad_id).all(-1, keepdim=True).expand(-1, 1, 1, tokens.shape[1]),
        ),
    ]
)


def _first_keys(tokens, pad_id):
    return (torch.arange(tokens.shape[1]) < (tokens != pad_id).sum(-1, keepdim=True))[:, None, None]


PADDING_MASK.mistake(
    "as many keys as there are words",
    "As many keys are allowed as there are words, counted from the left: padding may stand before and between them. "
    "Compare each token with pad_id.",
)(_first_keys)
PADDING_MASK.mistake(
    "as many keys as there are words, from the right",
    "As many keys are allowed as there are words, counted from the right: padding may stand anywhere. Compare "
    "each token "
    "with pad_id.",
)(lambda tokens, pad_id: _first_keys(tokens, pad_id).flip(-1))
PADDING_MASK.mistake(
    "from the first word to the last",
    "Padding between two words is not hidden: compare each token with pad_id.",
)(lambda tokens, pad_id: _between(tokens != pad_id)[:, None, None])


def _between(real):
    return (real.long().cumsum(-1) > 0) & (real.long().flip(-1).cumsum(-1).flip(-1) > 0)
