import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from parity import assert_close, each_dtype, randomize
from torch import nn

from transformer_lab.config import TransformerConfig
from transformer_lab.interop import from_torch
from transformer_lab.masks import to_torch_attn_mask
from transformer_lab.models import CausalLanguageModel, Decoder, Encoder, TokenEmbedding, Transformer
from transformer_lab.normalization import LayerNorm, RMSNorm
from transformer_lab.positions import SCHEMES, make_positions

SMALL = {"vocab_size": 11, "d_model": 8, "num_heads": 4, "num_layers": 2, "d_ff": 12, "max_length": 24}


def config(**options) -> TransformerConfig:
    return TransformerConfig(**(SMALL | options))


def built(kind, **options):
    """A model in float64 with random numbers everywhere, so that no bias of 0 hides a mistake."""
    torch.set_default_dtype(torch.float64)
    return randomize(kind(config(**options))).eval()


def sinusoid(position: int, feature: int, d_model: int) -> float:
    angle = position / 10_000 ** (2 * (feature // 2) / d_model)
    return math.cos(angle) if feature % 2 else math.sin(angle)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@each_dtype
@pytest.mark.parametrize("norm_first", [False, True], ids=["post-LN", "pre-LN"])
@pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])
def test_a_transformer_is_embeddings_around_nn_transformer(norm_first, tied, dtype):
    torch.set_default_dtype(dtype)
    theirs = nn.Transformer(8, 4, 2, 3, 12, dropout=0.0, batch_first=True, norm_first=norm_first)
    ours = randomize(
        Transformer(
            config(
                target_vocab_size=7,
                num_decoder_layers=3,
                norm_first=norm_first,
                final_norm=True,
                tie_embeddings=tied,
            )
        )
    )
    ours.encoder, ours.decoder = from_torch(theirs.encoder), from_torch(theirs.decoder)
    source = torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]])
    target = torch.tensor([[2, 6, 5], [3, 5, 0]])

    def embed(tokens, table):
        rows = [
            [[table[t, f] * 8**0.5 + sinusoid(p, f, 8) for f in range(8)] for p, t in enumerate(sentence)]
            for sentence in tokens.tolist()
        ]
        return torch.stack([torch.stack([torch.stack(features) for features in row]) for row in rows])

    hidden = theirs(
        embed(source, ours.source_embedding.weight),
        embed(target, ours.target_embedding.weight),
        tgt_mask=to_torch_attn_mask(torch.ones(3, 3).bool().tril()),
        src_key_padding_mask=source == 0,
        memory_key_padding_mask=source == 0,
    )
    table = ours.target_embedding.weight if tied else ours.output.weight
    assert_close(ours(source, target), hidden @ table.T, "logits")
    assert (ours.output.weight is ours.target_embedding.weight) == tied


@each_dtype
def test_a_language_model_is_an_encoder_under_a_causal_mask(dtype):
    torch.set_default_dtype(dtype)
    layer = nn.TransformerEncoderLayer(8, 4, 12, dropout=0.0, batch_first=True, norm_first=True)
    theirs = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(8), enable_nested_tensor=False)
    ours = randomize(CausalLanguageModel(config(positions="learned", norm_first=True)))
    ours.decoder = from_torch(theirs)
    tokens = torch.tensor([[3, 1, 4, 1, 5]])
    x = ours.embedding.weight[tokens] * 8**0.5 + ours.positions.weight[:5]
    hidden = theirs(x, mask=to_torch_attn_mask(torch.ones(5, 5).bool().tril()))
    assert_close(ours(tokens), hidden @ ours.embedding.weight.T, "logits")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kv_heads", [None, 2, 1], ids=["full", "grouped", "one"])
@pytest.mark.parametrize("kind", [Transformer, CausalLanguageModel])
@settings(max_examples=4)
@given(data=st.data())
def test_the_cache_changes_nothing_but_the_work(kind, kv_heads, scheme, data):
    length = data.draw(st.integers(1, 9))
    cuts = data.draw(st.sets(st.integers(1, max(1, length - 1)), max_size=length).map(sorted))
    norm_first, seed = data.draw(st.booleans()), data.draw(st.integers(0, 99))
    torch.manual_seed(seed)
    model = built(kind, positions=scheme, num_kv_heads=kv_heads, norm_first=norm_first, num_decoder_layers=3)
    tokens = torch.randint(1, 11, (2, length))
    if kind is Transformer:
        source = torch.tensor([[1, 2, 3, 4], [5, 6, 0, 0]])
        memory = model.encode(source)
        full, step = model(source, tokens), lambda part, cache: model.decode(part, memory, source, cache)
    else:
        full, step = model(tokens), model
    cache = model.new_cache()
    edges = [0, *(cut for cut in cuts if cut < length), length]
    parts = [step(tokens[:, a:b], cache) for a, b in itertools.pairwise(edges)]
    assert_close(torch.cat(parts, dim=1), full, f"cut at {edges}")


def test_a_cache_follows_its_hypotheses_when_rows_are_reordered():
    model = built(CausalLanguageModel, positions="rotary")
    tokens, rows = torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([1, 1, 0])
    cache = model.new_cache()
    model(tokens, cache)
    for part in cache:
        part.reorder(rows)
    last = torch.tensor([[7], [8], [9]])
    assert_close(model(last, cache)[:, -1], model(torch.cat([tokens[rows], last], dim=1))[:, -1], "after the fork")


def test_a_cache_ends_where_the_model_ends():
    for kind in ("learned", "sinusoidal"):
        model = CausalLanguageModel(config(positions=kind, max_length=3))
        cache = model.new_cache()
        model(torch.tensor([[1, 2, 3]]), cache)
        with pytest.raises(ValueError, match="the sequence has 4 tokens; this model takes at most 3"):
            model(torch.tensor([[4]]), cache)


def test_embeddings_are_scaled_positioned_and_dropped_out():
    embedding = TokenEmbedding(11, config(dropout=0.5), make_positions("sinusoidal", 8, 4, 24))
    tokens, seen = torch.tensor([[1, 2, 3]]), []
    embedding.hook_tokens.register_forward_hook(lambda _m, _i, content: seen.append(content))
    torch.manual_seed(1)
    output = embedding(tokens, 4)
    assert_close(seen[0], embedding.weight[tokens] * 8**0.5, "content")
    torch.manual_seed(1)
    assert_close(output, nn.functional.dropout(embedding.positions.embed(seen[0], 4), 0.5), "training")
    assert_close(embedding.eval()(tokens, 4), embedding.positions.embed(seen[0], 4), "evaluation")


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([[1, 11]], "tokens: 11 is not a token id; this vocabulary has 0 to 10"),
        ([[-1, 3]], "tokens: -1 is not a token id; this vocabulary has 0 to 10"),
        ([[1] * 25], "the sequence has 25 tokens; this model takes at most 24"),
        ([[]], "the sequence is empty"),
    ],
)
def test_bad_tokens_are_named(tokens, message):
    tokens, good = torch.tensor(tokens, dtype=torch.int64), torch.tensor([[1]])
    model = Transformer(config())
    for call in (CausalLanguageModel(config()), lambda t: model(t, good), lambda t: model(good, t)):
        with pytest.raises(ValueError, match=message):
            call(tokens)


def test_the_longest_sequence_and_the_last_token_are_accepted():
    assert CausalLanguageModel(config(max_length=3))(torch.tensor([[0, 10, 10]])).shape == (1, 3, 11)


@pytest.mark.parametrize(
    ("options", "has_norm"),
    [
        ({"norm_first": True}, True),
        ({"norm_first": False}, False),
        ({"norm_first": True, "final_norm": False}, False),
        ({"norm_first": False, "final_norm": True}, True),
    ],
)
def test_the_final_norm(options, has_norm):
    for stack in (Encoder(config(**options)), Decoder(config(**options))):
        assert isinstance(stack.norm, LayerNorm) == has_norm
    assert isinstance(Encoder(config(norm_first=True, norm="rms", eps=0.5)).norm, RMSNorm)


def test_numbers_of_layers_and_parameters():
    model = Transformer(config(num_decoder_layers=3, target_vocab_size=7))
    assert (len(model.encoder.layers), len(model.decoder.layers), len(model.new_cache())) == (2, 3, 3)
    attention, network, norm = 4 * (8 * 8 + 8), 8 * 12 + 12 + 12 * 8 + 8, 16
    expected = (
        11 * 8 + 7 * 8 + 2 * (attention + network + 2 * norm) + 3 * (2 * attention + network + 3 * norm) + 2 * norm
    )
    assert model.num_parameters() == expected
    assert Transformer(config(tie_embeddings=False)).num_parameters() - Transformer(config()).num_parameters() == 11 * 8


def test_initial_weights():
    model = CausalLanguageModel(config(d_model=64, d_ff=256, vocab_size=500))
    for module in model.modules():
        if isinstance(module, nn.Linear) and module is not model.output:
            bound = math.sqrt(6 / sum(module.weight.shape))
            assert 0.9 * bound < module.weight.abs().max() <= bound, "Xavier, uniform"
            assert not module.bias.any()
    assert (model.embedding.weight.std() - 1 / 8).abs() < 0.01
    assert not CausalLanguageModel(config(positions="none")).positions.state_dict()


def test_a_model_may_be_attention_only_but_not_a_decoder():
    model = CausalLanguageModel(config(d_ff=0))
    assert all(layer.feed_forward is None for layer in model.decoder.layers)
    assert model(torch.tensor([[1, 2]])).shape == (1, 2, 11)
    with pytest.raises(ValueError, match="d_ff must be at least 1 in a decoder, got 0"):
        Transformer(config(d_ff=0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *[({name: 0}, f"{name} must be at least 1, got 0") for name in SMALL if name != "d_ff"],
        *[({name: 0}, f"{name} must") for name in ("target_vocab_size", "num_decoder_layers", "num_kv_heads")],
        ({"num_decoder_layers": -1}, "num_decoder_layers must be at least 1, got -1"),
        ({"d_model": 10}, "d_model must be a multiple of num_heads, got 10 and 4"),
        ({"num_kv_heads": 3}, "num_kv_heads must divide num_heads = 4, got 3"),
        ({"d_ff": -1}, "d_ff must not be negative, got -1"),
        ({"eps": -1.0}, "eps must not be negative, got -1.0"),
        ({"dropout": 1.0}, r"dropout must be in \[0, 1\), got 1.0"),
        ({"dropout": -0.5}, r"dropout must be in \[0, 1\), got -0.5"),
        ({"activation": "tanh"}, "activation must be one of relu, gelu, gelu_tanh, swiglu; got 'tanh'"),
        ({"norm": "batch"}, "norm must be one of layer, rms; got 'batch'"),
        ({"positions": "rope"}, "positions must be one of none, .*; got 'rope'"),
        ({"positions": "rotary", "num_heads": 8}, "rotary positions need an even d_head, got 1"),
        ({"pad_id": 11}, "pad_id must be a token id"),
        ({"pad_id": -1}, "pad_id must be a token id"),
        ({"pad_id": 5, "target_vocab_size": 4}, "pad_id must be a token id from 0 to 3, got 5"),
    ],
)
def test_bad_choices_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        config(**options)


@pytest.mark.parametrize(
    ("field", "value"),
    [("d_model", "64"), ("d_model", 64.0), ("num_layers", True), ("tie_embeddings", "no"), ("dropout", None)],
)
def test_fields_of_the_wrong_type_are_named(field, value):
    with pytest.raises(TypeError, match=field):
        config(**{field: value})


def test_a_config_survives_json():
    original = config(positions="alibi", num_kv_heads=2, dropout=0.25)
    assert TransformerConfig.from_dict(original.to_dict()) == original
    with pytest.raises(ValueError, match="config has unknown fields: depth, width"):
        TransformerConfig.from_dict(original.to_dict() | {"width": 1, "depth": 2})
    with pytest.raises(AttributeError):
        original.d_model = 3
