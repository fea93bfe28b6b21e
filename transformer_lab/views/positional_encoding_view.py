"""PositionalEncodingView: what a table of positions looks like, and why sinusoids are one."""

import math
from typing import Any

import torch
import traitlets
from jaxtyping import Float
from torch import Tensor, nn

from transformer_lab.positions import (
    LearnedPositions,
    NoPositions,
    Positions,
    RotaryPositions,
    SinusoidalPositions,
    frequencies,
    sinusoidal_table,
)
from transformer_lab.views import check
from transformer_lab.views.base import View
from transformer_lab.views.positional_encoding_figure import draw, summary

MODES = ("heat", "waves", "dot", "clocks", "shift", "rotary")
LAYOUTS = ("interleaved", "halves")
_LARGEST = {"d_model": 1024, "length": 2048}


class PositionalEncodingView(View):
    """Six ways to look at positions: heat map, waves, dot product, clocks, shift = rotation, rotary.

    ``PositionalEncodingView(64, 64)`` computes sinusoids in the browser; ``table=`` shows a learned or recorded table,
    ``compare=`` a second one beside it (a tensor of the same shape, or ``"sinusoidal"``); ``kind="rotary"`` shows the
    turning plane, where ``d_model`` is d_head. :meth:`from_model` takes them from a model.

    States that the reader changes and Python reads and writes: ``mode``, ``position``, ``shift``, ``pair``, ``pairs``
    (pinned among the waves), ``base``, ``layout``, ``d_model``, ``length``, ``rotation`` (R(k) by the sinusoids'
    frequencies, ``"sinusoid"``, or the best one for each table, ``"fitted"``), ``every`` (all reference positions; in
    rotary mode the mean of all pairs), ``query``, ``key`` (in the plane), ``query_position`` and ``key_position``.

    Raises:
        ValueError, TypeError: naming the argument or state, what it got and what it accepts.
    """

    _scripts = tuple(
        f"positional_encoding_{part}.js"
        for part in ("math", "draw", "heat", "waves", "dot", "clocks", "shift", "rotary", "controls", "view")
    )
    _styles = ("positional_encoding.css",)
    _remedy = "show fewer positions or features, such as table=table[:128, :256]"
    _touchable = (
        *("mode", "position", "shift", "pair", "pairs", "base", "feature_layout", "d_model", "length", "rotation"),
        *("every", "query", "key", "query_position", "key_position"),
    )
    mode = traitlets.Unicode("heat").tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    shift = traitlets.Int(0).tag(sync=True)
    pair = traitlets.Int(0).tag(sync=True)
    pairs = traitlets.Tuple(()).tag(sync=True)
    base = traitlets.Float(10_000.0).tag(sync=True)
    feature_layout = traitlets.Unicode("interleaved").tag(sync=True)
    d_model = traitlets.Int(64).tag(sync=True)
    length = traitlets.Int(64).tag(sync=True)
    rotation = traitlets.Unicode("sinusoid").tag(sync=True)
    every = traitlets.Bool(True).tag(sync=True)
    query = traitlets.Tuple(traitlets.Float(), traitlets.Float(), default_value=(1.1, 0.3)).tag(sync=True)
    key = traitlets.Tuple(traitlets.Float(), traitlets.Float(), default_value=(0.8, 0.9)).tag(sync=True)
    query_position = traitlets.Int(0).tag(sync=True)
    key_position = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        d_model: int | None = None,
        length: int | None = None,
        *,
        base: float = 10_000.0,
        layout: str = "interleaved",
        table: Any = None,
        kind: str | None = None,
        compare: Any = None,
        compare_kind: str = "learned",
        **state: Any,
    ):
        unknown = set(state) - set(self._touchable) - {"theme"}
        if unknown:
            raise TypeError(f"unknown argument {sorted(unknown)[0]!r}; states are {', '.join(self._touchable)}")
        kind = _name("kind", kind if kind is not None else "sinusoidal" if table is None else "learned")
        if table is None and kind not in ("sinusoidal", "rotary"):
            raise ValueError(f"kind={kind!r} needs table=, a tensor [length, d_model]; without it: sinusoidal, rotary")
        stored = {}
        if table is not None:
            stored["table"] = check.tensor("table", table, dims=2).float()
        fixed = compare is not None and isinstance(compare, str)
        if fixed and (compare != "sinusoidal" or table is None):
            raise ValueError(f"compare must be a tensor, or 'sinusoidal' beside table=, got {compare!r}")
        if compare is not None and kind == "rotary":
            raise ValueError("compare has no place in a rotary view: rotary positions have no table to add")
        if compare is not None and not fixed:
            stored["compare"] = check.tensor("compare", compare, dims=2).float()
        shapes = {name: tuple(each.shape) for name, each in stored.items()}
        rows, cols = next(iter(shapes.values()), (length or 64, d_model or 64))
        sizes = {"length": rows if length is None else length, "d_model": cols if d_model is None else d_model}
        self._shape = (rows, cols) if stored else None
        tables = [{"kind": kind, "computed": table is None}]
        if compare is not None:
            tables.append({"kind": "sinusoidal" if fixed else _name("compare_kind", compare_kind), "computed": fixed})
        for name, shape in shapes.items():
            if shape != (rows, cols):
                raise ValueError(f"{name} has shape {shape}, but the table beside it {(rows, cols)}: give equal shapes")
        rotary = kind == "rotary"
        self._modes = ("rotary", "clocks", "waves", "heat") if rotary else MODES if table is None else MODES[:-1]
        self._kinds = tuple(each["kind"] for each in tables)
        self._computed, self._stored = tuple(each["computed"] for each in tables), stored
        count, start = _pairs_of(sizes["d_model"]), {"base": base, "feature_layout": layout, **sizes}
        last = max(0, int(sizes["length"]) - 1)
        start |= {"mode": self._modes[0], "position": min(12, last), "shift": min(5, last), "pair": min(4, count - 1)}
        start |= {
            "pairs": tuple(sorted({0, count // 8, count // 4, count // 2})),
            "rotation": "sinusoid",
            "every": True,
        }
        start |= {"query_position": min(3, last), "key_position": min(8, last)}
        facts = {"tables": tables, "modes": list(self._modes), "rotary": rotary}
        super().__init__(facts=facts, tensors=stored, **(start | state))

    @classmethod
    def from_model(cls, model: Any, *, which: str = "source", length: int | None = None, **options: Any) -> Any:
        """The positions of a model, a translator, or a ``Positions`` module.

        ``which="target"`` takes the target side's. ``length`` shows the first positions only; without it a learned
        table is shown whole, and sinusoids as far as the model reads, at most 64 positions. Other arguments are the
        constructor's, such as ``compare="sinusoidal"``.

        Raises:
            ValueError: for schemes without a table or a rotation: none, ALiBi, relative bias.
        """
        if which not in ("source", "target"):
            raise ValueError(f"which must be 'source' or 'target', got {which!r}")
        inner = model if isinstance(model, nn.Module) else getattr(model, "model", model)
        name = "target_positions" if which == "target" else "positions"
        positions = inner if isinstance(inner, Positions) else getattr(inner, name, None)
        if not isinstance(positions, Positions):
            raise TypeError(f"model must have .{name} (a transformer_lab.positions module), got {type(model).__name__}")
        config = getattr(inner, "config", None)
        reach = min(64, getattr(config, "max_length", 64)) if length is None else length
        if isinstance(positions, LearnedPositions):
            known = positions.weight.shape[0]
            if length is not None and not 1 <= length <= known:
                raise ValueError(f"length must be between 1 and {known}, the positions that were learned, got {length}")
            return cls(table=positions.weight[:length], **{"kind": "learned", **options})
        if isinstance(positions, SinusoidalPositions):
            return cls(positions.d_model, reach, base=positions.base, layout=positions.layout, **options)
        if isinstance(positions, RotaryPositions):
            d_head = options.pop("d_model", None) or (config.d_model // config.num_heads if config else 64)
            return cls(d_head, reach, base=positions.base, kind="rotary", **options)
        why = "adds nothing" if isinstance(positions, NoPositions) else "adds a bias to the scores, not a table"
        raise ValueError(
            f"model uses {type(positions).__name__}, which {why}; this view shows sinusoidal, learned and rotary "
            "positions (a bias shows well in AttentionView)"
        )

    # ``layout`` means something else to every Jupyter widget, so the browser knows it as ``feature_layout``.
    @property
    def layout(self) -> str:
        """Where a pair's features stand: ``"interleaved"`` (s c s c …) or ``"halves"`` (s s … c c …)."""
        return self.feature_layout

    @layout.setter
    def layout(self, value: str) -> None:
        self.feature_layout = value

    def table(self, *, compare: bool = False) -> Float[Tensor, "length d_model"]:
        """The table that is drawn (the second one with ``compare=True``), to 1e-6."""
        which = self._which(compare)
        if self._computed[which]:
            return sinusoidal_table(self.length, self.d_model, self.base, self.layout)
        return self._stored["compare" if which else "table"].clone()

    def rotation_error(
        self, position: int | None = None, shift: int | None = None, *, compare: bool = False, per_pair: bool = False
    ) -> float | Float[Tensor, " pairs"]:
        """``‖PE(p+k) − R(k)·PE(p)‖`` in float64, at the present position and shift unless others are given.

        R(k) turns each pair by ``k · frequency``, or, with ``rotation="fitted"``, by the angle that fits this table
        best over all positions. ``per_pair=True`` gives each pair's share (their root sum of squares is the norm).
        """
        which = self._which(compare)
        p, k = self.position if position is None else position, self.shift if shift is None else shift
        if self.d_model % 2:
            raise ValueError(f"d_model must be even: the last sine of {self.d_model} features has no cosine")
        rows = self.length
        if not self._computed[which] and not (0 <= p < rows and 0 <= p + k < rows):
            raise ValueError(f"position {p} + shift {k} = {p + k} is outside this table of positions 0 to {rows - 1}")
        angles = k * frequencies(self.d_model, self.base)
        if self.rotation == "fitted":
            every = torch.arange(max(0, -k), rows - max(0, k))
            angles = (self._hands(which, every + k) * self._hands(which, every).conj()).sum(0).angle()
        turned = self._hands(which, torch.tensor([p])) * torch.polar(torch.ones_like(angles), angles)
        errors = (self._hands(which, torch.tensor([p + k])) - turned)[0].abs()
        return errors if per_pair else float(errors.norm())

    def score(self) -> float:
        """Rotary: the score of the turned query and the turned key in the chosen pair's plane."""
        angle = float((self.key_position - self.query_position) * frequencies(self.d_model, self.base)[self.pair])
        (a, b), (c, d) = self.query, self.key
        return (a * c + b * d) * math.cos(angle) + (b * c - a * d) * math.sin(angle)

    def _hands(self, which: int, positions: Tensor) -> Tensor:
        """Each pair as a complex number, cosine + i·sine, in float64: [positions, pairs]."""
        if self._computed[which]:
            angles = positions.double()[:, None] * frequencies(self.d_model, self.base)
            return torch.polar(torch.ones_like(angles), angles)
        rows = self._stored["compare" if which else "table"].double()[positions]
        half = self.d_model // 2
        sine, cosine = (rows[:, :half], rows[:, half:]) if self.layout == "halves" else (rows[:, 0::2], rows[:, 1::2])
        return torch.complex(cosine.contiguous(), sine.contiguous())

    def _which(self, compare: bool) -> int:
        if compare and len(self._kinds) < 2:
            raise ValueError("compare=True, but this view shows one table; give compare= when making it")
        return int(compare)

    # What the base asks for
    def describe(self) -> dict[str, Any]:
        """Facts for ``repr``."""
        facts = {"kind": " | ".join(self._kinds), "length": self.length, "d_model": self.d_model}
        formula = {"base": self.base, "layout": self.layout} if any(self._computed) else {}
        return {**facts, **formula, "mode": self.mode}

    def alt_text(self) -> str:
        """What the picture shows, in a sentence or two."""
        return summary(self)

    def figure(self) -> Any:
        """The present mode as a matplotlib figure."""
        return draw(self)

    # Ranges
    @traitlets.validate("mode", "feature_layout", "rotation")
    def _check_choice(self, proposal: Any) -> str:
        name, value = proposal.trait.name, proposal.value
        accepted = {"mode": self._modes, "feature_layout": LAYOUTS, "rotation": ("sinusoid", "fitted")}[name]
        if value not in accepted:
            raise ValueError(f"{name.removeprefix('feature_')} must be one of {', '.join(accepted)}; got {value!r}")
        return value

    @traitlets.validate("position", "shift", "pair", "query_position", "key_position")
    def _check_index(self, proposal: Any) -> int:
        name, value = proposal.trait.name, proposal.value
        most = (_pairs_of(self.d_model) if name == "pair" else self.length) - 1
        if not 0 <= value <= most:
            raise ValueError(f"{name} must be between 0 and {most}, got {value}")
        return value

    @traitlets.validate("pairs")
    def _check_pairs(self, proposal: Any) -> tuple[int, ...]:
        most = _pairs_of(self.d_model) - 1
        for value in proposal.value:
            if not isinstance(value, int) or not 0 <= value <= most:
                raise ValueError(f"pairs must hold whole numbers between 0 and {most}, got {value!r}")
        return proposal.value

    @traitlets.validate("base", "d_model", "length")
    def _check_size(self, proposal: Any) -> float:
        name, value = proposal.trait.name, proposal.value
        if name == "base":
            if not (math.isfinite(value) and value >= 1):
                raise ValueError(f"base must be a finite number of at least 1, got {value}")
            return value
        if not 1 <= value <= _LARGEST[name]:
            raise ValueError(f"{name} must be between 1 and {_LARGEST[name]}, got {value}")
        if self._shape and value != self._shape[name == "d_model"]:
            raise ValueError(f"{name} must be {self._shape[name == 'd_model']}, as in the stored table, got {value}")
        return value

    @traitlets.validate("query", "key")
    def _check_vector(self, proposal: Any) -> tuple[float, float]:
        if not all(math.isfinite(each) for each in proposal.value):
            raise ValueError(f"{proposal.trait.name} must be two finite numbers, got {proposal.value}")
        return proposal.value

    @traitlets.observe("d_model", "length")
    def _keep_inside(self, change: Any) -> None:
        """A smaller table keeps what is chosen inside it."""
        if not hasattr(self, "_initial"):
            return
        last, count = self.length - 1, _pairs_of(self.d_model)
        for name in ("position", "shift", "query_position", "key_position"):
            setattr(self, name, min(getattr(self, name), last))
        self.pair = min(self.pair, count - 1)
        self.pairs = tuple(pair for pair in self.pairs if pair < count)


def _pairs_of(d_model: int) -> int:
    return max(1, (d_model + 1) // 2)


def _name(argument: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{argument} must be a name to show, such as 'learned', got {value!r}")
    return value
