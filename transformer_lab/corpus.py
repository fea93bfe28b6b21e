"""The parallel corpus: load it, load your own, make batches of it.

The corpus is described in ``data/README.md``. Reading is in ``pairs.py``, numbering in ``vocabulary.py``; both can be
imported from here.
"""

import csv
import random
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from transformer_lab.pairs import CorpusError, Pair, load_pairs, tokenize_chinese, tokenize_english
from transformer_lab.vocabulary import BOS, EOS, PAD, SPECIALS, UNK, Vocabulary

__all__ = [
    "BOS", "EOS", "PAD", "SPECIALS", "SPLITS", "UNK", "Batch", "Batches", "CorpusError", "LexiconEntry", "Pair",
    "Vocabulary", "collate", "data_dir", "load_corpus", "load_lexicon", "load_pairs", "sentence_type",
    "tokenize_chinese", "tokenize_english",
]  # fmt: skip

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


@dataclass(frozen=True)
class Batch:
    """Padded token ids. The decoder reads ``target_input`` (begins with <bos>) and predicts ``target_output`` (ends with <eos>).

    ``global_num_tokens`` counts the target tokens of the whole batch before ranks shared it out: dividing summed
    losses by it makes the gradients of all ranks add up to those of one process.
    """

    source: Int[Tensor, "batch source_length"]
    target_input: Int[Tensor, "batch target_length"]
    target_output: Int[Tensor, "batch target_length"]
    global_num_tokens: int

    @property
    def num_tokens(self) -> int:
        """Target tokens to predict, <eos> included, padding not."""
        return int((self.target_output != PAD).sum())

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on a device."""
        tensors = (t.to(device) for t in (self.source, self.target_input, self.target_output))
        return Batch(*tensors, self.global_num_tokens)

    def rows(self, start: int, stop: int) -> "Batch":
        """Some rows, with the padding of the whole batch; perhaps none."""
        tensors = (t[start:stop] for t in (self.source, self.target_input, self.target_output))
        return Batch(*tensors, self.global_num_tokens)


def collate(pairs: Sequence[Pair], source_vocabulary: Vocabulary, target_vocabulary: Vocabulary) -> Batch:
    """Number and pad some pairs. The source has neither <bos> nor <eos>, so alignments index it as they are."""
    if not pairs:
        raise ValueError("pairs must hold at least one pair, got none")
    sources = [torch.tensor(source_vocabulary.encode(p.source)) for p in pairs]
    targets = [torch.tensor([BOS, *target_vocabulary.encode(p.target), EOS]) for p in pairs]
    padded = [
        pad_sequence(rows, batch_first=True, padding_value=PAD)
        for rows in (sources, [t[:-1] for t in targets], [t[1:] for t in targets])
    ]
    return Batch(*padded, global_num_tokens=int((padded[2] != PAD).sum()))


class Batches:
    """Epochs of batches of similar length, the same on every machine for one seed and epoch.

    Global batches of ``batch_size * world_size`` pairs are formed and padded first, then every rank takes its
    ``batch_size`` rows: two ranks with 8 rows see what one process with 16 sees. In the last batch a rank may get no
    rows; it still gets a batch, of shape [0, length], so that all ranks take equally many steps.

    ``shuffle=False`` keeps the order of ``pairs`` and does not sort by length. ``max_length`` is the number of
    positions of the model: a pair fits when its source tokens, and its target tokens with <bos>, do. One that does not
    fit raises ValueError, or with ``drop_longer=True`` is left out, with a warning, and counted in ``dropped``.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        source_vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        batch_size: int,
        seed: int = 0,
        shuffle: bool = True,
        rank: int = 0,
        world_size: int = 1,
        max_length: int | None = None,
        drop_longer: bool = False,
    ):
        if batch_size < 1 or world_size < 1:
            raise ValueError(f"batch_size and world_size must be at least 1, got {batch_size} and {world_size}")
        if not 0 <= rank < world_size:
            raise ValueError(f"rank must lie between 0 and world_size - 1 = {world_size - 1}, got {rank}")
        self.pairs = _fitting(pairs, max_length, drop_longer)
        self.dropped = len(pairs) - len(self.pairs)
        if not self.pairs:
            raise ValueError("pairs must hold at least one pair that fits, got none")
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary
        self.batch_size, self.seed, self.shuffle = batch_size, seed, shuffle
        self.rank, self.world_size = rank, world_size
        self._epoch = 0

    def __len__(self) -> int:
        """Batches in an epoch, the same for every rank."""
        return -(-len(self.pairs) // (self.batch_size * self.world_size))

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch that iteration gives; without it every iteration gives epoch 0."""
        self._epoch = epoch

    def __iter__(self) -> Iterator[Batch]:
        return self.epoch(self._epoch)

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of this rank in epoch ``number``."""
        for chunk in self._order(number):
            pairs = [self.pairs[i] for i in chunk]
            whole = collate(pairs, self.source_vocabulary, self.target_vocabulary)
            yield whole.rows(self.rank * self.batch_size, (self.rank + 1) * self.batch_size)

    def _order(self, number: int) -> list[list[int]]:
        order, step = list(range(len(self.pairs))), self.batch_size * self.world_size
        if not self.shuffle:
            return [order[i : i + step] for i in range(0, len(order), step)]
        dice = random.Random(f"{self.seed}/{number}")
        order.sort(key=lambda i: (len(self.pairs[i].source), len(self.pairs[i].target), dice.random()))
        chunks = [order[i : i + step] for i in range(0, len(order), step)]
        chunks.sort(key=lambda chunk: dice.random())
        return chunks


def _fitting(pairs: Sequence[Pair], max_length: int | None, drop_longer: bool) -> list[Pair]:
    if max_length is None:
        return list(pairs)
    kept = []
    for number, pair in enumerate(pairs, start=1):
        if max(len(pair.source), len(pair.target) + 1) <= max_length:
            kept.append(pair)
        elif not drop_longer:
            raise ValueError(
                f"pair {number} needs {len(pair.source)} source and {len(pair.target) + 1} target positions, max_length is "
                f"{max_length}: {' '.join(pair.source)!r}; pass drop_longer=True to leave such pairs out"
            )
    if len(kept) < len(pairs):
        warnings.warn(
            f"{len(pairs) - len(kept)} of {len(pairs)} pairs exceed max_length={max_length}; left out", stacklevel=3
        )
    return kept
