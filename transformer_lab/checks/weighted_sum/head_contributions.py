"""The exercise *What each head adds*."""

from torch import Tensor

from transformer_lab.checks.exercise import Case, Exercise, Mistake
from transformer_lab.checks.samples import draw


def _blocks(heads: Tensor, w_o: Tensor) -> Tensor:
    """The rows of W_O that belong to each head, ``[head, d_head, d_model]``."""
    return w_o.unflatten(0, (heads.shape[1], heads.shape[3]))


def _cut(blocks):
    """Contributions with another choice of rows of W_O."""
    return lambda heads, w_o: heads @ blocks(heads, w_o)


def _side_by_side(rows: Tensor, w_o: Tensor) -> Tensor:
    """Contributions from ``[batch, words, head, d_head]``."""
    heads = rows.transpose(1, 2)
    return heads @ _blocks(heads, w_o)


HEAD_CONTRIBUTIONS = Exercise(
    name="head_contributions",
    notebook="01_weighted_sum",
    title="What each head adds",
    difficulty=2,
    reference=lambda heads, w_o: heads @ _blocks(heads, w_o),
    cases=lambda: [
        Case("2 heads of 3 features", (draw(1, 2, 4, 3), draw(6, 6, seed=1))),
        Case("3 heads of 3 features, a batch of 2", (draw(2, 3, 3, 3, seed=2), draw(9, 9, seed=3))),
        Case("4 heads of 1 feature", (draw(2, 4, 2, 1, seed=4), draw(4, 4, seed=5))),
        Case("one head", (draw(1, 1, 3, 4, seed=6), draw(4, 4, seed=7))),
        Case("2 heads of 3 features, 5 words, d_model 7", (draw(3, 2, 5, 3, seed=8), draw(6, 7, seed=9))),
        Case("3 heads of 2 features, one word, d_model 4", (draw(2, 3, 1, 2, seed=10), draw(6, 4, seed=11))),
    ],
    praise="Right: the contributions add up to concat · W_O.",
    mistakes=[
        Mistake(
            "rows dealt out",
            "The rows of W_O are dealt out like cards: head h owns a *block* of d_head neighbouring rows.",
            lambda heads, w_o: heads @ w_o.unflatten(0, (heads.shape[3], heads.shape[1])).transpose(0, 1),
        ),
        Mistake(
            "W_O transposed",
            "W_O is transposed: the concatenated features meet its *rows*, so head h owns rows h · d_head to "
            "(h + 1) · d_head and all columns (nn.Linear stores it the other way round).",
            lambda heads, w_o: heads @ _blocks(heads, w_o.T),
        ),
        Mistake(
            "heads in the wrong order",
            "The blocks are handed out from the end: head 0 owns the first rows.",
            lambda heads, w_o: heads @ _blocks(heads, w_o).flip(0),
        ),
        Mistake(
            "the first block for all",
            "Every head got the first block of rows: head h owns rows h · d_head to (h + 1) · d_head.",
            lambda heads, w_o: heads @ w_o[: heads.shape[3]],
        ),
        Mistake(
            "already added up",
            "The contributions are added up already: keep one for each head, [batch, head, query, d_model].",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).sum(1),
        ),
        Mistake(
            "averaged",
            "Each contribution is divided by the number of heads: concatenating and projecting adds the heads, it does "
            "not average them.",
            lambda heads, w_o: heads @ _blocks(heads, w_o) / heads.shape[1],
        ),
        Mistake(
            "blocks one row apart",
            "The block of head h begins at row h: each block has d_head rows, so it begins at row h · d_head.",
            _cut(lambda heads, w_o: w_o.unfold(0, heads.shape[3], 1)[: heads.shape[1]].mT),
        ),
        Mistake(
            "the whole output for each head",
            "Every head got the whole output: each gives only what its own features and rows bring.",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).sum(1, keepdim=True).expand(-1, heads.shape[1], -1, -1),
        ),
        Mistake(
            "head axis after the words",
            "Heads and words have changed places: [batch, num_heads, words, d_model] is wanted.",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).transpose(1, 2),
        ),
        Mistake(
            "reshaped without a transpose",
            "The heads are laid side by side with a reshape alone, which mixes the words: swap heads and words first.",
            lambda heads, w_o: _side_by_side(heads.flatten(1).unflatten(1, (heads.shape[2], heads.shape[1], -1)), w_o),
        ),
        Mistake(
            "features within a head turned round",
            "Within a head the features meet the rows in reverse: feature i of head h meets row h · d_head + i.",
            _cut(lambda heads, w_o: _blocks(heads, w_o).flip(1)),
        ),
        Mistake(
            "added up as it goes",
            "Each head's contribution has those of the heads before it in it: give each by itself.",
            lambda heads, w_o: (heads @ _blocks(heads, w_o)).cumsum(1),
        ),
        Mistake(
            "projected with the mean block",
            "All heads are projected with the mean of the blocks: each head has a block of its own.",
            _cut(lambda heads, w_o: _blocks(heads, w_o).mean(0)),
        ),
        Mistake(
            "not projected",
            "These are the heads themselves: multiply each by its rows of W_O.",
            lambda heads, w_o: heads,
        ),
    ],
)
