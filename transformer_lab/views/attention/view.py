"""AttentionView: see attention, take one cell apart, and intervene in it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import traitlets
from torch import Tensor

from transformer_lab.analysis import entropy, rollout
from transformer_lab.recording import Trace
from transformer_lab.views.attention import picture
from transformer_lab.views.attention.assembly import Assembly, assemble
from transformer_lab.views.attention.compute import Attention, agreement
from transformer_lab.views.attention.data import RecordedWeights
from transformer_lab.views.attention.given import Words
from transformer_lab.views.attention.trace import from_records, records_of
from transformer_lab.views.common import check
from transformer_lab.views.common.base import STATE_LIMIT, View

# Queries, keys and values are kept beside each other only while they fit into this many bytes, which leaves a stored
# view of 4 layers × 8 heads × 32 tokens under 250 KB of text.
DETAIL_LIMIT = 128 * 1024
MODES = ("matrix", "lines", "heads", "cell")


class AttentionView(View):
    """Attention weights as matrix, lines, overview of heads, or a step-by-step proof of one cell.

    Args:
        weights: ``[query, key]``, ``[head, query, key]``, ``[batch, head, query, key]``, a list of these with one entry
            per layer, or ``[layer, batch, head, query, key]``. Each row sums to 1, or to 0 where all keys are masked.
        queries, keys: token of each query ("attends") and each key ("attended"). ``keys`` defaults to ``queries`` where
            the matrix is square.
        query, key, value: per-head vectors of the same forms, last axis d_head. With query and key, the browser
            computes the weights itself; with value, it shows what an intervention does to the output.
        mask: boolean, True = may attend, broadcastable to ``[layer, head, query, key]``.
        bias: added to the scaled scores (ALiBi, relative positions).
        scale: the factor on q·k, one number or one per layer; ``1/√d_head`` unless given.
        gold: the known alignment, as ``(query, key)`` positions.
        pinyin, glosses: second label and tooltip: a mapping from token to text, or a pair (for queries, for keys).
        layers, heads: show only these.
        batch: which sentence of a batch.
        title: what is shown, such as ``"decoder.cross_attention"``.
        **state: any state to start with: ``mode="lines"``, ``layer=2``, ``temperature=2.0``, ...

    Every state is a trait that Python reads and writes: ``mode, show, layer, head, query, key, locked, masked_keys,
    temperature, scale, nudges, order, gold_shown, predicting, predictions, step``. ``layer`` and ``head`` count what is
    shown, from 0.

    Raises:
        ValueError, TypeError: where shapes, ranges or numbers of tokens do not fit; the message names the argument.
    """

    _script: ClassVar = "attention/view.js"
    _remedy: ClassVar = "show fewer layers, heads or tokens, e.g. AttentionView(..., layers=[0, 2], heads=[1])"
    _touchable: ClassVar = (
        *("mode", "show", "layer", "head", "query", "key", "locked", "masked_keys", "temperature", "scale", "nudges"),
        *("order", "gold_shown", "predicting", "predictions", "step"),
    )
    mode = traitlets.Enum(MODES, "matrix").tag(sync=True)
    show = traitlets.Enum(("head", "mean", "rollout"), "head").tag(sync=True)
    layer = traitlets.Int(0).tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    query = traitlets.Int(0).tag(sync=True)
    key = traitlets.Int(0).tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)
    masked_keys = traitlets.List(traitlets.Int()).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    scale = traitlets.Float(None, allow_none=True).tag(sync=True)
    nudges = traitlets.List().tag(sync=True)
    order = traitlets.Enum(("layer", "gold", "entropy"), "layer").tag(sync=True)
    gold_shown = traitlets.Bool(True).tag(sync=True)
    predicting = traitlets.Bool(False).tag(sync=True)
    predictions = traitlets.List().tag(sync=True)
    step = traitlets.Int(6, min=1, max=6).tag(sync=True)

    def __init__(
        self,
        weights: Any = None,
        queries: Sequence[str] | None = None,
        keys: Sequence[str] | None = None,
        *,
        query: Any = None,
        key: Any = None,
        value: Any = None,
        mask: Any = None,
        bias: Any = None,
        scale: Any = None,
        gold: Iterable[Sequence[int]] | None = None,
        pinyin: Words = None,
        glosses: Words = None,
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        batch: int | None = None,
        title: str = "Attention",
        note: str = "",
        **state: Any,
    ) -> None:
        check.states(self, state)
        made = assemble(
            weights, queries, keys, query=query, key=key, value=value, mask=mask, bias=bias, scale=scale, gold=gold,
            pinyin=pinyin, glosses=glosses, layers=layers, heads=heads, batch=batch, title=title, note=note,
        )  # fmt: skip
        self._hold(made)
        super().__init__(facts=made.facts, tensors=made.data.tensors(), **state)

    def _hold(self, made: Assembly) -> None:
        """Keep what Python computes with; the browser has the facts and the tensors."""
        self._data, self._gold, self._same = made.data, made.gold, made.facts["same"]

    def _stored(self) -> dict[str, Any]:
        """All tensors of what is shown, as they are stored."""
        return self._packed(self._data.tensors())

    @classmethod
    def from_trace(
        cls,
        trace: Trace,
        kind: str | None = None,
        *,
        queries: Sequence[str] | None = None,
        keys: Sequence[str] | None = None,
        batch: int | None = None,
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        detail: str = "auto",
        **options: Any,
    ) -> "AttentionView":
        """Show one kind of attention of a recorded trace, such as ``"decoder.cross_attention"``, all layers.

        ``detail`` says what is stored: ``"weights"``; ``"scores"``, with query and key, so that scale and the proof of
        a cell work; ``"values"``, so that changes of the output show as well; ``"auto"``: as much as fits in 128 KB.
        """
        choice = {"batch": batch, "layers": layers, "heads": heads, "detail": detail}
        return cls(**cls.trace_arguments(trace, kind, queries=queries, keys=keys, **choice, **options))

    @staticmethod
    def trace_arguments(
        trace: Trace,
        kind: str | None,
        *,
        batch: int | None = None,
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        detail: str = "auto",
        **options: Any,
    ) -> dict[str, Any]:
        """The arguments with which :meth:`from_trace` makes the view."""
        kind, records = records_of(trace, kind)
        data, note = from_records(records, batch, layers, heads, detail, DETAIL_LIMIT, STATE_LIMIT)
        return {"title": kind, "note": note, "layers": layers, "heads": heads, **data, **options}

    @classmethod
    def from_model(
        cls, translator: Any, sentence: str, kind: str = "decoder.cross_attention", **options: Any
    ) -> "AttentionView":
        """Translate a sentence with a :class:`transformer_lab.translation.Translator` and show its attention."""
        result = translator.trace(sentence)
        queries, keys = result.tokens_of(kind)
        return cls.from_trace(result.trace, kind, **{"queries": queries, "keys": keys, **options})

    def replace(self, other: "AttentionView") -> None:
        """Show what ``other`` shows, in place: for a new sentence in the same picture. Interventions are undone."""
        if not isinstance(other, AttentionView):
            raise TypeError(f"other must be an AttentionView, got {type(other).__name__}")
        with self.hold_sync():
            self._hold(Assembly(other._data, other._facts, other._gold))
            self._facts, self._tensors, self._initial = other._facts, self._stored(), other._initial
            self.reset()

    # What is drawn now ----------------------------------------------------------------------------------------------
    def _now(self) -> Attention:
        return Attention(
            self._data,
            masked_keys=self.masked_keys,
            temperature=self.temperature,
            scale=self.scale,
            nudges=self.nudges,
        )

    def all_weights(self) -> Tensor:
        """Weights of all layers and heads with the reader's interventions, ``[layer, head, query, key]``."""
        return self._now().all_weights()

    def weights(self) -> Tensor:
        """Weights that are drawn now, ``[query, key]``: one head, the mean of the heads, or the rollout."""
        every = self.all_weights()
        if self.show == "rollout":
            return rollout(every)[self.layer]
        return every[self.layer].mean(0) if self.show == "mean" else every[self.layer, self.head]

    def output(self) -> Tensor:
        """What the chosen query takes home from the chosen head, ``weights @ value``, ``[d_value]``."""
        if self._data.value is None:
            raise ValueError("this view stores no values: pass value=, or from_trace(..., detail='values')")
        weights = self.all_weights()[self.layer, self.head, self.query]
        return (weights.double() @ self._data.value[self.layer, self.head].double()).float()

    def entropy(self) -> Tensor:
        """Entropy of each row in bits, ``[layer, head, query]``."""
        return entropy(self.all_weights()).float()

    def agreement(self) -> Tensor:
        """Share of linked queries whose most attended key is a gold link, ``[layer, head]``."""
        result = agreement(self.all_weights(), self._gold)
        if result is None:
            raise ValueError("there is no gold alignment: pass gold=[(query, key), ...]")
        return result.float()

    @property
    def prediction_score(self) -> tuple[int, int]:
        """``(right, asked)``: how often the reader's predicted key was the most attended one."""
        every = Attention(self._data).all_weights()
        right = sum(int(every[layer, head, query].argmax()) == key for layer, head, query, key in self.predictions)
        return right, len(self.predictions)

    # States that depend on the data -----------------------------------------------------------------------------------
    @traitlets.validate("layer", "head", "query", "key")
    def _valid_index(self, proposal: Any) -> int:
        name = proposal["trait"].name
        return check.index(name, proposal["value"], self._data.shape[("layer", "head", "query", "key").index(name)])

    @traitlets.validate("masked_keys")
    def _valid_masked_keys(self, proposal: Any) -> list[int]:
        return sorted({check.index("masked_keys", key, self._data.shape[3]) for key in proposal["value"]})

    @traitlets.validate("temperature", "scale")
    def _valid_positive(self, proposal: Any) -> float | None:
        name, value = proposal["trait"].name, proposal["value"]
        if value is not None and not 0 < value < float("inf"):
            raise ValueError(f"{name} must be positive and finite, got {value}")
        if name == "scale" and value is not None and isinstance(self._data, RecordedWeights):
            raise ValueError("scale cannot change: only weights are stored; pass query and key, or detail='scores'")
        return value

    @traitlets.validate("nudges", "predictions")
    def _valid_places(self, proposal: Any) -> list[list[Any]]:
        name, result = proposal["trait"].name, []
        for item in proposal["value"]:
            wanted = "[layer, head, query, key, amount]" if name == "nudges" else "[layer, head, query, key]"
            if not isinstance(item, list | tuple) or len(item) != (5 if name == "nudges" else 4):
                raise ValueError(f"{name} must hold {wanted}, got {item!r}")
            axes = zip(("layer", "head", "query", "key"), item[:4], self._data.shape, strict=True)
            result.append([check.index(f"{name}: {axis}", int(i), size) for axis, i, size in axes] + list(item[4:]))
        return result

    @traitlets.validate("show")
    def _valid_show(self, proposal: Any) -> str:
        if proposal["value"] == "rollout" and not self._same:
            raise ValueError("show='rollout' needs self-attention: queries and keys must be the same tokens")
        return proposal["value"]

    # Pictures and words -----------------------------------------------------------------------------------------------
    def describe(self) -> dict[str, int]:
        """Return the sizes, for ``repr``."""
        return dict(zip(("layers", "heads", "queries", "keys"), self._data.shape, strict=True))

    def alt_text(self) -> str:
        """Say which weights are drawn and where each query looks most."""
        return picture.describe(self)

    def figure(self) -> Any:
        """Draw the present state with matplotlib."""
        return picture.draw(self)
