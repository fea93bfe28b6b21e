"""Make fixtures/layer_norm.json with torch: ``python tests/views_js/layer_norm_fixtures.py``.

Each case is an input in float32, and torch's own answer for it in float64: ``F.layer_norm``, ``F.rms_norm``, or
``F.batch_norm`` in training mode, whose variance for normalising is the biased one.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

TARGET = Path(__file__).parent / "fixtures" / "layer_norm.json"


def torch_norm(x: Tensor, kind: str, eps: float, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """Torch's answer for ``[rows, d]``, computed in double precision."""
    x, weight, bias = (None if each is None else each.double() for each in (x, weight, bias))
    if kind == "layer":
        return F.layer_norm(x, x.shape[-1:], weight, bias, eps)
    if kind == "rms":
        return F.rms_norm(x, x.shape[-1:], weight, eps)
    return F.batch_norm(x, None, None, weight, bias, training=True, eps=eps)


def cases() -> list[dict]:
    draw = torch.Generator().manual_seed(7)
    random = lambda *shape: torch.randn(*shape, generator=draw)  # noqa: E731
    inputs = {
        "random": (random(5, 8), 1e-5),
        "offset 10,000": (random(4, 16) + 10_000, 1e-5),
        "offset −10,000, tiny spread": (0.01 * random(4, 16) - 10_000, 1e-5),
        "d_model 2": (random(3, 2), 1e-5),
        "nearly constant, large eps": (1 + 1e-4 * random(4, 6), 1e-2),
        "constant row": (torch.full((3, 6), 2.5), 1e-5),
        "one outlier": (torch.cat([random(3, 63), torch.full((3, 1), 300.0)], 1), 1e-6),
        "large": (1e6 * random(3, 7), 1e-12),
    }
    result = []
    for name, (x, eps) in inputs.items():
        d = x.shape[1]
        weight, bias = 1 + 0.3 * random(d), 0.3 * random(d)
        for kind in ("layer", "rms", "batch"):
            for affine in (False, True):
                w, b = (weight, bias if kind != "rms" else None) if affine else (None, None)
                result.append(
                    {
                        "name": f"{kind}, {name}{', affine' if affine else ''}",
                        "kind": kind,
                        "eps": eps,
                        "d": d,
                        "x": x.flatten().tolist(),
                        "weight": None if w is None else w.tolist(),
                        "bias": None if b is None else b.tolist(),
                        "output": torch_norm(x, kind, eps, w, b).flatten().tolist(),
                        "mean": x.double().mean(0 if kind == "batch" else 1).tolist(),
                        "variance": x.double().var(0 if kind == "batch" else 1, unbiased=False).tolist(),
                    }
                )
    return result


def text() -> str:
    return json.dumps(cases(), ensure_ascii=False, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text(), encoding="utf-8")
    print(f"{TARGET.name}: {len(cases())} cases, {TARGET.stat().st_size / 1024:.0f} KB")
