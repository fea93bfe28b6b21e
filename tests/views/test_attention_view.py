"""AttentionView's numbers and states, against torch."""

from types import SimpleNamespace

import pytest
import torch
import traitlets
from attention_samples import CHINESE, ENGLISH, GOLD, softmax_weights, translation_view, vectors

from transformer_lab.attention import MultiHeadAttention
from transformer_lab.models import Transformer, TransformerConfig
from transformer_lab.recording import AttentionRecord, Trace, record
from transformer_lab.views import AttentionView

CLOSE = {"atol": 1e-6, "rtol": 0}


@pytest.fixture(scope="module")
def trace():
    model = Transformer(TransformerConfig(vocab_size=30, d_model=32, num_heads=4, num_layers=3, d_ff=48)).eval()
    source, target = torch.arange(3, 9)[None], torch.arange(3, 8)[None]
    with record(model) as recorded, torch.no_grad():
        model(source.repeat(2, 1), target.repeat(2, 1))
    return recorded


@pytest.mark.parametrize("kind", ["encoder.self_attention", "decoder.self_attention", "decoder.cross_attention"])
@pytest.mark.parametrize("detail", ["auto", "weights", "scores", "values"])
def test_a_recorded_trace_is_drawn_as_recorded(trace, kind, detail):
    view = AttentionView.from_trace(trace, kind, batch=1, detail=detail)
    wanted = torch.stack([r.weights[1] for r in trace.attention_of(kind)])
    torch.testing.assert_close(view.all_weights(), wanted, **CLOSE)
    view.layer, view.head = 2, 3
    torch.testing.assert_close(view.weights(), wanted[2, 3], **CLOSE)
    view.show = "mean"
    torch.testing.assert_close(view.weights(), wanted[2].mean(0), **CLOSE)
    if detail == "values":
        record_ = trace.attention_of(kind)[2]
        torch.testing.assert_close(view.output(), record_.weights[1, 3, 0] @ record_.value[1, 3], **CLOSE)


def test_one_module_and_chosen_layers_and_heads(trace):
    view = AttentionView.from_trace(trace, "decoder.cross_attention", batch=0, layers=[0, 2], heads=[1])
    assert repr(view) == "AttentionView(layers=2, heads=1, queries=5, keys=6)"
    wanted = trace.attention["decoder.layers.2.cross_attention"].weights[0, 1]
    torch.testing.assert_close(view.all_weights()[1, 0], wanted, **CLOSE)
    one = AttentionView.from_trace(trace, "decoder.layers.2.cross_attention", batch=0)
    torch.testing.assert_close(one.all_weights()[0, 1], wanted, **CLOSE)


def test_a_bias_on_the_scores_is_kept():
    query, key, _ = vectors(1, 2, 5, 5)
    bias = -torch.arange(5.0).sub(torch.arange(5.0)[:, None]).abs().expand(1, 2, 5, 5) * 0.5
    scores = query[0] @ key[0].transpose(-1, -2) * 0.3 + bias
    one = AttentionRecord("a", query[0], key[0], key[0], scores, scores.softmax(-1), scale=0.3)
    view = AttentionView.from_trace(Trace({"a": one}))
    torch.testing.assert_close(view.all_weights()[0], scores.softmax(-1)[0], **CLOSE)
    view.scale = 1.0
    torch.testing.assert_close(
        view.all_weights()[0], (query[0] @ key[0].transpose(-1, -2) + bias).softmax(-1)[0], **CLOSE
    )


@pytest.mark.parametrize("seed", range(3))
def test_interventions_equal_torch(seed):
    query, key, value = vectors(2, 3, 6, 5, seed=seed)
    mask = torch.rand(6, 5) > 0.25
    mask[:, 0] = True
    view = AttentionView(query=query, key=key, value=value, mask=mask)
    view.temperature, view.scale, view.masked_keys, view.nudges = 1.7, 0.9, [3], [(1, 2, 4, 1, 2.5)]
    scores = torch.cat(query) @ torch.cat(key).transpose(-1, -2) * 0.9
    scores[1, 2, 4, 1] += 2.5
    scores = (scores / 1.7).masked_fill(~mask, float("-inf"))
    scores[..., 3] = float("-inf")
    torch.testing.assert_close(view.all_weights(), scores.softmax(-1), **CLOSE)
    view.layer, view.head, view.query = 1, 2, 4
    torch.testing.assert_close(view.output(), scores.softmax(-1)[1, 2, 4] @ value[1][0, 2], atol=1e-5, rtol=0)


def test_interventions_work_on_weights_alone():
    weights = softmax_weights(1, 2, 4, 6)
    view = AttentionView(weights)
    assert torch.equal(view.all_weights(), torch.cat(weights))
    view.temperature, view.masked_keys = 2.0, [1]
    log = weights[0].log() / 2
    log[..., 1] = float("-inf")
    torch.testing.assert_close(view.all_weights()[0], log.softmax(-1)[0], **CLOSE)
    with pytest.raises(ValueError, match=r"scale cannot change.*detail='scores'"):
        view.scale = 1.0


def test_a_fully_masked_row_is_zeros():
    view = AttentionView(
        query=torch.randn(3, 4), key=torch.randn(3, 4), mask=torch.tensor([[1, 1, 1], [0, 0, 0], [1, 0, 0]]).bool()
    )
    assert view.weights()[1].tolist() == [0, 0, 0]
    assert view.entropy()[0, 0, 1] == 0
    view.masked_keys = [0, 1, 2]
    assert not view.weights().any()
    assert "Every key is masked" in view.alt_text()


def test_rollout_entropy_and_agreement():
    weights = softmax_weights(3, 2, 5, 5)
    view = AttentionView(weights, list("abcde"), gold=[(0, 1), (3, 2), (3, 4)], show="rollout", layer=2)
    wanted = torch.eye(5)
    for layer in weights:
        wanted = (0.5 * layer[0].mean(0) + 0.5 * torch.eye(5)) @ wanted
    torch.testing.assert_close(view.weights(), wanted, **CLOSE)
    stacked = torch.cat(weights)
    torch.testing.assert_close(view.entropy(), -(stacked * stacked.log2()).sum(-1), atol=1e-5, rtol=0)
    best = stacked.argmax(-1)
    hits = ((best[..., 0] == 1).float() + ((best[..., 3] == 2) | (best[..., 3] == 4)).float()) / 2
    assert torch.equal(view.agreement(), hits)


def test_grouped_keys_are_repeated():
    query, key = torch.randn(1, 4, 3, 2), torch.randn(1, 2, 3, 2)
    view = AttentionView(query=query, key=key)
    wanted = (query @ key.repeat_interleave(2, 1).transpose(-1, -2) / 2**0.5).softmax(-1)
    torch.testing.assert_close(view.all_weights(), wanted, **CLOSE)


def test_states_are_checked_and_reset():
    view = translation_view()
    start = view.state()
    view.layer, view.head, view.query, view.key, view.mode = 2, -1, 9, 7, "cell"
    assert view.head == 3
    for name, value in [
        ("layer", 3),
        ("head", 4),
        ("query", 10),
        ("key", -9),
        ("masked_keys", [8]),
        ("temperature", 0.0),
    ]:
        with pytest.raises(ValueError, match=name):
            setattr(view, name, value)
    with pytest.raises(ValueError, match="nudges must hold"):
        view.nudges = [(1, 2)]
    with pytest.raises(ValueError, match=r"rollout.* needs self-attention"):
        view.show = "rollout"
    with pytest.raises(traitlets.TraitError, match="mode"):
        view.mode = "pie"
    view.reset()
    assert view.state() == start


def test_predictions_are_scored():
    view = AttentionView(torch.tensor([[0.1, 0.9], [0.8, 0.2]]))
    view.predictions = [(0, 0, 0, 1), (0, 0, 1, 1)]
    assert view.prediction_score == (1, 2)


def test_from_model_and_replace(trace):
    def translate(sentence):
        source, target = sentence.split(), ["一", "二", "三", "四", "五"]
        places = {"decoder.cross_attention": (target, source), "encoder.self_attention": (source, source)}
        return SimpleNamespace(trace=trace, tokens_of=places.__getitem__)

    view = AttentionView.from_model(SimpleNamespace(trace=translate), "a b c d e f", batch=0, temperature=2.0)
    assert view._facts["queries"] == ["一", "二", "三", "四", "五"]
    assert view._facts["keys"] == list("abcdef")
    encoder = AttentionView.from_model(
        SimpleNamespace(trace=translate), "a b c d e f", "encoder.self_attention", batch=0
    )
    view.replace(encoder)
    assert view.temperature == 1.0
    assert torch.equal(view.weights(), encoder.weights())
    assert repr(view) == repr(encoder)


def test_words_from_a_mapping():
    view = AttentionView(torch.eye(2), ["猫", "cat"], pinyin={"猫": "māo"}, glosses={"猫": "cat"})
    assert view._facts["queryPinyin"] == view._facts["keyPinyin"] == ["māo", ""]
    assert translation_view()._facts["keyPinyin"] == []


ROW = torch.tensor([[0.5, 0.5], [1.0, 0.0]])
BAD = {
    "neither": ({}, ValueError, "needs weights, or query and key"),
    "query alone": ({"query": torch.randn(2, 2)}, ValueError, "query and key belong together"),
    "scores": ({"weights": torch.tensor([[2.0, -1.0]])}, ValueError, "weights must not be negative.*key 1"),
    "rows": ({"weights": ROW * 1.1}, ValueError, r"row at layer 0, head 0, query 0 sums to 1\.1000.*eval\(\)"),
    "nan": (
        {"weights": torch.tensor([[float("nan"), 1.0]])},
        ValueError,
        r"weights must be finite, got nan at \(0, 0\)",
    ),
    "axes": ({"weights": torch.ones(1)}, ValueError, "weights must have 2 or 3 or 4 or 5 axes, got 1 with shape"),
    "text": ({"weights": "text"}, TypeError, "weights must be a tensor or nested numbers, got str"),
    "batch": ({"weights": ROW.expand(3, 1, 2, 2)}, ValueError, "weights holds a batch of 3.*batch=0"),
    "tokens": ({"weights": ROW, "queries": ["a"]}, ValueError, "queries must hold 2 tokens, one per position, got 1"),
    "one string": ({"weights": ROW, "keys": "ab"}, TypeError, "keys must be a sequence of strings, got one string"),
    "gold": ({"weights": ROW, "gold": [(0, 2)]}, ValueError, r"gold pair \(0, 2\) is outside"),
    "gold shape": ({"weights": ROW, "gold": [(0, 1, 2)]}, TypeError, r"gold must hold \(query, key\) pairs"),
    "bias": (
        {"query": torch.randn(3, 4), "key": torch.randn(3, 4), "bias": torch.zeros(2, 2)},
        ValueError,
        r"bias must broadcast to \[layer, head, query, key\] = \(1, 1, 3, 3\), got \(1, 1, 2, 2\)",
    ),
    "mask": ({"weights": ROW, "mask": torch.ones(2, 2)}, TypeError, "mask must be boolean, True = may attend"),
    "mask size": ({"weights": ROW, "mask": torch.ones(3, 2).bool()}, ValueError, "mask must broadcast"),
    "mask turned": ({"weights": ROW, "mask": ROW == 0}, ValueError, "mask forbids keys that weights attend to"),
    "d_head": ({"query": torch.randn(2, 3), "key": torch.randn(2, 4)}, ValueError, "one d_head, got 3 and 4"),
    "value": (
        {"weights": ROW, "value": torch.randn(3, 4)},
        ValueError,
        "value must hold one vector for each of 2 keys",
    ),
    "disagree": ({"weights": ROW, "query": torch.randn(2, 3), "key": torch.randn(2, 3)}, ValueError, "weights differ"),
    "layers": ({"weights": ROW, "layers": [1]}, ValueError, "layers must be between 0 and 0, got 1"),
    "unknown": ({"weights": ROW, "colour": "red"}, TypeError, "no argument 'colour'; states: mode"),
    "layer": ({"weights": ROW, "layer": 4}, ValueError, "layer must be between 0 and 0, got 4"),
    "pinyin": ({"weights": ROW, "pinyin": (["a"], None)}, ValueError, "pinyin for queries must hold 2 tokens"),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_name_the_argument(name):
    arguments, error, message = BAD[name]
    with pytest.raises(error, match=message):
        AttentionView(**arguments)


def test_trace_errors(trace):
    with pytest.raises(ValueError, match=r"say which to show, e\.g\. kind='decoder\.cross_attention'"):
        AttentionView.from_trace(trace, batch=0)
    with pytest.raises(ValueError, match=r"kind must be one of encoder\.self_attention"):
        AttentionView.from_trace(trace, "cross", batch=0)
    with pytest.raises(ValueError, match="trace holds a batch of 2"):
        AttentionView.from_trace(trace, "decoder.cross_attention")
    with pytest.raises(ValueError, match="detail must be one of"):
        AttentionView.from_trace(trace, "decoder.cross_attention", batch=0, detail="all")
    with pytest.raises(ValueError, match="queries must hold 5 tokens"):
        AttentionView.from_trace(trace, "decoder.cross_attention", batch=0, queries=CHINESE)


def test_gold_is_a_set():
    view = AttentionView(softmax_weights(1, 1), CHINESE, ENGLISH, gold=[*GOLD, GOLD[0]])
    assert view._facts["gold"] == [list(pair) for pair in GOLD]


each_half = pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])


@each_half
def test_rows_rounded_to_16_bits_are_shown(dtype):
    weights = torch.randn(3, 1, 4, 12, 12).to(dtype).softmax(-1)
    assert (weights.float().sum(-1) - 1).abs().max() > 1e-4, "they do not sum to 1 within float32's tolerance"
    for given in (weights, list(weights), weights.numpy() if dtype == torch.float16 else weights):
        assert AttentionView(given).all_weights().equal(weights[:, 0].float())
    q, k = torch.randn(2, 4, 6, 8).to(dtype)
    AttentionView((q @ k.mT * 8**-0.5).softmax(-1), query=q, key=k)
    with pytest.raises(ValueError, match=r"weights: each row must sum to 1 .* sums to 1\.0\d+"):
        AttentionView(weights * 1.02)
    with pytest.raises(ValueError, match=r"each row must sum to 1 .* within 0\.0001"):
        AttentionView(weights.float())
    with pytest.raises(ValueError, match="weights differ by up to"):
        AttentionView((q @ k.mT * 0.5).softmax(-1), query=q, key=k)


@each_half
@pytest.mark.parametrize("detail", ["weights", "scores", "values"])
def test_a_trace_in_16_bits_is_drawn_as_recorded(detail, dtype):
    attention = MultiHeadAttention(8, 2).to(dtype)
    with record(attention) as recorded, torch.no_grad():
        attention(torch.randn(1, 9, 8).to(dtype))
    view = AttentionView.from_trace(recorded, detail=detail)
    step = torch.finfo(dtype).eps
    assert (view.all_weights()[0] - recorded.attention["attention"].weights[0].float()).abs().max() <= 2 * step
    assert "bias" not in view._tensors, "rounding is no bias"
