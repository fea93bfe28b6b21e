"""The controls of an :class:`Explorer`: native, labelled, each with a name that ``compute`` receives as an argument."""

import itertools
import keyword
import math
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

MOST_POSITIONS = 2000


class Control:
    """One named value that the reader may change. ``positions`` lists every value it can take, or is None."""

    kind = ""
    positions: list[Any] | None = None

    def __init__(self, name: str, label: str | None):
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise ValueError(f"name must be a Python name that does not begin with _, got {name!r}")
        self.name, self.label = name, name.replace("_", " ") if label is None else str(label)
        self.value: Any = None

    def accept(self, value: Any) -> Any:
        """Return ``value`` as ``compute`` shall get it; ValueError or TypeError that names the control otherwise."""
        raise NotImplementedError

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw the control."""
        return {"kind": self.kind, "name": self.name, "label": self.label, "positions": self.positions}


class Slider(Control):
    """A slider over ``low, low + step, …, high``, or over the listed ``values`` (depth 2, 4, 8, …).

    With ``log=True`` the positions are spaced evenly by factors, ``step`` of them for each factor of ten (10 when left
    out). Whole bounds and steps give whole numbers. ``play=True`` adds buttons to step and to play. ``unit`` is shown
    after the number, ``digits`` is the number of decimals (chosen from the step when left out).
    """

    kind = "slider"

    def __init__(
        self,
        name: str,
        low: float | None = None,
        high: float | None = None,
        step: float | None = None,
        *,
        value: float | None = None,
        values: Sequence[float] | None = None,
        log: bool = False,
        label: str | None = None,
        unit: str = "",
        digits: int | None = None,
        play: bool = False,
    ):
        super().__init__(name, label)
        self.positions = _listed(name, values) if values is not None else _spaced(name, low, high, step, log)
        self.whole = all(isinstance(each, int) for each in self.positions)
        self.unit, self.digits, self.play = unit, digits, bool(play)
        self.value = self.accept(self.positions[0] if value is None else value)

    def accept(self, value: Any) -> float | int:
        """A finite number within the slider's range; a whole one where all positions are whole."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{self.name} must be a number, got {type(value).__name__}: {value!r}")
        low, high = self.positions[0], self.positions[-1]
        if not low <= value <= high:
            raise ValueError(f"{self.name} must be between {low} and {high}, got {value}")
        if self.whole and value != int(value):
            raise ValueError(f"{self.name} must be a whole number between {low} and {high}, got {value}")
        return int(value) if self.whole else float(value)

    def spec(self) -> dict[str, Any]:
        """Positions and how to say them."""
        return {**super().spec(), "unit": self.unit, "digits": self.digits, "play": self.play}


class Choice(Control):
    """One of a few options: a list, or a dict from what is shown to the value. A radio bar, or a menu beyond five."""

    kind = "choice"

    def __init__(
        self,
        name: str,
        options: Any,
        *,
        value: Any = None,
        label: str | None = None,
        menu: bool | None = None,
    ):
        super().__init__(name, label)
        pairs = list(options.items()) if isinstance(options, Mapping) else [(str(each), each) for each in options]
        if not pairs:
            raise ValueError(f"options of {name} are empty")
        for _, each in pairs:
            if not isinstance(each, str | int | float):
                raise TypeError(f"options of {name} must be strings or numbers, got a {type(each).__name__}: {each!r}")
        self.shown, self.positions = [str(text) for text, _ in pairs], [each for _, each in pairs]
        if len(set(map(repr, self.positions))) < len(pairs):
            raise ValueError(f"options of {name} must differ from each other, got {self.positions}")
        self.menu = len(pairs) > 5 if menu is None else bool(menu)
        self.value = self.accept(self.positions[0] if value is None else value)

    def accept(self, value: Any) -> Any:
        """One of the options."""
        for each in self.positions:
            if isinstance(each, bool) == isinstance(value, bool) and each == value:
                return each
        raise ValueError(f"{self.name} must be one of {', '.join(map(repr, self.positions))}, got {value!r}")

    def spec(self) -> dict[str, Any]:
        """Options with their words."""
        return {**super().spec(), "shown": self.shown, "menu": self.menu}


class Toggle(Control):
    """A checkbox: True or False."""

    kind = "toggle"

    def __init__(self, name: str, value: Any = False, *, label: str | None = None):
        super().__init__(name, label)
        self.positions = [False, True]
        self.value = self.accept(value)

    def accept(self, value: Any) -> bool:
        """True or False."""
        if not isinstance(value, bool):
            raise TypeError(f"{self.name} must be True or False, got {type(value).__name__}: {value!r}")
        return value


class TextField(Control):
    """A line of text, such as a sentence; at most ``longest`` characters."""

    kind = "text"

    def __init__(self, name: str, value: str = "", *, label: str | None = None, longest: int = 200):
        super().__init__(name, label)
        self.longest = longest
        self.value = self.accept(value)

    def accept(self, value: Any) -> str:
        """A string of at most ``longest`` characters."""
        if not isinstance(value, str):
            raise TypeError(f"{self.name} must be a string, got {type(value).__name__}: {value!r}")
        if len(value) > self.longest:
            raise ValueError(f"{self.name} must have at most {self.longest} characters, got {len(value)}")
        return value

    def spec(self) -> dict[str, Any]:
        """How long the text may become."""
        return {**super().spec(), "longest": self.longest}


class ControlTrait(traitlets.TraitType):
    """A control's value as a trait, so that Python and the browser share it."""

    def __init__(self, control: Control):
        super().__init__(control.value)
        self.control = control

    def validate(self, owner: Any, value: Any) -> Any:
        """The control decides."""
        return self.control.accept(value)


def _listed(name: str, values: Sequence[float]) -> list[float]:
    result = list(values)
    wrong = [each for each in result if isinstance(each, bool) or not isinstance(each, int | float)]
    if wrong or len(result) < 2 or any(a >= b for a, b in itertools.pairwise(result)):
        raise ValueError(f"values of {name} must be two or more rising numbers, got {values!r}")
    return result


def _spaced(name: str, low: Any, high: Any, step: Any, log: bool) -> list[float]:
    bounds = {"low": low, "high": high} | ({} if step is None else {"step": step})
    for which, each in bounds.items():
        if isinstance(each, bool) or not isinstance(each, int | float) or not math.isfinite(each):
            raise TypeError(f"{which} of {name} must be a finite number, got {each!r}; or list all positions as values")
    if low >= high or (log and low <= 0):
        raise ValueError(f"{name} must run from low to high{', both above 0' if log else ''}, got {low} to {high}")
    if step is not None and step <= 0:
        raise ValueError(f"step of {name} must be above 0, got {step}")
    if log:
        count = max(1, round(math.log10(high / low) * (step or 10)))
        positions = [float(f"{low * (high / low) ** (i / count):.4g}") for i in range(count + 1)]
    else:
        step = (high - low) / 100 if step is None else step
        count = math.floor((high - low) / step + 1e-9)
        whole = all(isinstance(each, int) for each in (low, high, step))
        positions = [low + i * step if whole else round(low + i * step, 10) for i in range(min(count, 10**6) + 1)]
    if not 2 <= len(positions) <= MOST_POSITIONS:
        raise ValueError(f"{name} must have 2 to {MOST_POSITIONS} positions, got {len(positions)}: choose another step")
    return positions
