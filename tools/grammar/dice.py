"""Chance that is the same on every machine, and drawing again until a draw makes sense."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Choices from ``Random.random`` alone, whose stream Python promises never to change."""

    def __init__(self, seed: int | str):
        self._random = Random(seed)

    def below(self, n: int) -> int:
        """An integer from 0 to n − 1."""
        return int(self._random.random() * n)

    def pick(self, items):
        """One item of a sequence (or one word of a string)."""
        items = items.split() if isinstance(items, str) else items
        return items[self.below(len(items))]

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self._random.random() < p

    def shuffled(self, items: list) -> list:
        """A shuffled copy (Fisher-Yates)."""
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def until(fits: Callable[[T], bool], make: Callable[..., T], *args, **kwargs) -> T:
    """``make(*args, **kwargs)``, drawn again until it fits: ``until(singular, person, dice)``."""
    while not fits(made := make(*args, **kwargs)):
        pass
    return made


def redrawn(value: T, fits: Callable[[T], bool], make: Callable[..., T], *args, **kwargs) -> T:
    """The value where it fits, else ``make(*args, **kwargs)``, drawn until it does."""
    return value if fits(value) else until(fits, make, *args, **kwargs)


def sensible(make: Callable[..., T | None], *args, **kwargs) -> T:
    """``make(*args, **kwargs)``, drawn again while the maker answers None: "what I drew makes no sense"."""
    return until(lambda made: made is not None, make, *args, **kwargs)
