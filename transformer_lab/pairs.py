"""Sentence pairs and how they are read: the repository's corpus, a reader's own TSV file, a Moses pair of files."""

import functools
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from transformer_lab.columns import Row, aligned, sentence_columns, split_rows
from transformer_lab.links import RawLinks, checked, read_links
from transformer_lab.pair_notes import notes_on_sides
from transformer_lab.signs import has_moses_escapes, normalise
from transformer_lab.text_files import CorpusError, CorpusWarning, Note, place, read_lines
from transformer_lab.writing import SPACED, UNSPACED, tokenize, tokenize_source, writing_of


@dataclass(frozen=True)
class Pair:
    """A sentence, its translation, and the links (source index, target index), 0-based, where they are known.

    ``possible`` are links that an annotator was not sure of; they are not in ``alignment``. ``file`` and ``line`` say
    where the pair was read; they do not count when pairs are compared.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: frozenset[tuple[int, int]] | None = None
    possible: frozenset[tuple[int, int]] = field(default=frozenset(), repr=False)
    file: str | None = field(default=None, compare=False, repr=False)
    line: int | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class PairFile:
    """What was read: the pairs, and a note for everything that was left out or read as something else."""

    pairs: tuple[Pair, ...]
    notes: tuple[Note, ...]

    @property
    def manner(self) -> str:
        """How both sides were read, in a sentence."""
        if self.pairs and self.pairs[0].alignment is not None:
            return "tokens are what single spaces separate"
        sides = [("source", self.source_writing), ("target", self.target_writing)]
        return "; ".join(f"{name} {_MANNERS[name == 'source', writing]}" for name, writing in sides)

    @functools.cached_property
    def source_writing(self) -> str:
        """``spaced`` or ``unspaced``, from the letters of all source sentences."""
        return writing_of((token for pair in self.pairs for token in pair.source), SPACED)

    @functools.cached_property
    def target_writing(self) -> str:
        """``spaced`` or ``unspaced``, from the letters of all target sentences."""
        return writing_of(token for pair in self.pairs for token in pair.target)


_CHARACTERS = "in characters (in words where blanks separate them), Chinese and Japanese without the last full stop"
_MANNERS = {
    (True, SPACED): "as English: in lower case, contractions written out, without the last full stop",
    (False, SPACED): "in words, punctuation apart",
    (True, UNSPACED): _CHARACTERS,
    (False, UNSPACED): _CHARACTERS,
}


def load_pairs(path: str | Path, target_path: str | Path | None = None) -> list[Pair]:
    """The pairs of :func:`read_pairs`, in file order; each of its notes becomes a CorpusWarning."""
    found = read_pairs(path, target_path)
    for note in found.notes:
        warnings.warn(str(note), CorpusWarning, stacklevel=2)
    return list(found.pairs)


def read_pairs(path: str | Path, target_path: str | Path | None = None) -> PairFile:
    """Read sentence pairs from one file, or from two with one sentence a line (Moses format).

    One file: a pair a line, columns separated by tabs. Two columns; Tatoeba's export of four (number, sentence,
    number, sentence); ManyThings' of three (with an attribution). Columns of numbers, of attributions or of one
    language code are not sentences, and are named in a note. When at least half of the third columns read as
    alignments (``0-0 1-2``), the file is a file of alignments: every line has exactly three columns, links are checked,
    and tokens are what single spaces separate, for the links count those. Links are ``0-1`` or ``0:1`` (sure), ``0p1``
    or ``0?1`` (possible).

    Both sides go through the tokenizers of :mod:`transformer_lab.writing`. Whether a side is written with blanks
    (English, German, Arabic, Korean, …) or without (Chinese, Japanese, Thai, …) is read off the letters of the whole
    file. A source with blanks is read as English: in lower case, contractions written out.

    What files may look like is in :func:`~transformer_lab.text_files.read_lines`. Blank lines are skipped (in a pair of
    files: where both are blank), and told like everything else that is not read as it stands. Raises CorpusError,
    naming file and line, for wrong columns, an empty side, links that are malformed or out of range, files of
    unequal length, and a file without any pair.
    """
    path, notes = Path(path), []
    if target_path is not None:
        return _finished(_read_two(path, Path(target_path), notes), str(path), notes)
    rows = split_rows(read_lines(path, notes), str(path), notes)
    if not rows:
        raise CorpusError(f"{path}: no sentence pairs in the file")
    if aligned(rows, str(path), notes):
        return _finished(_with_links(rows, str(path), notes), str(path), notes)
    columns = sentence_columns(rows, str(path), notes)
    for number, cells in rows:
        if len(cells) <= max(columns):
            wanted = f"{max(columns) + 1} or more (sentences in columns {columns[0] + 1} and {columns[1] + 1})"
            hint = "" if max(len(each) for _, each in rows) > 1 else "; for a pair of files, name the second one too"
            hint += "; commas and semicolons separate nothing here" if hint and re.search("[,;]", cells[0]) else ""
            raise CorpusError(
                f"{place(path, [number])}: {len(cells)} column(s) separated by tabs, expected {wanted}{hint}"
            )
    found = [(number, cells[columns[0]], cells[columns[1]]) for number, cells in rows]
    return _finished(_tokenized(found, str(path), str(path), notes), str(path), notes)


def aligned_pair(columns: Sequence[str], where: str) -> Pair:
    """A pair from its source, target and alignment columns. Raises CorpusError, beginning with ``where``."""
    path, _, number = where.rpartition(", line ")
    return _with_links([(int(number), list(columns))], path, [])[0]


def _with_links(rows: Sequence[Row], path: str, notes: list[Note]) -> list[Pair]:
    sides: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    raw: list[RawLinks] = []
    for number, cells in rows:
        where = f"{path}, line {number}"
        while len(cells) > 3 and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != 3:
            wanted = "3 (source, target, alignment)"
            raise CorpusError(f"{where}: {len(cells)} column(s) separated by tabs, expected {wanted}")
        source, target = (
            tuple(normalise(token) if "&" in cell else token for token in cell.split(" ") if token)
            for cell in cells[:2]
        )
        _check_sides(source, target, where)
        sides.append((source, target))
        raw.append(RawLinks(number, read_links(cells[2], where), len(source), len(target)))
    escaped = tuple(
        n for n, (source, target, *_) in rows if "&" in source + target and has_moses_escapes(source + target)
    )
    if escaped:
        notes.append(Note(path, escaped, "signs escaped as the Moses tokenizer does (&apos; …): read as the signs"))
    capitals = tuple(number for number, cells in rows if cells[0] != cells[0].lower())
    if capitals:
        text = "capitals of the source are kept, as links count these tokens; what is typed in is read in lower case"
        notes.append(Note(path, capitals, text))
    links = checked(raw, path, notes)
    return [
        Pair(source, target, sure, possible, file=path, line=row.line)
        for (source, target), (sure, possible), row in zip(sides, links, raw, strict=True)
    ]


def _read_two(source_path: Path, target_path: Path, notes: list[Note]) -> list[Pair]:
    sources, targets = read_lines(source_path, notes), read_lines(target_path, notes)
    if len(sources) != len(targets):
        raise CorpusError(
            f"{source_path} has {len(sources)} lines and {target_path} has {len(targets)}; "
            "a pair of files needs equally many"
        )
    both = f"{source_path} and {target_path}"
    for path, lines in ((source_path, sources), (target_path, targets)):
        tabbed = [number for number, line in lines if "\t" in line.strip()]
        if 2 * len(tabbed) > len(lines):
            raise CorpusError(
                f"{place(path, tabbed[:1])}: tabs between columns, but one of a pair of files holds a sentence a line; "
                "a file with both sides is read without a second one"
            )
        if tabbed:
            notes.append(Note(str(path), tuple(tabbed), "tabs inside a sentence: read as blanks"))
    blank = [n for (n, a), (_, b) in zip(sources, targets, strict=True) if not a.strip() and not b.strip()]
    if blank:
        notes.append(Note(both, tuple(blank), "blank, not read"))
    rows = [(n, a, b) for (n, a), (_, b) in zip(sources, targets, strict=True) if a.strip() or b.strip()]
    if not rows:
        raise CorpusError(f"{both}: no sentence pairs in the files")
    return _tokenized(rows, both, str(source_path), notes)


def _tokenized(rows: Sequence[tuple[int, str, str]], where: str, path: str, notes: list[Note]) -> list[Pair]:
    """Pairs from the two sentences of every line. What the tokenizers change beyond their promise is noted."""
    writings = (
        writing_of((source for _, source, _ in rows), SPACED),
        writing_of((target for _, _, target in rows), UNSPACED),
    )
    pairs = []
    for number, source, target in rows:
        sides = tuple(tokenize_source(source, writings[0])), tuple(tokenize(target, writings[1]))
        _check_sides(*sides, f"{where}, line {number}")
        pairs.append(Pair(*sides, file=path, line=number))
    notes += notes_on_sides(rows, [pair.target for pair in pairs], writings, where)
    return pairs


def _finished(pairs: Sequence[Pair], path: str, notes: list[Note]) -> PairFile:
    first: dict[tuple, int] = {}
    again = tuple(p.line for p in pairs if p.line and first.setdefault((p.source, p.target), p.line) != p.line)
    if again:
        notes.append(Note(path, again, "the pair of an earlier line once more: read every time"))
    return PairFile(tuple(pairs), tuple(notes))


def _check_sides(source: tuple[str, ...], target: tuple[str, ...], where: str) -> None:
    if not source or not target:
        raise CorpusError(f"{where}: the {'source' if not source else 'target'} side is empty")
