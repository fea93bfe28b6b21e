"""The exercise *LayerNorm without centring*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw

Writers = tuple[Tensor, Tensor, Tensor]


def _over(x: Tensor, axis: int) -> Tensor:
    return x - x.mean(axis, keepdim=True)


def _centred(table: Tensor, matrix: Tensor, offset: Tensor) -> Writers:
    return _over(table, -1), _over(matrix, 0), offset - offset.mean()


def _inputs(tokens: int, features: int, inputs: int, seed: int) -> Writers:
    """Writers whose means are far from 0, along every axis."""
    table = 1 + draw(tokens, features, seed=seed) + draw(tokens, 1, seed=seed + 1)
    matrix = 2 * draw(features, inputs, seed=seed + 2) - draw(1, inputs, seed=seed + 3)
    return table, matrix - 0.5, draw(features, seed=seed + 4) + 0.7


CENTRED_STREAM = Exercise(
    name="centred_stream",
    notebook="21_layer_norm_in_transformer",
    title="LayerNorm without centring",
    difficulty=2,
    reference=_centred,
    cases=lambda: [
        Case("3 tokens, 4 features, 5 inputs", _inputs(3, 4, 5, 0)),
        Case("as many tokens and inputs as features", _inputs(3, 3, 3, 5)),
        Case("one token, one input", _inputs(1, 4, 1, 10)),
        Case("6 tokens, 2 features, 3 inputs", _inputs(6, 2, 3, 15)),
        Case("2 tokens, 5 features, 2 inputs", _inputs(2, 5, 2, 20)),
    ],
    praise="Right: what is written into the stream has mean 0, and a norm that only scales does what LayerNorm did.",
    mistakes=[],
)


@CENTRED_STREAM.mistake(
    "matrix along its inputs",
    "The matrix is centred along its rows: nn.Linear's weight is [d_model, inputs], and the features that it writes to "
    "lie on the first axis.",
)
def _matrix_along_inputs(table, matrix, offset):
    return _over(table, -1), _over(matrix, -1), offset - offset.mean()


@CENTRED_STREAM.mistake(
    "table along its tokens",
    "The table loses the mean over its *tokens*: each row is one token's vector, and its mean runs over its features.",
)
def _table_along_tokens(table, matrix, offset):
    return _over(table, 0), _over(matrix, 0), offset - offset.mean()


@CENTRED_STREAM.mistake(
    "both axes exchanged",
    "Both axes are exchanged: the features lie on the table's last axis and on the matrix's first.",
)
def _both_exchanged(table, matrix, offset):
    return _over(table, 0), _over(matrix, -1), offset - offset.mean()


@CENTRED_STREAM.mistake(
    "one mean for all",
    "Each part loses one mean over everything: every token's row, and every column of the matrix, has a mean of its "
    "own.",
)
def _one_mean(table, matrix, offset):
    return table - table.mean(), matrix - matrix.mean(), offset - offset.mean()


@CENTRED_STREAM.mistake(
    "the matrix's one mean",
    "The matrix loses one mean over everything: each of its columns, what one input writes, has a mean of its own.",
)
def _one_mean_of_the_matrix(table, matrix, offset):
    return _over(table, -1), matrix - matrix.mean(), offset - offset.mean()


@CENTRED_STREAM.mistake(
    "the table's one mean",
    "The table loses one mean over everything: each of its rows, one token's vector, has a mean of its own.",
)
def _one_mean_of_the_table(table, matrix, offset):
    return table - table.mean(), _over(matrix, 0), offset - offset.mean()


@CENTRED_STREAM.mistake(
    "offset as it was", "The offset is as it was: it is written into every token, so its mean has to go, too."
)
def _offset_left(table, matrix, offset):
    return _over(table, -1), _over(matrix, 0), offset


@CENTRED_STREAM.mistake("matrix as it was", "The matrix is as it was: what it writes has a mean, whatever the table's.")
def _matrix_left(table, matrix, offset):
    return _over(table, -1), matrix, offset - offset.mean()


@CENTRED_STREAM.mistake(
    "table as it was", "The table is as it was: the stream begins with its rows, and they have a mean."
)
def _table_left(table, matrix, offset):
    return table, _over(matrix, 0), offset - offset.mean()


def _standardised(x: Tensor, axis: int) -> Tensor:
    return _over(x, axis) / (x.var(axis, unbiased=False, keepdim=True) + 1e-5).sqrt()


@CENTRED_STREAM.mistake(
    "divided by the deviation",
    "The parts are divided by their deviations, too: only the mean goes, for the norm itself still sets the size.",
)
def _scaled(table, matrix, offset):
    return _standardised(table, -1), _standardised(matrix, 0), _standardised(offset, 0)
