"""The parallel corpus: load it, ask what kind of sentence a pair is, set pairs aside for validation.

The corpus is described in ``data/README.md``. Reading files is in ``pairs.py``, cutting text into tokens in
``writing.py``, whose names can be imported from here; numbering tokens and making batches is in ``vocabulary.py``.
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transformer_lab.pairs import Pair, PairFile, aligned_pair, load_pairs, read_pairs
from transformer_lab.text_files import CorpusError, CorpusWarning, Note
from transformer_lab.writing import join_chinese, tokenize_chinese, tokenize_english

__all__ = [
    "SPLITS",
    "CorpusError",
    "CorpusWarning",
    "LexiconEntry",
    "Note",
    "Pair",
    "PairFile",
    "data_dir",
    "find_pair",
    "join_chinese",
    "load_corpus",
    "load_lexicon",
    "load_pairs",
    "read_pairs",
    "sentence_type",
    "split_pairs",
    "tokenize_chinese",
    "tokenize_english",
]

SPLITS = ("train", "validation", "test", "compositional")


def data_dir() -> Path:
    """The folder of the corpus and the checkpoints: beside an installed package, or ``data/`` of a checkout."""
    package = Path(__file__).resolve().parent
    candidates = (package / "_data", package.parent / "data")
    for candidate in candidates:
        if (candidate / "lexicon.tsv").is_file():
            return candidate
    raise FileNotFoundError(f"the data is neither in {candidates[0]} (installed) nor in {candidates[1]} (a checkout)")


def load_corpus(split: str) -> list[Pair]:
    """All pairs of ``train``, ``validation``, ``test`` or ``compositional``, with gold alignments, in file order."""
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
    return load_pairs(data_dir() / "corpus" / f"{split}.tsv")


def find_pair(source: Sequence[str]) -> Pair | None:
    """The pair of the corpus with these English tokens, from whichever split; None when there is none."""
    start = " ".join(source) + "\t"
    for split in SPLITS:
        path = data_dir() / "corpus" / f"{split}.tsv"
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.startswith(start):
                    return aligned_pair(line.rstrip("\n").split("\t"), f"{path}, line {number}")
    return None


@dataclass(frozen=True)
class LexiconEntry:
    """How a Chinese token is said, what it means, and what kind of word it is (noun, person, place, time, …)."""

    pinyin: str
    gloss: str
    category: str


def load_lexicon() -> dict[str, LexiconEntry]:
    """One entry for every Chinese token of the corpus."""
    with (data_dir() / "lexicon.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["token"]: LexiconEntry(row["pinyin"], row["gloss"], row["category"]) for row in rows}


_QUESTION_WORDS = {"what", "who", "whose", "where", "when", "why", "how"}


def sentence_type(pair: Pair) -> str:
    """``yes-no question``, ``wh-question``, ``request``, ``negation`` or ``statement``, read off the English tokens.

    A question or request that is negated counts as a question or request.
    """
    first, last = pair.source[0], pair.source[-1]
    if last == "?":
        return "wh-question" if first in _QUESTION_WORDS else "yes-no question"
    if first in ("please", "let"):
        return "request"
    return "negation" if {"not", "no", "never"} & set(pair.source) else "statement"


def split_pairs(pairs: Sequence[Pair], validation_share: float, seed: int = 0) -> tuple[list[Pair], list[Pair]]:
    """Set a share of the pairs aside for validation, drawn by ``seed``; both parts keep the order of ``pairs``.

    A sentence that stands several times goes to one part with all its translations. Raises ValueError when a part
    would be empty.
    """
    if not 0 < validation_share < 1:
        raise ValueError(f"validation_share must lie between 0 and 1, got {validation_share}")
    sources = list(dict.fromkeys(pair.source for pair in pairs))
    count = round(len(sources) * validation_share)
    if not 0 < count < len(sources):
        raise ValueError(f"validation_share={validation_share} of {len(sources)} sentences leaves a part empty")
    dice = random.Random(seed)
    aside = set(sorted(sources, key=lambda source: dice.random())[:count])
    return [p for p in pairs if p.source not in aside], [p for p in pairs if p.source in aside]
