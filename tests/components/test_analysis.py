"""Entropy and rollout against hand-made answers and torch.distributions."""

import math

import pytest
import torch

from transformer_lab.analysis import entropy, rollout


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
