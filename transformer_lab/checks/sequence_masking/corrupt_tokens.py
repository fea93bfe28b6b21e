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
