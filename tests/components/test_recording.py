import pytest
import torch
import torch.nn.functional as F
from parity import assert_close, each_half, randomize
from torch import nn

from transformer_lab import recording
from transformer_lab.attention import HookPoint, MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.masks import causal_mask
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.normalization import LayerNorm, RMSNorm
from transformer_lab.positions import SCHEMES
from transformer_lab.recording import record

SOURCE, TARGET = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 0, 0, 0]]), torch.tensor([[2, 3, 4], [5, 6, 7]])
ATTENTIONS = [
    *(f"encoder.layers.{i}.self_attention" for i in range(2)),
    *(f"decoder.layers.{i}.{kind}" for i in range(3) for kind in ("self_attention", "cross_attention")),
]
NORMS = [
    *(f"encoder.layers.{i}.norm{n}" for i in range(2) for n in (1, 2)),
    "encoder.norm",
    *(f"decoder.layers.{i}.norm{n}" for i in range(3) for n in (1, 2, 3)),
    "decoder.norm",
]


def make(dropout=0.0, **options):
    config = TransformerConfig(
        vocab_size=9,
        d_model=8,
        num_heads=4,
        num_layers=2,
        num_decoder_layers=3,
        d_ff=12,
        max_length=16,
        dropout=dropout,
        **options,
    )
    return randomize(Transformer(config)).eval()


def hooks_of(model):
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return {(name, kind): dict(getattr(m, kind)) for name, m in model.named_modules() for kind in kinds}


@pytest.mark.parametrize("norm", ["layer", "rms"])
def test_every_attention_and_every_norm_is_there_in_order(norm):
    model = make(norm=norm)
    with record(model) as trace:
        model(SOURCE, TARGET)
    assert list(trace.attention) == ATTENTIONS
    assert set(trace.norms) == set(NORMS)
    assert list(trace.attention) == [r.name for r in trace.attention.values()]
    assert trace.kinds() == ["encoder.self_attention", "decoder.self_attention", "decoder.cross_attention"]
    assert trace.weights_of("encoder.self_attention").shape == (2, 2, 4, 5, 5)
    assert trace.weights_of("decoder.self_attention").shape == (3, 2, 4, 3, 3)
    assert trace.weights_of("decoder.cross_attention").shape == (3, 2, 4, 3, 5)
    assert [r.name for r in trace.attention_of("encoder.self_attention")] == ATTENTIONS[:2]
    with pytest.raises(KeyError, match=r"kind 'cross' was not recorded; recorded: encoder.self_attention, "):
        trace.attention_of("cross")


@pytest.mark.parametrize("norm_first", [False, True], ids=["post-LN", "pre-LN"])
def test_norms_are_recorded_in_the_order_of_execution(norm_first):
    model, order = make(norm_first=norm_first, final_norm=True), []
    for name, module in model.named_modules():
        if isinstance(module, LayerNorm):
            module.register_forward_hook(lambda _m, _i, _o, name=name: order.append(name))
    with record(model) as trace:
        model(SOURCE, TARGET)
    assert list(trace.norms) == order


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kv_heads", [None, 2], ids=["full", "grouped"])
def test_the_chain_from_query_to_weight_is_closed(scheme, kv_heads):
    model = make(positions=scheme, num_kv_heads=kv_heads)
    with record(model) as trace:
        model(SOURCE, TARGET)
    for name, r in trace.attention.items():
        allowed = ~r.scores.isneginf()
        products = r.query @ r.key.mT * r.scale
        own = "self" in name
        positions = model.target_positions if name.startswith("decoder") else model.positions
        bias = positions.bias(*r.scores.shape[-2:]) if own else None
        scores = products if bias is None else products + bias.detach()
        assert r.scale == pytest.approx(2**-0.5), "1/√d_head"
        assert_close(r.scores.masked_fill(~allowed, 0.0), scores.masked_fill(~allowed, 0.0), f"{name}: q·k·scale")
        assert_close(r.scores.softmax(dim=-1), r.weights, f"{name}: softmax of the scores")
        assert_close(r.weights.sum(dim=-1), torch.ones(r.weights.shape[:-1]), f"{name}: rows")
        expected = causal_mask(3).expand_as(allowed) if name.startswith("decoder") and own else None
        if expected is None:
            expected = (SOURCE != 0)[:, None, None, :].expand_as(allowed)
        assert allowed.equal(expected), f"{name}: what is hidden has the score −inf"
        for part in (r.query, r.key, r.value):
            assert part.shape[:2] == (2, 4), "every head has its own, also where heads share"


@pytest.mark.parametrize("norm", ["layer", "rms"])
def test_statistics_of_every_norm(norm):
    model = make(norm=norm, eps=0.01)
    with record(model) as trace:
        model(SOURCE, TARGET)
    for name, r in trace.norms.items():
        module = model.get_submodule(name)
        assert (r.name, r.kind, r.eps) == (name, norm, 0.01)
        x = r.input.double()
        assert_close(r.mean, (x.sum(dim=-1) / 8).float(), f"{name}: mean")
        assert_close(r.deviation, x.std(dim=-1, unbiased=False).float(), f"{name}: deviation")
        assert_close(r.rms, (x.norm(dim=-1) / 8**0.5).float(), f"{name}: rms")
        if norm == "layer":
            expected = F.layer_norm(r.input, (8,), r.weight, r.bias, r.eps)
        else:
            expected = F.rms_norm(r.input, (8,), r.weight, r.eps)
            assert r.bias is None
        assert_close(r.output, expected, f"{name}: output")
        assert r.weight.equal(module.weight)
        assert not r.weight.requires_grad


def test_the_record_outlives_later_training():
    model = make()
    with record(model) as trace:
        model(SOURCE, TARGET)
    r = trace.norms["encoder.norm"]
    kept = r.weight, r.bias, r.input, r.output, trace.attention[ATTENTIONS[0]].weights
    before = [tensor.clone() for tensor in kept]
    randomize(model)
    model(SOURCE, TARGET)
    assert all(a.equal(b) for a, b in zip(kept, before, strict=True))


def test_eps_none_is_the_step_of_the_number_format():
    with record(RMSNorm(4)) as trace, torch.no_grad():
        pass
    assert not trace.norms
    norm = RMSNorm(4).double()
    with record(norm) as trace:
        norm(torch.randn(1, 2, 4, dtype=torch.float64))
    assert trace.norms["norm"].eps == torch.finfo(torch.float64).eps
    assert trace.norms["norm"].kind == "rms"
    bare = LayerNorm(4, affine=False)
    with record(bare) as trace:
        bare(torch.randn(1, 2, 4))
    assert trace.norms["norm"].weight is None
    assert trace.norms["norm"].bias is None


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_recording_changes_no_output_no_gradient_and_no_random_number(training, dropout, scheme):
    model, results = make(dropout=dropout, positions=scheme).train(training), []
    for recorded in (False, True):
        torch.manual_seed(11)
        model.zero_grad()
        if recorded:
            with record(model):
                output = model(SOURCE, TARGET)
        else:
            output = model(SOURCE, TARGET)
        state = torch.get_rng_state()
        output.square().mean().backward()
        results.append((output, model.encoder.layers[0].self_attention.q_proj.weight.grad, state))
    (plain, gradient, state), (recorded, recorded_gradient, recorded_state) = results
    assert_close(recorded, plain, "output")
    assert_close(recorded_gradient, gradient, "gradient", scale=max(1.0, float(gradient.abs().max())))
    assert recorded_state.equal(state)
    assert recorded.requires_grad


def test_with_dropout_the_weights_are_those_that_multiplied_the_values():
    attention, x = MultiHeadAttention(8, 2, dropout=0.5), torch.randn(1, 6, 8)
    heads = []
    attention.hook_heads.register_forward_hook(lambda _m, _i, out: heads.append(out))
    with record(attention) as trace:
        attention(x)
    r = trace.attention["attention"]
    assert_close(r.weights @ r.value, heads[0], "heads")
    assert (r.weights == 0).any()
    assert (r.weights.sum(dim=-1) != 1).any()


def test_a_fully_masked_row_is_recorded_as_zeros():
    attention = MultiHeadAttention(4, 2)
    with record(attention) as trace:
        attention(torch.randn(1, 3, 4), mask=torch.tensor([[True] * 3, [False] * 3, [True] * 3]))
    r = trace.attention["attention"]
    assert not r.weights[:, :, 1].any()
    assert r.scores[:, :, 1].isneginf().all()


@pytest.mark.parametrize("failure", [None, ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["block", "forward"])
def test_nothing_is_left_behind(where, failure):
    model, seen = make(), []
    model.encoder.norm.register_forward_hook(lambda *_: seen.append(1))
    before, plain = hooks_of(model), model(SOURCE, TARGET)

    def fail(*_):
        raise failure("on purpose")

    def run():
        with record(model) as trace:
            handle = model.decoder.layers[1].register_forward_hook(fail) if failure and where == "forward" else None
            try:
                model(SOURCE, TARGET)
            finally:
                if handle:
                    handle.remove()
            if failure:
                fail()
        return trace

    if failure:
        with pytest.raises(failure, match="on purpose"):
            run()
    else:
        run()
    assert hooks_of(model) == before
    assert not any(m.watched for m in model.modules() if isinstance(m, HookPoint))
    assert not recording._recording
    assert model(SOURCE, TARGET).equal(plain), "the fused path again, bit for bit"
    with record(model) as trace:  # usable again
        model(SOURCE, TARGET)
    assert len(trace.attention) == len(ATTENTIONS)


def test_nested_use_is_refused_and_harms_nothing():
    model = make()
    with record(model) as trace:
        for part in (model, model.encoder, model.decoder.layers[0].norm1):
            with pytest.raises(RuntimeError, match="this model is being recorded already"), record(part):
                pass
        with record(make()) as other:  # another model is another matter
            pass
        model(SOURCE, TARGET)
    assert len(trace.attention) == len(ATTENTIONS)
    assert not other.attention
    with record(model.encoder), pytest.raises(RuntimeError), record(model):
        pass
    assert not any(any(hooks.values()) for hooks in [hooks_of(model)])


def test_a_module_that_runs_twice_shows_its_last_run_last():
    norm, attention = LayerNorm(4), MultiHeadAttention(4, 2)
    model = nn.ModuleDict({"norm": norm, "attention": attention, "last": LayerNorm(4)})
    first, second = torch.randn(1, 2, 4), torch.randn(1, 3, 4)
    with record(model) as trace:
        for x in (first, second):
            norm(x)
            attention(x)
        assert list(trace.norms) == ["norm"]
        model["last"](first)
        norm(first)
    assert list(trace.norms) == ["last", "norm"]
    assert trace.norms["norm"].input.equal(first)
    assert trace.attention["attention"].weights.shape == (1, 2, 3, 3)


def test_a_failed_run_leaves_no_half_record():
    model = make()
    with record(model) as trace:
        with pytest.raises(ValueError, match="not a token id"):
            model(SOURCE, torch.tensor([[99], [1]]))
        assert len(trace.attention) == 2
        assert all(name.startswith("encoder") for name in trace.attention)
        model(SOURCE, TARGET)
    assert list(trace.attention) == ATTENTIONS


def test_step_by_step_decoding_is_recorded_with_its_cache():
    model = CausalLanguageModel(TransformerConfig(vocab_size=9, d_model=8, num_heads=2, d_ff=8, max_length=8)).eval()
    tokens = torch.tensor([[1, 2, 3, 4]])
    with record(model) as full:
        model(tokens)
    with record(model) as stepwise:
        cache = model.new_cache()
        for i in range(4):
            model(tokens[:, i : i + 1], cache)
    for name, r in stepwise.attention.items():
        assert_close(r.weights, full.attention[name].weights[:, :, -1:], name)


@pytest.mark.parametrize(("model", "name"), [(nn.Linear(2, 2), "Linear"), (nn.LayerNorm(2), "LayerNorm")])
def test_a_model_with_nothing_to_record_is_refused(model, name):
    with (
        pytest.raises(ValueError, match=f"model: {name} holds no MultiHeadAttention, LayerNorm or RMSNorm"),
        record(model),
    ):
        pass


@each_half
def test_what_is_finite_without_recording_is_finite_with_it(dtype, device):
    """Queries and keys whose products leave float16's range, unless the factor 1/√d_head comes first."""
    attention = MultiHeadAttention(256, 1).to(device)
    with torch.no_grad():
        for projection in (attention.q_proj, attention.k_proj):
            projection.weight.copy_(torch.eye(256))
    attention = attention.to(dtype)
    x = (30 + torch.randn(1, 4, 256, device=device)).to(dtype)
    plain = attention(x)
    with record(attention) as trace:
        recorded = attention(x)
    r = trace.attention["attention"]
    assert (r.query.float() @ r.key.float().mT).max() > torch.finfo(torch.float16).max
    for tensor in (plain, recorded, r.scores, r.weights):
        assert tensor.isfinite().all()
    assert (recorded.float() - plain.float()).abs().max() < 0.1 * plain.float().abs().max()


@each_half
@pytest.mark.parametrize("norm", [LayerNorm, RMSNorm])
def test_statistics_in_16_bits_are_float32_s(norm, dtype, device):
    norm, x = norm(64).to(device, dtype), (500 * torch.randn(1, 3, 64, device=device)).to(dtype)
    with record(norm) as trace:
        norm(x)
    r = trace.norms["norm"]
    assert_close(r.rms / 500, x.float().square().mean(-1).sqrt() / 500, "rms")
    assert_close(r.deviation / 500, x.float().std(-1, unbiased=False) / 500, "deviation")
    assert_close(r.mean / 500, x.float().mean(-1) / 500, "mean")
