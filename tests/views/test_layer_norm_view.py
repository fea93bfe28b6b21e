"""LayerNormView without a browser: numbers against torch, state, recorded models, errors, pictures."""

import importlib.util
import json
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
import traitlets

from transformer_lab.models import Transformer, TransformerConfig
from transformer_lab.normalization import LayerNorm, RMSNorm
from transformer_lab.recording import Trace, record
from transformer_lab.translation import Translator
from transformer_lab.views import LayerNormView

JS = Path(__file__).parents[1] / "views_js"
TOKENS = ["the", "<b>cat</b>", "坐", "$x$"]


def make(length=4, d_model=6, batch=None, **options):
    shape = (length, d_model) if batch is None else (batch, length, d_model)
    weight, bias = 1 + 0.2 * torch.randn(d_model), 0.2 * torch.randn(d_model)
    return LayerNormView(torch.randn(shape), **{"weight": weight, "bias": bias, **options}), weight, bias


def torchs(x, kind, eps, weight, bias):
    x, weight, bias = (None if each is None else each.double() for each in (x, weight, bias))
    if kind == "layer":
        return F.layer_norm(x, x.shape[-1:], weight, bias, eps)
    if kind == "rms":
        return F.rms_norm(x, x.shape[-1:], weight, eps)
    flat = F.batch_norm(x.flatten(0, -2), None, None, weight, bias, training=True, eps=eps)
    return flat.view_as(x)


# Numbers
@pytest.mark.parametrize("kind", ["layer", "rms", "batch"])
@pytest.mark.parametrize("batch", [None, 3])
@pytest.mark.parametrize("offset", [0.0, 10_000.0])
def test_output_is_torchs(kind, batch, offset):
    view, weight, bias = make(batch=batch)
    view.values = view.values + offset
    view.kind, view.eps, view.shift, view.gain = kind, 1e-3, 2.5, 0.25
    expected = torchs(view.values.double() * 0.25 + 2.5, kind, 1e-3, weight, bias)
    assert view.output().shape == view.values.shape
    assert (view.output() - expected).abs().max() < 1e-6


@pytest.mark.parametrize("d_model", [1, 2, 5])
def test_few_features_and_one_token(d_model):
    view, weight, bias = make(length=1, d_model=d_model)
    expected = F.layer_norm(view.values, (d_model,), weight, bias, 1e-5)
    assert torch.allclose(view.output(), expected, atol=1e-5)
    view.kind = "batch"  # one value per feature: the output is the bias, where torch's BatchNorm refuses
    assert torch.equal(view.output(), bias[None])


def test_a_constant_row_gives_the_bias_and_with_eps_0_nan_as_torch():
    view = LayerNormView([[2.0, 2.0, 2.0]], bias=[1.0, 2.0, 3.0])
    assert torch.equal(view.output(), torch.tensor([[1.0, 2.0, 3.0]]))
    view.eps = 0.0
    assert view.output().isnan().all()
    assert view.to_png()


def test_stages_follow_from_each_other():
    view, weight, bias = make()
    stages = view.stages()
    assert list(stages) == ["raw", "centred", "scaled", "affine"]
    assert torch.equal(stages["raw"], view.values)
    assert stages["centred"].mean(-1).abs().max() < 1e-6
    assert torch.allclose(stages["scaled"].var(-1, unbiased=False), torch.ones(4), atol=1e-4)
    assert torch.allclose(stages["affine"], stages["scaled"] * weight + bias)
    view.kind = "rms"
    assert torch.equal(view.stages()["centred"], view.values)


def test_statistics_are_those_of_the_moved_input():
    view, *_ = make(length=3)
    view.gain = 2.0
    got = view.statistics()
    assert torch.allclose(got["mean"], 2 * view.values.mean(-1)[None], atol=1e-6)
    assert torch.allclose(got["deviation"], 2 * view.values.std(-1, unbiased=False)[None], atol=1e-6)
    view.kind = "batch"
    assert view.statistics()["rms"].shape == (6,)


def test_shift_and_gain_leave_layer_norm_alone_until_eps_bites():
    view, *_ = make(eps=1e-5)
    view.shift, view.gain = 7.0, 3.0
    assert view.changes()["shift_and_gain"] < 1e-4
    view.gain = 1e-3
    assert view.changes()["shift_and_gain"] > 0.1
    view.eps = 1e-12
    assert view.changes()["shift_and_gain"] < 1e-4
    view.gain, view.kind = 1.0, "rms"
    assert view.changes()["shift_and_gain"] > 0.1


def test_an_edit_changes_its_token_alone_except_under_batch_statistics():
    view, *_ = make()
    assert view.changes() == {"shift_and_gain": 0.0, "edited": 0.0, "others": 0.0}
    view.edit(1, 2, 9.0)
    assert view.changes()["edited"] > 0.1
    assert view.changes()["others"] == 0
    view.kind = "batch"
    assert view.changes()["others"] > 0.01


# State
def test_values_and_edits_say_the_same():
    view, *_ = make(batch=2)
    x = view.values.clone()
    view.edit(3, -1, 4.5, batch=1)
    assert view.edits == {"0/1/3/5": 4.5}
    x[1, 3, 5] = 4.5
    assert torch.equal(view.values, x)
    x[0, 0, 0] = -1.0
    view.values = x
    assert view.edits == {"0/1/3/5": 4.5, "0/0/0/0": -1.0}
    assert torch.equal(view.values, x)
    view.reset()
    assert view.edits == {}


def test_reset_restores_everything():
    view, *_ = make(batch=2, eps=1e-6)
    start = view.state()
    view.batch, view.token, view.feature, view.stage, view.kind = 1, -1, 2, "raw", "rms"
    view.shift, view.gain, view.eps, view.common_scale = 1.0, 2.0, 0.5, False
    view.edit(0, 0, 1.0)
    assert all(view.state()[name] != start[name] for name in start if name != "norm")
    assert view.token == 3
    view.reset()
    assert view.state() == start


def test_the_input_is_not_touched():
    x = torch.randn(3, 4)
    kept = x.clone()
    view = LayerNormView(x)
    view.edit(0, 0, 5.0)
    view.output()
    assert torch.equal(x, kept)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("token", 4, "token must be between 0 and 3, got 4"),
        ("feature", -7, "feature must be between 0 and 5"),
        ("batch", 1, "batch must be between 0 and 0"),
        ("eps", -1e-5, "eps must be at least 0"),
        ("eps", math.nan, "eps must be finite"),
        ("gain", math.inf, "gain must be finite"),
        ("gain", 1e308, r"gain must be at most 1e\+15 in size, got 1e\+308"),
        ("edits", {"0/0/0/0": -1e30}, r"must be at most 1e\+15 in size"),
        ("shift", math.nan, "shift must be finite"),
        ("norm", "encoder", "norm must be one of x, got 'encoder'"),
        ("edits", {"0/0/0/9": 1.0}, "no value at '0/0/0/9'"),
        ("edits", {"a": 1.0}, "four indices, got 'a'"),
        ("edits", {"0/0/0/0": math.nan}, "must be finite"),
    ],
)
def test_wrong_states_are_refused_by_name(name, value, says):
    view, *_ = make()
    before = view.state()
    with pytest.raises(ValueError, match=says.replace("(", r"\(")):
        setattr(view, name, value)
    assert view.state() == before


@pytest.mark.parametrize("name", ["stage", "kind"])
def test_unknown_stage_and_kind_are_refused(name):
    view, *_ = make()
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(view, name, "median")


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"x": torch.randn(5)}, ValueError, r"x must have 2 or 3 axes, got 1"),
        ({"x": torch.empty(0, 4)}, ValueError, "x is empty"),
        ({"x": torch.tensor([[1.0, math.nan]])}, ValueError, r"x must be finite, got nan at \(0, 1\)"),
        ({"x": "cat"}, TypeError, "x must be a tensor"),
        ({"x": torch.randn(2, 3), "tokens": ["a"]}, ValueError, "tokens must hold 2 tokens"),
        ({"x": torch.randn(2, 3), "tokens": "ab"}, TypeError, "split it into tokens"),
        ({"x": torch.randn(2, 2, 3), "tokens": [["a", "b"]]}, ValueError, "each of the 2 sentences"),
        ({"x": torch.randn(2, 3), "weight": torch.ones(2)}, ValueError, "weight must have d_model = 3 entries"),
        ({"x": torch.randn(2, 3), "bias": torch.ones(1, 3)}, ValueError, "bias must have 1 axes"),
        ({"x": torch.randn(2, 3), "eps": -1.0}, ValueError, "eps must be at least 0"),
        ({"x": torch.randn(2, 3), "features": ["a"]}, ValueError, "features must hold 3"),
        ({"x": torch.randn(200, 512)}, ValueError, r"400 KB .* at most 256 KB: pass fewer tokens"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, says):
    with pytest.raises(error, match=says):
        LayerNormView(**arguments)


def test_tokens_may_differ_by_sentence():
    view = LayerNormView(torch.randn(2, 2, 3), [["a", "b"], ["c", "d"]])
    assert view._facts["norms"][0]["tokens"] == [["a", "b"], ["c", "d"]]


# Recorded models
def a_model(**options):
    config = {"vocab_size": 11, "d_model": 16, "num_heads": 2, "num_layers": 2, "d_ff": 32, "norm_first": True}
    return Transformer(TransformerConfig(**{**config, **options})).eval()


SENTENCE = (torch.tensor([[3, 4, 5, 6, 7]]), torch.tensor([[1, 2, 3]]))


@pytest.fixture
def trace():
    model = a_model()
    with torch.no_grad(), record(model) as trace:
        model(*SENTENCE)
    return trace


def test_every_recorded_norm_is_shown_and_agrees_with_what_it_made(trace):
    view = LayerNormView.from_trace(trace, tokens={"encoder": list("abcde"), "decoder": list("xyz")})
    assert list(trace.norms) == [norm["name"] for norm in view._facts["norms"]]
    for name, norm in trace.norms.items():
        view.norm = name
        assert (view.output() - norm.output[0]).abs().max() < 1e-5
        assert view.eps == norm.eps
        assert view.depth()[name]["deviation"] == pytest.approx(norm.deviation.mean().item(), abs=1e-5)
        assert view.depth()[name]["rms"] == pytest.approx(norm.rms.mean().item(), abs=1e-5)
        assert view.depth()[name]["size"] == pytest.approx(norm.input.abs().mean().item(), abs=1e-5)


def test_choosing_a_norm_takes_its_kind_and_eps_and_keeps_places_in_range(trace):
    view = LayerNormView.from_trace(trace)
    view.token, view.kind, view.eps = 4, "batch", 0.1
    view.norm = "decoder.layers.0.norm1"
    assert (view.token, view.kind, view.eps) == (2, "layer", 1e-5)
    view.edit(0, 0, 3.0)
    assert view.edits == {f"{list(trace.norms).index('decoder.layers.0.norm1')}/0/0/0": 3.0}
    view.norm = "encoder.layers.0.norm1"
    assert torch.equal(view.values, trace.norms[view.norm].input[0])
    view.reset()
    assert view.norm == next(iter(trace.norms))


def test_norms_are_chosen_by_name_or_by_module(trace):
    assert len(LayerNormView.from_trace(trace, "encoder")._norms) == 5
    names = ["decoder.layers.1", "encoder.norm"]
    assert list(LayerNormView.from_trace(trace, names)._norms) == [
        "encoder.norm",
        *(f"decoder.layers.1.norm{i}" for i in (1, 2, 3)),
    ]
    with pytest.raises(ValueError, match=r"norms must name what was recorded \(encoder.layers.0.norm1, .*got middle"):
        LayerNormView.from_trace(trace, ["encoder", "middle"])


def test_tokens_of_a_trace_must_fit(trace):
    with pytest.raises(ValueError, match=r"3 tokens for 'decoder.layers.0.norm1'.*got 5.*\"decoder\""):
        LayerNormView.from_trace(trace, tokens=list("abcde"))
    with pytest.raises(ValueError, match=r"nothing that holds 'decoder"):
        LayerNormView.from_trace(trace, tokens={"encoder": list("abcde")})
    with pytest.raises(ValueError, match="batch must be between 0 and 0, got 1"):
        LayerNormView.from_trace(trace, batch=1)
    with pytest.raises(ValueError, match="trace holds no norms"):
        LayerNormView.from_trace(Trace())


@pytest.mark.parametrize(("kind", "norm"), [("rms", RMSNorm(16)), ("layer", LayerNorm(16, affine=False))])
def test_other_norms_are_recorded_too(kind, norm):
    view = LayerNormView.from_model(torch.nn.Sequential(norm), torch.randn(1, 4, 16))
    assert (view.kind, view.norm) == (kind, "0")
    assert (view.output() - norm(view.values)).abs().max() < 1e-6


def test_from_model_runs_a_module_in_eval_mode_and_gives_its_mode_back():
    model = a_model(dropout=0.5).train()
    views = [LayerNormView.from_model(model, SENTENCE) for _ in range(2)]
    assert model.training
    assert torch.equal(views[0].output(), views[1].output())
    with pytest.raises(TypeError, match="sentence must be a tensor"):
        LayerNormView.from_model(model, "a sentence")
    with pytest.raises(TypeError, match="model must be a translator"):
        LayerNormView.from_model("model", "a sentence")


def test_from_model_takes_a_translator(trace):
    seen = SimpleNamespace(
        trace=trace,
        source_tokens=(*"abcd", "<eos>"),
        input_tokens=("<bos>", "x", "y"),
        target_tokens=("x", "y", "z"),
    )
    view = LayerNormView.from_model(SimpleNamespace(trace=lambda sentence: seen), "a b c d")
    tokens = {norm["name"]: norm["tokens"][0] for norm in view._facts["norms"]}
    assert tokens["encoder.norm"] == ["a", "b", "c", "d", "<eos>"]
    assert tokens["decoder.norm"] == ["<bos>", "x", "y"]


def test_the_shipped_translator_fits():
    view = LayerNormView.from_model(Translator.load(), "the old teacher who lives here read three books yesterday")
    assert len(view._norms) == 12
    assert view._norms["decoder.norm"].tokens[0][0] == "<bos>"
    assert sum(len(entry["data"]) for entry in view._tensors.values()) < 128 * 1024


# What it shows without a browser
def test_repr_is_the_same_each_time(trace):
    assert repr(LayerNormView(torch.zeros(2, 3))) == "LayerNormView(kind='layer', length=2, d_model=3, eps=1e-05)"
    assert repr(LayerNormView(torch.zeros(4, 2, 3))).startswith("LayerNormView(kind='layer', batch=4, length=2")
    assert "norms=12, norm='encoder.layers.0.norm1'" in repr(LayerNormView.from_trace(trace))


@pytest.mark.parametrize("kind", ["layer", "rms", "batch"])
def test_the_picture_speaks_and_is_the_same_each_time(kind):
    view = LayerNormView(torch.randn(2, 4, 5), TOKENS, features=["a", "b", "c", "d", "特"])
    view.kind, view.token, view.stage = kind, 1, "scaled"
    data, metadata = view._repr_mimebundle_()
    assert data["text/plain"] == repr(view)
    text = metadata["image/png"]["alt"]
    assert ("feature 0" if kind == "batch" else "<b>cat</b>") in text
    assert ("root mean square" if kind == "rms" else "standard deviation") in text
    assert view.to_png() == view.to_png()
    assert view.to_svg() == view.to_svg()


def test_alt_text_numbers_are_the_tokens(trace):
    view = LayerNormView([[1.0, 0.0, 0.0, 0.0]], ["a"])
    assert "mean 0.25 and standard deviation 0.43; scaled, 0.00 and 1.00" in view.alt_text()
    assert "12 norms" in LayerNormView.from_trace(trace).alt_text()


def test_a_recorded_model_is_drawn_and_stays_small(trace, tmp_path):
    view = LayerNormView.from_trace(trace)
    assert view.to_png(tmp_path / "norms.png")[:4] == b"\x89PNG"
    page = view.to_html(tmp_path / "norms.html")
    assert len(page) < 250_000
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_hostile_tokens_do_not_leave_their_string():
    page = LayerNormView(torch.zeros(1, 2), ["</script><script>alert(1)</script>"]).to_html()
    assert "</script><script>alert" not in page


def test_the_fixtures_of_the_script_are_torchs_today():
    spec = importlib.util.spec_from_file_location("layer_norm_fixtures", JS / "layer_norm_fixtures.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    kept = json.loads(module.TARGET.read_text("utf-8"))
    made = module.cases()
    assert [case["name"] for case in kept] == [case["name"] for case in made]
    for old, new in zip(kept, made, strict=True):
        assert old["x"] == new["x"]
        assert torch.allclose(torch.tensor(old["output"]), torch.tensor(new["output"]), rtol=1e-6, atol=1e-6)
