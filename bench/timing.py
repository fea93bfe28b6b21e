"""Measuring two things side by side, and the table of what was found.

A shared machine is slow one second and quick the next. So the contestants take turns (A B A B …), and what is reported
is the ratio of their medians, with the quartiles of the ratios of neighbouring turns as its spread.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

LONG_ENOUGH = 0.02  # seconds: what is quicker is run several times in one turn
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True)
class Settings:
    """How much is measured; ``tiny()`` only shows that everything runs."""

    turns: int = 25
    starts: int = 4
    presses: int = 20
    steps: int = 60
    tokens: tuple[int, ...] = (16, 64, 256)
    lengths: tuple[int, ...] = (64, 256, 1024)
    generated: int = 128
    batch: int = 64
    sentences: int = 1000
    notebooks: int = 30

    @classmethod
    def tiny(cls) -> "Settings":
        return cls(
            turns=2,
            starts=1,
            presses=2,
            steps=4,
            tokens=(8,),
            lengths=(8,),
            generated=8,
            batch=2,
            sentences=4,
            notebooks=1,
        )

    @classmethod
    def quick(cls) -> "Settings":
        """In a few minutes, the numbers rough."""
        return cls(
            turns=5,
            starts=1,
            presses=3,
            steps=12,
            tokens=(16,),
            lengths=(256, 1024),
            generated=64,
            sentences=64,
        )


@dataclass(frozen=True)
class Row:
    """One measurement of ours and of a peer. ``unit`` is ``"s"`` for times, else the name of what is counted."""

    group: str
    what: str
    peer: str
    unit: str
    ours: list[float]
    theirs: list[float]
    x: float | None = None  # where it stands on a curve of its group

    @property
    def ratio(self) -> float | None:
        """Ours ÷ peer, of medians; None where the peer has 0."""
        theirs = statistics.median(self.theirs)
        return statistics.median(self.ours) / theirs if theirs else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """Quartiles of the ratios of neighbouring turns; None for a single turn."""
        ratios = [a / b for a, b in zip(self.ours, self.theirs, strict=True) if b]
        if len(ratios) < 2:
            return None
        low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return low, high

    def as_json(self) -> dict:
        return {**asdict(self), "ratio": self.ratio, "spread": self.spread}


def interleave(contestants: Mapping[str, Callable[[], object]], turns: int) -> dict[str, list[float]]:
    """Seconds per call of each contestant, ``turns`` times in turn, after one call to warm up."""
    numbers = {}
    for name, call in contestants.items():
        seconds = _seconds(call, 1)
        if seconds < LONG_ENOUGH:  # the first call of something quick says little of the next
            seconds = _seconds(call, 1)
        numbers[name] = max(1, round(LONG_ENOUGH / seconds))
    found = {name: [] for name in contestants}
    for _ in range(turns):
        for name, call in contestants.items():
            found[name].append(_seconds(call, numbers[name]))
    return found


def _seconds(call: Callable[[], object], number: int) -> float:
    start = time.perf_counter()
    for _ in range(number):
        call()
    return (time.perf_counter() - start) / number


def nine_tenths(values: list[float]) -> float:
    """The 90th percentile."""
    return statistics.quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def say(value: float, unit: str) -> str:
    """``0.0123, "s"`` → ``12.3 ms``."""
    if unit == "s":
        size, unit = next((each for each in UNITS if value >= each[0]), UNITS[-1])
        value /= size
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:.0f} {unit}"


HEAD = ("measured", "ours: median", "p90", "peer: median", "p90", "n", "  ratio (quartiles)")
WIDTHS = (47, 14, 13, 14, 13, 4, 0)
LEGEND = """\
ratio: ours ÷ peer, of medians; where less is better (time, frames to the first change, memory), below 1 is better, and
where more is better (painted frames) above 1. quartiles: of the ratios of neighbouring turns. p90: 90th percentile.
Both are measured in turn (A B A B …) in one run on one machine: only ratios compare between machines."""


class Table:
    """Prints rows as they come, with a headline for each new group and peer."""

    def __init__(self, write: Callable[[str], object] = print):
        self.write, self.rows, self._place = write, [], None

    def add(self, row: Row) -> None:
        if self._place != (row.group, row.peer):
            self._place = (row.group, row.peer)
            self.write(f"\n{row.group}; peer: {row.peer}")
            self.write(_line(HEAD))
        self.rows.append(row)
        cells = [row.what]
        for values in (row.ours, row.theirs):
            cells += [say(statistics.median(values), row.unit), say(nine_tenths(values), row.unit)]
        low_high = "" if row.spread is None else "  ({:.2g} … {:.2g})".format(*row.spread)
        cells += [str(len(row.ours)), "  " + ("–" if row.ratio is None else f"{row.ratio:.3g}") + low_high]
        self.write(_line(cells))


def _line(cells) -> str:
    first, *others = zip(cells, WIDTHS, strict=True)
    return (f"  {first[0]:<{first[1]}}" + "".join(f"{text:>{width}}" for text, width in others)).rstrip()
