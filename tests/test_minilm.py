"""The real pretrained encoder, all-MiniLM-L6-v2, as `make pretrained` installs it (`make test` does that first)."""

import hashlib
import re

import pytest
import torch
from commands import ROOT
from minilm import SENTENCES
from torch import nn

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.pretrained import TextEncoder, find_pretrained
from transformer_lab.recording import record


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder.load()


def test_the_weights_are_those_that_the_datasheet_names():
    datasheet = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for name in ("model.safetensors", "tokenizer.json"):
        found = hashlib.sha256((find_pretrained() / name).read_bytes()).hexdigest()
        assert re.search(rf"{re.escape(name)}\W+{found}", datasheet), f"{name}: {found}"


def test_its_shape(encoder):
    config = encoder.model.config
    assert (config.num_layers, config.num_heads, config.d_model, config.d_ff) == (6, 12, 384, 1536)
    assert (config.vocab_size, config.max_length, config.norm_first) == (30522, 512, False)


def torch_layer(layer):
    """PyTorch's encoder layer with the weights of ours."""
    attention: MultiHeadAttention = layer.self_attention
    theirs = nn.TransformerEncoderLayer(384, 12, 1536, 0.0, "gelu", 1e-12, batch_first=True)
    state = {}
    for part in ("weight", "bias"):
        projections = (attention.q_proj, attention.k_proj, attention.v_proj)
        state[f"self_attn.in_proj_{part}"] = torch.cat([getattr(p, part) for p in projections])
        state[f"self_attn.out_proj.{part}"] = getattr(attention.out_proj, part)
        for name in ("linear1", "linear2"):
            state[f"{name}.{part}"] = getattr(getattr(layer.feed_forward, name), part)
        for name in ("norm1", "norm2"):
            state[f"{name}.{part}"] = getattr(getattr(layer, name), part)
    theirs.load_state_dict(state)
    return theirs


@torch.no_grad()
def test_every_layer_equals_torch_on_real_sentences_with_padding(encoder):
    ids = encoder.encode(SENTENCES)
    assert (ids == 0).any(dim=1).sum() == len(SENTENCES) - 1
    states = encoder.model.hidden_states(ids)
    x = states[0]
    for layer, ours in zip(encoder.model.encoder.layers, states[1:], strict=True):
        x = torch_layer(layer)(x, src_key_padding_mask=ids == 0)
        torch.testing.assert_close(ours[ids != 0], x[ids != 0], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_recording_sees_every_head_and_no_padding(encoder):
    ids = encoder.encode(SENTENCES)
    with record(encoder.model) as trace:
        recorded = encoder.model(ids)
    torch.testing.assert_close(recorded, encoder.model(ids), atol=1e-5, rtol=1e-5)
    weights = trace.weights_of("encoder.self_attention")
    assert tuple(weights.shape[:3]) == (6, len(SENTENCES), 12)
    assert weights.transpose(2, 4)[:, ids == 0].abs().max() == 0


def test_known_pieces(encoder):
    assert encoder.pieces("Tokenization at Müller's") == (
        *("[CLS]", "token", "##ization", "at", "muller", "'", "s", "[SEP]"),
    )
    assert encoder.encode(["hello world"]).tolist() == [[101, 7592, 2088, 102]]


def test_a_long_text_is_read_whole_or_refused(encoder):
    """The tokenizer file asks for a cut at 128 pieces."""
    assert encoder.encode(["word " * 510]).shape == (1, 512)
    with pytest.raises(ValueError, match="513 word pieces; this model takes at most 512"):
        encoder.encode(["word " * 511])


def test_what_is_alike_is_near(encoder):
    texts = ["A man is eating a meal.", "Someone is having dinner.", "The stock market fell sharply today."]
    similarity = encoder.embed(texts) @ encoder.embed(texts).T
    assert similarity[0, 1] > 0.5
    assert similarity[0, 1] > similarity[0, 2] + 0.3
