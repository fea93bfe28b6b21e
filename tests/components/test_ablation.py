"""Heads switched off and heads weighed: against the sum over heads, by hand, and against differences of the loss."""

import pytest
import torch
import torch.nn.functional as F
from parity import assert_close, randomize

from transformer_lab.ablation import ablate_heads, all_heads, attention_modules, head_importance
from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.masks import causal_mask
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.recording import record

SELF = "decoder.layers.0.self_attention"


def language_model():
    config = TransformerConfig(vocab_size=9, d_model=8, num_heads=4, num_layers=2, d_ff=12, max_length=16)
    return randomize(CausalLanguageModel(config)).eval()


def tokens(count=3):
    return torch.randint(1, 9, (count, 6), generator=torch.Generator().manual_seed(3))


def test_an_ablated_head_takes_exactly_its_term_out_of_the_sum():
    attention = randomize(MultiHeadAttention(8, 4)).eval()
    x, mask = torch.randn(2, 5, 8), causal_mask(5)
    with record(attention) as trace:
        whole = attention(x, mask=mask)
    seen = trace.attention["attention"]
    head = (seen.weights @ seen.value)[:, 2]
    with ablate_heads(attention, {"": [2]}):
        without = attention(x, mask=mask)
    assert_close(whole - without, head @ attention.out_proj.weight[:, 4:6].T, "logits")


def test_all_heads_off_leave_the_bias():
    attention = randomize(MultiHeadAttention(8, 4)).eval()
    with ablate_heads(attention, all_heads(attention)):
        out = attention(torch.randn(2, 5, 8))
    assert torch.equal(out, attention.out_proj.bias.expand(2, 5, 8))


def test_nothing_is_left_behind_and_blocks_nest():
    model, x = language_model(), tokens()
    before = model(x)
    with ablate_heads(model, {SELF: [0]}):
        one = model(x)
        with ablate_heads(model, [(SELF, 1)]):
            both = model(x)
        assert torch.equal(model(x), one)
    with ablate_heads(model, {SELF: (0, 1)}):
        assert_close(model(x), both, "logits")
    assert not torch.equal(before, one)
    with pytest.raises(RuntimeError, match="stop"), ablate_heads(model, {SELF: [0]}):
        raise RuntimeError("stop")
    assert torch.equal(model(x), before)


def test_recorded_and_fused_paths_agree_while_heads_are_off():
    model, x = language_model(), tokens()
    with ablate_heads(model, {SELF: [3]}):
        plain = model(x)
        with record(model):
            recorded = model(x)
    assert_close(plain, recorded, "logits")


def test_all_heads_lists_them_in_order():
    config = TransformerConfig(vocab_size=9, d_model=8, num_heads=2, num_layers=1, d_ff=12)
    names = ["encoder.layers.0.self_attention", "decoder.layers.0.self_attention", "decoder.layers.0.cross_attention"]
    model = Transformer(config)
    assert list(attention_modules(model)) == names
    assert all_heads(model) == [(name, head) for name in names for head in (0, 1)]


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        ({"decoder.0": [0]}, "'decoder.0' is no attention.*decoder.layers.1.self_attention"),
        ({SELF: [4]}, "heads 0 to 3, got 4"),
        ({SELF: [-1]}, "heads 0 to 3, got -1"),
    ],
)
def test_a_head_that_is_not_there_is_refused(heads, words):
    with pytest.raises(ValueError, match=words), ablate_heads(language_model(), heads):
        pass


def loss(model, batch):
    logits = model(batch[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten(), reduction="sum"), batch[:, 1:].numel()


def test_importance_is_the_slope_of_the_loss():
    """A central difference in float64: the head's part of W_O is made a little larger and a little smaller."""
    model, batch = language_model().double(), tokens()
    found = head_importance(model, [batch], loss)
    assert list(found) == all_heads(model)
    for (name, head), value in found.items():
        weight = attention_modules(model)[name].out_proj.weight
        part, values = weight[:, 2 * head : 2 * head + 2], []
        for factor in (1 + 1e-4, 1 - 1e-4):
            kept = part.detach().clone()
            with torch.no_grad():
                part.mul_(factor)
                values.append(float(loss(model, batch)[0] / 15))
                part.copy_(kept)
        assert value == pytest.approx(abs(values[0] - values[1]) / 2e-4, rel=1e-4)


def test_importance_takes_absolute_values_batch_by_batch():
    model, batches = language_model(), tokens(4).split(2)
    single = [head_importance(model, [batch], loss) for batch in batches]
    both = head_importance(model, batches, loss)
    for key, value in both.items():
        assert value == pytest.approx((single[0][key] + single[1][key]) / 2, rel=1e-5)
    assert all(not module._forward_hooks for module in model.modules())


def test_importance_needs_a_batch():
    with pytest.raises(ValueError, match="batches: there is none"):
        head_importance(language_model(), [], loss)
