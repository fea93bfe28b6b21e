"""Tokens to numbers and back, and sentence pairs to batches of tensors."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Int
from torch import Tensor

from transformer_lab.corpus import Pair
from transformer_lab.text_files import place

SPECIALS = ("<pad>", "<unk>", "<bos>", "<eos>")
PAD, UNK, BOS, EOS = range(4)


class Vocabulary:
    """A list of tokens; a token's id is its place. The first four are padding, unknown word, begin and end.

    A word of a text that happens to be spelt like one of the four is an unknown word, never a special token.
    """

    def __init__(self, tokens: Sequence[str]):
        if not all(isinstance(token, str) for token in tokens) or tuple(tokens[:4]) != SPECIALS:
            raise ValueError(f"tokens must be texts that begin with {', '.join(SPECIALS)}; got {list(tokens[:4])}")
        if len(set(tokens)) != len(tokens):
            double = next(token for token, count in Counter(tokens).items() if count > 1)
            raise ValueError(f"tokens: {double!r} stands twice in the list")
        self.tokens = list(tokens)
        self._ids = {token: i for i, token in enumerate(tokens) if i >= len(SPECIALS)}

    @classmethod
    def build(cls, sentences: Iterable[Sequence[str]], *, min_count: int = 1) -> "Vocabulary":
        """All tokens that occur at least ``min_count`` times, the most frequent first, equals in alphabetical order."""
        if min_count < 1:
            raise ValueError(f"min_count must be at least 1, got {min_count}")
        counts = Counter(token for sentence in sentences for token in sentence)
        kept = [token for token, count in counts.items() if count >= min_count and token not in SPECIALS]
        return cls([*SPECIALS, *sorted(kept, key=lambda token: (-counts[token], token))])

    def __len__(self) -> int:
        return len(self.tokens)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} tokens)"

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The id of each token; an unknown one gets the id of ``<unk>``."""
        return [self._ids.get(token, UNK) for token in tokens]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The token of each id, special ones included. Raises ValueError for an id that is not in the list."""
        found = list(ids)
        wrong = [i for i in found if not 0 <= i < len(self.tokens)]
        if wrong:
            raise ValueError(f"ids: {wrong[0]} is not a token id; this vocabulary has 0 to {len(self.tokens) - 1}")
        return [self.tokens[i] for i in found]

    def unknown(self, tokens: Iterable[str]) -> list[str]:
        """The tokens that are not in the list, each once, in order."""
        return list(dict.fromkeys(token for token in tokens if token not in self._ids))


def pad_rows(rows: Sequence[Sequence[int]], length: int | None = None) -> Int[Tensor, "batch length"]:
    """Rows of different lengths as one tensor, filled up with ``PAD`` at the end."""
    longest = max((len(row) for row in rows), default=0) if length is None else length
    tensor = torch.full((len(rows), longest), PAD, dtype=torch.long)
    for i, row in enumerate(rows):
        tensor[i, : len(row)] = torch.tensor(row, dtype=torch.long)
    return tensor


@dataclass(frozen=True)
class Batch:
    """Sentence pairs as tensors, ready for teacher forcing.

    The source ends in ``<eos>``. The decoder reads ``target_input`` = ``<bos> w1 … wn`` and has to predict, at the same
    places, ``target_output`` = ``w1 … wn <eos>``: the shift that makes it predict the *next* word.
    """

    source: Int[Tensor, "batch source"]
    target_input: Int[Tensor, "batch target"]
    target_output: Int[Tensor, "batch target"]

    @cached_property
    def num_tokens(self) -> int:
        """Target tokens to predict, padding not counted."""
        return int((self.target_output != PAD).sum())

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on another device."""
        moved = Batch(self.source.to(device), self.target_input.to(device), self.target_output.to(device))
        moved.__dict__["num_tokens"] = self.num_tokens  # counted where it was, or a GPU would have to be waited for
        return moved

    def rows(self, part: slice) -> "Batch":
        """Some of the pairs, with the padding as it is."""
        return Batch(self.source[part], self.target_input[part], self.target_output[part])


def collate(pairs: Sequence[Pair], source_vocabulary: Vocabulary, target_vocabulary: Vocabulary) -> Batch:
    """Encode and pad sentence pairs."""
    targets = [target_vocabulary.encode(pair.target) for pair in pairs]
    return Batch(
        source=pad_rows([[*source_vocabulary.encode(pair.source), EOS] for pair in pairs]),
        target_input=pad_rows([[BOS, *target] for target in targets]),
        target_output=pad_rows([[*target, EOS] for target in targets]),
    )


def check_lengths(pairs: Sequence[Pair], most: int) -> None:
    """Raise ValueError for pairs that are too long: where each stands in its file, else its number in the list."""
    sizes = [max(len(pair.source), len(pair.target)) for pair in pairs]
    long = [i for i, size in enumerate(sizes) if size > most]
    if not long:
        return
    files: dict[str, list[int]] = {}
    for i in long:
        file, line = pairs[i].file, pairs[i].line
        known = ("", i + 1) if file is None or line is None else (file, line)
        files.setdefault(known[0], []).append(known[1])
    where = "; ".join(
        place(f, lines) if f else place("pairs", lines).replace("line", "number") for f, lines in files.items()
    )
    start = " ".join(pairs[long[0]].source[:8])
    raise ValueError(
        f"{where} ({start} …): more than {most} tokens on one side, up to {max(sizes)}, and the model takes {most}: "
        f"shorten {'it' if len(long) == 1 else 'them'} or raise max_length (--max-length) to {max(sizes) + 1} at least"
    )


class Batches:
    """Epochs of batches of sentences of similar length, the same on every machine for the same seed.

    With several processes, batches of ``batch_size · world_size`` pairs are formed and padded first, and each process
    takes its slice: together they see exactly what one process with that larger batch size would see. The last slice of
    an epoch may be empty.

    Raises:
        ValueError: when sentences have more than ``max_length`` tokens; it names the file and the lines of all of them.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        source_vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        batch_size: int,
        *,
        seed: int = 0,
        shuffle: bool = True,
        max_length: int | None = None,
        rank: int = 0,
        world_size: int = 1,
    ):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        if not 0 <= rank < world_size:
            raise ValueError(f"rank must be from 0 to world_size - 1 = {world_size - 1}, got {rank}")
        if max_length is not None:
            check_lengths(pairs, max_length)
        self.pairs, self.vocabularies = list(pairs), (source_vocabulary, target_vocabulary)
        self.batch_size, self.seed, self.shuffle = batch_size, seed, shuffle
        self.rank, self.world_size = rank, world_size

    def __len__(self) -> int:
        return -(-len(self.pairs) // (self.batch_size * self.world_size))

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of one epoch; another number, another order."""
        order = list(range(len(self.pairs)))
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + number)
        if self.shuffle:
            order = torch.randperm(len(order), generator=generator).tolist()
        # The sort is stable: sentences of equal length stay in random order, so every epoch mixes them anew.
        order.sort(key=lambda i: (len(self.pairs[i].target), len(self.pairs[i].source)))
        size = self.batch_size * self.world_size
        starts = list(range(0, len(order), size))
        if self.shuffle:
            starts = [starts[i] for i in torch.randperm(len(starts), generator=generator).tolist()]
        for start in starts:
            together = collate([self.pairs[i] for i in order[start : start + size]], *self.vocabularies)
            yield together.rows(slice(self.rank * self.batch_size, (self.rank + 1) * self.batch_size))
