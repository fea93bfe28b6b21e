"""The exercise *Additive scores*."""

import torch
from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _same(x: Tensor) -> Tensor:
    return x


def _scores(
    before=_same,
    combine=torch.add,
    squash=torch.tanh,
    weigh=lambda hidden, v: hidden @ v,
    after=lambda found, v: found,
):
    """Additive scores in five steps, right by default."""

    def scores(query: Tensor, key: Tensor, w_query: Tensor, w_key: Tensor, v: Tensor) -> Tensor:
        hidden = combine(before(query @ w_query).unsqueeze(-2), before(key @ w_key).unsqueeze(-3))
        return after(weigh(squash(hidden), v), v)

    return scores


def _score_inputs(queries: int, keys: int, *batch: int, seed: int = 0) -> tuple[Tensor, ...]:
    return (
        draw(*batch, queries, 4, seed=seed),
        draw(*batch, keys, 6, seed=seed + 1),
        draw(4, 5, seed=seed + 2),
        draw(6, 5, seed=seed + 3),
        draw(5, seed=seed + 4),
    )


ADDITIVE_SCORE = Exercise(
    name="additive_score",
    notebook="05_additive_interaction",
    title="Additive scores",
    difficulty=2,
    reference=_scores(),
    cases=lambda: [
        Case("3 queries, 5 keys", _score_inputs(3, 5)),
        Case("as many queries as keys", _score_inputs(4, 4, seed=5)),
        Case("a batch of 2 with 3 heads", _score_inputs(2, 6, 2, 3, seed=10)),
        Case("3 sentences, 3 queries, one key", _score_inputs(3, 1, 3, seed=15)),
        Case("a batch of 1, one query", _score_inputs(1, 4, 1, seed=20)),
    ],
    praise="Right, for queries and keys of different widths and any axes in front.",
    mistakes=[
        Mistake(
            "no tanh",
            "Without the tanh the query adds the same number to its whole row, and the softmax does not notice it.",
            _scores(squash=_same),
        ),
        Mistake(
            "tanh too late",
            "The tanh squashes the finished score; it belongs around the sum, before the product with v.",
            _scores(squash=_same, after=lambda found, v: found.tanh()),
        ),
        Mistake(
            "multiplied instead of added",
            "Query and key are multiplied feature by feature: additive scores add them.",
            _scores(combine=torch.mul),
        ),
        Mistake(
            "ReLU instead of tanh",
            "This is ReLU; the formula has tanh, which keeps every score between −Σ|v| and Σ|v|.",
            _scores(squash=torch.relu),
        ),
        Mistake(
            "keys in rows",
            "Rows and columns are swapped: the result is [..., query, key].",
            _scores(after=lambda found, v: found.mT),
        ),
        Mistake(
            "tanh of each by itself",
            "Query and key go through tanh each by itself: add them first, then one tanh around the sum.",
            _scores(before=torch.tanh, squash=_same),
        ),
        Mistake(
            "tanh of each and of the sum",
            "Query and key go through tanh before they are added as well: one tanh, around the sum.",
            _scores(before=torch.tanh),
        ),
        Mistake(
            "scaled",
            "The scores are divided by the root of the hidden width: additive scores are not scaled.",
            _scores(after=lambda found, v: found / len(v) ** 0.5),
        ),
        Mistake(
            "softmax taken",
            "These are weights: the exercise asks for the scores, before the softmax.",
            _scores(after=lambda found, v: found.softmax(-1)),
        ),
        Mistake(
            "sigmoid instead of tanh",
            "This is a sigmoid; the formula has tanh, which goes from −1 to 1.",
            _scores(squash=torch.sigmoid),
        ),
        Mistake(
            "GELU instead of tanh", "This is GELU; the formula has tanh.", _scores(squash=torch.nn.functional.gelu)
        ),
        Mistake(
            "subtracted instead of added",
            "The key is subtracted from the query: additive scores add them.",
            _scores(combine=torch.sub),
        ),
        Mistake(
            "tanh twice",
            "The finished score goes through another tanh: only the sum does, before the product with v.",
            _scores(after=lambda found, v: found.tanh()),
        ),
        Mistake(
            "v not used",
            "The features are added up as they are: v weighs them, tanh(…) @ v.",
            _scores(weigh=lambda hidden, v: hidden.sum(-1)),
        ),
        Mistake(
            "averaged over the features",
            "The features are averaged: the product with v adds them up.",
            _scores(weigh=lambda hidden, v: hidden @ v / len(v)),
        ),
        Mistake(
            "dot product",
            "This is a dot product of the projected query and key: additive scores add them, take tanh, and "
            "multiply by v.",
            _scores(combine=torch.mul, squash=_same, weigh=lambda hidden, v: hidden.sum(-1)),
        ),
        Mistake(
            "multiplied, no tanh",
            "Query and key are multiplied feature by feature, without a tanh: additive scores add them and "
            "squash the sum.",
            _scores(combine=torch.mul, squash=_same),
        ),
        Mistake(
            "features not added up",
            "The features still stand there: the product with v, [hidden], adds them up to one score.",
            _scores(weigh=lambda hidden, v: hidden * v),
        ),
        Mistake(
            "query left out",
            "The query is not in the score: add its projection to that of the key.",
            _scores(combine=lambda query, key: 0 * query + key),
        ),
        Mistake(
            "key left out",
            "The key is not in the score: add its projection to that of the query.",
            _scores(combine=lambda query, key: query + 0 * key),
        ),
    ],
)


@ADDITIVE_SCORE.mistake(
    "axes counted from the front",
    "The new axes are counted from the front, which is right without a batch only: count them from the end, "
    "unsqueeze(-2) "
    "for the queries and unsqueeze(-3) for the keys.",
)
def _axes_from_the_front(query, key, w_query, w_key, v):
    return torch.tanh((query @ w_query).unsqueeze(1) + (key @ w_key).unsqueeze(0)) @ v
