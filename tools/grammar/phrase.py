"""A phrase is said in two languages at once, and knows which word became which.

Templates are written as two strings. ``{name}`` is a slot for another phrase; ``word~a`` carries the label ``a``,
and two words (one on either side) that share a label are linked; ``word~a~b`` carries two labels.
"""

import re
from dataclasses import dataclass

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Phrase:
    """English tokens, Chinese tokens, links between them, and the agreement of an English subject (i, s, p)."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    links: frozenset[tuple[int, int]]
    agree: str = "s"


def join(en: str, zh: str, agree: str = "s", **slots: Phrase) -> Phrase:
    """Fill both halves of a template; every slot must stand exactly once on each side."""
    sides = []
    for template, side in ((en, "en"), (zh, "zh")):
        tokens: list[str] = []
        labels: dict[str, list[int]] = {}
        starts: dict[str, int] = {}
        for piece in template.split():
            slot = _SLOT.fullmatch(piece)
            if slot:
                if slot[1] in starts:
                    raise ValueError(f"slot {slot[1]} twice in {template!r}")
                starts[slot[1]] = len(tokens)
                tokens.extend(getattr(slots[slot[1]], side))
            else:
                word, *marks = piece.split("~")
                for mark in marks:
                    labels.setdefault(mark, []).append(len(tokens))
                tokens.append(word)
        sides.append((tuple(tokens), labels, starts))
    (source, source_labels, source_starts), (target, target_labels, target_starts) = sides
    if set(source_starts) != set(slots) or set(target_starts) != set(slots):
        raise ValueError(f"slots of {en!r} and {zh!r} differ from {sorted(slots)}")
    if set(source_labels) != set(target_labels):
        raise ValueError(f"labels of {en!r} and {zh!r} differ")
    links = {(i, j) for mark in source_labels for i in source_labels[mark] for j in target_labels[mark]}
    for name, phrase in slots.items():
        links |= {(i + source_starts[name], j + target_starts[name]) for i, j in phrase.links}
    return Phrase(source, target, frozenset(links), agree)


def word(en: str, zh: str, agree: str = "s") -> Phrase:
    """A phrase whose words are all linked with one another: ``word("new york", "纽约")``."""
    return join(" ".join(f"{t}~w" for t in en.split()), " ".join(f"{t}~w" for t in zh.split()), agree=agree)
