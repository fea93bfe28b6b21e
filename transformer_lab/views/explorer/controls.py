"""The controls of an :class:`Explorer`: native, labelled, each with a name that ``compute`` receives as an argument."""

import itertools
import keyword
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import traitlets

from transformer_lab.views.common import check

MOST_POSITIONS = 2000
LARGEST_WHOLE = 2**53


class Control:
    """One named value that the reader may change. ``positions`` lists every value it can take, or is None."""

    kind = ""
    positions: list[Any] | None = None

    def __init__(self, name: str, label: str | None):
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise ValueError(f"name must be a Python name that does not begin with _, got {name!r}")
        shown = name.replace("_", " ") if label is None else str(label)
        self.name, self.label = name, check.whole_text(f"label of {name}", shown)
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
    positions: list[Any]

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
        if digits is not None and (isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 15):
            raise ValueError(f"digits of {name} must be a whole number from 0 to 15, got {digits!r}")
        self.unit, self.digits, self.play = str(unit), digits, bool(play)
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
    positions: list[Any]

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
            if isinstance(each, float) and not math.isfinite(each):
                raise ValueError(f"options of {name} must be finite, got {each}")
            check.whole_text(f"options of {name}", each)
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
    """A checkbox: True or False. With ``in_panel=True`` it has no box of its own: the cells of a panel set it.

    Such cells (``Cells(…, set=…)``) are its buttons, in the place where its effect is seen.
    """

    kind = "toggle"

    def __init__(self, name: str, value: Any = False, *, label: str | None = None, in_panel: Any = False):
        super().__init__(name, label)
        if not isinstance(in_panel, bool):
            raise TypeError(f"in_panel of {name} must be True or False, got {type(in_panel).__name__}: {in_panel!r}")
        self.positions, self.in_panel = [False, True], in_panel
        self.value = self.accept(value)

    def accept(self, value: Any) -> bool:
        """True or False."""
        if not isinstance(value, bool):
            raise TypeError(f"{self.name} must be True or False, got {type(value).__name__}: {value!r}")
        return value

    def spec(self) -> dict[str, Any]:
        """Whether it stands in a panel."""
        return {**super().spec(), "in_panel": self.in_panel}


class TextField(Control):
    """A line of text, such as a sentence; at most ``longest`` characters."""

    kind = "text"

    def __init__(self, name: str, value: str = "", *, label: str | None = None, longest: int = 200):
        super().__init__(name, label)
        if isinstance(longest, bool) or not isinstance(longest, int) or longest < 1:
            raise ValueError(f"longest of {name} must be a whole number of at least 1, got {longest!r}")
        self.longest = longest
        self.value = self.accept(value)

    def accept(self, value: Any) -> str:
        """A string of at most ``longest`` characters."""
        if not isinstance(value, str):
            raise TypeError(f"{self.name} must be a string, got {type(value).__name__}: {value!r}")
        if len(value) > self.longest:
            raise ValueError(f"{self.name} must have at most {self.longest} characters, got {len(value)}")
        return check.whole_text(self.name, value)

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


def _finite(what: str, value: Any) -> float | int:
    """A number that Python and the browser hold alike."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{what} must be a finite number, got {value!r}; or list all positions as values")
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        raise ValueError(f"{what} must be at most 2**53 in size where it is whole (a browser counts no further)")
    if not math.isfinite(value):
        raise TypeError(f"{what} must be a finite number, got {value!r}; or list all positions as values")
    return value


def _listed(name: str, values: Sequence[float]) -> list[float]:
    result = [_finite(f"each of values of {name}", each) for each in values]
    if len(result) < 2 or any(a >= b for a, b in itertools.pairwise(result)):
        raise ValueError(f"values of {name} must be two or more rising numbers, got {values!r}")
    return result


def _spaced(name: str, low: Any, high: Any, step: Any, log: bool) -> list[float]:
    for which, each in {"low": low, "high": high, **({} if step is None else {"step": step})}.items():
        _finite(f"{which} of {name}", each)
    if low >= high or (log and low <= 0):
        raise ValueError(f"{name} must run from low to high{', both above 0' if log else ''}, got {low} to {high}")
    if step is not None and step <= 0:
        raise ValueError(f"step of {name} must be above 0, got {step}")
    positions = _by_factors(low, high, step or 10) if log else _by_steps(low, high, step)
    if not 2 <= len(positions) <= MOST_POSITIONS:
        raise ValueError(f"{name} must have 2 to {MOST_POSITIONS} positions, got {len(positions)}: choose another step")
    if any(a >= b for a, b in itertools.pairwise(positions)):
        raise ValueError(f"step of {name} is too small for numbers from {low} to {high}: positions would be the same")
    return positions


def _by_factors(low: float, high: float, count_for_ten: float) -> list[float]:
    start, span = math.log10(low), math.log10(high) - math.log10(low)
    count = min(max(1, round(span * count_for_ten)), 10**6)
    between = [start + span * i / count for i in range(1, count)]
    # Four digits are enough, except where so many positions stand between one and ten that more tell them apart.
    digits = 4 if count_for_ten < 1000 else 15
    # The ends are what was asked for, to the last digit.
    return [float(low), *(float(f"{10 ** (at % 1):.{digits}g}e{math.floor(at)}") for at in between), float(high)]


def _by_steps(low: float, high: float, step: float | None) -> list[float]:
    """In decimals, as the author wrote them: three steps of 0.1 make 0.3, and of 1e-12 not 0."""
    first, last = _decimal(low), _decimal(high)
    each = (last - first) / 100 if step is None else _decimal(step)
    count = min(math.floor((last - first) / each + Decimal("1e-9")), 10**6)
    whole = all(isinstance(number, int) for number in (low, high, step))
    found = [first + i * each for i in range(count + 1)]
    # A step that is no decimal (1/3) may miss the end by its last digit.
    found[-1] = last if abs(last - found[-1]) < each * Decimal("1e-9") else found[-1]
    return [int(at) if whole else float(at) for at in found]


def _decimal(number: float) -> Decimal:
    return Decimal(number) if isinstance(number, int) else Decimal(repr(float(number)))
