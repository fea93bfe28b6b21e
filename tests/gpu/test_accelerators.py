"""Components, translator, recording, pretrained encoder and command line on every accelerator (``make test-gpu``)."""

import copy
import json

import pytest
import torch
from accelerators import TOLERANCE, accelerators, assert_near, said
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from transformer_lab.__main__ import main
from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.corpus import load_corpus
from transformer_lab.decoding import NextToken, greedy, sample
from transformer_lab.feedforward import ACTIVATIONS, FeedForward
from transformer_lab.layers import DecoderLayer, EncoderLayer
from transformer_lab.masks import CausalMask, causal_mask
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.normalization import LayerNorm, RMSNorm
from transformer_lab.positions import SCHEMES, relative_buckets
from transformer_lab.pretrained import TextEncoder
from transformer_lab.recording import record
from transformer_lab.translation import CROSS_ATTENTION, Translator, weights_of_pairs

pytestmark = pytest.mark.gpu
each_device = pytest.mark.parametrize("device", accelerators(), ids=said)
each_dtype = pytest.mark.parametrize("dtype", list(TOLERANCE), ids=str)
BACKENDS = (SDPBackend.MATH, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION)
SENTENCES = ["yesterday the teacher bought three books in the park", "tom sleeps", "where did you see my friend ?"]


def test_there_is_an_accelerator():
    assert accelerators(), "PyTorch finds no accelerator on this machine: there is nothing to test"


def components():
    memory = torch.randn(2, 5, 32)
    yield "attention", MultiHeadAttention(32, 4), lambda m, x: m(x, mask=CausalMask(7, 7))
    yield (
        "shared heads",
        MultiHeadAttention(32, 4, num_kv_heads=2),
        lambda m, x: m(x, mask=causal_mask(7, device=x.device)),
    )
    yield "layer norm", LayerNorm(32), lambda m, x: m(x)
    yield "rms norm", RMSNorm(32), lambda m, x: m(x)
    for activation in ACTIVATIONS:
        yield activation, FeedForward(32, 48, activation), lambda m, x: m(x)
    yield "encoder layer", EncoderLayer(32, 4, 48, norm_first=True), lambda m, x: m(x)
    yield "decoder layer", DecoderLayer(32, 4, 48), lambda m, x: m(x, memory.to(x), CausalMask(7, 7))


@each_device
@each_dtype
@pytest.mark.parametrize("index", range(len(list(components()))))
def test_components_forward_and_backward(index, device, dtype):
    _, module, call = list(components())[index]
    x = torch.randn(2, 7, 32)
    exact, given = copy.deepcopy(module).double(), x.double().requires_grad_()
    there, moved = module.to(device, dtype), x.to(device, dtype).requires_grad_()
    # The same rounded numbers on both sides: what differs is the arithmetic.
    with torch.no_grad():
        for a, b in zip(exact.parameters(), there.parameters(), strict=True):
            a.copy_(b.cpu().double())
        given.copy_(moved.cpu().double())
    expected, found = call(exact, given), call(there, moved)
    assert_near(found, expected, dtype)
    direction = torch.randn(expected.shape).to(dtype)
    (expected * direction.double()).sum().backward()
    (found * direction.to(device)).sum().backward()
    assert_near(moved.grad, given.grad, dtype, roundings=3)


@each_device
@pytest.mark.parametrize("backend", BACKENDS, ids=lambda b: b.name)
@each_dtype
def test_a_query_without_any_key_gives_zeros_in_every_backend(backend, dtype, device):
    module, x = MultiHeadAttention(64, 2).to(device, dtype), torch.randn(2, 16, 64, device=device, dtype=dtype)
    x.requires_grad_()
    mask = torch.ones(2, 1, 16, 16, dtype=torch.bool, device=device)
    mask[0, :, 3] = False
    mask[1, :, :, 9:] = False
    heads = []
    module.hook_heads.register_forward_hook(lambda _m, _i, out: heads.append(out))
    try:
        with sdpa_kernel(backend):
            module(x, mask=mask).float().square().sum().backward()
    except RuntimeError as error:
        # PyTorch says so when a backend does not take this number format or mask; another message is a failure.
        assert "No available kernel" in str(error) or "No viable backend" in str(error)  # noqa: PT017
        return
    assert torch.equal(heads[0][0, :, 3], torch.zeros_like(heads[0][0, :, 3]))
    assert x.grad.isfinite().all()
    assert all(parameter.grad.isfinite().all() for parameter in module.parameters())


@each_device
def test_distances_fall_into_the_same_buckets(device):
    distance = torch.arange(-3000, 3000)
    assert torch.equal(relative_buckets(distance.to(device)).cpu(), relative_buckets(distance))


@each_device
@pytest.mark.parametrize("positions", SCHEMES)
@torch.no_grad()
def test_every_scheme_decodes(positions, device):
    sizes = {"d_model": 32, "num_heads": 4, "num_kv_heads": 2, "d_ff": 64, "positions": positions}
    for kind in (Transformer, CausalLanguageModel):
        model = kind(TransformerConfig(vocab_size=50, target_vocab_size=50, **sizes)).eval()
        source = torch.randint(1, 50, (3, 7))
        prefix = torch.ones(3, 1, dtype=torch.long)
        found = []
        for where, use_cache in (("cpu", True), (device, True), (device, False)):
            model.to(where)
            given = source.to(where) if kind is Transformer else None
            step = NextToken(model, given, use_cache=use_cache)
            found.append(greedy(step, prefix.to(where), eos_id=-1, max_new_tokens=24).tolist())
        assert found[0] == found[1] == found[2]


@each_device
def test_the_translator_does_the_same(device):
    here, there, pairs = Translator.load(), Translator.load().to(device), load_corpus("test")[:64]
    for batch in (SENTENCES, [pair.source for pair in pairs]):
        expected = [t.target_tokens for t in here.translate_all(batch)]
        assert [t.target_tokens for t in there.translate_all(batch)] == expected
        assert [t.target_tokens for t in there.translate_all(batch[:3], use_cache=False)] == expected[:3]
    for sentence in SENTENCES:
        beams = [each.translate(sentence, num_beams=4) for each in (here, there)]
        assert beams[0].target_tokens == beams[1].target_tokens
        traced = [each.trace(sentence).trace.weights_of(CROSS_ATTENTION) for each in (here, there)]
        assert_near(traced[1], traced[0].double(), torch.float32)
    for a, b in zip(weights_of_pairs(here, pairs[:9]), weights_of_pairs(there, pairs[:9]), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-4)
    start, seeds = torch.full((2, 1), 2, device=device), [torch.Generator().manual_seed(3) for _ in range(2)]
    drawn = [
        sample(t.next_token(SENTENCES[:2]), start.to(t.device), eos_id=3, max_new_tokens=9, top_p=0.9, generator=seed)
        for t, seed in zip((here, there), seeds, strict=True)
    ]
    assert drawn[0].tolist() == drawn[1].tolist()


@each_device
@torch.no_grad()
def test_few_lengths_are_planned_for_in_sixteen_bits(device):
    """A kernel that is planned anew for each length costs a second for 40 tokens; so few lengths are ever asked for."""
    model = Transformer(TransformerConfig(vocab_size=50, max_length=64)).eval().to(device, torch.bfloat16)
    lengths, kernel = set(), nn.functional.scaled_dot_product_attention

    def watched(q, k, v, **options):
        lengths.add((q.shape[-2], k.shape[-2]))
        return kernel(q, k, v, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nn.functional, "scaled_dot_product_attention", watched)
        source, start = torch.randint(1, 50, (2, 7), device=device), torch.ones(2, 1, dtype=torch.long, device=device)
        greedy(NextToken(model, source), start, eos_id=-1, max_new_tokens=40)
    assert len(lengths) <= 7 or device.type != "cuda", sorted(lengths)


@each_device
def test_recording_changes_nothing(device):
    model = Translator.load().to(device).model
    tokens = torch.randint(4, 300, (2, 9), device=device)
    with torch.no_grad():
        plain = model(tokens, tokens)
        with record(model) as trace:
            recorded = model(tokens, tokens)
    torch.testing.assert_close(plain, recorded, rtol=0, atol=1e-3)
    weights = trace.weights_of(CROSS_ATTENTION)
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights.sum(-1)), rtol=0, atol=1e-4)


@each_device
def test_the_pretrained_encoder_reads(device):
    here, there = TextEncoder.load(), TextEncoder.load()
    there.model.to(device)
    assert_near(there.embed(SENTENCES), here.embed(SENTENCES).double(), torch.float32)


@each_device
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_the_command_line_trains_resumes_and_translates(device, precision, tmp_path, capsys):
    path = tmp_path / "pairs.tsv"
    rows = [f"tom drinks {a}\t汤姆 喝 {b}" for a, b in zip("abcdefgh", "甲乙丙丁戊己庚辛", strict=True)]
    path.write_text("\n".join(rows * 4) + "\n", encoding="utf-8")
    out = str(tmp_path / "run")
    common = ["train", "--pairs", str(path), "--out", out, "--device", str(device), "--precision", precision]
    common += ["--epochs", "3", "--min-count", "1", "--validation-share", "0.2", "--d-model", "32", "--num-layers", "1"]
    assert main(common) == 0, capsys.readouterr().err
    history = json.loads((tmp_path / "run" / "history.json").read_text(encoding="utf-8"))
    assert history["loss"][-1] < history["loss"][0]
    assert main([*common, "--resume"]) == 0, capsys.readouterr().err
    assert json.loads((tmp_path / "run" / "history.json").read_text(encoding="utf-8")) == history
    assert main(["translate", "--device", str(device), "--checkpoint", out, "tom drinks a"]) == 0
