"""Where punctuation stands in languages that are written with blanks: cut it off words, and put it back."""

import unicodedata
from collections.abc import Iterable

# What closes stands against the word before it, what opens against the word after it. A quote does either: the second
# column names what closes it.
_CLOSING = frozenset(",.;:!?…،؛؟۔।॥։·\u0589\u05c3")
_QUOTES = {
    '"': '"',
    "'": "'",
    "“": "”",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "‘": "’",
    "’": "’",
}
_QUOTES["‚"] = "‘’"


def _closes(sign: str) -> bool:
    return sign in _CLOSING or (sign not in _QUOTES and unicodedata.category(sign) in ("Pe", "Pf"))


def _opens(sign: str) -> bool:
    return sign in "¿¡" or (sign not in _QUOTES and unicodedata.category(sign) in ("Ps", "Pi"))


def split_spaced(text: str) -> list[str]:
    """Cut signs off the ends of words; quotes only where :func:`join_spaced` will know which side they belong to."""
    tokens = _cut(text, quotes=True)
    if join_spaced(tokens) != " ".join(text.split()):
        whole = _cut(text, quotes=False)
        tokens = whole if join_spaced(whole) == " ".join(text.split()) else tokens
    return tokens


def _cut(text: str, quotes: bool) -> list[str]:
    tokens = []
    for chunk in text.split():
        first, last = 0, len(chunk)
        while last - first > 1 and (_opens(chunk[first]) or (quotes and chunk[first] in _QUOTES)):
            first += 1
        while last - first > 1 and (_closes(chunk[last - 1]) or (quotes and chunk[last - 1] in _QUOTES)):
            last -= 1
        tokens += [*chunk[:first], chunk[first:last], *chunk[last:]]
    return tokens


def join_spaced(tokens: Iterable[str]) -> str:
    """Words with blanks between them, but none before a sign that closes and after one that opens."""
    text, still_open, gap = "", [], ""
    for token in tokens:
        opens, closes = (len(token) == 1 and kind(token) for kind in (_opens, _closes))
        if token in _QUOTES:
            closes = bool(still_open) and token in _QUOTES[still_open[-1]]
            opens = not closes
            still_open = still_open[:-1] if closes else [*still_open, token]
        text += ("" if closes else gap) + token
        gap = "" if opens else " "
    return text
