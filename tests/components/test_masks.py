import pytest
import torch

from transformer_lab.masks import (
    causal_mask,
    check_mask,
    combine_masks,
    from_torch_attn_mask,
    length_mask,
    padding_mask,
    sliding_window_mask,
    to_additive,
    to_torch_attn_mask,
    to_torch_key_padding_mask,
)


@pytest.mark.parametrize("pad_id", [0, 7])
def test_padding_mask_hides_the_padding_keys(pad_id):
    tokens = torch.tensor([[3, pad_id, 5], [pad_id, pad_id, pad_id]])
    mask = padding_mask(tokens, pad_id)
    assert mask.shape == (2, 1, 1, 3)
    assert mask[:, 0, 0].tolist() == [[True, False, True], [False, False, False]]


@pytest.mark.parametrize(("max_length", "width"), [(None, 3), (3, 3), (5, 5)])
def test_length_mask_counts_from_the_left(max_length, width):
    mask = length_mask(torch.tensor([3, 0, 1]), max_length)
    assert mask.shape == (3, 1, 1, width)
    assert mask[:, 0, 0].tolist() == [[k < length for k in range(width)] for length in (3, 0, 1)]


def test_length_mask_refuses_a_sequence_that_does_not_fit():
    with pytest.raises(ValueError, match=r"lengths: the longest is 4, but max_length is 3"):
        length_mask(torch.tensor([1, 4]), 3)


@pytest.mark.parametrize(("query", "key"), [(1, 1), (4, 4), (1, 5), (3, 5), (0, 0), (0, 2)])
def test_causal_mask_aligns_the_last_query_with_the_last_key(query, key):
    expected = [[j <= i + key - query for j in range(key)] for i in range(query)]
    assert causal_mask(query, key).tolist() == expected
    if query == key:
        assert causal_mask(query).tolist() == expected


def test_causal_mask_refuses_more_queries_than_keys():
    with pytest.raises(ValueError, match=r"key_length must be at least query_length = 3, got 2"):
        causal_mask(3, 2)


@pytest.mark.parametrize("window", [1, 2, 3, 9])
def test_sliding_window_loop(window):
    expected = [[i - window < j <= i for j in range(5)] for i in range(5)]
    assert sliding_window_mask(5, window).tolist() == expected


def test_sliding_window_sees_at_least_itself():
    with pytest.raises(ValueError, match="window must be at least 1"):
        sliding_window_mask(4, 0)


def test_combine_allows_what_every_mask_allows():
    padding, causal = padding_mask(torch.tensor([[1, 2, 0], [1, 0, 0]])), causal_mask(3)
    both = combine_masks(padding, None, causal)
    assert both.shape == (2, 1, 3, 3)
    for b in range(2):
        for i in range(3):
            for j in range(3):
                assert both[b, 0, i, j] == (padding[b, 0, 0, j] and causal[i, j])
    assert combine_masks() is None
    assert combine_masks(None, None) is None
    assert combine_masks(causal) is causal


@pytest.mark.parametrize("dtype", [torch.int64, torch.float32, torch.uint8])
def test_only_boolean_masks_are_accepted(dtype):
    number = torch.ones(2, 2, dtype=dtype)
    with pytest.raises(TypeError, match=rf"mask must be boolean with True = may attend, got {dtype}"):
        check_mask(number)
    with pytest.raises(TypeError, match="mask must be boolean"):
        combine_masks(causal_mask(2), number)


def test_a_list_is_not_a_mask():
    with pytest.raises(TypeError):
        check_mask([[True]])


@pytest.mark.parametrize(
    "fits", [(5, 7), (1, 7), (5, 1), (3, 5, 7), (2, 1, 5, 7), (2, 3, 1, 1), (1, 1, 1, 1), (7,), ()]
)
def test_masks_that_broadcast(fits):
    check_mask(torch.ones(fits, dtype=torch.bool), (2, 3, 5, 7))


@pytest.mark.parametrize("misfit", [(7, 5), (2, 5, 7), (2, 7), (3, 3, 5, 7), (1, 2, 3, 5, 7), (5,), (2, 3, 5, 0)])
def test_masks_that_do_not_broadcast(misfit):
    with pytest.raises(ValueError, match=r"mask of shape .* does not broadcast to \[batch, head, query, key\]"):
        check_mask(torch.ones(misfit, dtype=torch.bool), (2, 3, 5, 7))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_to_additive_is_zero_or_minus_infinity(dtype):
    additive = to_additive(causal_mask(2), dtype)
    assert additive.dtype == dtype
    assert additive.tolist() == [[0.0, -float("inf")], [0.0, 0.0]]


def test_converters_turn_the_polarity_and_come_back():
    causal = causal_mask(3)
    assert to_torch_attn_mask(causal).tolist() == [[j > i for j in range(3)] for i in range(3)]
    assert from_torch_attn_mask(to_torch_attn_mask(causal)).equal(causal)
    assert from_torch_attn_mask(to_additive(causal)).equal(causal)
    assert from_torch_attn_mask(torch.nn.Transformer.generate_square_subsequent_mask(3)).equal(causal)
    padding = to_torch_key_padding_mask(padding_mask(torch.tensor([[4, 0]])))
    assert padding.tolist() == [[False, True]]


@pytest.mark.parametrize("value", [1.0, -1.0, float("inf"), float("nan"), -1e9])
def test_a_score_bias_is_not_a_mask(value):
    with pytest.raises(ValueError, match=r"attn_mask: an additive mask may hold only 0 and -inf"):
        from_torch_attn_mask(torch.tensor([[0.0, value]]))
