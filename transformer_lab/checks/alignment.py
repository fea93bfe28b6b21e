"""Exercises about word alignments."""

import torch

from transformer_lab import alignment
from transformer_lab.checks.exercise import Case, Exercise, Mistake

GOLD = frozenset({(0, 0), (1, 2), (2, 1), (3, 3)})


def _rate_with(denominator):
    def rate(predicted, gold):
        return 1 - len(set(predicted) & set(gold)) / denominator(set(predicted), set(gold))

    return rate


ALIGNMENT_ERROR_RATE = Exercise(
    name="alignment_error_rate",
    notebook="28_translation_alignment",
    title="Alignment error rate",
    difficulty=1,
    reference=alignment.alignment_error_rate,
    cases=lambda: [
        Case("a perfect alignment", (GOLD, GOLD)),
        Case("one link missing", (GOLD - {(3, 3)}, GOLD)),
        Case("one link too many", (GOLD | {(0, 3)}, GOLD)),
        Case("two wrong links of three", (frozenset({(0, 0), (1, 1), (2, 2)}), GOLD)),
        Case("no link in common", (frozenset({(0, 1)}), frozenset({(1, 0)}))),
    ],
    praise="Right: 0 for a perfect alignment, 1 when no link is in common.",
    mistakes=[
        Mistake(
            "precision only",
            "This is 1 − precision: a missing link costs nothing. Divide 2·|A ∩ G| by |A| + |G|.",
            _rate_with(lambda a, g: len(a)),
        ),
        Mistake(
            "recall only",
            "This is 1 − recall: a link too many costs nothing. Divide 2·|A ∩ G| by |A| + |G|.",
            _rate_with(lambda a, g: len(g)),
        ),
        Mistake(
            "intersection over union",
            "This divides by the union (the Jaccard distance): the formula has 2·|A ∩ G| over |A| + |G|.",
            _rate_with(lambda a, g: len(a | g)),
        ),
        Mistake(
            "factor 2 forgotten",
            "The factor 2 is missing: a perfect alignment must give 0.",
            _rate_with(lambda a, g: len(a) + len(g)),
        ),
        Mistake(
            "agreement, not error",
            "This is the agreement: the error rate is 1 minus it.",
            lambda predicted, gold: 1 - alignment.alignment_error_rate(predicted, gold),
        ),
    ],
)


def _extraction_cases() -> list[Case]:
    generator = torch.Generator().manual_seed(0)
    cases = []
    for label, target, source in (("3 target and 4 source words", 3, 4), ("5 target and 2 source words", 5, 2)):
        # The last row and the last column belong to <eos>.
        weights = torch.rand(target + 1, source + 1, generator=generator).softmax(dim=-1)
        weights[0, -1] = 2.0
        cases.append(Case(label, (weights / weights.sum(dim=-1, keepdim=True),)))
    return cases


def _extract(weights, rows: int = -1, columns: int = -1, dim: int = 1, flip: bool = False):
    words = weights[: weights.shape[0] + rows, : weights.shape[1] + columns]
    best = words.argmax(dim=dim).tolist()
    links = {(source, target) for target, source in enumerate(best)} if dim == 1 else set(enumerate(best))
    return {link[::-1] for link in links} if flip else links


EXTRACT_ALIGNMENT = Exercise(
    name="extract_alignment",
    notebook="28_translation_alignment",
    title="From weights to links",
    difficulty=2,
    reference=lambda weights: _extract(weights),
    cases=_extraction_cases,
    praise="Right: every target word is linked to the source word it attends to most, and <eos> to none.",
    mistakes=[
        Mistake(
            "<eos> linked",
            "<eos> is linked too: drop the last row and the last column first, they are no words.",
            lambda weights: _extract(weights, 0, 0),
        ),
        Mistake(
            "<eos> row linked",
            "The row of <eos> is linked too: drop the last row before you start.",
            lambda weights: _extract(weights, 0, -1),
        ),
        Mistake(
            "<eos> column not dropped",
            "A target word may attend to <eos> most, but that is no word: drop the last column before argmax.",
            lambda weights: _extract(weights, -1, 0),
        ),
        Mistake(
            "links turned round",
            "The links are turned round: gold links are (source index, target index), but rows are targets.",
            lambda weights: _extract(weights, flip=True),
        ),
        Mistake(
            "argmax over the wrong axis",
            "argmax runs over the target words: a softmax row belongs to one target word, so take argmax along dim=1.",
            lambda weights: _extract(weights, dim=0),
        ),
    ],
)

EXERCISES = (ALIGNMENT_ERROR_RATE, EXTRACT_ALIGNMENT)
