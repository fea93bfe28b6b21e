"""What LayerNormView is given: one checked record per norm, from plain tensors or from a trace."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from transformer_lab.views.common import check

# One string per position: one list, or one for each sentence; of a trace one list, or one for each module with norms.
Tokens = Sequence[str] | Sequence[Sequence[str]] | None
TraceTokens = Sequence[str] | Mapping[str, Sequence[str]] | None


@dataclass(frozen=True)
class Norm:
    """One norm and what it saw: ``x`` is ``[batch, length, d_model]``, ``tokens`` one list per sentence."""

    name: str
    kind: str
    x: Tensor
    tokens: list[list[str]]
    weight: Tensor | None
    bias: Tensor | None
    eps: float

    def facts(self) -> dict[str, Any]:
        """Return what the browser needs besides the tensors."""
        return {"name": self.name, "kind": self.kind, "eps": self.eps, "tokens": self.tokens}


LARGEST = 1e15  # float32 ends at 3.4e38, and variances are sums of squares


def number(name: str, value: Any) -> float:
    """Return ``value`` as a float of at most 10¹⁵ in size; ``eps`` may not be negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number, got a {type(value).__name__}: {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    if abs(value) > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:g} in size, got {value}: its square would be no number")
    if name == "eps" and value < 0:
        raise ValueError(f"eps must be at least 0 (usual: 1e-5), got {value}: a negative one has no root")
    return float(value)


def make_norm(
    name: str, kind: str, x: Tensor, tokens: Tokens, weight: Any, bias: Any, eps: float, prefix: str = ""
) -> Norm:
    """Check what belongs to one norm; ``prefix`` says in errors where weight, bias and eps came from."""
    x = x if x.dim() == 3 else x[None]
    batch, length, d_model = x.shape
    if tokens is not None and not isinstance(tokens, str) and any(isinstance(t, list | tuple) for t in tokens):
        if len(tokens) != batch:
            raise ValueError(f"tokens must hold one list for each of the {batch} sentences, got {len(tokens)} lists")
        words = [check.tokens(f"tokens[{i}]", each, length) for i, each in enumerate(tokens)]
    else:
        words = [check.tokens("tokens", tokens, length)] * batch
    weight, bias = (_vector(prefix + label, each, d_model) for label, each in (("weight", weight), ("bias", bias)))
    return Norm(name, kind, x.float(), words, weight, bias, number("eps", eps))


def _vector(name: str, value: Any, d_model: int) -> Tensor | None:
    vector = None if value is None else check.tensor(name, value, dims=1)
    if vector is not None and len(vector) != d_model:
        raise ValueError(f"{name} must have d_model = {d_model} entries, as x has, got {len(vector)}")
    return vector


def norms_of_trace(trace: Any, norms: str | Sequence[str] | None, tokens: TraceTokens, batch: int) -> list[Norm]:
    """Check and collect the recorded norms of one sentence, in the order in which they ran."""
    recorded = getattr(trace, "norms", None)
    if not isinstance(recorded, Mapping):
        raise TypeError(f"trace must be a transformer_lab.recording.Trace, got {type(trace).__name__}")
    if not recorded:
        raise ValueError("trace holds no norms: was the model run inside `with record(model) as trace:`?")
    result = []
    for name in _chosen(list(recorded), norms):
        record, prefix = recorded[name], f"trace.norms[{name!r}]."
        x = check.tensor(prefix + "input", record.input, dims=(2, 3))
        if x.dim() == 3:
            x = x[check.index("batch", batch, len(x))]
        words = _tokens_of(name, tokens, len(x))
        result.append(make_norm(name, record.kind, x, words, record.weight, record.bias, record.eps, prefix))
    return result


def _chosen(names: list[str], asked: str | Sequence[str] | None) -> list[str]:
    """The names asked for, in the order of ``names``; a module's name stands for the norms inside it."""
    if asked is None:
        return names
    asked = [asked] if isinstance(asked, str) else list(asked)
    fits = {wish: [name for name in names if name == wish or name.startswith(f"{wish}.")] for wish in asked}
    missing = [wish for wish, found in fits.items() if not found]
    if missing or not asked:
        raise ValueError(
            f"norms must name what was recorded ({', '.join(names)}), got {', '.join(missing) or 'nothing'}"
        )
    found = {name for each in fits.values() for name in each}
    return [name for name in names if name in found]


def _tokens_of(name: str, tokens: TraceTokens, length: int) -> Sequence[str] | None:
    """The tokens of one norm: the longest key that is its name or holds it; ``""`` is for all others."""
    if isinstance(tokens, Mapping):
        keys = [key for key in tokens if key in ("", name) or name.startswith(f"{key}.")]
        if not keys:
            raise ValueError(f"tokens names {', '.join(map(repr, tokens))}, and nothing that holds {name!r}")
        tokens = tokens[max(keys, key=len)]
    if tokens is not None and not isinstance(tokens, str) and len(tokens) != length:
        raise ValueError(
            f"tokens must hold {length} tokens for {name!r}, one per position, got {len(tokens)}; where lengths "
            'differ, pass {"encoder": [...], "decoder": [...]} or name fewer norms'
        )
    return tokens
