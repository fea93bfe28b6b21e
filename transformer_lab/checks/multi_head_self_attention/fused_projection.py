"""The exercise *Queries, keys and values from one product*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw

Three = tuple[Tensor, ...]


def _heads(parts, num_heads: int) -> Three:
    return tuple(part.unflatten(-1, (num_heads, -1)).transpose(1, 2) for part in parts)


def _fused(order=(0, 1, 2), biased: bool = True, split=_heads):
    """Project once and cut; right by default."""

    def project(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
        whole = x @ weight.T + bias if biased else x @ weight.T
        parts = whole.chunk(3, dim=-1)
        return split([parts[i] for i in order], num_heads)

    return project


def _not_transposed(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads((x @ weight.reshape(x.shape[-1], -1) + bias).chunk(3, dim=-1), num_heads)


def _along_the_words(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads((x @ weight.T + bias).chunk(3, dim=1), num_heads)


def _interleaved_heads(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    by_head = (x @ weight.T + bias).unflatten(-1, (num_heads, -1)).transpose(1, 2)
    return by_head.chunk(3, dim=-1)


def _interleaved_features(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads((x @ weight.T + bias).unflatten(-1, (-1, 3)).unbind(-1), num_heads)


def _viewed(parts, num_heads: int) -> Three:
    return tuple(part.reshape(part.shape[0], num_heads, part.shape[1], -1) for part in parts)


def _dealt_out(parts, num_heads: int) -> Three:
    return tuple(part.unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2) for part in parts)


def _projection(batch: int, length: int, d_model: int, num_heads: int) -> tuple:
    weight, bias = draw(3 * d_model, d_model, seed=1), draw(3 * d_model, seed=2)
    return draw(batch, length, d_model), weight, bias, num_heads


FUSED_PROJECTION = Exercise(
    name="fused_projection",
    notebook="20_multi_head_self_attention",
    title="Queries, keys and values from one product",
    difficulty=2,
    reference=_fused(),
    cases=lambda: [
        Case("2 sentences of 6 words, 2 heads", _projection(2, 6, 4, 2)),
        Case("3 words, 3 heads of 2 features", _projection(1, 3, 6, 3)),
        Case("6 words, 4 heads", _projection(2, 6, 8, 4)),
        Case("3 sentences of 5 words, 2 heads of 4 features", _projection(3, 5, 8, 2)),
        Case("one word, one head", _projection(1, 1, 4, 1)),
    ],
    praise="Right: the layout of in_proj_weight in nn.MultiheadAttention.",
    mistakes=[
        Mistake(
            "keys first",
            "Queries and keys have changed places: the first third of the rows makes the queries.",
            _fused(order=(1, 0, 2)),
        ),
        Mistake(
            "values first",
            "The order is turned round: the rows make queries, then keys, then values.",
            _fused(order=(2, 1, 0)),
        ),
        Mistake(
            "keys and values exchanged",
            "Keys and values have changed places: the last third of the rows makes the values.",
            _fused(order=(0, 2, 1)),
        ),
        Mistake("bias forgotten", "The bias is missing: add it before cutting.", _fused(biased=False)),
        Mistake(
            "weight reshaped",
            "The weight is reshaped, not transposed: x @ weight.T, for each row of the weight makes one output.",
            _not_transposed,
        ),
        Mistake(
            "cut along the words",
            "The product is cut along the words, so each third of the sentence plays one part: cut the last axis.",
            _along_the_words,
        ),
        Mistake(
            "interleaved heads",
            "This cuts into heads first and then each head into three. Some models store their weights so; here all "
            "queries come first: cut into three, then into heads.",
            _interleaved_heads,
        ),
        Mistake(
            "interleaved features",
            "Every third feature goes to the queries: here they are the first *block* of d_model features.",
            _interleaved_features,
        ),
        Mistake(
            "heads by view",
            "The three parts are right, but the heads cut through the words: split the last axis, then swap axes 1 "
            "and 2.",
            _fused(split=_viewed),
        ),
        Mistake(
            "axes not swapped",
            "The head axis stands after the words: swap axes 1 and 2, so that each head's words lie together.",
            _fused(split=lambda parts, num_heads: tuple(part.unflatten(-1, (num_heads, -1)) for part in parts)),
        ),
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i gets the i-th *block* of d_head neighbouring features.",
            _fused(split=_dealt_out),
        ),
        Mistake(
            "not split into heads",
            "The three parts are right but not split into heads: [batch, head, length, d_head] is wanted.",
            _fused(split=lambda parts, num_heads: tuple(parts)),
        ),
    ],
)


def _blocks_not_transposed(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
    return _heads([x @ w + b for w, b in zip(weight.chunk(3), bias.chunk(3), strict=True)], num_heads)


def _bias_for(*places: int):
    def project(x: Tensor, weight: Tensor, bias: Tensor, num_heads: int) -> Three:
        parts = [
            x @ w.T + b * (i in places) for i, (w, b) in enumerate(zip(weight.chunk(3), bias.chunk(3), strict=True))
        ]
        return _heads(parts, num_heads)

    return project


def _changed(change):
    return lambda *a: tuple(change(*_fused()(*a)))


FUSED_PROJECTION.mistakes.extend(
    [
        Mistake(
            "order turned by one",
            "The order is keys, values, queries here: the rows make queries, then keys, then values.",
            _fused(order=(1, 2, 0)),
        ),
        Mistake(
            "order turned back by one",
            "The order is values, queries, keys here: the rows make queries, then keys, then values.",
            _fused(order=(2, 0, 1)),
        ),
        Mistake(
            "queries three times",
            "All three are the queries: keys come from the second third of the rows, values from the last.",
            _fused(order=(0, 0, 0)),
        ),
        Mistake(
            "keys as values",
            "The keys come back as values too: values come from the last third.",
            _fused(order=(0, 1, 1)),
        ),
        Mistake(
            "blocks not transposed",
            "Each block of the weight is used untransposed: a row of the weight makes one output, x @ weight.T.",
            _blocks_not_transposed,
        ),
        Mistake("bias for the queries only", "Keys and values lack their bias: add it before cutting.", _bias_for(0)),
        Mistake("values without bias", "The values lack their bias: add it before cutting.", _bias_for(0, 1)),
        Mistake("keys without bias", "The keys lack their bias: add it before cutting.", _bias_for(0, 2)),
        Mistake(
            "queries scaled",
            "The queries are divided by √d_head: that is the attention's part, not the projection's.",
            _changed(lambda q, k, v: (q / q.shape[-1] ** 0.5, k, v)),
        ),
        Mistake(
            "keys transposed",
            "The keys are transposed: all three are [batch, head, length, d_head].",
            _changed(lambda q, k, v: (q, k.transpose(-2, -1), v)),
        ),
        Mistake(
            "heads before the batch",
            "The head axis stands in front of the batch: [batch, head, length, d_head] is wanted.",
            _changed(lambda *parts: [part.transpose(0, 1) for part in parts]),
        ),
        Mistake(
            "heads last",
            "The head axis stands last: [batch, head, length, d_head] is wanted.",
            _changed(lambda *parts: [part.movedim(1, -1) for part in parts]),
        ),
        Mistake(
            "width and number of heads swapped",
            "The features are cut into d_head heads of num_heads features: it is num_heads heads of d_head features.",
            _fused(
                split=lambda parts, num_heads: tuple(p.unflatten(-1, (-1, num_heads)).transpose(1, 2) for p in parts)
            ),
        ),
        Mistake(
            "transposed, then cut",
            "Words and features are swapped first, then cut into runs: split the last axis, then swap axes 1 and 2.",
            _fused(
                split=lambda parts, num_heads: tuple(
                    p.transpose(1, 2).reshape(p.shape[0], num_heads, p.shape[1], -1) for p in parts
                )
            ),
        ),
    ]
)
