"""The list of templates: a name, how many sentences it should give, the function that makes one."""

from collections.abc import Callable
from dataclasses import dataclass

from .phrase import Dice, Phrase


@dataclass(frozen=True)
class Template:
    """One construction."""

    name: str
    quota: int
    make: Callable[[Dice], Phrase]


TEMPLATES: list[Template] = []


def template(quota: int):
    """Register a function from dice to a phrase."""

    def register(make: Callable[[Dice], Phrase]) -> Callable[[Dice], Phrase]:
        TEMPLATES.append(Template(make.__name__, quota, make))
        return make

    return register
