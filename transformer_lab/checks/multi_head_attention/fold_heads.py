"""The exercise *Heads as a longer batch*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _split(x: Tensor, num_heads: int) -> Tensor:
    return x.unflatten(-1, (num_heads, -1)).transpose(1, 2)


def _fold(x: Tensor, num_heads: int) -> Tensor:
    return _split(x, num_heads).flatten(0, 1)


FOLD_HEADS = Exercise(
    name="fold_heads",
    notebook="16_multi_head_attention",
    title="Heads as a longer batch",
    difficulty=1,
    reference=_fold,
    cases=lambda: [
        Case("2 sentences of 4 words, 2 heads", (draw(2, 4, 6), 2)),
        Case("6 words, 3 heads", (draw(1, 6, 6), 3)),
        Case("4 words, 4 heads of 2 features", (draw(3, 4, 8), 4)),
        Case("one head", (draw(2, 3, 4), 1)),
        Case("3 sentences of 5 words, 2 heads of 4 features", (draw(3, 5, 8, seed=1), 2)),
    ],
    praise="Right: every head sees every word, through its own features, and the heads of a sentence stand together.",
    mistakes=[
        Mistake(
            "view without transpose",
            "The shape is right, but the numbers are not: this cuts the memory into equal runs, so a head gets some "
            "words' features in other words' places. Split the last axis first, then swap the axes.",
            lambda x, num_heads: x.reshape(x.shape[0] * num_heads, x.shape[1], -1),
        ),
        Mistake(
            "words split",
            "The *words* are split among the heads: every head must see all words, and split the features.",
            lambda x, num_heads: x.unflatten(1, (num_heads, -1)).flatten(0, 1),
        ),
        Mistake(
            "axes not swapped",
            "Batch and words are folded: swap axes 1 and 2 first, so that each head's words lie together.",
            lambda x, num_heads: x.unflatten(-1, (num_heads, -1)).flatten(0, 1),
        ),
        Mistake(
            "features dealt out",
            "The features are dealt out like cards: head i gets the i-th *block* of d_head neighbouring features.",
            lambda x, num_heads: x.unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2).flatten(0, 1),
        ),
        Mistake(
            "words and features swapped",
            "The last two axes are swapped: [batch · head, length, d_head] is wanted.",
            lambda x, num_heads: _fold(x, num_heads).transpose(-2, -1),
        ),
        Mistake(
            "heads first",
            "Head 0 of all sentences comes first, then head 1: all heads of the first sentence come first.",
            lambda x, num_heads: _split(x, num_heads).transpose(0, 1).flatten(0, 1),
        ),
        Mistake(
            "not folded",
            "Batch and heads are still two axes: flatten(0, 1) joins them.",
            _split,
        ),
        Mistake(
            "heads folded into the words",
            "The heads are joined with the words, so a sentence has become longer: join them with the batch.",
            lambda x, num_heads: _split(x, num_heads).flatten(1, 2),
        ),
    ],
)


@FOLD_HEADS.mistake(
    "transposed, then cut",
    "Words and features are swapped first, and then cut into runs: split the last axis first, then swap axes 1 and 2.",
)
def _transposed_first(x: Tensor, num_heads: int) -> Tensor:
    return x.transpose(1, 2).reshape(x.shape[0] * num_heads, x.shape[1], -1)


@FOLD_HEADS.mistake(
    "width and number of heads swapped",
    "The features are cut into d_head heads of num_heads features: it is num_heads heads of d_head features.",
)
def _width_for_number(x: Tensor, num_heads: int) -> Tensor:
    return x.unflatten(-1, (-1, num_heads)).transpose(1, 2).flatten(0, 1)


@FOLD_HEADS.mistake("heads in reverse", "The heads come in reverse order: head 0 gets the first features.")
def _heads_reversed(x: Tensor, num_heads: int) -> Tensor:
    return _split(x, num_heads).flip(1).flatten(0, 1)


@FOLD_HEADS.mistake(
    "the same head everywhere", "Every head gets the first d_head features: each head has a block of its own."
)
def _first_head(x: Tensor, num_heads: int) -> Tensor:
    return _split(x, num_heads)[:, :1].expand(-1, num_heads, -1, -1).flatten(0, 1)


@FOLD_HEADS.mistake(
    "read as words before sentences",
    "The tensor is cut as [length, batch, …], which mixes the words of different sentences: it is [batch, length, …], "
    "and only the last axis is to be cut.",
)
def _words_before_sentences(x: Tensor, num_heads: int) -> Tensor:
    batch, length, d_model = x.shape
    return x.reshape(length, batch * num_heads, d_model // num_heads).transpose(0, 1)
