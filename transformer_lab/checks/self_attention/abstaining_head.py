"""The exercise *A head that may abstain*."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from transformer_lab.attention import scaled_dot_product_attention
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw, head_matrices


def _shares(scores: Tensor) -> Tensor:
    """The weights of the words: a softmax over them and one more option of score 0, which is then left out."""
    return F.pad(scores, (0, 1)).softmax(-1)[..., :-1]


def _head(
    shares: Callable[[Tensor], Tensor] = _shares,
    divisor: Callable[[Tensor, Tensor], float] = lambda x, w_q: w_q.shape[-1] ** 0.5,
    roles: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]] = lambda q, k, v: (q, k, v),
) -> Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """A head with other shares, scores divided by something else, or vectors in other roles."""

    def head(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
        q, k, v = roles(x @ w_q, x @ w_k, x @ w_v)
        return shares(q @ k.mT / divisor(x, w_q)) @ v

    return head


def _words_weights(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return _shares((x @ w_q) @ (x @ w_k).mT / w_q.shape[-1] ** 0.5)


def _capital_t(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    k = x @ w_k
    return _shares((x @ w_q) @ k.permute(*reversed(range(k.dim()))) / w_q.shape[-1] ** 0.5) @ (x @ w_v)


def _over_the_largest(scores: Tensor) -> Tensor:
    largest = (scores - scores.amax(-1, keepdim=True)).exp()
    return largest / (1 + largest.sum(-1, keepdim=True))


def _row_too_many(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return scaled_dot_product_attention(*(F.pad(x, (0, 0, 0, 1)) @ w for w in (w_q, w_k, w_v)))[0]


ABSTAINING_HEAD = Exercise(
    name="abstaining_head",
    notebook="06_self_attention",
    title="A head that may abstain",
    difficulty=2,
    reference=_head(),
    cases=lambda: [
        Case("5 words, 4 features, d_head 2", (draw(5, 4), *head_matrices(4, 2))),
        Case("2 sentences of 6 words, d_head 3", (draw(2, 6, 4, seed=1), *head_matrices(4, 3))),
        Case("3 sentences of 3 words, d_head 4", (draw(3, 3, 4, seed=2), *head_matrices(4, 4))),
        Case("a batch of 1, d_head 7", (draw(1, 4, 3, seed=6), *head_matrices(3, 7))),
        Case("3 sentences of 2 words, d_head 1", (draw(3, 2, 5, seed=7), *head_matrices(5, 1))),
        Case("one word", (draw(2, 1, 4, seed=8), *head_matrices(4, 2))),
        Case("queries of 0: every score is 0", (draw(3, 4), *(w * (i > 0) for i, w in enumerate(head_matrices(4, 2))))),
        Case("scores of a thousand", (60 * draw(4, 3, seed=9), *head_matrices(3, 2))),
    ],
    forbidden=[
        Forbidden(
            "F.scaled_dot_product_attention",
            torch_names=frozenset({"scaled_dot_product_attention"}),
            own=(scaled_dot_product_attention,),
        )
    ],
    praise="Right: a word whose scores are far below 0 takes home almost nothing, and the option costs no parameter.",
    mistakes=[
        Mistake(
            "cannot abstain",
            "The words' weights sum to 1: with one more option of score 0, whose value is 0, they sum to less.",
            _head(lambda scores: scores.softmax(-1)),
        ),
        Mistake(
            "the option's value is not 0",
            "The option has a value of ones: what it gets must go to nothing, a value of 0.",
            lambda *given: _head()(*given) + 1 - _words_weights(*given).sum(-1, keepdim=True),
        ),
        Mistake(
            "the option's score is 1",
            "The option has a score of 1: it is 0, so that it counts exp(0) = 1 beside the words' exp(score).",
            _head(lambda scores: F.pad(scores, (0, 1), value=1.0).softmax(-1)[..., :-1]),
        ),
        Mistake(
            "1 beside the largest",
            "After the largest score was subtracted from the words', the option still counts 1: subtract it there too, "
            "exp(0 − largest).",
            _head(_over_the_largest),
        ),
        Mistake(
            "halved",
            "The weights are all halved: the option stands beside the words *in* the softmax, as a score of 0.",
            _head(lambda scores: scores.softmax(-1) / 2),
        ),
        Mistake(
            "each word for itself",
            "Each word has an option of its own (a sigmoid): the words share one, so that they still compete.",
            _head(torch.sigmoid),
        ),
        Mistake(
            "an option for each word",
            "There are as many options as words: there is one for the whole row.",
            _head(lambda scores: F.pad(scores, (0, scores.shape[-1])).softmax(-1)[..., : scores.shape[-1]]),
        ),
        Mistake(
            "a row too many",
            "The output has a row for the option too: it is a key and a value, and asks nothing.",
            _row_too_many,
        ),
        Mistake(
            "overflow",
            "exp of a large score is infinite: let torch.softmax work on the scores and a 0 beside them.",
            only_fails=frozenset({"scores of a thousand"}),
        ),
        Mistake(
            "no scale",
            "The scores are not scaled: divide q · k by √d_head.",
            _head(divisor=lambda x, w_q: 1.0),
        ),
        Mistake(
            "divided by d_head",
            "The scores are divided by d_head: divide by its square root.",
            _head(divisor=lambda x, w_q: w_q.shape[-1]),
        ),
        Mistake(
            "multiplied by the root",
            "The scores are multiplied by √d_head: divide by it.",
            _head(divisor=lambda x, w_q: w_q.shape[-1] ** -0.5),
        ),
        Mistake(
            "scaled by d_model",
            "The scores are divided by √d_model: the dot product has d_head terms, so divide by √d_head "
            "(w_q.shape[-1]).",
            _head(divisor=lambda x, w_q: x.shape[-1] ** 0.5),
        ),
        Mistake(
            "scaled by the length",
            "The scores are divided by the root of the number of words: divide by √d_head, w_q.shape[-1].",
            _head(divisor=lambda x, w_q: x.shape[-2] ** 0.5),
        ),
        Mistake(
            "softmax over queries",
            "The softmax runs over the queries: each *row* shares out 1 among the keys and the option, dim=-1.",
            _head(lambda scores: _shares(scores.mT).mT),
        ),
        Mistake(
            "softmax over the whole table",
            "The whole table shares out 1: each row must, for each word has its own attention and its own option.",
            _head(lambda scores: _shares(scores.flatten(-2)).view(scores.shape)),
        ),
        Mistake(
            "query and key swapped",
            "The table is transposed: row i must hold query i against every key, q @ k.transpose(-2, -1), with q from "
            "w_q and k from w_k.",
            _head(roles=lambda q, k, v: (k, q, v)),
        ),
        Mistake(
            ".T on a batch",
            ".T turns all axes around, the batch too: swap only the last two with .transpose(-2, -1) or .mT.",
            _capital_t,
        ),
        Mistake(
            "keys as values",
            "The weights mix the keys: multiply them by the values, x @ w_v.",
            _head(roles=lambda q, k, v: (q, k, k)),
        ),
        Mistake(
            "queries as values",
            "The weights mix the queries: multiply them by the values, x @ w_v.",
            _head(roles=lambda q, k, v: (q, k, q)),
        ),
        Mistake(
            "values not projected",
            "The weights mix x itself: what a word passes on is x @ w_v.",
            lambda x, *matrices: _words_weights(x, *matrices) @ x,
        ),
        Mistake(
            "key and value matrices swapped",
            "w_k and w_v have changed places: w_k makes what is compared, w_v what is handed on.",
            _head(roles=lambda q, k, v: (q, v, k)),
        ),
        Mistake(
            "query and value matrices swapped",
            "w_q and w_v have changed places: w_q makes what asks, w_v what is handed on.",
            _head(roles=lambda q, k, v: (v, k, q)),
        ),
        Mistake(
            "queries as keys",
            "The queries are compared with themselves: compare them with the keys, x @ w_k.",
            _head(roles=lambda q, k, v: (q, q, v)),
        ),
        Mistake(
            "keys as queries",
            "The keys are compared with themselves: the queries, x @ w_q, ask.",
            _head(roles=lambda q, k, v: (k, k, v)),
        ),
        Mistake(
            "weights returned",
            "These are the words' weights: multiply them by the values, x @ w_v.",
            _words_weights,
        ),
        Mistake(
            "values added",
            "The values are added to the output, like a residual connection: return the weighted values alone.",
            lambda x, w_q, w_k, w_v: x @ w_v + _head()(x, w_q, w_k, w_v),
        ),
    ],
)


@ABSTAINING_HEAD.mistake(
    "all sentences in one row",
    "All sentences of the batch stand in one row, so words attend to those of other sentences: leave the batch axis "
    "where it is, k.transpose(-2, -1) and @ work behind it.",
)
def _one_row(x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor) -> Tensor:
    return _head()(x.flatten(0, -2), w_q, w_k, w_v).reshape(*x.shape[:-1], -1)
