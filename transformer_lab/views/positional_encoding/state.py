"""What the reader of a PositionalEncodingView may change, and the range of each state."""

import math
from typing import Any

import traitlets

from transformer_lab.views.common.base import View

MODES = ("heat", "waves", "dot", "clocks", "shift", "rotary")
LAYOUTS = ("interleaved", "halves")
_LARGEST = {"d_model": 1024, "length": 2048}


class PositionalEncodingState(View):
    """The synchronised traits, each with its check: ValueError naming the state, what it got and what it accepts."""

    _modes: tuple[str, ...] = MODES
    _shape: tuple[int, int] | None = None  # of a stored table, which fixes length and d_model
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

    # ``layout`` means something else to every Jupyter widget, so the browser knows it as ``feature_layout``.
    @property
    def layout(self) -> str:
        """Where a pair's features stand: ``"interleaved"`` (s c s c …) or ``"halves"`` (s s … c c …)."""
        return self.feature_layout

    @layout.setter
    def layout(self, value: str) -> None:
        self.feature_layout = value

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
        most = (pairs_of(self.d_model) if name == "pair" else self.length) - 1
        if not 0 <= value <= most:
            raise ValueError(f"{name} must be between 0 and {most}, got {value}")
        return value

    @traitlets.validate("pairs")
    def _check_pairs(self, proposal: Any) -> tuple[int, ...]:
        most = pairs_of(self.d_model) - 1
        for value in proposal.value:
            if not isinstance(value, int) or not 0 <= value <= most:
                raise ValueError(f"pairs must hold whole numbers between 0 and {most}, got {value!r}")
        return proposal.value

    @traitlets.validate("base", "d_model", "length")
    def _check_size(self, proposal: Any) -> Any:
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
        last, count = self.length - 1, pairs_of(self.d_model)
        for name in ("position", "shift", "query_position", "key_position"):
            setattr(self, name, min(getattr(self, name), last))
        self.pair = min(self.pair, count - 1)
        self.pairs = tuple(pair for pair in self.pairs if pair < count)


def pairs_of(d_model: int) -> int:
    """How many sine–cosine pairs; the last sine of an odd ``d_model`` counts as one."""
    return max(1, (d_model + 1) // 2)
