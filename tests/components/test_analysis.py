"""Entropy, rollout and the scores of heads against hand-made answers, loops and torch.distributions."""

import math

import pytest
import torch

from transformer_lab.analysis import (
    entropy,
    mean_distance,
    prefix_matches,
    prefix_matching_score,
    previous_token_score,
    rollout,
)


def test_entropy_in_bits():
    weights = torch.tensor([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25], [0, 0, 0, 0]])
    assert entropy(weights).tolist() == pytest.approx([0, 1, 2, 0])


def test_entropy_is_torchs_categorical_entropy():
    weights = torch.randn(2, 3, 5, 7, generator=torch.Generator().manual_seed(0)).softmax(-1).double()
    theirs = torch.distributions.Categorical(weights).entropy() / math.log(2)
    assert torch.allclose(entropy(weights), theirs, atol=1e-6)


def test_rollout_of_two_layers_by_hand():
    first, second = torch.tensor([[0.0, 1.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    step_1, step_2 = torch.tensor([[0.5, 0.5], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [0.5, 0.5]])
    found = rollout(torch.stack([first, second])[:, None])
    assert torch.allclose(found, torch.stack([step_1, step_2 @ step_1]))


def test_rollout_averages_heads_and_its_rows_are_shares():
    weights = torch.randn(3, 4, 6, 6, generator=torch.Generator().manual_seed(0)).softmax(-1)
    found = rollout(weights)
    assert found.shape == (3, 6, 6)
    assert torch.allclose(found.sum(-1), torch.ones(3, 6))
    assert torch.equal(found, rollout(weights.flip(1)))
    assert torch.allclose(found, rollout(weights.mean(1, keepdim=True)), atol=1e-6)


def test_a_row_without_weights_keeps_its_own_token():
    assert torch.equal(rollout(torch.zeros(2, 1, 3, 3))[-1], torch.eye(3))


def test_rollout_refuses_cross_attention():
    with pytest.raises(ValueError, match=r"weights must have as many queries as keys.*\[1, 2, 3, 4\]"):
        rollout(torch.ones(1, 2, 3, 4))


def test_mean_distance_by_hand():
    weights = torch.tensor([[1.0, 0, 0], [0.5, 0, 0.5], [0.25, 0.25, 0.5]])
    assert mean_distance(weights).item() == pytest.approx((0 + 1 + 0.75) / 3)
    assert mean_distance(torch.stack([weights, torch.eye(3)])).tolist() == pytest.approx([1.75 / 3, 0])
    assert mean_distance(torch.tensor([[0.0, 0, 0, 1]])).item() == 3


def by_loops(weights, tokens):
    found = []
    for row, sentence in zip(weights.tolist(), tokens.tolist(), strict=True):
        for i, token in enumerate(sentence):
            after = [j for j in range(1, i + 1) if sentence[j - 1] == token]
            if after:
                found.append(sum(row[i][j] for j in after))
    return sum(found) / len(found)


def test_prefix_matching_is_the_sum_over_places_after_earlier_copies():
    g = torch.Generator().manual_seed(0)
    weights = torch.randn(2, 3, 4, 9, 9, generator=g).softmax(-1)
    tokens = torch.randint(0, 4, (3, 9), generator=g)
    found = prefix_matching_score(weights, tokens)
    assert found.shape == (2, 4)
    for layer in range(2):
        for head in range(4):
            assert found[layer, head].item() == pytest.approx(by_loops(weights[layer, :, head], tokens), rel=1e-5)
    assert torch.equal(prefix_matching_score(weights[1], tokens), found[1])


def test_a_perfect_induction_head_and_a_perfect_previous_token_head():
    tokens = torch.tensor([[3, 1, 2, 3, 1, 2, 3]])
    matching, previous = torch.zeros(1, 1, 7, 7), torch.eye(7).roll(1, 0)[None, None]
    for i in range(3, 7):
        matching[0, 0, i, i - 2] = 1
    assert prefix_matching_score(matching, tokens).tolist() == [1]
    assert prefix_matching_score(previous, tokens).tolist() == [0]
    assert previous_token_score(previous).tolist() == [1]
    assert previous_token_score(matching).tolist() == [0]
    assert prefix_matches(tokens)[0].nonzero().tolist() == [[3, 1], [4, 2], [5, 3], [6, 1], [6, 4]]


def test_scores_refuse_what_cannot_be_scored():
    weights = torch.ones(1, 1, 3, 3)
    with pytest.raises(ValueError, match="none occurs twice"):
        prefix_matching_score(weights, torch.tensor([[1, 2, 3]]))
    with pytest.raises(ValueError, match=r"tokens must be \[batch, length\].*\[1, 2\]"):
        prefix_matching_score(weights, torch.tensor([[1, 1]]))
    with pytest.raises(ValueError, match="at least 2 tokens"):
        previous_token_score(weights[..., :1, :1])
