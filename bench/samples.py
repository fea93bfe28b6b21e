"""What the benches show in a notebook, and the numbers that ``peers.py`` shows in the usual way. Sizes are tokens.

Both files run in the notebook's kernel, and each imports what it needs and no more: start-up is measured too.
"""

import torch

from transformer_lab import views

STEPS = 61
D_MODEL = 64


def words(n):
    return [f"word{i}" for i in range(n)]


def attention_weights(n, layers, heads):
    scores = torch.randn(layers, 1, heads, n, n, generator=torch.Generator().manual_seed(0))
    return (2 * scores).softmax(-1)


def shape(n):
    """Layers and heads: as many as a view of 256 tokens may store."""
    return (4, 2) if n <= 64 else (1, 1)


def attention(n):
    return views.AttentionView(attention_weights(n, *shape(n)), words(n))


def layer_norm_input(n):
    return 1 + 2 * torch.randn(n, D_MODEL, generator=torch.Generator().manual_seed(0))


def layer_norm(n):
    return views.LayerNormView(layer_norm_input(n), words(n))


def positions(n):
    return views.PositionalEncodingView(D_MODEL, n, position=0)


def logits(n):
    return torch.randn(n, generator=torch.Generator().manual_seed(0))


def _explorer(n, precompute):
    scores = logits(n)

    def compute(temperature):
        curve = (scores / 2 ** (temperature / 20)).softmax(-1)
        return views.Lines(range(n), {"probability": curve}, title="Softmax", x_label="token", y_label="probability")

    slider = views.Slider("temperature", 0, STEPS - 1, 1)
    return views.Explorer(compute, slider, title="Temperature", alt="A curve over tokens.", precompute=precompute)


def explorer_ahead(n):
    return _explorer(n, True)


def explorer_kernel(n):
    return _explorer(n, False)


def stored(layers=4, heads=8, n=32):
    return views.AttentionView(attention_weights(n, layers, heads), words(n))
