"""The exercise *Which one wins?*."""

import math
from collections.abc import Callable

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _choice_with(score: Callable[[float, int, float], float], choose: Callable = max):
    def choice(log_probabilities: list[float], lengths: list[int], alpha: float) -> int:
        scores = [score(p, n, alpha) for p, n in zip(log_probabilities, lengths, strict=True)]
        return scores.index(choose(scores))

    return choice


def _factor(n: int, alpha: float) -> float:
    return ((5 + n) / 6) ** alpha


LENGTH_PENALTY = Exercise(
    name="length_penalty",
    notebook="29_autoregressive_decoding",
    title="Which one wins?",
    difficulty=1,
    reference=_choice_with(lambda p, n, alpha: p / _factor(n, alpha)),
    cases=lambda: [
        Case("alpha 0", ([-4.0, -2.0, -3.0], [3, 9, 2], 0.0)),
        Case("alpha 1, 3 sentences", ([-2.8, -9.8, -6.0], [1, 10, 3], 1.0)),
        Case("alpha 0.6, 4 to 14 tokens", ([-12.0, -10.6, -7.7], [14, 4, 10], 0.6)),
        Case("alpha 2", ([-5.9, -8.8, -4.0, -4.3], [8, 1, 14, 4], 2.0)),
        Case("alpha 1, 1 to 20 tokens", ([-6.6, -9.8, -3.1], [6, 20, 1], 1.0)),
        Case("alpha 1, 4 sentences", ([-7.8, -4.9, -2.5, -8.9], [6, 2, 4, 8], 1.0)),
        Case("alpha 2, 13 to 23 tokens", ([-6.0, -13.2, -8.7, -6.5], [13, 23, 19, 14], 2.0)),
        Case("alpha 0, 5 sentences", ([-3.2, -14.2, -4.8, -9.4, -14.4], [1, 10, 8, 24, 2], 0.0)),
        Case("alpha 1.5", ([-11.7, -9.9, -11.4, -13.5, -10.0], [1, 11, 10, 23, 13], 1.5)),
        Case("alpha 0.6, 2 to 8 tokens", ([-4.7, -6.1, -6.6], [2, 7, 8], 0.6)),
        Case("alpha 0.8", ([-2.1, -4.2, -5.0, -7.4, -5.3], [2, 7, 17, 2, 18], 0.8)),
        Case("alpha 2, 1 to 14 tokens", ([-6.9, -13.9, -4.4, -1.2], [2, 14, 6, 1], 2.0)),
        Case("alpha 0.4", ([-4.9, -4.5, -5.6, -5.3], [1, 9, 20, 18], 0.4)),
        Case("alpha 2, 6 to 19 tokens", ([-5.3, -8.1, -6.2, -10.9], [7, 10, 19, 6], 2.0)),
        Case("alpha 0.6, 2 to 10 tokens", ([-5.2, -8.2, -1.7], [10, 3, 2], 0.6)),
    ],
    praise="Right: dividing a negative number by more makes it larger, so length is forgiven.",
    mistakes=[
        Mistake(
            "multiplied",
            "The penalty multiplies the log-probability, which punishes long sentences twice: divide by it.",
            _choice_with(lambda p, n, alpha: p * _factor(n, alpha)),
        ),
        Mistake(
            "no penalty",
            "The length is not used: divide by ((5 + length) / 6) ** alpha.",
            _choice_with(lambda p, n, alpha: p),
        ),
        Mistake(
            "plain length",
            "The 5 is missing, as if divided by length ** alpha: the formula here is ((5 + length) / 6) ** alpha, "
            "which "
            "is gentler on short sentences.",
            _choice_with(lambda p, n, alpha: p / n**alpha),
        ),
        Mistake(
            "the smallest score",
            "The smallest score is chosen (the largest in size): scores are negative, the best is the one nearest to "
            "0.",
            _choice_with(lambda p, n, alpha: p / _factor(n, alpha), min),
        ),
        Mistake(
            "the longest",
            "The longest sentence is chosen, whatever its probability.",
            _choice_with(lambda p, n, alpha: n),
        ),
        Mistake(
            "probability divided",
            "The *probability* is divided, not its logarithm: that favours short sentences.",
            _choice_with(lambda p, n, alpha: math.exp(p) / _factor(n, alpha)),
        ),
        Mistake(
            "alpha as a factor",
            "alpha multiplies the length, as in 1 + alpha · length, instead of being the exponent.",
            _choice_with(lambda p, n, alpha: p / (1 + alpha * n)),
        ),
    ],
)


def _formula(name: str, sentence: str, score: Callable[[float, int, float], float], choose: Callable = max) -> Mistake:
    return Mistake(
        name, sentence + " The score is log-probability / ((5 + length) / 6) ** alpha.", _choice_with(score, choose)
    )


LENGTH_PENALTY.mistakes.extend(
    [
        _formula(
            "six under the length alone",
            "Only the length is divided by 6: 5 + length is.",
            lambda p, n, alpha: p / (5 + n / 6) ** alpha,
        ),
        _formula(
            "alpha of 0.6",
            "alpha is 0.6 in every case here: use the one that is given.",
            lambda p, n, alpha: p / _factor(n, 0.6),
        ),
        _formula(
            "alpha of 1",
            "alpha is 1 in every case here: use the one that is given.",
            lambda p, n, alpha: p / _factor(n, 1.0),
        ),
        _formula("subtracted", "The penalty is subtracted: divide by it.", lambda p, n, alpha: p - _factor(n, alpha)),
        _formula("added", "The penalty is added: divide by it.", lambda p, n, alpha: p + _factor(n, alpha)),
        _formula(
            "alpha times the penalty",
            "alpha multiplies the penalty: it is its exponent.",
            lambda p, n, alpha: p / (alpha * (5 + n) / 6) if alpha else p,
        ),
        _formula(
            "alpha between 1 and the penalty",
            "alpha mixes the penalty with 1, as a factor: it is its exponent.",
            lambda p, n, alpha: p / (alpha * (5 + n) / 6 + 1 - alpha),
        ),
        _formula(
            "alpha times the length, subtracted",
            "alpha · length is subtracted: divide by the penalty.",
            lambda p, n, alpha: p - alpha * n,
        ),
        _formula(
            "alpha times the length, added",
            "alpha · length is added: divide by the penalty.",
            lambda p, n, alpha: p + alpha * n,
        ),
        _formula(
            "power of the length alone",
            "The power of alpha is taken of the length before 5 is added: of the whole (5 + length) / 6.",
            lambda p, n, alpha: p / ((5 + n**alpha) / 6),
        ),
        _formula(
            "exponent turned over",
            "The exponent is 1 / alpha: it is alpha.",
            lambda p, n, alpha: p / ((5 + n) / 6) ** (1 / alpha) if alpha else p,
        ),
        _formula("the shortest", "The shortest sentence is chosen, whatever its probability.", lambda p, n, alpha: -n),
        _formula("the smallest log-probability", "The least probable sentence is chosen.", lambda p, n, alpha: p, min),
        _formula("the first", "The first sentence is chosen, whatever its score.", lambda p, n, alpha: 0.0),
        _formula(
            "squared penalty",
            "The penalty counts twice, with an exponent of 2 · alpha.",
            lambda p, n, alpha: p / _factor(n, 2 * alpha),
        ),
        _formula(
            "six and the length",
            "6 + length stands where 5 + length belongs.",
            lambda p, n, alpha: p / _factor(n + 1, alpha),
        ),
        Mistake(
            "the score itself",
            "This is the best score: return the *index* of the sentence that has it.",
            lambda log_probabilities, lengths, alpha: max(
                p / _factor(n, alpha) for p, n in zip(log_probabilities, lengths, strict=True)
            ),
        ),
        Mistake(
            "the log-probability itself",
            "This is the best sentence's log-probability: return its *index*.",
            lambda log_probabilities, lengths, alpha: log_probabilities[
                LENGTH_PENALTY.reference(log_probabilities, lengths, alpha)
            ],
        ),
        Mistake(
            "counted from 1",
            "The sentences are counted from 1: an index begins with 0.",
            lambda *a: LENGTH_PENALTY.reference(*a) + 1,
        ),
    ]
)
