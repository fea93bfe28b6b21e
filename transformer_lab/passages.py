"""Sentences of the corpus cut into who, verb, what, where and when, and questions about passages made of them.

A sentence is taken only where two looks agree: its English form, and the word order of its Chinese translation, which
is *who, when, where, verb, what*.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transformer_lab.corpus import LexiconEntry, sentence_type
from transformer_lab.pairs import Pair

PARTS: tuple[str, ...] = ("who", "verb", "what", "where", "when")
KINDS: tuple[str, ...] = ("who", "what", "where", "when")

_CHINESE_ORDER = ("who", "when", "where", "verb", "what")
_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_HOURS = "(?:morning|afternoon|evening|night)"
_CLOCK = r"at (?:half past \w+|\w+ o'clock)"
_WHEN = re.compile(
    rf"(?:{_CLOCK} )?(?:yesterday(?: {_HOURS})?|the day before yesterday|today|this {_HOURS}|on {_DAY}|in the {_HOURS}"
    rf"|(?:last|every) (?:year|month|week|day|{_DAY}|{_HOURS}))$"
)
# With one of these words the sentence has another form: a second verb, a denial, a clause, a way from or to something.
_OTHER_FORM = frozenset([
    "is", "are", "was", "were", "am", "be", "do", "does", "did", "have", "has", "had", "will", "would", "can", "could",
    "should", "must", "may", "not", "never", "going", "let", "please", "there", "that", "from", "to", "if", "because",
    "when", "after", "or", "while",
])  # fmt: skip


@dataclass(frozen=True)
class PartedSentence:
    """A sentence and where its parts are: ``spans[part] = (begin, end)``, the end not included."""

    words: tuple[str, ...]
    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, who: str, verb: str, what: str, where: str, when: str) -> "PartedSentence":
        """The sentence made of these parts, words separated by blanks.

        Raises
        ------
        ValueError
            When a part is empty.
        """
        words: list[str] = []
        spans = {}
        for name, part in zip(PARTS, (who, verb, what, where, when), strict=True):
            if not part.split():
                raise ValueError(f"{name} must have at least one word, got {part!r}")
            spans[name] = (len(words), len(words) + len(part.split()))
            words += part.split()
        return cls(tuple(words), spans)

    def part(self, name: str) -> str:
        """The words of one part."""
        begin, end = self.spans[name]
        return " ".join(self.words[begin:end])


def five_parts(pair: Pair, lexicon: Mapping[str, LexiconEntry]) -> PartedSentence | None:
    """Who, verb, what, where and when of a sentence such as *anna bought tea in the shop yesterday*.

    None for a sentence of another form, and for one whose translation does not say its parts in the Chinese order.

    Raises
    ------
    ValueError
        When the pair has no alignment.
    """
    links = pair.alignment
    if links is None:
        raise ValueError(f"pair must have an alignment, got none for {' '.join(pair.source)!r}")
    if sentence_type(pair) != "statement" or _OTHER_FORM & set(pair.source):
        return None
    kinds = [{lexicon[pair.target[t]].category for s, t in links if s == i} for i in range(len(pair.source))]
    verbs = [i for i, kind in enumerate(kinds) if "verb" in kind]
    when = _begin_of_time(pair.source)
    if len(verbs) != 1 or when is None:
        return None
    verb = verbs[0]
    where = next((i for i in range(verb + 1, when) if pair.source[i] in ("in", "at")), 0)
    edges = (0, verb, verb + 1, where, when, len(pair.source))
    if any(begin >= end for begin, end in pairwise(edges)):
        return None
    spans = dict(zip(PARTS, pairwise(edges), strict=True))
    return PartedSentence(pair.source, spans) if _agrees(links, spans) else None


def _begin_of_time(words: Sequence[str]) -> int | None:
    """Where the time at the end of the sentence begins; of several readings the longest."""
    return next((i for i in range(1, len(words)) if _WHEN.fullmatch(" ".join(words[i:]))), None)


def _agrees(links: Iterable[tuple[int, int]], spans: Mapping[str, tuple[int, int]]) -> bool:
    """Whether the Chinese words that belong to the parts stand in the Chinese order, none among those of another."""
    places = {name: [t for s, t in links if begin <= s < end] for name, (begin, end) in spans.items()}
    if not all(places.values()):
        return False
    return all(max(places[one]) < min(places[after]) for one, after in pairwise(_CHINESE_ORDER))


@dataclass(frozen=True)
class Question:
    """A question about a passage.

    ``asking``: the question word, then the words of the sentence without the answer. ``sentence``: for each word of the
    passage the number of its sentence, from 1. ``answer``: the places of the answer's first and last word.
    """

    asking: tuple[str, ...]
    passage: tuple[str, ...]
    sentence: tuple[int, ...]
    answer: tuple[int, int]


def ask(passage: Sequence[PartedSentence], asked: int, kind: str) -> Question:
    """Ask for the ``kind`` (who, what, where, when) of sentence number ``asked``, counted from 0.

    Raises
    ------
    ValueError
        When ``kind`` is none of these, or there is no such sentence.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if not 0 <= asked < len(passage):
        raise ValueError(f"asked must be a sentence from 0 to {len(passage) - 1}, got {asked!r}")
    sentence = passage[asked]
    begin, end = sentence.spans[kind]
    start = sum(len(each.words) for each in passage[:asked])
    return Question(
        asking=(kind, *sentence.words[:begin], *sentence.words[end:]),
        passage=tuple(word for each in passage for word in each.words),
        sentence=tuple(number for number, each in enumerate(passage, start=1) for _ in each.words),
        answer=(start + begin, start + end - 1),
    )
