"""The exercise *Sure and possible links*."""

from collections.abc import Callable

from transformer_lab.checks.exercise import Case, Exercise, Mistake

Links = set[tuple[int, int]]
SURE = frozenset({(0, 0), (1, 2), (2, 1)})
POSSIBLE = frozenset({(3, 3), (3, 2)})


def _with(formula: Callable[[Links, Links, Links], float]) -> Callable[..., float]:
    """A formula of the links found, the sure ones, and all that are possible (the sure ones among them)."""
    return lambda predicted, sure, possible: formula(set(predicted), set(sure), set(possible) | set(sure))


def _as_given(formula: Callable[[Links, Links, Links], float]) -> Callable[..., float]:
    """The same with the possible links as they are given."""
    return lambda predicted, sure, possible: formula(set(predicted), set(sure), set(possible))


def _rate(a: Links, s: Links, p: Links) -> float:
    return 1 - (len(a & s) + len(a & p)) / (len(a) + len(s))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


SURE_AND_POSSIBLE = Exercise(
    name="sure_and_possible",
    notebook="28_translation_alignment",
    title="Sure and possible links",
    difficulty=2,
    reference=_with(_rate),
    cases=lambda: [
        Case("the sure links, possible ones beside them", (SURE, SURE, POSSIBLE)),
        Case("the sure links and a possible one", (SURE | {(3, 3)}, SURE, POSSIBLE)),
        Case("sure and possible links, and a wrong one", (SURE | {(3, 3), (0, 3)}, SURE, POSSIBLE | SURE)),
        Case("a possible link for a sure one", (frozenset({(0, 0), (3, 2)}), SURE, POSSIBLE)),
        Case("possible links alone, in plain sets", ({(3, 3), (3, 2)}, set(SURE), set(POSSIBLE))),
        Case("nothing is possible but the sure links", (frozenset({(0, 0), (1, 1), (2, 2)}), SURE, frozenset())),
        Case("two links, sure are seven", ({(0, 0), (6, 6)}, {(i, i) for i in range(7)}, {(0, 1), (0, 2)})),
        Case("one wrong link", (frozenset({(5, 5)}), SURE, POSSIBLE | {(0, 0)})),
        Case(
            "one link of five", ({(0, 0), (0, 1), (1, 1), (1, 2), (4, 4)}, {(0, 0), (2, 2)}, {(1, 1), (0, 0), (0, 1)})
        ),
    ],
    praise="Right: a possible link costs nothing, a missing sure one does, in whichever set the sure ones are listed.",
    mistakes=[
        Mistake(
            "sure links not possible",
            "A sure link that is not listed as possible counts only once. Every sure link is possible: unite the two.",
            _as_given(_rate),
        ),
        Mistake(
            "possible links ignored",
            "Possible links count as wrong here: |A ∩ P| belongs to the sum.",
            _with(lambda a, s, p: 1 - 2 * len(a & s) / (len(a) + len(s))),
        ),
        Mistake(
            "possible links demanded",
            "All possible links are treated as sure: a missing one costs. Only the sure ones are asked for.",
            _with(lambda a, s, p: 1 - 2 * len(a & p) / (len(a) + len(p))),
        ),
        Mistake(
            "divided by the possible",
            "It is divided by |A| + |P|: the links that are asked for are the sure ones, |A| + |S|.",
            _with(lambda a, s, p: 1 - (len(a & s) + len(a & p)) / (len(a) + len(p))),
        ),
        Mistake(
            "possible links twice",
            "2·|A ∩ P| stands over the line: it is |A ∩ S| + |A ∩ P|.",
            _with(lambda a, s, p: 1 - 2 * len(a & p) / (len(a) + len(s))),
        ),
        Mistake(
            "agreement, not error",
            "This is the agreement: the error rate is 1 minus it.",
            _with(lambda a, s, p: 1 - _rate(a, s, p)),
        ),
        Mistake(
            "precision only",
            "This is 1 − precision: a missing sure link costs nothing.",
            _with(lambda a, s, p: 1 - len(a & p) / len(a)),
        ),
        Mistake(
            "recall only",
            "This is 1 − recall: a wrong link costs nothing.",
            _with(lambda a, s, p: 1 - len(a & s) / len(s)),
        ),
        Mistake(
            "mean of precision and recall",
            "This is 1 minus the plain mean of precision and recall: add the counts up before you divide.",
            _with(lambda a, s, p: 1 - (len(a & p) / len(a) + len(a & s) / len(s)) / 2),
        ),
        Mistake(
            "F1 of precision and recall",
            "This is 1 − F1 of precision |A ∩ P| / |A| and recall |A ∩ S| / |S|. With possible links the error rate is "
            "not that: add the counts up before you divide.",
            _with(lambda a, s, p: 1 - _f1(len(a & p) / len(a), len(a & s) / len(s))),
        ),
        Mistake(
            "union",
            "The sum is divided by |A ∪ S|: the formula has |A| + |S|.",
            _with(lambda a, s, p: 1 - (len(a & s) + len(a & p)) / len(a | s)),
        ),
    ],
)
