"""The position-wise feed-forward network: the same small network for every token (Vaswani et al. 2017, section 3.3)."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.attention import HookPoint

ACTIVATIONS = ("relu", "gelu", "gelu_tanh", "swiglu")


class FeedForward(nn.Module):
    """``f(x W_1 + b_1) W_2 + b_2`` for ReLU and GELU; ``(silu(x W_1) ⊙ x W_3) W_2`` for SwiGLU (Shazeer 2020, eq. 6).

    GELU is ``x Φ(x)``; ``gelu_tanh`` is its quick approximation, GPT-2's (Hendrycks & Gimpel 2016).
    SwiGLU has three matrices, so at equal parameter count its ``d_ff`` is two thirds of the others'; it has no biases,
    as in the paper. ``hook_hidden`` sees the hidden units ``[batch, length, d_ff]`` after the activation.
    """

    def __init__(self, d_model: int, d_ff: int, activation: str = "relu", dropout: float = 0.0):
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {activation!r}")
        if d_model < 1 or d_ff < 1:
            raise ValueError(f"d_model and d_ff must be at least 1, got {d_model} and {d_ff}")
        self.activation = activation
        gated = activation == "swiglu"
        self.linear1 = nn.Linear(d_model, d_ff, bias=not gated)
        self.gate = nn.Linear(d_model, d_ff, bias=False) if gated else None
        self.linear2 = nn.Linear(d_ff, d_model, bias=not gated)
        self.dropout = nn.Dropout(dropout)
        self.hook_hidden = HookPoint()

    def forward(self, x: Float[Tensor, "batch length d_model"]) -> Float[Tensor, "batch length d_model"]:
        """The same function of every token; no token sees another."""
        hidden = self.linear1(x)
        if self.gate is not None:
            hidden = F.silu(hidden) * self.gate(x)
        elif self.activation == "relu":
            hidden = F.relu(hidden)
        else:
            hidden = F.gelu(hidden, approximate="tanh" if self.activation == "gelu_tanh" else "none")
        return self.linear2(self.dropout(self.hook_hidden(hidden)))
