"""Tables of words, written as text: a row of words is one line to the reader, whatever the width of its brackets."""

from functools import cache


@cache
def listed(text: str) -> tuple[str, ...]:
    """The words of a text: ``listed("cat dog")`` is ``("cat", "dog")``."""
    return tuple(text.split())


@cache
def rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Rows between bars, fields between equals signs.

    ``rows("rain = 下雨 | snow = 下雪")`` is ``(("rain", "下雨"), ("snow", "下雪"))``.
    """
    return tuple(tuple(field.strip() for field in row.split("=")) for row in text.split("|"))


def table(text: str) -> dict[str, str]:
    """Rows of two fields as a dictionary: ``table("rain = 下雨 | snow = 下雪")["snow"]`` is ``"下雪"``."""
    return dict(rows(text))
