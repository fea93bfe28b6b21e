"""Run every template, remove what is double, and share the sentences out among the four files."""

from collections.abc import Callable, Iterable, Iterator

from .dice import Dice
from .phrase import Phrase
from .splits import held_out
from .templates import TEMPLATES, Template

SEED = 20_240_601
SIZES = {"validation": 1000, "test": 1000, "compositional": 1000}
LONGEST = 16  # tokens on either side
RARE = 20  # a word seen less often than this stays in training

Named = tuple[str, Phrase]  # a template's name and a phrase that it made


def sentences(templates: Iterable[Template] = TEMPLATES) -> Iterator[Named]:
    """All (template, phrase) pairs; English is unique, and a second translation of it is a ValueError."""
    seen: dict[tuple[str, ...], Phrase] = {}
    for template in templates:
        for phrase in _fresh(template, seen):
            yield template.name, phrase


def _fresh(template: Template, seen: dict[tuple[str, ...], Phrase]) -> Iterator[Phrase]:
    """What a template adds to the sentences seen so far: its quota, and as many held-out ones as come by."""
    dice = Dice(f"{SEED}/{template.name}")
    made = 0
    for attempt in range(template.quota * 5):
        phrase = template.draw(dice)
        if len(phrase.en) > LONGEST or len(phrase.zh) > LONGEST:
            continue
        old = seen.get(phrase.en)
        if old is not None:
            if (old.zh, old.links) != (phrase.zh, phrase.links):
                raise ValueError(f"template {template.name} translates anew: {line(old)!r} is now {line(phrase)!r}")
            continue
        kept_back = held_out(phrase.en)
        if not kept_back and (made == template.quota or attempt >= template.quota * 4):
            continue
        seen[phrase.en] = phrase
        made += not kept_back
        yield phrase


def split(pairs: list[Named]) -> dict[str, list[Named]]:
    """Train, validation, test and compositional; a Chinese sentence is never in two of them."""
    dice = Dice(f"{SEED}/split")
    groups: dict[tuple[str, ...], list[Named]] = {}
    for pair in pairs:
        groups.setdefault(pair[1].zh, []).append(pair)
    plain, novel = [], []
    for group in groups.values():
        kept = [held_out(p.en) for _, p in group]
        if all(kept):
            novel.append(group)
        elif not any(kept):
            plain.append(group)
    rare = _rare_in(plain)
    compositional = _shared_out([group for group in dice.shuffled(novel) if not rare(group)])
    out: dict[str, list[Named]] = {"train": [], "validation": [], "test": [], "compositional": compositional}
    for group in dice.shuffled(plain):
        room = (n for n in ("validation", "test") if len(out[n]) + len(group) <= SIZES[n])
        out["train" if rare(group) else next(room, "train")] += group
    return {name: dice.shuffled(rows) for name, rows in out.items()}


def _rare_in(groups: list[list[Named]]) -> Callable[[list[Named]], bool]:
    """Whether a group has a word that few of these sentences have."""
    counts: dict[str, int] = {}
    for group in groups:
        for _, p in group:
            for token in {*p.en, *p.zh}:
                counts[token] = counts.get(token, 0) + 1
    return lambda group: any(counts.get(t, 0) < RARE for _, p in group for t in (*p.en, *p.zh))


def _shared_out(groups: list[list[Named]]) -> list[Named]:
    """The compositional split: every held-out pair gets as nearly the same share as its sentences allow."""
    by_pair: dict[str, list[list[Named]]] = {}
    for group in groups:
        by_pair.setdefault(held_out(group[0][1].en)[0], []).append(group)
    out: list[Named] = []
    while any(by_pair.values()) and len(out) < SIZES["compositional"]:
        for waiting in by_pair.values():
            if waiting and len(out) + len(waiting[-1]) <= SIZES["compositional"]:
                out += waiting.pop()
    return out


def line(phrase: Phrase) -> str:
    """One line of a corpus file."""
    links = " ".join(f"{i}-{j}" for i, j in sorted(phrase.links))
    return f"{' '.join(phrase.en)}\t{' '.join(phrase.zh)}\t{links}\n"
