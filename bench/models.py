"""Whole models against their peers, on the CPU and on a GPU where there is one. Each pair first proves what it can."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import nn

from bench.timing import Row, Settings, interleave
from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.decoding import NextToken, beam_search, greedy
from transformer_lab.devices import autocast
from transformer_lab.interop import from_torch
from transformer_lab.masks import CausalMask
from transformer_lab.models import Transformer
from transformer_lab.training import adamw

VOCABULARY = 1000


def gpus() -> list[torch.device]:
    """A GPU, where there is one; ``core.py`` has the same two rows for the CPU."""
    return [torch.device("cuda")] if torch.cuda.is_available() else []


def places() -> list[torch.device]:
    """The CPU, and a GPU where there is one."""
    return [torch.device("cpu"), *gpus()]


def waited_for(call: Callable[[], object], device: torch.device) -> Callable[[], object]:
    """A GPU is done when it says so, not when it has been given its work."""
    if device.type != "cuda":
        return call

    def and_wait() -> object:
        found = call()
        torch.cuda.synchronize(device)
        return found

    return and_wait


def marian(length: int, device: torch.device):
    """A MarianMTModel with the sizes of ours: 2 + 2 layers, 128 features, 4 heads."""
    from transformers import MarianConfig, MarianMTModel

    sizes = {f"{side}_{part}": n for side in ("encoder", "decoder") for part, n in SIZES.items()}
    ids = {"pad_token_id": 0, "eos_token_id": 3, "decoder_start_token_id": 2, "forced_eos_token_id": None}
    config = MarianConfig(
        vocab_size=VOCABULARY,
        d_model=128,
        max_position_embeddings=length,
        activation_function="relu",
        **sizes,
        **ids,
    )
    return MarianMTModel(config).eval().to(device)


SIZES = {"layers": 2, "attention_heads": 4, "ffn_dim": 512}


@torch.no_grad()
def against_marian(settings: Settings) -> Iterator[Row]:
    """Cached decoding of a fixed number of tokens, greedy and with four beams, against ``MarianMTModel.generate``."""
    for device in places():
        batches = (1, 16) if device.type == "cpu" else (1, 64)
        lengths = (settings.generated // 4, settings.generated // 2, settings.generated)
        runs = [(1, 1, n) for n in lengths] + [(batches[1], 1, settings.generated), (1, 4, settings.generated)]
        for batch, beams, count in runs:
            torch.manual_seed(0)
            room = max(count, 20) + 2  # the source has 20
            theirs = marian(room, device)
            ours = Transformer(TransformerConfig(vocab_size=VOCABULARY, max_length=room)).eval().to(device)
            source = torch.randint(4, VOCABULARY, (batch, 20), device=device)
            start = torch.full((batch, 1), 2, device=device)
            how = {"num_beams": beams, "min_new_tokens": count, "max_new_tokens": count, "do_sample": False}
            search = greedy if beams == 1 else beam_search
            more = {} if beams == 1 else {"num_beams": beams}
            calls = {
                "ours": lambda s=source, b=start, m=ours, n=count, f=search, o=more: f(
                    NextToken(m, s), b, eos_id=-1, max_new_tokens=n, **o
                ),
                "theirs": lambda s=source, m=theirs, o=how: m.generate(s, attention_mask=torch.ones_like(s), **o),
            }
            written = calls["ours"]()
            length = written.shape[1] - 1 if beams == 1 else len(written[0].tokens)
            if length != count or calls["theirs"]().shape[1] != count + 1:
                raise AssertionError(f"not the same work: {length} tokens and {count}")
            found = interleave({k: waited_for(c, device) for k, c in calls.items()}, max(2, settings.turns // 3))
            what = f"{device.type}, batch {batch}, {count} tokens, {'greedy' if beams == 1 else f'{beams} beams'}"
            x = count if (batch, beams) == (1, 1) else None
            yield Row("Decoding with a cache, 2 + 2 layers", what, "MarianMTModel.generate", "s", *found.values(), x)


@torch.no_grad()
def causal(settings: Settings) -> Iterator[Row]:
    """Causal self-attention against plain SDPA(is_causal) between the same four projections, in bfloat16."""
    for device in gpus():
        dtype = torch.bfloat16
        for n in (16 * n for n in settings.lengths):
            ours = MultiHeadAttention(256, 8).eval().to(device, dtype)
            x = torch.randn(1, n, 256, device=device, dtype=dtype)

            def theirs(x=x, m=ours):
                q, k, v = (p(x).unflatten(-1, (8, -1)).transpose(1, 2) for p in (m.q_proj, m.k_proj, m.v_proj))
                return m.out_proj(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))

            calls = {"ours": lambda x=x, m=ours, n=n: m(x, mask=CausalMask(n, n)), "theirs": theirs}
            torch.testing.assert_close(calls["ours"](), theirs(), rtol=2e-2, atol=2e-2)
            found = interleave({k: waited_for(c, device) for k, c in calls.items()}, settings.turns)
            peer = "the same projections and SDPA(is_causal)"
            what = f"{device.type}, {str(dtype).removeprefix('torch.')}, {n} tokens"
            yield Row("Causal MultiHeadAttention, d_model 256", what, peer, "s", *found.values(), n)


def training_step(settings: Settings) -> Iterator[Row]:
    """Forward, backward and AdamW of encoder and decoder against ``nn.Transformer`` with the same weights."""
    sizes = [(128, 4, 3, "float32"), (128, 4, 3, "bfloat16"), (512, 8, 6, "float32"), (512, 8, 6, "bfloat16")]
    for device in gpus():
        for (d, heads, layers, precision), dropout in [(size, drop) for size in sizes for drop in (0.0, 0.1)]:
            options = {"dim_feedforward": 4 * d, "dropout": dropout, "batch_first": True, "norm_first": True}
            torch.manual_seed(0)
            theirs = nn.Transformer(d, heads, layers, layers, **options).to(device)
            encoder, decoder = (from_torch(part).train() for part in (theirs.encoder, theirs.decoder))
            batch, n = (settings.batch, 20)
            x, y = torch.randn(2, batch, n, d, device=device).unbind()
            mask = nn.Transformer.generate_square_subsequent_mask(n, device=device)

            def step(forward, optimizer, precision=precision, device=device):
                optimizer.zero_grad()
                with autocast(device, precision):
                    loss = forward().float().square().mean()
                loss.backward()
                optimizer.step()

            forwards = {
                "ours": lambda x=x, y=y, n=n, e=encoder, d=decoder: d(y, e(x), CausalMask(n, n)),
                "theirs": lambda x=x, y=y, t=theirs, m=mask: t(x, y, tgt_mask=m, tgt_is_causal=True),
            }
            if not dropout:
                torch.testing.assert_close(forwards["ours"](), forwards["theirs"](), rtol=1e-3, atol=1e-3)
            optimizers = {
                "ours": adamw([*encoder.parameters(), *decoder.parameters()], device, rate=1e-5),
                "theirs": torch.optim.AdamW(theirs.parameters(), lr=1e-5),
            }
            calls = {name: lambda f=forwards[name], o=optimizers[name]: step(f, o) for name in forwards}
            found = interleave({k: waited_for(c, device) for k, c in calls.items()}, max(2, settings.turns // 3))
            what = f"{device.type}, {precision}, d {d}, {layers}+{layers}, batch {batch}, dropout {dropout}"
            yield Row("Training step", what, "nn.Transformer", "s", *found.values())


@torch.no_grad()
def sentences(settings: Settings) -> Iterator[Row]:
    """The shipped MiniLM against the transformers library's BERT, sentences of the corpus in batches of 32."""
    from transformers import BertModel

    from transformer_lab.corpus import load_corpus
    from transformer_lab.pretrained import TextEncoder, find_pretrained

    texts = [" ".join(pair.source) for pair in load_corpus("test")[: settings.sentences]]
    for device in places():
        encoder = TextEncoder.load()
        encoder.model.to(device)
        theirs = BertModel.from_pretrained(find_pretrained(), add_pooling_layer=False).eval().to(device)
        batches = [encoder.encode(texts[i : i + 32]) for i in range(0, len(texts), 32)]

        def run(model):
            return [model(ids) for ids in batches]  # noqa: B023 - called before the next turn

        peer = lambda ids, m=theirs: m(ids, attention_mask=(ids != 0).long()).last_hidden_state  # noqa: E731
        real = batches[0] != 0
        torch.testing.assert_close(encoder.model(batches[0])[real], peer(batches[0])[real], rtol=1e-3, atol=1e-3)
        calls = {"ours": lambda m=encoder.model: run(m), "theirs": lambda p=peer: run(p)}
        found = interleave({k: waited_for(c, device) for k, c in calls.items()}, max(2, settings.turns // 8))
        yield Row("MiniLM", f"{device.type}, {len(texts)} sentences", "transformers.BertModel", "s", *found.values())
