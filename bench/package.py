"""The package against PyTorch and against itself. Each pair first proves that both compute the same."""

import copy
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbclient
import nbformat
import torch
from torch import nn

from bench.timing import Row, Settings, interleave
from transformer_lab.config import TransformerConfig
from transformer_lab.decoding import NextToken, greedy
from transformer_lab.interop import from_torch
from transformer_lab.models import CausalLanguageModel
from transformer_lab.recording import record
from transformer_lab.translation import Translator

SENTENCES = ["The teacher did not buy three new books.", "did the yellow cow drink anna 's tea because he was cold ?"]


def _same(*outputs: torch.Tensor, tolerance: float = 1e-5) -> None:
    for other in outputs[1:]:
        torch.testing.assert_close(other, outputs[0], rtol=tolerance, atol=tolerance)


@torch.no_grad()
def attention(settings: Settings) -> Iterator[Row]:
    theirs = nn.MultiheadAttention(256, 8, batch_first=True).eval()
    fused = from_torch(theirs).eval()
    explicit = copy.deepcopy(fused)
    explicit.hook_weights.register_forward_hook(lambda *_: None)  # somebody watches: the formula, step by step
    for n in settings.lengths:
        x = torch.randn(4, n, 256)
        calls = {
            "fused": lambda x=x: fused(x),
            "explicit": lambda x=x: explicit(x),
            "torch": lambda x=x: theirs(x, x, x, need_weights=False)[0],
            "weights": lambda x=x: theirs(x, x, x, need_weights=True, average_attn_weights=False)[0],
        }
        _same(*(call() for call in calls.values()))
        found = interleave(calls, settings.turns)
        size = f"batch 4, {n} tokens, d_model 256, 8 heads"
        for ours, peer, name in (
            ("fused", "explicit", "MultiHeadAttention, explicit path"),
            ("fused", "torch", "nn.MultiheadAttention(need_weights=False)"),
            ("explicit", "weights", "nn.MultiheadAttention(need_weights=True, average_attn_weights=False)"),
        ):
            yield Row(f"MultiHeadAttention, {ours} path, no gradient", size, name, "s", found[ours], found[peer])


def norm(settings: Settings) -> Iterator[Row]:
    theirs = nn.LayerNorm(512)
    ours = from_torch(theirs)
    x = torch.randn(32, max(settings.lengths[:1]), 512, requires_grad=True)
    size = f"{x.shape[0]}×{x.shape[1]} tokens, d_model 512"

    def both_ways(module):
        x.grad = None
        module(x).square().sum().backward()
        return x.grad

    _same(ours(x), theirs(x))
    _same(both_ways(ours), both_ways(theirs), tolerance=1e-3)
    with torch.no_grad():
        found = interleave({"ours": lambda: ours(x), "theirs": lambda: theirs(x)}, settings.turns)
    yield Row("LayerNorm", f"forward, {size}", "nn.LayerNorm", "s", *found.values())
    found = interleave({"ours": lambda: both_ways(ours), "theirs": lambda: both_ways(theirs)}, settings.turns)
    yield Row("LayerNorm", f"forward and backward, {size}", "nn.LayerNorm", "s", *found.values())


@torch.no_grad()
def decoding(settings: Settings) -> Iterator[Row]:
    group, peer = "Greedy decoding with a cache of keys and values", "the same without the cache"
    translator = Translator.load()
    for text in SENTENCES:
        calls = {use: lambda use=use, text=text: translator.translate(text, use_cache=use) for use in (True, False)}
        a, b = (call() for call in calls.values())
        if a.text != b.text:
            raise AssertionError(f"the cache changes the translation: {a.text} and {b.text}")
        found = interleave(calls, settings.turns)
        what = f"the shipped translator, one sentence, {len(a.target_tokens)} words written"
        yield Row(group, what, peer, "s", found[True], found[False])
    count = settings.generated
    config = TransformerConfig(vocab_size=256, d_model=128, num_heads=4, num_layers=4, max_length=count + 1)
    torch.manual_seed(0)
    model, prefix = CausalLanguageModel(config).eval(), torch.tensor([[1]])
    calls = {
        use: lambda use=use: greedy(NextToken(model, use_cache=use), prefix, eos_id=-1, max_new_tokens=count)
        for use in (True, False)
    }
    # At a near tie rounding may choose the other token, so the logits are compared, not the texts.
    tokens = calls[True]()
    step = NextToken(model)
    cached = torch.stack([step(tokens[:, : n + 1])[0] for n in range(count)])
    _same(cached, model(tokens[:, :count])[0], tolerance=1e-4)
    found = interleave(calls, max(2, settings.turns // 3))
    what = f"language model, {count} tokens, 4 layers, d_model 128"
    yield Row(group, what, peer, "s", found[True], found[False])


@torch.no_grad()
def recording(settings: Settings) -> Iterator[Row]:
    model = Translator.load().model.eval()
    source = torch.randint(4, model.config.vocab_size, (8, 24))
    target = torch.randint(4, model.config.target_vocab_size or model.config.vocab_size, (8, 24))

    def recorded():
        with record(model):
            return model(source, target)

    calls = {"recorded": recorded, "plain": lambda: model(source, target)}
    _same(*(call() for call in calls.values()))
    found = interleave(calls, settings.turns)
    what = "the shipped translator, batch 8, 24 tokens each side"
    yield Row("with record(model)", what, "not recording", "s", *found.values())


def notebooks(settings: Settings) -> Iterator[Row]:
    """Every notebook run and compared, against as many kernels that import the two libraries and do nothing else."""
    paths = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))[: settings.notebooks]
    bare = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import torch\nimport matplotlib.pyplot")])
    nbval = [
        "-m",
        "pytest",
        "-q",
        "--nbval",
        "--nbval-current-env",
        "--nbval-cell-timeout=600",
        "-p",
        "no:cacheprovider",
    ]
    sanitized = [f"--nbval-sanitize-with={paths[0].parent.parent / 'tests' / 'nbval.cfg'}"]

    def ours() -> None:
        done = subprocess.run([sys.executable, *nbval, *sanitized, *map(str, paths)], capture_output=True, check=False)
        if done.returncode not in (0, 1):  # a cell that differs has run all the same
            raise RuntimeError(done.stdout.decode() + done.stderr.decode())

    def theirs() -> None:
        for _ in paths:
            nbclient.NotebookClient(nbformat.from_dict(bare), kernel_name="python3").execute()

    seconds = [[], []]
    for side, call in zip(seconds, (ours, theirs), strict=True):
        start = time.perf_counter()
        call()
        side.append(time.perf_counter() - start)
    peer = "as many kernels that import torch and pyplot"
    yield Row("nbval", f"{len(paths)} notebooks", peer, "s", *seconds)


def imports(settings: Settings) -> Iterator[Row]:
    """Whole processes, from start to end."""
    views = "from transformer_lab.views import AttentionView"
    usual = "import torch, ipywidgets, matplotlib.pyplot"
    pairs = [
        ("import transformer_lab", "import torch"),
        ("import transformer_lab.models", "import torch"),
        (views, usual),
    ]
    for ours, theirs in pairs:
        calls = {
            code: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True) for code in (ours, theirs)
        }
        found = interleave(calls, settings.starts)
        yield Row("Import, a process from start to end", ours, theirs, "s", found[ours], found[theirs])
