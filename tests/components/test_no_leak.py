"""What an output may not depend on: the future (bit for bit) and the amount of padding (to 1e-10 in float64)."""

from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from parity import assert_close, randomize, watch_scores

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.positions import SCHEMES

VOCAB = 9
each_scheme = pytest.mark.parametrize("scheme", SCHEMES)
kinds = st.sampled_from([Transformer, CausalLanguageModel])
tokens = st.lists(st.integers(1, VOCAB - 1), min_size=1, max_size=8)


@cache
def model_of(kind, scheme, norm_first, kv_heads, explicit, dtype):
    torch.manual_seed(1)
    config = TransformerConfig(
        vocab_size=VOCAB,
        d_model=8,
        num_heads=4,
        num_layers=2,
        d_ff=8,
        max_length=32,
        positions=scheme,
        norm_first=norm_first,
        num_kv_heads=kv_heads,
    )
    model = randomize(kind(config)).to(dtype).eval()
    for module in model.modules():
        if explicit and isinstance(module, MultiHeadAttention):
            watch_scores(module)
    return model


choices = st.tuples(st.booleans(), st.sampled_from([4, 2]), st.booleans())


def draw_model(data, kind, scheme, dtype):
    """Pre- or post-LN, full or grouped queries, fused or explicit attention. Built outside of the strategy, for the
    type checks of the tests look at random items of a list."""
    return model_of(kind, scheme, *data.draw(choices), dtype)


def logits(model, target, source=(3, 1, 2)):
    target = torch.tensor([target])
    return model(torch.tensor([source]), target) if isinstance(model, Transformer) else model(target)


@each_scheme
@settings(max_examples=12)
@given(data=st.data(), kind=kinds, target=tokens)
def test_the_future_changes_nothing_bit_for_bit(data, scheme, kind, target):
    model = draw_model(data, kind, scheme, torch.float32)
    i = data.draw(st.integers(0, len(target) - 1))
    future = data.draw(st.lists(st.integers(0, VOCAB - 1), min_size=len(target) - i - 1, max_size=len(target) - i - 1))
    changed = target[: i + 1] + future
    assert logits(model, target)[0, : i + 1].equal(logits(model, changed)[0, : i + 1])


@each_scheme
@settings(max_examples=4)
@given(data=st.data(), kind=kinds, target=tokens)
def test_the_present_and_the_past_do_change_something(data, scheme, kind, target):
    """Otherwise the test above could not fail."""
    model = draw_model(data, kind, scheme, torch.float64)
    i = data.draw(st.integers(0, len(target) - 1))
    changed = [*target[:i], target[i] % (VOCAB - 1) + 1, *target[i + 1 :]]
    difference = (logits(model, target) - logits(model, changed)).abs().amax(dim=-1)[0]
    assert difference[i] > 1e-6
    assert (difference[i:] > 0).all()


@each_scheme
@settings(max_examples=6)
@given(data=st.data(), kind=kinds, target=tokens)
def test_no_gradient_flows_to_the_future(data, scheme, kind, target):
    model = draw_model(data, kind, scheme, torch.float64)
    i = data.draw(st.integers(0, len(target) - 1))
    seen = []
    embedding = model.target_embedding if kind is Transformer else model.embedding

    def keep(_module, _inputs, x):
        seen.append(x.detach().requires_grad_())
        return seen[0]

    handle = embedding.register_forward_hook(keep)
    try:
        logits(model, target)[0, i].square().sum().backward()
    finally:
        handle.remove()
    reached = seen[0].grad[0].abs().amax(dim=-1) > 0
    assert reached.tolist() == [j <= i for j in range(len(target))]


@each_scheme
@settings(max_examples=6)
@given(data=st.data(), source=tokens, target=tokens, more=st.integers(1, 9))
def test_padding_changes_nothing(data, scheme, source, target, more):
    model = draw_model(data, Transformer, scheme, torch.float64)
    padding = [0] * more
    alone, memory = logits(model, target, source), model.encode(torch.tensor([source]))
    padded_memory = model.encode(torch.tensor([source + padding]))
    assert_close(padded_memory[:, : len(source)], memory, "memory at the real positions")
    assert_close(logits(model, target, source + padding), alone, "logits, source padded")
    assert_close(logits(model, target + padding, source)[:, : len(target)], alone, "logits, target padded")


@each_scheme
@settings(max_examples=4)
@given(data=st.data(), sentences=st.lists(st.tuples(tokens, tokens), min_size=2, max_size=4))
def test_neighbours_in_the_batch_change_nothing(data, scheme, sentences):
    model = draw_model(data, Transformer, scheme, torch.float64)
    sources, targets = (
        torch.nn.utils.rnn.pad_sequence([torch.tensor(s) for s in side], batch_first=True)
        for side in zip(*sentences, strict=True)
    )
    together = model(sources, targets)
    for row, (source, target) in enumerate(sentences):
        assert_close(together[row : row + 1, : len(target)], logits(model, target, source), f"sentence {row}")


@each_scheme
@settings(max_examples=4)
@given(data=st.data(), target=tokens, more=st.integers(1, 9))
def test_padding_after_a_language_model_s_text_changes_nothing(data, scheme, target, more):
    model = draw_model(data, CausalLanguageModel, scheme, torch.float64)
    assert_close(logits(model, target + [0] * more)[:, : len(target)], logits(model, target), "logits")
