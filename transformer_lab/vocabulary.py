"""Words to numbers and back."""

from collections import Counter
from collections.abc import Iterable, Sequence

PAD, UNK, BOS, EOS = 0, 1, 2, 3
SPECIALS = ("<pad>", "<unk>", "<bos>", "<eos>")


class Vocabulary:
    """An ordered list of tokens; a token's id is its place. The first four are the specials, which no text can name."""

    def __init__(self, tokens: Sequence[str]):
        """``tokens``: the whole list with its specials, as ``Vocabulary.tokens`` gives it (and a JSON file keeps it)."""
        tokens = list(tokens)
        if tuple(tokens[:4]) != SPECIALS:
            raise ValueError(f"tokens must begin with {', '.join(SPECIALS)}, got {tokens[:4]}")
        if not all(isinstance(token, str) and token for token in tokens):
            raise TypeError("tokens must be non-empty strings")
        self.tokens = tokens
        self._ids = {token: i for i, token in enumerate(tokens)}
        if len(self._ids) != len(tokens):
            twice = next(token for token, n in Counter(tokens).items() if n > 1)
            raise ValueError(f"tokens must differ from one another, got {twice!r} twice")
        for special in SPECIALS:  # a literal "<pad>" in a text is an unknown word
            del self._ids[special]

    @classmethod
    def build(cls, sentences: Iterable[Sequence[str]], min_count: int = 1, max_size: int | None = None) -> "Vocabulary":
        """Collect the tokens of some sentences, the most frequent first, equally frequent ones in code point order.

        ``min_count``: leave out rarer tokens. ``max_size``: length of the whole list, the four specials included.
        """
        if min_count < 1:
            raise ValueError(f"min_count must be at least 1, got {min_count}")
        if max_size is not None and max_size < len(SPECIALS):
            raise ValueError(f"max_size must be at least {len(SPECIALS)}, the number of specials, got {max_size}")
        counts: Counter[str] = Counter()
        for sentence in sentences:
            counts.update(_words(sentence, "sentences"))
        for special in SPECIALS:
            counts.pop(special, None)
        kept = sorted((t for t, n in counts.items() if n >= min_count), key=lambda t: (-counts[t], t))
        size = None if max_size is None else max_size - len(SPECIALS)
        return cls([*SPECIALS, *kept[:size]])

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} tokens)"

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Ids of the tokens; an unknown token, or one that looks like a special, is ``<unk>``."""
        return [self._ids.get(token, UNK) for token in _words(tokens, "tokens")]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Tokens up to the first ``<eos>``, without ``<pad>`` and ``<bos>``. Raises ValueError for an id out of range."""
        tokens = []
        for i in map(int, ids):
            if not 0 <= i < len(self):
                raise ValueError(f"ids must lie between 0 and {len(self) - 1}, got {i}")
            if i == EOS:
                break
            if i not in (PAD, BOS):
                tokens.append(self.tokens[i])
        return tokens

    def unknown(self, tokens: Sequence[str]) -> list[str]:
        """The tokens that ``encode`` cannot represent, in order."""
        return [token for token in _words(tokens, "tokens") if token not in self._ids]


def _words(tokens: Sequence[str], name: str) -> Sequence[str]:
    if isinstance(tokens, str):  # iterating over it would silently give letters
        raise TypeError(f"{name} must hold lists of words, got the string {tokens!r}; tokenize it first")
    return tokens
