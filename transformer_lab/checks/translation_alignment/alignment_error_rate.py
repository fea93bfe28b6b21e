"""The exercise *Alignment error rate*."""

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
