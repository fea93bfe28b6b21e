"""Run every template, remove what is double, and share the sentences out among the four files."""

from . import clauses, events, modal, motion, questions, senses, states  # noqa: F401  (they fill TEMPLATES)

# after states: the order of the templates decides which of two makes a sentence that both can make
from . import descriptions, core, giving, acquaintance, surroundings, weather, comparing, asking  # noqa: F401  # isort: skip
from .phrase import Dice, Phrase
from .registry import TEMPLATES
from .splits import held_out

SEED = 20_240_601
SIZES = {"validation": 1000, "test": 1000, "compositional": 1000}
LONGEST = 16  # tokens on either side
SHARE = {  # of the quota of a template, by its file or by its name: core statements are about half of the corpus
    "core": 0.84, "giving": 0.82, "acquaintance": 0.82, "surroundings": 0.82, "weather": 0.82, "comparing": 0.82,
    "asking": 0.82, "events": 0.3, "questions": 0.42, "clauses": 0.46, "modal": 0.44, "motion": 0.52, "states": 0.42,
    "descriptions": 0.5,
    # templates that alone teach a word or a sense
    "doors": 1.1, "old_friends": 1, "why_q": 0.9, "prices": 1, "calendar": 1, "duration": 0.8, "daily": 1.1,
    "like": 0.9, "ages": 0.8, "when_q": 0.7, "comparison": 1, "experience": 0.6, "relative_is": 0.7, "hours": 1.5,
}  # fmt: skip
RARE = 20  # a word seen less often than this stays in training


def sentences() -> list[tuple[str, Phrase]]:
    """All (template, phrase) pairs; English is unique, and one English sentence has one Chinese translation."""
    seen: dict[tuple[str, ...], Phrase] = {}
    found = []
    for template in TEMPLATES:
        dice = Dice(f"{SEED}/{template.name}")
        quota = round(template.quota * SHARE.get(template.name, SHARE.get(template.make.__module__.split(".")[-1], 1)))
        made = 0
        for attempt in range(quota * 5):
            phrase = template.make(dice)
            if len(phrase.en) > LONGEST or len(phrase.zh) > LONGEST:
                continue
            old = seen.get(phrase.en)
            if old is not None:
                if (old.zh, old.links) != (phrase.zh, phrase.links):
                    raise AssertionError(f"two translations: {line(old)} {line(phrase)}")
                continue
            kept_back = held_out(phrase.en)
            if not kept_back and (made == quota or attempt >= quota * 4):
                continue
            seen[phrase.en] = phrase
            found.append((template.name, phrase))
            made += not kept_back
    return found


def split(pairs: list[tuple[str, Phrase]]) -> dict[str, list[tuple[str, Phrase]]]:
    """Train, validation, test and compositional; a Chinese sentence is never in two of them."""
    dice = Dice(f"{SEED}/split")
    groups: dict[tuple[str, ...], list[tuple[str, Phrase]]] = {}
    for pair in pairs:
        groups.setdefault(pair[1].zh, []).append(pair)
    counts: dict[str, int] = {}
    plain, novel = [], []
    for group in groups.values():
        kept = [held_out(p.en) for _, p in group]
        if all(kept):
            novel.append(group)
        elif not any(kept):
            plain.append(group)
            for _, p in group:
                for token in {*p.en, *p.zh}:
                    counts[token] = counts.get(token, 0) + 1
    out: dict[str, list[tuple[str, Phrase]]] = {"train": [], "validation": [], "test": [], "compositional": []}

    def rare(group) -> bool:
        return any(counts.get(t, 0) < RARE for _, p in group for t in (*p.en, *p.zh))

    by_pair: dict[str, list] = {}  # every held-out pair gets as nearly the same share as its sentences allow
    for group in dice.shuffled(novel):
        if not rare(group):
            by_pair.setdefault(held_out(group[0][1].en)[0], []).append(group)
    while any(by_pair.values()) and len(out["compositional"]) < SIZES["compositional"]:
        for waiting in by_pair.values():
            if waiting and len(out["compositional"]) + len(waiting[-1]) <= SIZES["compositional"]:
                out["compositional"] += waiting.pop()
    for group in dice.shuffled(plain):
        name = "train"
        if not rare(group):
            for candidate in ("validation", "test"):
                if len(out[candidate]) + len(group) <= SIZES[candidate]:
                    name = candidate
                    break
        out[name] += group
    return {name: dice.shuffled(rows) for name, rows in out.items()}


def line(phrase: Phrase) -> str:
    """One line of a corpus file."""
    links = " ".join(f"{i}-{j}" for i, j in sorted(phrase.links))
    return f"{' '.join(phrase.en)}\t{' '.join(phrase.zh)}\t{links}\n"
