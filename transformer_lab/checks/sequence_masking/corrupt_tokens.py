"""The exercise *The 80/10/10 corruption*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake


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

    return [case("4 sentences of 20 tokens", 4, 20), case("1 sentence of 40 tokens", 1, 40), *_at_the_borders()]


def _at_the_borders() -> list[Case]:
    """Fates of exactly 0, 0.8 and 0.9. (0.9 in float32 is below Python's 0.9: it is tried in float64 alone.)"""

    def case(label: str, fates: list[float], dtype: torch.dtype) -> Case:
        tokens, drawn = torch.arange(10, 10 + len(fates)), torch.arange(30, 30 + len(fates))
        chosen, fate = torch.ones(1, len(fates), dtype=torch.bool), torch.tensor([fates], dtype=dtype)
        return Case(label, (tokens[None], chosen, fate, drawn[None], 4))

    return [
        case("fates of 0, 0.8 and 0.9 exactly", [0.0, 0.8, 0.9, 0.85], torch.float64),
        case("a fate of 0.8 exactly, float32", [0.0, 0.8, 0.85], torch.float32),
    ]


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


def _where(mask=None, draw=None):
    """A corruption from two conditions: where ``mask_id`` goes, and where the drawn word goes (afterwards)."""
    mask = mask or (lambda chosen, fate: chosen & (fate < 0.8))
    draw = draw or (lambda chosen, fate: chosen & (fate >= 0.9))

    def corrupt(tokens: Tensor, chosen: Tensor, fate: Tensor, drawn: Tensor, mask_id: int) -> Tensor:
        return torch.where(draw(chosen, fate), drawn, tokens.masked_fill(mask(chosen, fate), mask_id))

    return corrupt


CORRUPT_TOKENS.mistakes.extend(
    [
        Mistake(
            "drawn where not chosen",
            "The drawn word is put in wherever the fate is 0.9 or more, chosen or not: only chosen tokens may change.",
            _where(draw=lambda chosen, fate: fate >= 0.9),
        ),
        Mistake(
            "masked where not chosen",
            "mask_id is put wherever the fate is below 0.8, chosen or not: only chosen tokens may change.",
            _where(mask=lambda chosen, fate: fate < 0.8),
        ),
        Mistake(
            "0.8 itself masked",
            "A fate of exactly 0.8 is masked: mask_id is for fates *below* 0.8.",
            _where(mask=lambda chosen, fate: chosen & (fate <= 0.8)),
        ),
        Mistake(
            "0.9 itself kept",
            "A fate of exactly 0.9 keeps the word: from 0.9 on it is the drawn one.",
            _where(draw=lambda chosen, fate: chosen & (fate > 0.9)),
        ),
        Mistake(
            "both borders on the wrong side",
            "Both borders fall on the wrong side: 0.8 itself is not masked, and 0.9 itself is drawn.",
            _where(lambda chosen, fate: chosen & (fate <= 0.8), lambda chosen, fate: chosen & (fate > 0.9)),
        ),
        Mistake(
            "mask and word exchanged",
            "mask_id and the drawn word have changed places: the [MASK] is for fates below 0.8.",
            _where(lambda chosen, fate: chosen & (fate >= 0.9), lambda chosen, fate: chosen & (fate < 0.8)),
        ),
        Mistake(
            "nothing kept, all masked",
            "Between 0.8 and 0.9 the token becomes [MASK] too: there it stays the word itself.",
            _where(mask=lambda chosen, fate: chosen & (fate < 0.9)),
        ),
        Mistake(
            "the tenths from below",
            "The shares are read from the wrong end: below 0.1 drawn, below 0.2 kept, the rest masked.",
            _where(lambda chosen, fate: chosen & (fate >= 0.2), lambda chosen, fate: chosen & (fate < 0.1)),
        ),
        Mistake(
            "drawn below 0.1",
            "The drawn word is put where the fate is below 0.1, where [MASK] belongs: it is for fates from 0.9 on.",
            _where(draw=lambda chosen, fate: chosen & (fate < 0.1)),
        ),
        Mistake(
            "no [MASK]",
            "The [MASK] is missing: where chosen and the fate is below 0.8, put mask_id.",
            _where(mask=lambda chosen, fate: torch.zeros_like(chosen)),
        ),
        Mistake(
            "the others corrupted",
            "The tokens that were *not* chosen are corrupted, and the chosen ones stay: it is the other way round.",
            lambda tokens, chosen, fate, drawn, mask_id: _corrupt()(tokens, ~chosen, fate, drawn, mask_id),
        ),
        Mistake(
            "0 where not chosen",
            "Tokens that were not chosen become 0: they stay what they are.",
            lambda tokens, chosen, fate, drawn, mask_id: _corrupt()(tokens, chosen, fate, drawn, mask_id) * chosen,
        ),
        Mistake(
            "0 where kept",
            "Between 0.8 and 0.9 the token becomes 0: there it stays the word itself.",
            lambda tokens, chosen, fate, drawn, mask_id: _corrupt()(tokens, chosen, fate, drawn, mask_id).masked_fill(
                chosen & (fate >= 0.8) & (fate < 0.9), 0
            ),
        ),
    ]
)


def _from_the_front(whole_batch):
    """The drawn words are used up in a row, wherever their places are."""

    def corrupt(tokens, chosen, fate, drawn, mask_id):
        out = tokens.masked_fill(chosen & (fate < 0.8), mask_id)
        again = chosen & (fate >= 0.9)
        out[again] = drawn.flatten()[: int(again.sum())] if whole_batch else drawn.flatten()[0]
        return out

    return corrupt


CORRUPT_TOKENS.mistake(
    "drawn words from the front",
    "The drawn words are used up from the front: each place has a drawn word of its own, drawn[again].",
)(_from_the_front(True))
CORRUPT_TOKENS.mistake(
    "one drawn word for all", "Every place gets the first drawn word: each has one of its own, drawn[again]."
)(_from_the_front(False))
