"""Explorers as notebooks make them: the samples of the tests, and a model for authors."""

import math

import torch
import torch.nn.functional as F

from transformer_lab.views import (
    Bars,
    Cells,
    Choice,
    Explorer,
    Heat,
    Lines,
    Numbers,
    Points,
    Slider,
    Table,
    Text,
    TextField,
    Toggle,
)

HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "$x$ \u202e", "", "我们", "x" * 300]
VALUES = torch.tensor([[0.0, 2.2], [2.6, 0.4], [-2.0, -1.0]])
WORDS = ["the", "cat", "sat", "ran"]


def weigh(the, cat, sat, convex):
    weights = torch.tensor([the, cat, sat])
    weights = weights / weights.sum().clamp_min(1e-9) if convex else weights
    output = weights @ VALUES
    return [
        Points(
            {"values": VALUES, "output": output[None]},
            labels={"values": WORDS[:3]},
            hull="values",
            title="Three value vectors and their weighted sum",
            x_range=(-4, 4),
            y_range=(-2, 3),
        ),
        Bars(weights, WORDS[:3], title="Weights", y="weight", y_range=(0, 1)),
        Numbers({"sum of the weights": weights.sum(), "output": f"({output[0]:.2f}, {output[1]:.2f})"}),
    ]


def simplex_view(**options):
    sliders = (Slider(word, 0.0, 1.0, 0.2, value=v) for word, v in zip(WORDS[:3], (0.4, 0.4, 0.2), strict=True))
    return Explorer(
        weigh,
        *sliders,
        Toggle("convex", True, label="make them sum to 1"),
        title="Weighted sum",
        alt="Three value vectors span a triangle; a point marks their weighted sum, bars its weights.",
        **{"precompute": True, **options},
    )


def loss_of(the, cat, sat, ran, target):
    logits = torch.tensor([the, cat, sat, ran], requires_grad=True)
    loss = F.cross_entropy(logits[None], torch.tensor([target]))
    loss.backward()
    p = logits.softmax(-1)
    bars = {"labels": WORDS, "highlight": [target]}
    return [
        Numbers({"loss in nats": loss, "p of the target": p[target], "perplexity": loss.exp()}, stress="loss in nats"),
        Bars(logits, title="Logits", y="logit", y_range=(-6, 6), **bars),
        Bars(p, title="Softmax", y="probability", y_range=(0, 1), **bars),
        Bars(logits.grad, title="Gradient of the loss", y="p − y", y_range=(-1, 1), **bars),
    ]


def logits_view():
    sliders = (Slider(word, -5.0, 5.0, 0.1, value=v) for word, v in zip(WORDS, (1.0, 2.5, 0.0, -1.0), strict=True))
    return Explorer(
        loss_of,
        *sliders,
        Choice("target", {word: i for i, word in enumerate(WORDS)}, value=1),
        title="From logits to loss to gradient",
        alt=lambda target, **logits: f"Bars of logits, probabilities and gradients; the target is “{WORDS[target]}”.",
    )


def clip(gx, gy, threshold, kind):
    gradient = torch.tensor([gx, gy])
    norm = gradient.norm().item()
    clipped = (
        gradient * min(1, threshold / max(norm, 1e-12)) if kind == "norm" else gradient.clamp(-threshold, threshold)
    )
    cosine = F.cosine_similarity(gradient, clipped, 0).clamp(-1, 1).item() if norm > 0 else 1.0
    norms = torch.linspace(0, 6.5, 131)
    along = norms[:, None] * gradient / max(norm, 1e-12)
    after = norms.clamp(max=threshold) if kind == "norm" else along.clamp(-threshold, threshold).norm(dim=-1)
    return [
        Points(
            {},
            arrows={"before": gradient, "after": clipped},
            circle=threshold if kind == "norm" else None,
            drag=("gx", "gy"),
            title="The gradient, before and after",
            x_label="∂L/∂w₁",
            y_label="∂L/∂w₂",
            x_range=(-5, 5),
            y_range=(-4, 4),
        ),
        Lines(
            norms,
            {"norm after": after},
            title="How long it may be",
            x_label="norm before",
            y_label="norm after",
            marker=norm,
            references={"threshold": threshold},
            x_range=(0, 6.5),
            y_range=(0, 6.5),
        ),
        Numbers(
            {"norm before": norm, "norm after": clipped.norm(), "turned by": f"{math.degrees(math.acos(cosine)):.1f}°"},
            stress="turned by",
        ),
    ]


def clipping_view():
    return Explorer(
        clip,
        Slider("gx", -5.0, 5.0, 0.1, value=4.0, label="∂L/∂w₁"),
        Slider("gy", -4.0, 4.0, 0.1, value=1.5, label="∂L/∂w₂"),
        Slider("threshold", 0.1, 5.0, 0.1, value=2.0),
        Choice("kind", ["norm", "value"], value="value", label="clip by"),
        title="Gradient clipping",
        alt=lambda gx, gy, threshold, kind: f"The gradient ({gx}, {gy}) as an arrow, clipped by {kind} at {threshold}.",
    )


FORMATS = {
    "fp32": (torch.float32, torch.int32, 8),
    "fp16": (torch.float16, torch.int16, 5),
    "bf16": (torch.bfloat16, torch.int16, 8),
}


def bits_of(number):
    try:
        wanted = float(number)
    except ValueError:
        raise ValueError(f"“{number}” is not a number") from None
    rows, groups, notes, clicks = [], [], [], []
    for dtype, raw, exponent in FORMATS.values():
        stored = torch.tensor(wanted, dtype=torch.float64).to(dtype)
        width = torch.iinfo(raw).bits
        bits = stored.view(raw).item() % 2**width
        rows.append(f"{bits:0{width}b}")
        groups.append(["sign"] + ["exponent"] * exponent + ["mantissa"] * (width - 1 - exponent))
        notes.append(f"{stored.item():.10g}, off by {abs(stored.item() - wanted):.1e}")
        flipped = [(bits ^ 1 << (width - 1 - j)) for j in range(width)]
        signed = [each - 2**width if each >= 2 ** (width - 1) else each for each in flipped]
        clicks.append([{"number": repr(torch.tensor(each, dtype=raw).view(dtype).item())} for each in signed])
    return Cells(rows, list(FORMATS), title="Click a bit to flip it", groups=groups, notes=notes, set=clicks)


def bits_view():
    return Explorer(
        bits_of,
        TextField("number", "0.1", longest=40),
        title="Number formats",
        alt=lambda number: f"The bits of {number} in fp32, fp16 and bf16, by sign, exponent and mantissa.",
    )


def everything(step, kind, axes):
    x = torch.linspace(1, 100, 60)
    wave = torch.sin(x / 8) * 0.4 + 0.5
    wave[20:24] = float("nan")
    matrix = torch.linspace(-1 if kind == "signed" else 0, 1, 54).reshape(6, 9)
    matrix[2, 3] = float("inf")
    return [
        Lines(
            x,
            {"one over x": 1 / x, "a wave": wave},
            title="Lines",
            x_label="step",
            y_label="loss in nats",
            log=axes,
            marker=10 * step,
            references={"limit": 0.2},
            bands={"spread": (0.7 / x, 1.4 / x)},
        ),
        Heat(matrix, title="Heat", rows=HOSTILE, x="key", y="query", outline=[(1, 1), (4, 7)]),
        Bars({"ours": torch.arange(5) - 2.0, "torch": [1.0, math.nan, -2, 3, 1]}, HOSTILE[:5], title="Bars", y="size"),
        Table(["scheme", "loss", "steps"], [["warm-up", 0.1234, 100], [HOSTILE[0], math.inf, 20]], title="Table"),
        Text("“the cat sat” → 猫 坐 了", HOSTILE[1], title="Text"),
        Cells(["1000", "1100", "1110"], ["the", "cat", "sat"], columns=WORDS, title="Mask", wide=False),
    ]


def zoo_view():
    return Explorer(
        everything,
        Slider("step", 1, 9, 1, value=3, play=True),
        Choice("kind", ["signed", "positive", *HOSTILE]),
        Choice("axes", {"linear": "", "log x": "x", "log y": "y", "both": "xy"}),
        title="Every panel <b>",
        alt=HOSTILE[0],
        # Not left to how fast this machine is: with its states the page has no notice, and is laid out without it.
        precompute=True,
    )


DEMOS = {"simplex": simplex_view, "logits": logits_view, "clipping": clipping_view, "bits": bits_view, "zoo": zoo_view}
