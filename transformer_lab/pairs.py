"""Sentence pairs and how they are read: the repository's corpus, a reader's own TSV file, a Moses pair of files."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_PHARAOH = re.compile(r"\d+-\d+(?: \d+-\d+)*")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NUMBER = r"\d+(?:[.,:]\d+)*"
_ENGLISH = re.compile(rf"'s\b|{_NUMBER}|\w+(?:['-]\w+)*|[^\w\s]")
_CHINESE = re.compile(rf"\d+[.,:]\d+(?:[.,:]\d+)*|[^\W{_HAN}]+|\S")
_SPACED = re.compile(rf"[{_HAN}]\s+[{_HAN}]")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z0-9]$"), re.compile(r"[A-Za-z0-9]")
_FULL_WIDTH = str.maketrans(",?!;:", "，？！；：")
_CONTRACTIONS = (
    (r"\b(mr|mrs|ms|dr)\.", r"\1"),
    (r"\bcannot\b|\bcan't\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"(\w)n't\b", r"\1 not"),
    (r"\blet's\b", "let us"),
    (r"\b(it|he|she|that|there|what|where|who|how|here)'s\b", r"\1 is"),
    (r"\bi'm\b", "i am"),
    (r"(\w)'re\b", r"\1 are"),
    (r"(\w)'ve\b", r"\1 have"),
    (r"(\w)'ll\b", r"\1 will"),
    (r"(\w)'s\b", r"\1 's"),
)


class CorpusError(ValueError):
    """A broken file; the message names the file, the line and what is wrong with it."""


@dataclass(frozen=True)
class Pair:
    """A sentence, its translation, and the links (source index, target index), 0-based, where they are known."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: frozenset[tuple[int, int]] | None = None


def tokenize_english(text: str) -> list[str]:
    """Lower-case words and punctuation marks, as the corpus writes them.

    ``don't`` becomes ``do not``, ``anna's`` becomes ``anna 's``, ``he's`` becomes ``he is``. Full stops at the end are
    dropped, because the corpus has none; ``?`` and ``!`` stay. Unicode is normalised (NFKC), quotes made straight.
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("‘", "'")
    for pattern, replacement in _CONTRACTIONS:
        text = re.sub(pattern, replacement, text)
    tokens = _ENGLISH.findall(text)
    while tokens and tokens[-1] in (".", "。"):
        tokens.pop()
    return tokens


def tokenize_chinese(text: str) -> list[str]:
    """Words where spaces separate them, else single characters; runs of Latin letters or digits stay together.

    Spaces count as word boundaries when one of them stands between two Chinese characters: ``我 喜欢 茶`` is three
    words, ``Tom 喜欢茶`` is ``Tom 喜 欢 茶``. Commas, question and exclamation marks become full-width and stand
    alone; ``。`` at the end is dropped as the English full stop is. Unicode is normalised (NFKC).
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if _SPACED.search(text):
        tokens = [t for word in text.split() for t in re.findall(r"[^\W_]+(?:[.,:'-]\w+)*|_|[^\w\s]", word)]
    else:
        tokens = _CHINESE.findall(text)
    tokens = [t.translate(_FULL_WIDTH) if len(t) == 1 else t for t in tokens]
    while tokens and tokens[-1] in ("。", ".", "｡"):
        tokens.pop()
    return tokens


def join_chinese(tokens: Iterable[str]) -> str:
    """Chinese as it is printed: without spaces, except between two Latin words or numbers."""
    text = ""
    for token in tokens:
        text += (" " if _LATIN_END.search(text) and _LATIN_START.match(token) else "") + token
    return text


def load_pairs(path: str | Path, target_path: str | Path | None = None) -> list[Pair]:
    """Read English-Chinese pairs from one TSV file, or from two files with one sentence a line (Moses format).

    TSV: English, tab, Chinese, and perhaps more. When at least half of the third columns read as Pharaoh alignments
    (``0-0 1-2``), the file is a file of alignments: every line has exactly three columns, links are checked, and tokens
    are what single spaces separate, for the links count those. Otherwise further columns are attributions, as in the
    exports of Tatoeba and ManyThings; they are ignored, and both sides go through the tokenizers above.

    UTF-8, with or without a byte order mark; CRLF or LF. Blank lines are skipped (in a pair of files: where both are
    blank). Raises CorpusError, naming file and line, for wrong columns, invalid UTF-8, an empty side, malformed or
    out-of-range links, files of unequal length, and a file without any pair.
    """
    path = Path(path)
    if target_path is not None:
        return _read_two(path, Path(target_path))
    rows = [(number, line.split("\t")) for number, line in _lines(path) if line.strip()]
    if not rows:
        raise CorpusError(f"{path}: no sentence pairs in the file")
    thirds = [columns[2].strip() for _, columns in rows if len(columns) > 2 and columns[2].strip()]
    aligned = 2 * sum(_PHARAOH.fullmatch(" ".join(t.split())) is not None for t in thirds) >= max(1, len(thirds))
    pairs = []
    for number, columns in rows:
        where = f"{path}, line {number}"
        if len(columns) < 2 or (aligned and len(columns) != 3):
            wanted = "3 (English, Chinese, alignment)" if aligned else "2 or more (English, Chinese)"
            raise CorpusError(f"{where}: {len(columns)} column(s) separated by tabs, expected {wanted}")
        if aligned:
            pairs.append(aligned_pair(columns, where))
            continue
        source, target = tuple(tokenize_english(columns[0])), tuple(tokenize_chinese(columns[1]))
        _check_sides(source, target, where)
        pairs.append(Pair(source, target))
    return pairs


def aligned_pair(columns: Sequence[str], where: str) -> Pair:
    """A pair from its English, Chinese and alignment columns. Raises CorpusError, beginning with ``where``."""
    source, target = tuple(columns[0].split()), tuple(columns[1].split())
    _check_sides(source, target, where)
    return Pair(source, target, _links(columns[2], len(source), len(target), where))


def _read_two(source_path: Path, target_path: Path) -> list[Pair]:
    sources, targets = _lines(source_path), _lines(target_path)
    if len(sources) != len(targets):
        raise CorpusError(
            f"{source_path} has {len(sources)} lines and {target_path} has {len(targets)}; "
            "a pair of files needs equally many"
        )
    pairs = []
    for (number, english), (_, chinese) in zip(sources, targets, strict=True):
        if not english.strip() and not chinese.strip():
            continue
        source, target = tuple(tokenize_english(english)), tuple(tokenize_chinese(chinese))
        _check_sides(source, target, f"{source_path} and {target_path}, line {number}")
        pairs.append(Pair(source, target))
    if not pairs:
        raise CorpusError(f"{source_path} and {target_path}: no sentence pairs in the files")
    return pairs


def _lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines of a UTF-8 file."""
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    numbered = []
    for number, raw in enumerate(lines, start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CorpusError(
                f"{path}, line {number}: not valid UTF-8 (byte {raw[error.start]:#04x} at position {error.start}); "
                "save the file as UTF-8"
            ) from error
        if "\0" in line:
            raise CorpusError(f"{path}, line {number}: a zero byte, as in UTF-16; save the file as UTF-8")
        numbered.append((number, line))
    return numbered


def _check_sides(source: tuple[str, ...], target: tuple[str, ...], where: str) -> None:
    if not source or not target:
        raise CorpusError(f"{where}: the {'English' if not source else 'Chinese'} side is empty")


def _links(text: str, source_length: int, target_length: int, where: str) -> frozenset[tuple[int, int]]:
    links = set()
    for item in text.split():
        if not re.fullmatch(r"\d+-\d+", item, flags=re.ASCII):
            raise CorpusError(f"{where}: {item!r} is not an alignment link such as 0-1")
        i, j = (int(n) for n in item.split("-"))
        if i >= source_length or j >= target_length:
            raise CorpusError(
                f"{where}: link {item} is out of range for {source_length} English and {target_length} Chinese tokens"
            )
        links.add((i, j))
    return frozenset(links)
