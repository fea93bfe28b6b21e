"""The pictures that an :class:`Explorer` draws: each holds numbers and words, and draws itself nowhere.

The browser (the scripts beside this file) and matplotlib (``picture.py``) read the same ``data()``. Numbers may be
tensors, arrays or lists. NaN and infinity are allowed: they leave a gap and a note that counts them.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch


def encode(value: float) -> float | int | str:
    """A number for JSON: nine significant digits (a float32 survives), NaN and infinity as words."""
    value = float(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    short = float(f"{value:.9g}")
    return int(short) if short.is_integer() and abs(short) < 1e9 else short


def numbers(name: str, value: Any, dims: int = 1) -> list:
    """Return ``value`` as nested lists of encoded numbers with ``dims`` axes."""
    try:
        tensor = torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} must be a tensor or nested numbers, got {type(value).__name__}: {error}") from error
    if tensor.is_complex():
        raise TypeError(f"{name} must be real, got {tensor.dtype}")
    if tensor.dim() != dims or tensor.numel() == 0:
        raise ValueError(f"{name} must have {dims} axes and be filled, got the shape {tuple(tensor.shape)}")
    # A list of Python floats becomes float32 in torch; keep its own digits.
    return _encoded(value if isinstance(value, list | tuple) and dims == 1 else tensor.tolist())


def _encoded(value: Any) -> Any:
    return [_encoded(each) for each in value] if isinstance(value, list | tuple) else encode(value)


def texts(name: str, value: Any, length: int) -> list[str]:
    """Return ``value`` as ``length`` strings."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"{name} must be a list of {length} strings, got {type(value).__name__}")
    if len(value) != length:
        raise ValueError(f"{name} must hold {length} strings, got {len(value)}")
    return [str(each) for each in value]


def edges(name: str, value: Any) -> list | None:
    """Return an axis' range as two rising numbers, or None."""
    if value is None:
        return None
    low, high = numbers(name, value) if len(value) == 2 else (0, 0)
    if isinstance(low, str) or isinstance(high, str) or low >= high:
        raise ValueError(f"{name} must be (low, high) with low below high, both finite, got {value!r}")
    return [low, high]


def named(name: str, value: Any) -> dict[str, Any]:
    """Return ``{"series name": values}``; a bare sequence is one series without a name."""
    return {str(key): each for key, each in value.items()} if isinstance(value, Mapping) else {"": value}


class Panel:
    """What all panels have: a title, a note below, and ``wide=True`` to take a whole row. ``data()`` is plain JSON."""

    def __init__(self, kind: str, title: str, wide: bool, note: str, **fields: Any):
        self._data = {"kind": kind, "title": str(title), "wide": bool(wide), "note": str(note), **fields}

    def data(self) -> dict[str, Any]:
        """All numbers and words of this panel."""
        return self._data

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._data['title']!r})"


class Bars(Panel):
    """Bars, signed, one per label: ``values`` is one row, or ``{"series": row}`` for grouped bars.

    Args:
        labels: one per bar; numbered when left out.
        y, x: what the axes measure, with units. y_range: fixed ``(low, high)``; without it the axis follows the data.
        highlight: indices of the bars to stress. log: logarithmic height (bars at or below 0 leave a gap).
        digits: decimals of the numbers on the bars.
    """

    def __init__(
        self,
        values: Any,
        labels: Sequence[str] | None = None,
        *,
        title: str,
        y: str = "",
        x: str = "",
        y_range: Sequence[float] | None = None,
        highlight: Sequence[int] = (),
        log: bool = False,
        digits: int = 2,
        wide: bool = False,
        note: str = "",
    ):
        series = [
            {"name": key, "values": numbers(f"values of {key or title!r}", v)} for key, v in named("v", values).items()
        ]
        count = len(series[0]["values"]) if series else 0
        if not series or any(len(each["values"]) != count for each in series):
            raise ValueError(
                f"values of {title!r} must be rows of one length, got {[len(s['values']) for s in series]}"
            )
        labels = [str(i) for i in range(count)] if labels is None else texts(f"labels of {title!r}", labels, count)
        chosen = [int(i) for i in highlight]
        if any(not 0 <= i < count for i in chosen):
            raise ValueError(f"highlight of {title!r} must be between 0 and {count - 1}, got {chosen}")
        super().__init__(
            "bars", title, wide, note, series=series, labels=labels, x=x, y=y, range=edges("y_range", y_range),
            highlight=chosen, log=bool(log), digits=int(digits),
        )  # fmt: skip


class Lines(Panel):
    """Curves over a common ``x``, or ``{"name": (x, y)}`` with ``x=None``.

    Args:
        log: ``""``, ``"x"``, ``"y"`` or ``"xy"``. steps: constant between points. dots: True or names, to draw points.
        marker: a position on x that gets a vertical line and a dot on every curve.
        references: ``{"name": y}``, horizontal dashed lines. bands: ``{"name": (low, high)}``, shaded over x.
        x_label, y_label: what the axes measure, with units; x_range, y_range: fixed ``(low, high)``.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        *,
        title: str,
        x_label: str = "",
        y_label: str = "",
        log: str = "",
        steps: bool = False,
        dots: bool | Sequence[str] = False,
        marker: float | None = None,
        references: Mapping[str, float] | None = None,
        bands: Mapping[str, Any] | None = None,
        x_range: Sequence[float] | None = None,
        y_range: Sequence[float] | None = None,
        wide: bool = False,
        note: str = "",
    ):
        if log not in ("", "x", "y", "xy"):
            raise ValueError(f"log of {title!r} must be '', 'x', 'y' or 'xy', got {log!r}")
        series = []
        for key, each in named("y", y).items():
            across, up = each if x is None else (x, each)
            dotted = dots if isinstance(dots, bool) else key in dots
            series.append(
                {"name": key, "x": numbers("x", across), "y": numbers(f"y of {key or title!r}", up), "dots": dotted}
            )
            if len(series[-1]["x"]) != len(series[-1]["y"]):
                raise ValueError(f"{key or title!r} has {len(series[-1]['x'])} x but {len(series[-1]['y'])} y")
        shaded = [
            {"name": str(key), "x": numbers("x", x), "low": numbers("bands", low), "high": numbers("bands", high)}
            for key, (low, high) in (bands or {}).items()
        ]
        if any(not len(band["x"]) == len(band["low"]) == len(band["high"]) for band in shaded):
            raise ValueError(f"bands of {title!r} must have one low and one high for each x")
        super().__init__(
            "lines", title, wide, note, series=series, bands=shaded, x=x_label, y=y_label, log=log, steps=bool(steps),
            marker=None if marker is None else encode(marker), xrange=edges("x_range", x_range),
            references=[{"name": str(k), "y": encode(v)} for k, v in (references or {}).items()],
            range=edges("y_range", y_range),
        )  # fmt: skip


class Points(Panel):
    """Points, arrows and paths in the plane: ``{"name": [[x, y], …]}``.

    Args:
        labels: ``{"name": [one per point]}``. hull: names whose convex hull is shaded. path: names joined by a line.
        arrows: ``{"name": (dx, dy)}`` from the origin, or ``{"name": ((x, y), (x, y))}``.
        drag: two sliders' names; a point at their values can then be dragged. circle: radius of a circle at the origin.
        x_range, y_range: fixed; equal: one unit is as long on both axes.
    """

    def __init__(
        self,
        points: Mapping[str, Any],
        *,
        title: str,
        labels: Mapping[str, Sequence[str]] | None = None,
        hull: Sequence[str] = (),
        path: Sequence[str] = (),
        arrows: Mapping[str, Any] | None = None,
        circle: float | None = None,
        drag: tuple[str, str] | None = None,
        x_label: str = "",
        y_label: str = "",
        x_range: Sequence[float] | None = None,
        y_range: Sequence[float] | None = None,
        equal: bool = True,
        wide: bool = False,
        note: str = "",
    ):
        series = []
        for key, each in points.items():
            at = numbers(f"points of {key!r}", each, dims=2)
            if len(at[0]) != 2:
                raise ValueError(f"points of {key!r} must be [x, y] pairs, got {len(at[0])} numbers each")
            said = texts(f"labels of {key!r}", labels[key], len(at)) if labels and key in labels else None
            series.append(
                {"name": str(key), "x": [p[0] for p in at], "y": [p[1] for p in at], "labels": said}
                | {"hull": key in _names(hull), "path": key in _names(path)}
            )
        for which, asked in (("hull", hull), ("path", path), ("labels", labels or ())):
            unknown = [key for key in _names(asked) if key not in points]
            if unknown:
                raise ValueError(f"{which} of {title!r} must name points ({', '.join(points)}), got {unknown[0]!r}")
        drawn = []
        for key, each in (arrows or {}).items():
            ends = torch.as_tensor(each).detach().cpu()
            ends = torch.stack([torch.zeros_like(ends), ends]) if ends.dim() == 1 else ends
            if tuple(ends.shape) != (2, 2):
                raise ValueError(f"arrows: {key!r} must be (dx, dy) or ((x, y), (x, y)), got {tuple(ends.shape)}")
            drawn.append({"name": str(key), "ends": numbers("arrows", ends, dims=2)})
        super().__init__(
            "points", title, wide, note, series=series, arrows=drawn, x=x_label, y=y_label, equal=bool(equal),
            circle=None if circle is None else encode(circle), drag=list(drag) if drag else None,
            xrange=edges("x_range", x_range), range=edges("y_range", y_range),
        )  # fmt: skip


def _names(value: Any) -> Sequence[str]:
    return (value,) if isinstance(value, str) else tuple(value)
