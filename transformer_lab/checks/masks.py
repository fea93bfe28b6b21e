"""Exercises about masks: padding, causal, the masked language model, and rows without a key (18)."""

import torch
from torch import Tensor

from transformer_lab import masks
from transformer_lab.attention import masked_softmax
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


def _corrupt(masked: float = 0.8, kept_first: bool = False, everywhere: bool = False, random: bool = True):
    """A (possibly wrong) corruption from given draws."""

    def corrupt(tokens: Tensor, chosen: Tensor, fate: Tensor, drawn: Tensor, mask_id: int) -> Tensor:
        chosen = torch.ones_like(chosen) if everywhere else chosen
        middle = (fate >= masked) & (fate < 0.9)
        replace = middle if kept_first else fate >= 0.9
        out = tokens.masked_fill(chosen & (fate < masked), mask_id)
        return torch.where(chosen & replace, drawn, out) if random else out

    return corrupt


def _corruption_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)

    def case(label: str, rows: int, length: int) -> Case:
        tokens, drawn = torch.randint(5, 50, (2, rows, length), generator=generator)
        choice, fate = torch.rand(2, rows, length, generator=generator)
        return Case(label, (tokens, choice < 0.5, fate, drawn, 4))

    return [case("4 sentences of 20 tokens", 4, 20), case("1 sentence of 40 tokens", 1, 40)]


CORRUPT_TOKENS = Exercise(
    name="corrupt_tokens",
    notebook="18_sequence_masking",
    title="The 80/10/10 corruption",
    difficulty=2,
    reference=_corrupt(kept_first=False),
    cases=_corruption_cases,
    praise="Right: [MASK], a random token, or the token itself, and nothing outside of the chosen ones.",
    mistakes=[
        Mistake(
            "always [MASK]",
            "All chosen tokens become [MASK]: only those with fate < 0.8 do.",
            lambda tokens, chosen, fate, drawn, mask_id: tokens.masked_fill(chosen, mask_id),
        ),
        Mistake(
            "no random tokens",
            "The random tokens are missing: where fate ≥ 0.9, put the drawn token.",
            _corrupt(random=False),
        ),
        Mistake(
            "80/20/0",
            "All that is not [MASK] became random: between 0.8 and 0.9 the token stays as it is.",
            lambda tokens, chosen, fate, drawn, mask_id: torch.where(
                chosen, torch.where(fate < 0.8, torch.full_like(tokens, mask_id), drawn), tokens
            ),
        ),
        Mistake(
            "the tenths swapped",
            "The two tenths are swapped: between 0.8 and 0.9 the token stays, from 0.9 it is replaced.",
            _corrupt(kept_first=True),
        ),
        Mistake(
            "chosen ignored",
            "Every token was corrupted: only chosen ones may be.",
            _corrupt(everywhere=True),
        ),
        Mistake(
            "0 instead of [MASK]",
            "The chosen tokens became 0, and 0 is padding: put mask_id.",
            lambda tokens, chosen, fate, drawn, mask_id: _corrupt()(tokens, chosen, fate, drawn, 0),
        ),
        Mistake(
            "multiplied",
            "Multiplying by the mask sets tokens to 0, and 0 is padding: put mask_id.",
            lambda tokens, chosen, fate, drawn, mask_id: tokens * ~chosen,
        ),
    ],
)


def _scores(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _softmax_cases() -> list[Case]:
    some = torch.tensor([[True, False, True, True], [False, True, False, False], [True, True, True, True]])
    none = torch.tensor([[True, True, False], [False, False, False], [False, False, True]])
    left_padded = masks.combine_masks(torch.tensor([[[False, False, True, True]]]), masks.causal_mask(4))
    return [
        Case("every row has a key", (_scores(3, 4, seed=0), some)),
        Case("a row without a key", (_scores(3, 3, seed=1), none)),
        Case("left padding and a causal mask", (_scores(1, 4, 4, seed=2), left_padded)),
        Case("large scores", (1000 + _scores(3, 3, seed=3), none)),
    ]


MASKED_SOFTMAX = Exercise(
    name="masked_softmax",
    notebook="18_sequence_masking",
    title="A softmax that survives an empty row",
    difficulty=3,
    reference=masked_softmax,
    cases=_softmax_cases,
    gradients=True,
    praise="Right, forward and backward, also for rows without a key and for large scores.",
    mistakes=[
        Mistake(
            "NaN in empty rows",
            "A row without a key is a softmax over −∞ alone, which is 0/0: such a row must come out as zeros.",
            lambda scores, mask: scores.masked_fill(~mask, float("-inf")).softmax(-1),
        ),
        Mistake(
            "a large negative number",
            "With −10⁹ in place of −∞ a row without a key gives every *hidden* key its share: it must be zeros.",
            lambda scores, mask: scores.masked_fill(~mask, -1e9).softmax(-1),
        ),
        Mistake(
            "multiplied after the softmax",
            "The hidden weights are set to 0 after the softmax, so the rows no longer sum to 1: hide the scores first.",
            lambda scores, mask: scores.softmax(-1) * mask,
        ),
        Mistake(
            "mask added as 0 and 1",
            "The mask is added as 0 and 1: that only makes allowed keys e times as heavy. Fill with −∞ instead.",
            lambda scores, mask: (scores + mask.to(scores.dtype)).softmax(-1),
        ),
        Mistake(
            "inverted polarity",
            "The mask is read the wrong way round: True means 'may attend'.",
            lambda scores, mask: masked_softmax(scores, ~mask),
        ),
        Mistake(
            "score 0",
            "Hidden scores are set to 0, which is an ordinary score: fill with −∞.",
            lambda scores, mask: (scores * mask).softmax(-1),
        ),
        Mistake(
            "overflow",
            "exp(1000) is infinite: subtract each row's largest score first, or let softmax do it.",
            lambda scores, mask: (e := scores.exp() * mask) / e.sum(-1, keepdim=True).clamp(min=1e-30),
        ),
    ],
)

EXERCISES = (PADDING_MASK, CAUSAL_MASK, CORRUPT_TOKENS, MASKED_SOFTMAX)
