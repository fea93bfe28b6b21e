"""LayerNormView: what a norm does to each token, stage by stage, while the reader pulls at its input."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from transformer_lab.recording import Trace, record
from transformer_lab.views.common import check
from transformer_lab.views.common.base import View
from transformer_lab.views.layer_norm import picture
from transformer_lab.views.layer_norm.compute import KINDS, STAGES, changes, group_statistics, normalise
from transformer_lab.views.layer_norm.data import Norm, Tokens, TraceTokens, make_norm, norms_of_trace, number


class LayerNormView(View):
    """LayerNorm, RMSNorm and batch statistics on the same data, stage by stage: raw → centred → scaled → affine.

    ``y = (x − μ) / √(σ² + eps) · weight + bias``, with mean μ and biased variance σ² over the features of one token
    (``kind="layer"``), over one feature of all tokens and sentences (``"batch"``), or with μ left at 0 (``"rms"``,
    which has no bias). The input that is normalised is ``values · gain + shift``.

    Args:
        x: ``[length, d_model]`` or ``[batch, length, d_model]``.
        tokens: one string per position, or one such list per sentence; positions are numbered when left out.
        weight, bias: the learned γ and β, ``[d_model]``; left out means 1 and 0.
        eps: added to the variance inside the root.
        features: one name per feature; features are numbered when left out.
        **state: any state to start with, and ``theme``.

    State, readable and writable: ``norm``, ``batch``, ``token``, ``feature``, ``stage``, ``kind``, ``shift``, ``gain``,
    ``eps``, ``edits``, ``common_scale``; :attr:`values` is the input with the reader's edits.

    Raises:
        ValueError, TypeError: naming the argument, what it got and what it accepts.
    """

    _script = "layer_norm/view.js"
    _touchable = (
        *("norm", "batch", "token", "feature", "stage", "kind"),
        *("shift", "gain", "eps", "edits", "common_scale"),
    )
    _remedy = "pass fewer tokens or sentences, or name fewer norms"

    norm = traitlets.Unicode().tag(sync=True)
    batch = traitlets.Int(0).tag(sync=True)
    token = traitlets.Int(0).tag(sync=True)
    feature = traitlets.Int(0).tag(sync=True)
    stage = traitlets.Enum(STAGES, "affine").tag(sync=True)
    kind = traitlets.Enum(KINDS, "layer").tag(sync=True)
    shift = traitlets.Float(0.0).tag(sync=True)
    gain = traitlets.Float(1.0).tag(sync=True)
    eps = traitlets.Float(1e-5).tag(sync=True)
    edits = traitlets.Dict(help='changed inputs: {"norm/batch/token/feature": value}, all four as indices').tag(
        sync=True
    )
    common_scale = traitlets.Bool(True, help="one colour scale for all stages").tag(sync=True)

    def __init__(
        self,
        x: Any,
        tokens: Tokens = None,
        *,
        weight: Any = None,
        bias: Any = None,
        eps: float = 1e-5,
        features: Sequence[str] | None = None,
        **state: Any,
    ):
        check.states(self, state)
        x = check.tensor("x", x, dims=(2, 3))
        self._start([make_norm("x", "layer", x, tokens, weight, bias, eps)], features, x.dim(), state)

    @classmethod
    def from_trace(
        cls,
        trace: Trace,
        norms: str | Sequence[str] | None = None,
        tokens: TraceTokens = None,
        batch: int = 0,
        **state: Any,
    ) -> "LayerNormView":
        """Show all norms of a recorded model, in the order in which they ran, for one sentence of the batch.

        Args:
            trace: from :func:`transformer_lab.recording.record`.
            norms: names, or the names of the modules that hold them, such as ``"encoder"``; all when left out.
            tokens: one string per position, or ``{"encoder": [...], "decoder": [...]}`` where lengths differ.
            batch: which sentence of the batch to show.
            **state: any state to start with.
        """
        check.states(cls, state)
        view = cls.__new__(cls)
        view._start(norms_of_trace(trace, norms, tokens, batch), None, 2, state)
        return view

    @classmethod
    def from_model(
        cls, model: Any, sentence: Any, norms: str | Sequence[str] | None = None, **state: Any
    ) -> "LayerNormView":
        """Run a model on one sentence and show all its norms.

        ``model`` is a translator (its ``trace(sentence)`` gives ``.trace``, ``.source_tokens`` and the decoder's
        ``.input_tokens``), or a module, for which ``sentence`` is its input, or the tuple of its inputs, as tensors.
        """
        if callable(getattr(model, "trace", None)):
            seen = model.trace(sentence)
            tokens = {"": seen.source_tokens, "decoder": getattr(seen, "input_tokens", seen.target_tokens)}
            return cls.from_trace(seen.trace, norms, tokens, **state)
        if not isinstance(model, nn.Module):
            raise TypeError(f"model must be a translator with trace(sentence) or a module, got {type(model).__name__}")
        inputs = sentence if isinstance(sentence, tuple) else (sentence,)
        wrong = next((each for each in inputs if not isinstance(each, Tensor)), None)
        if wrong is not None:
            raise TypeError(f"sentence must be a tensor or a tuple of tensors for a module, got {type(wrong).__name__}")
        training = model.training
        try:
            with torch.no_grad(), record(model.eval()) as trace:
                model(*inputs)
        finally:
            model.train(training)
        return cls.from_trace(trace, norms, **state)

    def _start(self, norms: list[Norm], features: Sequence[str] | None, dims: int, state: Mapping[str, Any]) -> None:
        self._dims, self._norms = dims, {norm.name: norm for norm in norms}
        first, tensors = norms[0], {}
        for i, norm in enumerate(norms):
            tensors |= {f"input/{i}": norm.x, f"weight/{i}": norm.weight, f"bias/{i}": norm.bias}
        names = None if features is None else check.tokens("features", features, first.x.shape[-1])
        facts = {"norms": [norm.facts() for norm in norms], "features": names}
        chosen = self._norms.get(state["norm"], first) if "norm" in state else first
        start = {"norm": chosen.name, "kind": chosen.kind, "eps": chosen.eps}
        super().__init__(facts=facts, tensors=tensors, **(start | dict(state)))

    # What the reader may set
    @traitlets.validate("norm")
    def _valid_norm(self, proposal: dict) -> str:
        if proposal["value"] not in self._norms:
            raise ValueError(f"norm must be one of {', '.join(self._norms)}, got {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("batch", "token", "feature")
    def _valid_index(self, proposal: dict) -> int:
        name = proposal["trait"].name
        size = self._norms[self.norm].x.shape[("batch", "token", "feature").index(name)]
        return check.index(name, proposal["value"], size)

    @traitlets.validate("shift", "gain", "eps")
    def _valid_number(self, proposal: dict) -> float:
        return number(proposal["trait"].name, proposal["value"])

    @traitlets.validate("edits")
    def _valid_edits(self, proposal: dict) -> dict[str, float]:
        norms = list(self._norms.values())
        for key, value in proposal["value"].items():
            parts = key.split("/") if isinstance(key, str) else []
            if len(parts) != 4 or not all(part.isdecimal() for part in parts):
                raise ValueError(f"edits: keys are 'norm/batch/token/feature' as four indices, got {key!r}")
            norm, *place = map(int, parts)
            if norm >= len(norms) or any(i >= size for i, size in zip(place, norms[norm].x.shape, strict=True)):
                raise ValueError(f"edits: there is no value at {key!r}; norms {len(norms)}, shapes as given")
            number(f"edits[{key!r}]", value)
        return {key: float(value) for key, value in proposal["value"].items()}

    @traitlets.observe("norm")
    def _norm_changed(self, change: dict) -> None:
        """Show the chosen norm as the model used it; the places that it lacks give way to its last ones."""
        if not self._initial:
            return
        norm = self._norms[change["new"]]
        self.kind, self.eps = norm.kind, norm.eps
        self.batch, self.token, self.feature = (
            min(at, size - 1) for at, size in zip((self.batch, self.token, self.feature), norm.x.shape, strict=True)
        )

    # What the reader sees, as tensors
    @property
    def values(self) -> Tensor:
        """The chosen norm's input, with edits, before gain and shift; assign a tensor of its shape to edit it."""
        return self._as_given(self._values(self.edits))

    @values.setter
    def values(self, value: Any) -> None:
        new = check.tensor("values", value)
        norm, shape = self._norms[self.norm], tuple(self.values.shape)
        if tuple(new.shape) != shape:
            raise ValueError(f"values must have the shape {shape} of the input, got {tuple(new.shape)}")
        at, new = self._place(), new.reshape(norm.x.shape)
        others = {key: old for key, old in self.edits.items() if not key.startswith(f"{at}/")}
        mine = {f"{at}/{b}/{t}/{f}": float(new[b, t, f]) for b, t, f in (new != norm.x).nonzero().tolist()}
        self.edits = {**others, **mine}

    def edit(self, token: int, feature: int, value: float, batch: int = 0) -> None:
        """Change one input value, as dragging its bar does."""
        shape = self._norms[self.norm].x.shape
        asked = (("batch", batch), ("token", token), ("feature", feature))
        place = [check.index(name, at, size) for (name, at), size in zip(asked, shape, strict=True)]
        self.edits = {**self.edits, "/".join(map(str, [self._place(), *place])): number("value", value)}

    def stages(self) -> dict[str, Tensor]:
        """All four stages by name, shaped as the input, as drawn (computed in double precision)."""
        return {name: self._as_given(value) for name, value in self._run(self.edits, self.gain, self.shift).items()}

    def output(self) -> Tensor:
        """The norm's output as drawn: ``F.layer_norm(values · gain + shift, …)``, or its RMS or batch counterpart."""
        return self.stages()["affine"]

    def statistics(self) -> dict[str, Tensor]:
        """``mean``, ``deviation`` (biased, without eps) and ``rms`` of the moved input: per token, or per feature."""
        now = self._run(self.edits, self.gain, self.shift)["raw"]
        return {name: value.float() for name, value in group_statistics(now, self.kind).items()}

    def changes(self) -> dict[str, float]:
        """Largest changes of the output: ``shift_and_gain`` by these two, ``edited`` and ``others`` by the edits.

        ``edited`` is the largest one on the tokens that were edited, ``others`` on all other tokens.
        """
        parts = [key.split("/") for key in self.edits if key.startswith(f"{self._place()}/")]
        output = lambda *moved: self._run(*moved)["affine"]  # noqa: E731
        return changes(
            untouched=output({}, 1.0, 0.0),
            edited=output(self.edits, 1.0, 0.0),
            now=output(self.edits, self.gain, self.shift),
            places=[(int(batch), int(token)) for _, batch, token, _ in parts],
        )

    def depth(self) -> dict[str, dict[str, float]]:
        """Each norm's input as recorded, averaged over tokens: ``size`` (mean of |x|), ``deviation`` and ``rms``."""
        result = {}
        for name, norm in self._norms.items():
            statistics = group_statistics(norm.x.double(), "layer")
            result[name] = {"size": norm.x.double().abs().mean().item()}
            result[name] |= {key: statistics[key].mean().item() for key in ("deviation", "rms")}
        return result

    def _place(self) -> int:
        return list(self._norms).index(self.norm)

    def _values(self, edits: Mapping[str, float]) -> Tensor:
        x, at = self._norms[self.norm].x.double(), self._place()
        for key, value in edits.items():
            norm, *place = map(int, key.split("/"))
            if norm == at:
                x[tuple(place)] = value
        return x

    def _run(self, edits: Mapping[str, float], gain: float, shift: float) -> dict[str, Tensor]:
        norm = self._norms[self.norm]
        return normalise(self._values(edits) * gain + shift, self.kind, self.eps, norm.weight, norm.bias)

    def _as_given(self, x: Tensor) -> Tensor:
        return (x[0] if self._dims == 2 else x).float()

    # What it says about itself
    def describe(self) -> dict[str, Any]:
        """Facts for ``repr``."""
        norm = self._norms[self.norm]
        batch, length, d_model = norm.x.shape
        several = {"norms": len(self._norms), "norm": self.norm} if len(self._norms) > 1 else {}
        sentences = {"batch": batch} if batch > 1 else {}
        return {**several, "kind": self.kind, **sentences, "length": length, "d_model": d_model, "eps": self.eps}

    def alt_text(self) -> str:
        """What the picture shows, with the numbers of the chosen token or feature."""
        return picture.alt_text(self)

    def figure(self) -> Any:
        """The four stages, the chosen token's bars and, for a recorded model, its statistics through the depth."""
        return picture.figure(self)
