"""The numeric core against PyTorch: causal attention, and a step of training. Each pair first proves both the same."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bench.timing import Row, Settings, interleave
from transformer_lab.attention import MultiHeadAttention
from transformer_lab.config import TransformerConfig
from transformer_lab.interop import from_torch
from transformer_lab.losses import cross_entropy
from transformer_lab.masks import CausalMask
from transformer_lab.models import Transformer
from transformer_lab.training import adamw

WORDS = 1000


@torch.no_grad()
def causal(settings: Settings) -> Iterator[Row]:
    """Plain SDPA between the same four projections, which knows the rule and makes no table either."""
    module = MultiHeadAttention(256, 8).eval()

    def plain(x: Tensor) -> Tensor:
        q, k, v = (module.split_heads(projection(x)) for projection in (module.q_proj, module.k_proj, module.v_proj))
        return module.out_proj(module.merge_heads(F.scaled_dot_product_attention(q, k, v, is_causal=True)))

    for n in (*settings.lengths[1:], *(2 * n for n in settings.lengths[-1:])):
        x = torch.randn(4, n, 256)
        calls = {"ours": lambda x=x, n=n: module(x, mask=CausalMask(n, n)), "plain": lambda x=x: plain(x)}
        torch.testing.assert_close(calls["ours"](), calls["plain"](), rtol=1e-5, atol=1e-5)
        found = interleave(calls, settings.turns)
        what = f"cpu, batch 4, {n} tokens, d_model 256, 8 heads"
        yield Row("Causal MultiHeadAttention, no gradient", what, "SDPA(is_causal)", "s", *found.values(), n)


class TorchModel(nn.Module):
    """``nn.Transformer`` with the embeddings, positions and output of our model around it."""

    def __init__(self, core: nn.Transformer, ours: Transformer):
        super().__init__()
        self.core, self.drop = core, nn.Dropout(ours.config.dropout)
        self.source, self.target = (
            nn.Parameter(embedding.weight.detach().clone())
            for embedding in (ours.source_embedding, ours.target_embedding)
        )
        self.register_buffer("table", ours.positions.table.clone())

    def embed(self, tokens: Tensor, weight: Tensor) -> Tensor:
        x = F.embedding(tokens, weight) * weight.shape[1] ** 0.5
        return self.drop(x + self.table[: tokens.shape[1]])

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        padding = source == 0
        future = torch.ones(target.shape[1], target.shape[1], dtype=torch.bool).triu(1)
        x = self.core(
            self.embed(source, self.source),
            self.embed(target, self.target),
            tgt_mask=future,
            tgt_is_causal=True,
            src_key_padding_mask=padding,
            memory_key_padding_mask=padding,
        )
        return x @ self.target.T


def training_step(settings: Settings) -> Iterator[Row]:
    """Forward, loss, backward and AdamW, on sentences of 10 to 20 words, a third of them padding.

    Ours updates its weights as ``Trainer`` does, the peer as ``torch.optim.AdamW`` does unless told; once both do it
    in one kernel.
    """
    length = min(20, settings.lengths[0])
    for dropout, fused in ((0.0, None), (0.1, None), (0.0, True)):
        core = nn.Transformer(128, 4, 3, 3, 512, dropout, batch_first=True, norm_first=True)
        config = TransformerConfig(vocab_size=WORDS, num_layers=3, dropout=dropout)
        ours = Transformer(config)
        ours.encoder, ours.decoder = from_torch(core.encoder), from_torch(core.decoder)
        theirs = TorchModel(core, ours)
        source, target, gold = torch.randint(1, WORDS, (3, 64, length)).unbind()
        lengths = torch.randint(length // 2, length + 1, (64, 1))
        source = source.masked_fill(torch.arange(length) >= lengths, 0)
        torch.testing.assert_close(ours.eval()(source, target), theirs.eval()(source, target), rtol=1e-4, atol=1e-4)

        def stepper(model: nn.Module, loss, optimizer, source=source, target=target, gold=gold):
            model.train()

            def step() -> None:
                optimizer.zero_grad()
                loss(model(source, target).flatten(0, 1), gold.flatten()).backward()
                optimizer.step()

            return step

        calls = {
            "ours": stepper(ours, cross_entropy, adamw(ours.parameters(), torch.device("cpu"), rate=1e-4)),
            "theirs": stepper(theirs, F.cross_entropy, torch.optim.AdamW(theirs.parameters(), lr=1e-4, fused=fused)),
        }
        found = interleave(calls, settings.turns)
        what = f"d_model 128, 3+3 layers, batch 64, dropout {dropout:g}"
        what += ", peer's AdamW fused too" if fused else ""
        yield Row("A step of training", what, "nn.Transformer", "s", *found.values())
