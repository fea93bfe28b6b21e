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
        Case("five links for two, in plain sets", ({(0, 0), (0, 1), (1, 1), (2, 2), (3, 2)}, {(0, 1), (2, 2)})),
        Case("one link for three", ({(2, 1)}, {(2, 1), (0, 0), (1, 2)})),
        Case("two links, gold has seven", (frozenset({(0, 0), (6, 6)}), frozenset({(i, i) for i in range(7)}))),
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


def _of(formula):
    return lambda predicted, gold: formula(set(predicted), set(gold))


def _in_order(predicted, gold):
    pairs = zip(sorted(predicted), sorted(gold), strict=False)
    return 1 - 2 * sum(a == b for a, b in pairs) / (len(predicted) + len(gold))


def _safe_f(a: set, g: set) -> float:
    precision, recall = len(a & g) / len(a), len(a & g) / len(g)
    return 1 - precision * recall


ALIGNMENT_ERROR_RATE.mistakes.extend(
    [
        Mistake(
            "divided by the larger",
            "The links in both are divided by the larger of the two counts: the formula has 2·|A ∩ G| over |A| + |G|.",
            _rate_with(lambda a, g: max(len(a), len(g))),
        ),
        Mistake(
            "divided by the smaller",
            "The links in both are divided by the smaller of the two counts: the formula has 2·|A ∩ G| over |A| + |G|.",
            _rate_with(lambda a, g: min(len(a), len(g))),
        ),
        Mistake(
            "mean of precision and recall",
            "This is 1 minus the plain mean of precision and recall: divide 2·|A ∩ G| by |A| + |G|.",
            _of(lambda a, g: 1 - (len(a & g) / len(a) + len(a & g) / len(g)) / 2),
        ),
        Mistake(
            "root of precision times recall",
            "This is 1 minus the root of precision times recall: divide 2·|A ∩ G| by |A| + |G|.",
            _of(lambda a, g: 1 - len(a & g) / (len(a) * len(g)) ** 0.5),
        ),
        Mistake(
            "precision times recall",
            "This is 1 minus precision times recall: divide 2·|A ∩ G| by |A| + |G|.",
            _of(_safe_f),
        ),
        Mistake(
            "precision, not error",
            "This is the precision: 1 − 2·|A ∩ G| / (|A| + |G|).",
            _of(lambda a, g: len(a & g) / len(a)),
        ),
        Mistake(
            "recall, not error",
            "This is the recall: 1 − 2·|A ∩ G| / (|A| + |G|).",
            _of(lambda a, g: len(a & g) / len(g)),
        ),
        Mistake(
            "wrong links by gold links",
            "The links that are in one set alone are divided by the number in gold: divide them by |A| + |G|.",
            _of(lambda a, g: len(a ^ g) / len(g)),
        ),
        Mistake(
            "wrong links counted",
            "This is the *number* of links that are in one set alone: divide it by |A| + |G|.",
            _of(lambda a, g: len(a ^ g)),
        ),
        Mistake(
            "union instead of the sum",
            "2·|A ∩ G| is divided by |A ∪ G|, which counts links in both once: divide by |A| + |G|.",
            _of(lambda a, g: 1 - 2 * len(a & g) / len(a | g)),
        ),
        Mistake(
            "percent",
            "This is in percent: 0 to 1 is wanted.",
            _of(lambda a, g: 100 - 200 * len(a & g) / (len(a) + len(g))),
        ),
        Mistake(
            "union for intersection",
            "The union stands where the intersection belongs: count the links that are in both, a & b.",
            _of(lambda a, g: 1 - 2 * len(a | g) / (len(a) + len(g))),
        ),
        Mistake(
            "compared in order",
            "The links are compared place by place: it only matters whether a link is in both sets.",
            _in_order,
        ),
        Mistake(
            "right or wrong as a whole",
            "An alignment counts as right or wrong as a whole: count its links.",
            _of(lambda a, g: float(a != g)),
        ),
        Mistake(
            "not taken from 1",
            "This is |A ∩ G| / (|A| + |G|), without the 2 and without 1 minus: a perfect alignment must give 0.",
            _of(lambda a, g: len(a & g) / (len(a) + len(g))),
        ),
        Mistake(
            "sources only",
            "Only the source words are compared: a link is right if source *and* target are.",
            _of(lambda a, g: 1 - 2 * len({s for s, _ in a} & {s for s, _ in g}) / (len(a) + len(g))),
        ),
    ]
)
