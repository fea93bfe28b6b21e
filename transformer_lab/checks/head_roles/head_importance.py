"""The exercise *Head importance*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


# Head importance -----------------------------------------------------------------------------------------------------
def _slope(heads: Tensor, gradients: Tensor) -> Tensor:
    return (heads * gradients).sum((-2, -1))  # [batch, head]: the slope of each sentence's loss


HEAD_IMPORTANCE = Exercise(
    name="head_importance",
    notebook="24_head_roles",
    title="Head importance",
    difficulty=2,
    reference=lambda heads, gradients: _slope(heads, gradients).abs().mean(0),
    cases=lambda: [
        Case("5 sentences, 4 heads, 6 words, 3 features", (draw(5, 4, 6, 3), draw(5, 4, 6, 3, seed=1))),
        Case("2 sentences, 2 heads, 3 words, 4 features", (draw(2, 2, 3, 4, seed=2), draw(2, 2, 3, 4, seed=3))),
        Case("1 sentence, 2 heads, 4 words, 3 features", (draw(1, 2, 4, 3, seed=6), draw(1, 2, 4, 3, seed=7))),
        Case("3 sentences, 3 heads, 3 words, 3 features", (draw(3, 3, 3, 3, seed=4), draw(3, 3, 3, 3, seed=5))),
    ],
    praise="Right: one slope for each sentence and head, its size, and the mean over the sentences.",
    mistakes=[
        Mistake(
            "signs cancel",
            "Without the absolute value, a head that helps one sentence and harms the next comes out as unimportant. "
            "Take the absolute value for each sentence, before the mean.",
            lambda heads, gradients: _slope(heads, gradients).mean(0),
        ),
        Mistake(
            "absolute value after the mean",
            "The absolute value is taken after the mean over the sentences, when plus and minus have cancelled: take "
            "it before.",
            lambda heads, gradients: _slope(heads, gradients).mean(0).abs(),
        ),
        Mistake(
            "absolute value too early",
            "The absolute value is taken of every product. The gate moves all features of a head together: add the "
            "products of one sentence up first.",
            lambda heads, gradients: (heads * gradients).abs().sum((-2, -1)).mean(0),
        ),
        Mistake(
            "gradient only",
            "The head's output is missing. The gate multiplies it, so by the chain rule the slope is Σ output · "
            "gradient.",
            lambda heads, gradients: gradients.sum((-2, -1)).abs().mean(0),
        ),
        Mistake(
            "size of the gradient",
            "This is the length of the gradient: it ignores what the head says. The slope is Σ output · gradient.",
            lambda heads, gradients: gradients.square().sum((-2, -1)).sqrt().mean(0),
        ),
        Mistake(
            "size of the output",
            "This is the length of the head's output. A loud head need not be a needed one: multiply by the gradient.",
            lambda heads, gradients: heads.square().sum((-2, -1)).sqrt().mean(0),
        ),
        Mistake(
            "mean over words and features",
            "Words and features are averaged; the slope is their *sum*.",
            lambda heads, gradients: (heads * gradients).mean((-2, -1)).abs().mean(0),
        ),
        Mistake(
            "sum over sentences",
            "The sentences are added up; their mean is wanted, or the number depends on how many there are.",
            lambda heads, gradients: _slope(heads, gradients).abs().sum(0),
        ),
        Mistake(
            "heads and sentences swapped",
            "This is one number for each sentence: average over the batch (axis 0), keep the heads.",
            lambda heads, gradients: _slope(heads, gradients).abs().mean(1),
        ),
        Mistake(
            "shares",
            "The numbers are divided by their sum. The exercise asks for the slopes themselves.",
            lambda heads, gradients: (s := _slope(heads, gradients).abs().mean(0)) / s.sum(),
        ),
    ],
)


HEAD_IMPORTANCE.mistakes.extend(
    [
        Mistake(
            "absolute value for each word",
            "The absolute value is taken for each word. The gate moves all words of a sentence together: add them up "
            "first.",
            lambda heads, gradients: (heads * gradients).sum(-1).abs().sum(-1).mean(0),
        ),
        Mistake(
            "absolute value for each feature",
            "The absolute value is taken for each feature. The gate moves all features together: add them up first.",
            lambda heads, gradients: (heads * gradients).sum(-2).abs().sum(-1).mean(0),
        ),
        Mistake(
            "squared",
            "The slopes are squared: their absolute values are wanted.",
            lambda heads, gradients: _slope(heads, gradients).square().mean(0),
        ),
        Mistake(
            "root mean square",
            "This is the root of the mean square of the slopes: the mean of their absolute values is wanted.",
            lambda heads, gradients: _slope(heads, gradients).square().mean(0).sqrt(),
        ),
        Mistake(
            "mean over words",
            "The words are averaged; the slope is the *sum* over words and features.",
            lambda heads, gradients: (heads * gradients).sum(-1).mean(-1).abs().mean(0),
        ),
        Mistake(
            "mean over features",
            "The features are averaged; the slope is the *sum* over words and features.",
            lambda heads, gradients: (heads * gradients).sum(-2).mean(-1).abs().mean(0),
        ),
        Mistake(
            "means of both multiplied",
            "Output and gradient are added up each for itself and then multiplied: multiply number by number, then "
            "add up.",
            lambda heads, gradients: (heads.sum((-2, -1)) * gradients.sum((-2, -1))).abs().mean(0),
        ),
        Mistake(
            "lengths multiplied",
            "The lengths of output and gradient are multiplied: their dot product is wanted, which can be small for "
            "long ones.",
            lambda heads, gradients: (heads.norm(dim=(-2, -1)) * gradients.norm(dim=(-2, -1))).mean(0),
        ),
        Mistake(
            "largest over sentences",
            "The largest of the sentences is taken: their mean is wanted.",
            lambda heads, gradients: _slope(heads, gradients).abs().amax(0),
        ),
        Mistake(
            "median",
            "The median of the sentences is taken: their mean is wanted.",
            lambda heads, gradients: _slope(heads, gradients).abs().median(0).values,
        ),
        Mistake(
            "one for each sentence",
            "The sentences are still there: average over the batch (axis 0).",
            lambda heads, gradients: _slope(heads, gradients).abs(),
        ),
        Mistake(
            "one for all heads",
            "This is one number for all heads together: keep the head axis.",
            lambda heads, gradients: _slope(heads, gradients).abs().mean(),
        ),
        Mistake(
            "everything averaged at the end",
            "The absolute products are averaged over sentences, words and features: add up the products of a "
            "sentence, take "
            "the absolute value, then average over the sentences.",
            lambda heads, gradients: (heads * gradients).abs().mean((0, 2, 3)),
        ),
        Mistake(
            "absolute value after sentences and words",
            "Sentences and words are added up before the absolute value, so that plus and minus of different sentences "
            "cancel: one absolute value for each sentence.",
            lambda heads, gradients: (heads * gradients).sum((0, 2, 3)).abs(),
        ),
        Mistake(
            "only the last word",
            "Only the last word counts here: add up all queries.",
            lambda heads, gradients: (heads * gradients)[:, :, -1].sum(-1).abs().mean(0),
        ),
        Mistake(
            "divided by the largest",
            "The numbers are divided by the largest: the exercise asks for the slopes themselves.",
            lambda heads, gradients: (s := _slope(heads, gradients).abs().mean(0)) / s.max(),
        ),
        Mistake(
            "size of the gradient, added up",
            "This is the size of the gradient: it ignores what the head says. The slope is Σ output · gradient.",
            lambda heads, gradients: gradients.abs().sum((-2, -1)).mean(0),
        ),
        Mistake(
            "size of the gradient, averaged",
            "This is the size of the gradient: it ignores what the head says. The slope is Σ output · gradient.",
            lambda heads, gradients: gradients.abs().mean((0, 2, 3)),
        ),
    ]
)
