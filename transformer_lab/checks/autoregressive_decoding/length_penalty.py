"""The exercise *Which one wins?*."""

import math
from collections.abc import Callable

from transformer_lab.checks.exercise import Case, Exercise, Mistake


# The length penalty ---------------------------------------------------------------------------------------------------
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
            "The log-probability is divided by length ** alpha: the formula here is ((5 + length) / 6) ** alpha, which "
            "is gentler on short sentences.",
            _choice_with(lambda p, n, alpha: p / n**alpha),
        ),
        Mistake(
            "the smallest score",
            "The smallest score is chosen: scores are negative, the best one is the largest.",
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
            "alpha multiplies the length instead of being the exponent.",
            _choice_with(lambda p, n, alpha: p / (1 + alpha * n)),
        ),
    ],
)
