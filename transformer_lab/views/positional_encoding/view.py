"""PositionalEncodingView: what a table of positions looks like, and why sinusoids are one."""

import math
from typing import Any

import torch
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
from transformer_lab.views.common import check
from transformer_lab.views.positional_encoding.picture import draw, summary
from transformer_lab.views.positional_encoding.state import MODES, PositionalEncodingState, pairs_of


class PositionalEncodingView(PositionalEncodingState):
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

    _script = "positional_encoding/view.js"
    _remedy = "show fewer positions or features, such as table=table[:128, :256]"

    def __init__(
        self,
        d_model: Any = None,
        length: Any = None,
        *,
        base: Any = 10_000.0,
        layout: Any = "interleaved",
        table: Any = None,
        kind: Any = None,
        compare: Any = None,
        compare_kind: Any = "learned",
        **state: Any,
    ):
        check.states(self, state)
        kind = _name("kind", kind if kind is not None else "sinusoidal" if table is None else "learned")
        length, d_model = _whole("length", length), _whole("d_model", d_model)
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
        rows, cols = next(iter(shapes.values()), (length, d_model))
        rows, cols = (64 if rows is None else rows), (64 if cols is None else cols)
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
        count, start = pairs_of(sizes["d_model"]), {"base": base, "feature_layout": layout, **sizes}
        last = sizes["length"] - 1
        start |= {"mode": self._modes[0], "position": min(12, last), "shift": min(5, last), "pair": min(4, count - 1)}
        start |= {"pairs": tuple(sorted({0, count // 8, count // 4, count // 2}))}
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


def _whole(argument: str, value: Any) -> int | None:
    """A size, or None for "not given"; its upper limit is checked with the state."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError(f"{argument} must be a whole number, got {value!r}")
    if value is not None and value < 1:
        raise ValueError(f"{argument} must be at least 1, got {value}")
    return value


def _name(argument: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{argument} must be a name to show, such as 'learned', got {value!r}")
    return value
