"""Everything runs where the model is. A pretended second device (``elsewhere.py``) refuses what a GPU would refuse."""

import pytest
import torch
from bert_checkpoint import make_checkpoint, make_tokenizer
from elsewhere import Elsewhere, bring_back, elsewhere, move
from torch import nn

from transformer_lab import decoding, devices, extrapolation, induction
from transformer_lab.ablation import ablate_heads, all_heads, head_importance
from transformer_lab.config import TransformerConfig
from transformer_lab.corpus import load_corpus
from transformer_lab.decoding import NextToken, beam_search, greedy, sample
from transformer_lab.devices import find_device, to_device
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.positions import SCHEMES, RotaryPositions, SinusoidalPositions, apply_rotary, relative_buckets
from transformer_lab.pretrained import TextEncoder
from transformer_lab.recording import record
from transformer_lab.schedules import constant
from transformer_lab.training import Trainer, fit
from transformer_lab.translation import CROSS_ATTENTION, Translator, head_alignment_scores, weights_of_pairs
from transformer_lab.translator_training import translation_loss
from transformer_lab.views import AttentionView, DecodingTreeView
from transformer_lab.vocabulary import Batch

SENTENCE = "yesterday the teacher bought three books in the park"


def test_the_pretended_device_is_as_strict_as_a_gpu():
    with elsewhere() as device:
        here, there = torch.ones(3), torch.arange(3, device=device)
        assert isinstance(there, Elsewhere)
        assert there.device == device
        assert (there * 2 + 1).tolist() == [1, 3, 5]
        assert type(there.cpu()) is torch.Tensor
        assert torch.tensor([4.0, 5.0], device=device).sum().item() == 9.0
        assert (there + torch.tensor(1)).tolist() == [1, 2, 3], "a number may cross"
        for mixed in (lambda: there + here, lambda: there[[0, 1]], lambda: torch.cat([there, here])):
            with pytest.raises(RuntimeError, match="expected all tensors to be on the same device"):
                mixed()
        there[1] = 7
        assert there.tolist() == [0, 7, 2]
    with elsewhere(float64=False) as device, pytest.raises(TypeError, match="no float64"):
        torch.ones(2, device=device).double()


def test_a_translator_does_the_same_there(monkeypatch):
    here, pairs = Translator.load(), load_corpus("test")[:6]
    sentences = [pair.source for pair in pairs]

    def words(translator):
        drawn = sample(
            translator.next_token(sentences[:2]),
            torch.full((2, 1), 2, device=translator.device),
            eos_id=3,
            max_new_tokens=9,
            top_k=8,
            top_p=0.9,
            generator=torch.Generator().manual_seed(5),
        )
        return [
            *(t.target_tokens for t in translator.translate_all(sentences, batch_size=4)),
            *(t.target_tokens for t in translator.translate_all(sentences[:2], use_cache=False)),
            translator.translate(SENTENCE, num_beams=3).target_tokens,
            drawn.tolist(),
        ]

    expected = words(here)
    weights = weights_of_pairs(here, pairs)
    tree = DecodingTreeView.from_translator(here, SENTENCE, num_beams=2)
    monkeypatch.setattr(decoding, "exact_dtype", lambda device: torch.float32)
    with elsewhere(float64=False):
        there = move(Translator.load().model)
        there = Translator(there, here.source_vocabulary, here.target_vocabulary)
        assert there.device.type == "meta"
        assert words(there) == expected
        found = weights_of_pairs(there, pairs)
        assert head_alignment_scores(found, pairs) == head_alignment_scores(weights, pairs)
        traced = there.trace(SENTENCE)
        assert traced.tokens_of(CROSS_ATTENTION) == here.trace(SENTENCE).tokens_of(CROSS_ATTENTION)
        assert traced.trace.weights_of(CROSS_ATTENTION).device.type == "meta"
        view = AttentionView.from_trace(traced.trace, CROSS_ATTENTION)
        again = DecodingTreeView.from_translator(there, SENTENCE, num_beams=2)
    assert again.paths == tree.paths
    assert view.weights().device.type == "cpu"
    for a, b in zip(found, weights, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("float64", [True, False])
@pytest.mark.parametrize("positions", SCHEMES)
def test_every_scheme_decodes_there(positions, float64, monkeypatch):
    monkeypatch.setattr(decoding, "exact_dtype", lambda device: torch.float64 if float64 else torch.float32)
    sizes = {"d_model": 16, "num_heads": 4, "num_kv_heads": 2, "num_layers": 1, "d_ff": 32, "positions": positions}
    config = TransformerConfig(vocab_size=11, target_vocab_size=11, max_length=600, **sizes)
    tokens = torch.randint(1, 11, (2, 7))
    tokens[1, 5:] = 0
    options = {"eos_id": 2, "max_new_tokens": 6}
    for make in (Transformer, CausalLanguageModel):
        model = make(config).eval()

        def found(model, tokens):
            source = tokens if isinstance(model, Transformer) else None
            prefix = tokens[:, :3]
            one = None if source is None else source[:1]
            return [
                *(greedy(NextToken(model, source, use_cache=c), prefix, **options).tolist() for c in (True, False)),
                [h.tokens for h in beam_search(NextToken(model, one), prefix[:1], num_beams=3, **options)],
            ]

        with torch.no_grad():
            expected = found(model, tokens)
            with elsewhere(float64=float64) as device:
                assert found(move(model), tokens.to(device)) == expected


def test_angles_and_buckets_are_exact_without_float64():
    x, far = torch.randn(1, 1, 6, 8), torch.arange(60_000, 60_006)
    expected, distances = apply_rotary(x, far), torch.arange(-200, 200)
    grown = SinusoidalPositions(8)
    table = grown.embed(torch.zeros(1, 600, 8))
    with elsewhere(float64=False) as device:
        assert torch.equal(bring_back(apply_rotary(x.to(device), far.to(device))), expected)
        assert torch.equal(bring_back(RotaryPositions().rotate(x.to(device), 60_000)), expected)
        assert torch.equal(bring_back(move(SinusoidalPositions(8)).embed(torch.zeros(1, 600, 8).to(device))), table)
        found = bring_back(relative_buckets(distances.to(device)))
    assert torch.equal(found, relative_buckets(distances))


def test_heads_are_ablated_and_recorded_there():
    model = CausalLanguageModel(TransformerConfig(vocab_size=32, d_model=16, num_heads=2, d_ff=16)).eval()
    tokens, periods = induction.draw(3, 20, [4, 6], torch.Generator().manual_seed(0))
    heads = all_heads(model)[:2]

    def measured(model, batch):
        with torch.no_grad(), ablate_heads(model, heads), record(model) as trace:
            loss, count = induction.token_losses(model, batch, known_only=True)
            weights = trace.weights_of("decoder.self_attention")
        price = induction.head_price(model).detach()
        return [float(loss), count, float(price), weights], head_importance(model, [batch], induction.token_losses)

    (*numbers, weights), importance = measured(model, (tokens, periods))
    with elsewhere() as device:
        (*found, there), price = measured(move(model), (tokens.to(device), periods.to(device)))
        assert found == pytest.approx(numbers, rel=1e-5)
        assert price == pytest.approx(importance, rel=1e-4)
        torch.testing.assert_close(bring_back(there), weights)
        assert induction.loss_by_position(model, 5, length=12, count=4).device == device
        assert extrapolation.loss_by_position(model, "three back", length=12, window=4, count=4).device == device


def test_a_text_encoder_reads_there(tmp_path):
    make_checkpoint(tmp_path)
    make_tokenizer(tmp_path)
    encoder, texts = TextEncoder.load(tmp_path), ["the bank of the river", "open"]
    expected = [encoder.embed(texts), *encoder.word_states([text.split() for text in texts])]
    with elsewhere() as device:
        move(encoder.model)
        found = [encoder.embed(texts), *encoder.word_states([text.split() for text in texts])]
        assert all(each.device == device for each in found)
        for a, b in zip(found, expected, strict=True):
            torch.testing.assert_close(bring_back(a), b)


def test_training_moves_its_batches_there():
    def trained(there):
        torch.manual_seed(0)
        model = Transformer(TransformerConfig(vocab_size=9, d_model=8, num_heads=2, num_layers=1, d_ff=8))
        model = move(model) if there else model
        tokens = torch.randint(4, 9, (4, 6))
        batches = [Batch(tokens, tokens.roll(1, 1), tokens)] * 5
        history = fit(model, batches, translation_loss(0.1), constant(0.01), steps=5, progress=False)
        trainer = Trainer(model, translation_loss(), constant(0.0))
        return [*history.column("loss"), *history.column("grad_norm"), trainer.evaluate(batches)]

    expected = trained(False)
    with elsewhere(float64=False):
        assert trained(True) == pytest.approx(expected, rel=1e-4)
    assert expected[4] < expected[0]


def test_batches_of_every_shape_are_moved():
    with elsewhere() as device:
        one = torch.ones(2)
        moved = to_device({"a": one, "b": [one, (one, 3)], "c": Batch(*[one.long()[None]] * 3)}, device)
        inner, number = moved["b"][1]
        assert all(each.device == device for each in (moved["a"], moved["b"][0], inner, moved["c"].target_input))
        assert number == 3
        assert isinstance(moved["b"][1], tuple)
        assert to_device(nn.utils.rnn.PackedSequence(one, one.long()), device).data.device == device


@pytest.mark.parametrize(
    ("name", "gpus", "apple", "environment", "expected"),
    [
        ("auto", 0, False, {}, "cpu"),
        ("auto", 2, False, {}, "cuda:0"),
        ("auto", 0, True, {}, "mps"),
        ("auto", 2, False, {"WORLD_SIZE": "2", "LOCAL_RANK": "1"}, "cuda:1"),
        ("auto", 0, True, {"WORLD_SIZE": "2", "LOCAL_RANK": "1"}, "cpu"),
        ("cpu", 2, True, {"WORLD_SIZE": "2", "LOCAL_RANK": "1"}, "cpu"),
        ("cuda", 2, False, {}, "cuda:0"),
        ("cuda:1", 2, False, {}, "cuda:1"),
        ("cuda", 2, False, {"WORLD_SIZE": "4", "LOCAL_RANK": "1"}, "cuda:1"),
        ("mps", 0, True, {}, "mps"),
        ("cuda", 0, False, {}, "no GPU number 0; PyTorch finds 0"),
        ("cuda:2", 2, False, {}, "no GPU number 2; PyTorch finds 2"),
        ("cuda:0", 2, False, {"WORLD_SIZE": "2", "LOCAL_RANK": "1"}, "2 processes cannot share one GPU"),
        ("auto", 1, False, {"WORLD_SIZE": "2", "LOCAL_RANK": "1"}, "no GPU number 1; PyTorch finds 1"),
        ("mps", 0, False, {}, "finds no Apple GPU"),
        ("mps", 0, True, {"WORLD_SIZE": "2"}, "it serves one process"),
        ("gpu", 1, False, {}, "device must be auto, cpu, mps, cuda or cuda:N, got 'gpu'"),
        ("cpu:1", 1, False, {}, "device must be auto"),
        ("cuda:", 1, False, {}, "device must be auto"),
    ],
)
def test_devices_by_their_names(name, gpus, apple, environment, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)
    for variable in ("WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    if " " in expected:
        with pytest.raises(ValueError, match=expected):
            find_device(name)
    else:
        assert str(find_device(name)) == expected


def test_a_format_that_the_device_cannot_mix_in_is_refused(monkeypatch):
    cpu = torch.device("cpu")
    for precision in ("float32", "bfloat16", "float16"):
        devices.check_precision(cpu, precision)
    with pytest.raises(ValueError, match="precision must be one of float32, bfloat16, float16; got 'int8'"):
        devices.check_precision(cpu, "int8")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    with pytest.raises(ValueError, match="precision 'bfloat16' is not to be had on cuda:0"):
        devices.check_precision(torch.device("cuda:0"), "bfloat16")
    with pytest.raises(ValueError, match="precision 'float16' is not to be had on meta"):
        devices.check_precision(torch.device("meta"), "float16")


def test_weights_of_sixteen_bits_are_not_trained():
    for dtype in (torch.float16, torch.bfloat16):
        with pytest.raises(ValueError, match="weights are trained in float32"):
            Trainer(nn.Linear(2, 2).to(dtype), lambda m, b: (m(b).sum(), 1), constant(0.1))
