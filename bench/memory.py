"""Memory beside time: what one call holds at most, and what the first call in a process costs."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

from bench.timing import Row, Settings
from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.decoding import NextToken, greedy
from transformer_lab.masks import CausalMask
from transformer_lab.models import Transformer

MEGABYTE = 1e6
VOCABULARY = 1000


def peak_bytes(call: Callable[[], object], device: torch.device) -> int:
    """The most bytes of tensors that one call held at once, beside those that there were before."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        call()
        torch.cuda.synchronize(device)
        return torch.cuda.max_memory_allocated(device) - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        call()
    held = most = 0
    # The profiler's tables have sums for each operation; when what was held stands in its raw events.
    for event in sorted(profiled.profiler.kineto_results.events(), key=lambda e: e.start_ns()):
        if event.name() == "[memory]":
            held += event.nbytes()
            most = max(most, held)
    return most


@torch.no_grad()
def causal(settings: Settings, places: Callable[[], list[torch.device]]) -> Iterator[Row]:
    """Causal attention against plain SDPA(is_causal) between the same four projections."""
    for device in places():
        dtype, larger = (torch.float32, 2) if device.type == "cpu" else (torch.bfloat16, 16)
        for n in (larger * n for n in settings.lengths):
            module = MultiHeadAttention(256, 8).eval().to(device, dtype)
            x = torch.randn(1, n, 256, device=device, dtype=dtype)

            def theirs(x: Tensor = x, m: MultiHeadAttention = module) -> Tensor:
                q, k, v = (m.split_heads(p(x)) for p in (m.q_proj, m.k_proj, m.v_proj))
                return m.out_proj(m.merge_heads(F.scaled_dot_product_attention(q, k, v, is_causal=True)))

            def ours(x: Tensor = x, m: MultiHeadAttention = module, n: int = n) -> Tensor:
                return m(x, mask=CausalMask(n, n))

            found = [[peak_bytes(call, device) / MEGABYTE] for call in (ours, theirs)]
            what = f"{device.type}, {str(dtype).removeprefix('torch.')}, {n} tokens, d_model 256, 8 heads"
            peer = "the same projections and SDPA(is_causal)"
            yield Row("Causal MultiHeadAttention, most memory held", what, peer, "MB", *found, n)


@torch.no_grad()
def decode_twice(device: str, count: int) -> list[float]:
    """Seconds of the first greedy decoding in bfloat16 that this process does, and of the second."""
    torch.manual_seed(0)
    model = (
        Transformer(TransformerConfig(vocab_size=VOCABULARY, max_length=count + 22)).eval().to(device, torch.bfloat16)
    )
    source = torch.randint(4, VOCABULARY, (1, 20), device=device)
    start, seconds = torch.full((1, 1), 2, device=device), []
    for _ in range(2):
        begun = time.perf_counter()
        greedy(NextToken(model, source), start, eos_id=-1, max_new_tokens=count).tolist()
        seconds.append(time.perf_counter() - begun)
    return seconds


def first_decoding(settings: Settings, places: Callable[[], list[torch.device]]) -> Iterator[Row]:
    """What plans, tables and kernels cost once: in a new process each time."""
    count = min(40, settings.generated)
    for device in places():
        code = (
            f"import json; from bench.memory import decode_twice as d; print(json.dumps(d({device.type!r}, {count})))"
        )
        command = [sys.executable, "-c", code]
        runs = [json.loads(subprocess.check_output(command, text=True)) for _ in range(settings.starts)]
        what = f"{device.type}, {count} tokens, 2 + 2 layers"
        yield Row(
            "Greedy decoding in bfloat16, the first call",
            what,
            "the second call",
            "s",
            *map(list, zip(*runs, strict=True)),
        )
